"""Translations beside their articles: what they have of their originals, and what is wrong with some."""

from __future__ import annotations

from datetime import date

import pytest

from kb.library import Library
from kb.seen import seen_by
from kb.site import Site
from kb.translations import outdated
from kb.visibility import NOBODY, PUBLIC, STAFF, STAFF_ONLY, Visitor, Who
from tests.kb.shelf import TODAY, Shelf

HOUSE = ("en", "de", "fr")
TESS = Visitor(Who.CONTACT, tier=1)


def read(shelf: Shelf, today: date = TODAY, languages: tuple[str, ...] = HOUSE) -> Library:
    return shelf.read(today, Site(languages=languages))


def problems(shelf: Shelf) -> list[str]:
    return [str(problem) for problem in read(shelf).problems]


def test_a_translation_has_the_audience_the_shelf_and_the_place_of_its_original(shelf: Shelf) -> None:
    shelf.article("money/quote.md", "Quote", audience=1, category="sales", order=7, related="[other]")
    shelf.article("money/quote.de.md", "Angebot", category="geld", order=1)
    shelf.article("other.md", "Other")
    german = read(shelf).articles["money/quote.de"]
    assert (german.audience.key, german.category, german.order) == ("tier:1", "sales", 7)
    assert (german.language, german.work, german.related) == ("de", "money/quote", ("other",))
    assert [(one.slug, one.language) for one in german.versions] == [
        ("money/quote", "en"),
        ("money/quote.de", "de"),
    ]
    assert problems(shelf) == []


def test_without_languages_such_a_file_is_an_article_like_any_other(shelf: Shelf) -> None:
    shelf.article("quote.md", "Quote", audience="staff")
    shelf.article("quote.de.md", "Angebot")
    library = read(shelf, languages=("en",))
    assert library.articles["quote.de"].versions == ()
    assert library.articles["quote.de"].audience == PUBLIC
    assert library.problems == ()
    assert read(shelf).articles["quote.de"].audience == STAFF_ONLY


def test_a_reader_has_each_article_once_and_the_other_languages_at_their_addresses(shelf: Shelf) -> None:
    shelf.article("quote.md", "Quote")
    shelf.article("quote.de.md", "Angebot", aliases="[kostenvoranschlag]")
    shelf.article("seats.md", "Seats")
    shelf.article("seats.fr.md", "Sièges")
    library = read(shelf)
    shown = {
        language: {article.title for article in seen_by(library, NOBODY, order).articles.values()}
        for language, order in {"en": HOUSE, "de": ("de", "en", "fr"), "fr": ("fr", "en", "de")}.items()
    }
    assert shown == {
        "en": {"Quote", "Seats"},
        "de": {"Angebot", "Seats"},
        "fr": {"Quote", "Sièges"},
    }
    english = seen_by(library, NOBODY, HOUSE)
    assert set(english.elsewhere) == {"quote.de", "seats.fr"}
    assert english.redirects == {"kostenvoranschlag": "quote.de"}
    for slug in ("quote", "quote.de"):
        found = english.at(slug)
        assert found
        assert english.shown(found).title == "Quote"
    assert english.at("nothing") is None


def test_a_translation_for_others_than_its_original_is_for_staff_only(shelf: Shelf) -> None:
    shelf.article("quote.md", "Quote", audience=1)
    shelf.article("quote.de.md", "Angebot", audience="public")
    library = read(shelf)
    assert library.articles["quote.de"].audience == STAFF_ONLY
    assert problems(shelf) == [
        "articles/quote.de.md:1: `audience` differs from that of articles/quote.md, so that only staff see "
        "this translation; leave it out, since a translation has its original's"
    ]
    german = ("de", "en", "fr")
    seen = seen_by(library, TESS, german)
    assert set(seen.articles) == {"quote"}
    assert seen.elsewhere == {}
    assert seen.articles["quote"].versions == ()
    assert set(seen_by(library, NOBODY, german).articles) == set()
    staff = seen_by(library, STAFF, german)
    assert (set(staff.articles), set(staff.elsewhere)) == ({"quote.de"}, {"quote"})


def test_an_audience_that_is_said_twice_alike_is_no_problem(shelf: Shelf) -> None:
    shelf.article("quote.md", "Quote", audience="[2, 1]")
    shelf.article("quote.de.md", "Angebot", audience="[1, 2]")
    assert problems(shelf) == []


def test_a_translation_of_what_cannot_be_read_is_for_staff_only(shelf: Shelf) -> None:
    shelf.write("quote.md", "---\norder: first\n---\nText.\n")
    shelf.article("quote.de.md", "Angebot", audience="public")
    assert read(shelf).articles["quote.de"].audience == STAFF_ONLY


