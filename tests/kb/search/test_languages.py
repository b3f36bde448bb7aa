"""One index for all languages: each reader finds each article once, in the version that they are shown."""

from __future__ import annotations

import pytest

from kb.search.index import SearchIndex
from kb.site import Site
from kb.versions import keys_shown
from kb.visibility import NOBODY, may_see
from tests.kb.shelf import Shelf


def shown(index: SearchIndex, *languages: str) -> frozenset[str]:
    """Return the keys of what a stranger is shown who reads these languages, the best first."""
    return keys_shown(index.keys, languages, lambda audience: may_see(NOBODY, audience))


@pytest.fixture
def marina(shelf: Shelf, index: SearchIndex) -> SearchIndex:
    """The help of a marina in three languages, of which not every article is there in all."""
    shelf.article("berths/book.md", "Book a berth", "Choose a day. Nothing is refunded.")
    shelf.article(
        "berths/book.de.md",
        "Liegeplatz über das Netz buchen",
        "Die Größe des Bootes und die Rückerstattung für Gäste aus Österreich.",
    )
    shelf.article(
        "berths/book.fr.md", "Réserver un emplacement", "L'équipage arrive à l’été : bœuf, hôtel et forêt."
    )
    shelf.article("berths/leave.md", "Leave a berth", "Tell the harbour master.")
    index.refresh(shelf.read(site=Site(languages=("en", "de", "fr"))))
    return index


@pytest.mark.parametrize(
    ("language", "query", "found"),
    [
        ("en", "berth", ["berths/book", "berths/leave"]),
        ("de", "berth", ["berths/leave"]),
        ("de", "Liegeplatz", ["berths/book.de"]),
        ("fr", "harbour", ["berths/leave"]),
        ("it", "berth", ["berths/book", "berths/leave"]),
    ],
)
def test_an_article_is_found_in_the_version_that_is_shown(
    marina: SearchIndex, language: str, query: str, found: list[str]
) -> None:
    results = marina.search(query, seen=shown(marina, language, "en", "de", "fr"))
    assert {hit.slug for hit in results.hits} >= set(found)
    assert not results.nearest
    assert sum(results.categories.values()) == results.total <= 2
    assert len({hit.slug.partition(".")[0] for hit in results.hits}) == len(results.hits)


@pytest.mark.parametrize(
    "query",
    ["Größe", "grosse", "GRÖSSE", "groesse", "rückerstattung", "ruckerstattung", "rueckerstattung",
     "osterreich", "Österreich", "uber", "über", "gaste", "Gäste"],
)  # fmt: skip
def test_german_words_are_found_with_umlauts_and_without(marina: SearchIndex, query: str) -> None:
    results = marina.search(query, seen=shown(marina, "de", "en", "fr"))
    assert results.hits[0].slug == "berths/book.de"
    assert not results.nearest


@pytest.mark.parametrize(
    "query",
    ["réserver", "reserver", "équipage", "equipage", "l'équipage", "été", "ete", "bœuf", "boeuf", "foret"],
)
def test_french_words_are_found_with_accents_and_without(marina: SearchIndex, query: str) -> None:
    results = marina.search(query, seen=shown(marina, "fr", "en", "de"))
    assert results.hits[0].slug == "berths/book.fr"
    assert not results.nearest


def test_what_matched_is_marked_as_it_is_written(marina: SearchIndex) -> None:
    results = marina.search("grosse ruckerstattung", seen=shown(marina, "de", "en", "fr"))
    assert "<mark>Größe</mark>" in results.hits[0].snippet
    assert "<mark>Rückerstattung</mark>" in results.hits[0].snippet


def test_suggestions_and_corrections_are_of_the_language_that_is_read(marina: SearchIndex) -> None:
    german, english = (shown(marina, *order) for order in (("de", "en", "fr"), ("en", "de", "fr")))
    assert [one.title for one in marina.suggest("lieg", seen=german)] == ["Liegeplatz über das Netz buchen"]
    assert marina.suggest("lieg", seen=english) == ()
    assert [one.title for one in marina.suggest("berth", seen=german)] == ["Leave a berth"]
    assert marina.search("liegeplatx", seen=german).did_you_mean == "liegeplatz"
    assert marina.search("liegeplatx", seen=english).did_you_mean is None


def test_a_translation_that_comes_or_goes_changes_what_its_readers_find(
    shelf: Shelf, index: SearchIndex
) -> None:
    shelf.article("book.md", "Book a berth")
    index.refresh(shelf.read(site=Site(languages=("en", "de"))))
    assert index.keys == {"public"}
    german = shelf.article("book.de.md", "Liegeplatz buchen")
    index.refresh(shelf.read(site=Site(languages=("en", "de"))))
    assert [hit.slug for hit in index.search("berth buchen", seen=shown(index, "de", "en")).hits] == [
        "book.de"
    ]
    german.unlink()
    index.refresh(shelf.read(site=Site(languages=("en", "de"))))
    assert [hit.slug for hit in index.search("berth buchen", seen=shown(index, "de", "en")).hits] == ["book"]