def test_a_translation_without_an_original_stands_alone_and_is_closed_unless_it_says_for_whom(
    shelf: Shelf,
) -> None:
    shelf.article("quote.de.md", "Angebot")
    shelf.article("seats.de.md", "Plätze", audience="public")
    library = read(shelf)
    assert library.articles["quote.de"].audience == STAFF_ONLY
    assert library.articles["seats.de"].audience == PUBLIC
    assert library.articles["seats.de"].language == "de"
    assert set(seen_by(library, NOBODY, HOUSE).articles) == {"seats.de"}
    text = (
        "there is no articles/{0}.md in another language that this translates; "
        "give it a name without `.de` and write `language: de` in its head"
    )
    assert problems(shelf) == [
        f"articles/quote.de.md:1: {text.format('quote')}. Until then only staff see it, "
        "since nobody knows whom its original was for",
        f"articles/seats.de.md:1: {text.format('seats')}",
    ]


def test_a_translation_of_a_translation_and_one_into_the_same_language_translate_nothing(
    shelf: Shelf,
) -> None:
    shelf.article("quote.md", "Angebot", language="de")
    shelf.article("quote.de.md", "Noch ein Angebot")
    shelf.article("quote.de.fr.md", "Offre")
    library = read(shelf)
    assert all(article.versions == () for article in library.articles.values())
    assert len(library.problems) == 2
    assert set(seen_by(library, NOBODY, HOUSE).articles) == {"quote"}


def test_a_draft_is_a_draft_in_its_own_language_only(shelf: Shelf) -> None:
    shelf.article("quote.md", "Quote")
    shelf.article("quote.de.md", "Angebot", status="draft")
    shelf.article("seats.md", "Seats", status="draft", audience=1)
    shelf.article("seats.de.md", "Plätze")
    library = read(shelf)
    assert set(library.articles) == {"quote", "seats.de"}
    assert library.articles["quote"].versions == ()
    assert library.articles["seats.de"].audience.key == "tier:1"


def test_a_translation_does_not_appear_before_its_original_unless_it_says_so(shelf: Shelf) -> None:
    shelf.article("quote.md", "Quote", publish_on="2026-12-01")
    shelf.article("quote.de.md", "Angebot")
    shelf.article("quote.fr.md", "Offre", publish_on="2026-11-01")
    assert set(read(shelf, date(2026, 11, 30)).articles) == {"quote.fr"}
    assert set(read(shelf, date(2026, 12, 1)).articles) == {"quote", "quote.de", "quote.fr"}


def test_a_changed_original_changes_its_translations_at_the_next_reading(shelf: Shelf) -> None:
    shelf.article("quote.md", "Quote")
    shelf.article("quote.de.md", "Angebot")
    assert read(shelf).articles["quote.de"].audience == PUBLIC
    shelf.article("quote.md", "Quote", body="Now for few.", audience=1)
    assert read(shelf).articles["quote.de"].audience.key == "tier:1"
    (shelf.folder / "articles/quote.de.md").unlink()
    assert read(shelf).articles["quote"].versions == ()


@pytest.mark.parametrize(
    ("original", "translation", "said"),
    [
        ("2026-10-02", "2026-10-01", True),
        ("2026-10-02", "2026-10-02", False),
        ("2026-10-02", "2026-11-01", False),
    ],
)
def test_a_translation_older_than_its_original_is_named(
    shelf: Shelf, original: str, translation: str, said: bool
) -> None:
    shelf.article("quote.md", "Quote", last_reviewed=original)
    shelf.article("quote.de.md", "Angebot", last_reviewed=translation)
    library = read(shelf)
    assert library.problems == ()
    warnings = [
        "articles/quote.de.md:1: warning: this translation is older than articles/quote.md: "
        "it was last reviewed on 2026-10-01, and the original on 2026-10-02"
    ]
    assert [str(warning) for warning in outdated(library.articles)] == warnings * said


def test_what_a_file_says_of_its_language_is_held_against_the_site(shelf: Shelf) -> None:
    shelf.article("quote.md", "Quote", language="it")
    shelf.article("quote.de.md", "Angebot", language="fr")
    shelf.article("quote.es.md", "Presupuesto")
    shelf.article("v2.1.md", "Version 2.1")
    assert problems(shelf) == [
        "articles/quote.de.md:1: `language` is `fr`, and the file's name says `de`, which counts",
        "articles/quote.es.md:1: this looks like articles/quote.md in Español, and counts as an article by "
        "itself: for translations site.yaml lists de, fr",
        "articles/quote.md:1: `language` is `it`; site.yaml lists en, de, fr",
    ]
    assert set(seen_by(read(shelf), NOBODY, ("fr", "en", "de")).articles) == {"quote.de", "quote.es", "v2.1"}


def test_in_a_folder_of_plain_files_translations_work_too(shelf: Shelf) -> None:
    (shelf.folder / "articles").rmdir()
    (shelf.folder / "quote.md").write_text("# Quote\n")
    (shelf.folder / "quote.de.md").write_text("# Angebot\n")
    assert {slug: one.work for slug, one in read(shelf).articles.items()} == {
        "quote": "quote",
        "quote.de": "quote",
    }
