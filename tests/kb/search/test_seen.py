"""What is not for a reader takes no part in anything that search says to them."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import pytest

from kb.search.index import SearchIndex, open_index
from kb.synonyms import read_synonyms
from tests.kb.shelf import Shelf

STAFF = frozenset({"public", "staff"})

QUERIES = [
    "berth",
    "berths crew",
    "zeppelin",
    "zepelin",
    "zeppe",
    "airship",
    "dirigible balloon",
    "book a berth",
    "refund for a berth",
    "Fly our zeppelin",
    "NPS",
    "harbour",
    "",
]


def public(shelf: Shelf) -> None:
    shelf.article("berths/book.md", "Book a berth", "Choose a day.\n\n## Pay\n\nCards are taken.")
    shelf.article("berths/cancel.md", "Cancel a booking", "Refunds arrive within a week for every berth.")
    shelf.article("people/crew.md", "Invite your crew", "All get a mail with a link to the harbour.")
    (shelf.folder / "synonyms.yaml").write_text("- [zeppelin, airship]\n- [nps, promoter score]\n")


def hidden(shelf: Shelf) -> None:
    shelf.article(
        "staff/zeppelin.md",
        "Fly our zeppelin",
        "The berth of the zeppelin, the berths, the berthing. NPS is measured.\n\n## Balloons\n\nRefunds.",
        audience="staff",
        keywords="[dirigible]",
    )
    shelf.article("staff/zeppelins.md", "Zeppelin berths", "Many berths. " * 200, audience="staff")


@pytest.fixture
def both(shelf: Shelf, index: SearchIndex) -> SearchIndex:
    """An index in which some articles are for staff."""
    public(shelf)
    hidden(shelf)
    index.refresh(shelf.read())
    index.use(read_synonyms(shelf.folder)[0])
    return index


@pytest.fixture
def without(both: SearchIndex, tmp_path: Path) -> SearchIndex:
    """An index of what everybody may see, of which the rest was never part."""
    shelf = Shelf(tmp_path / "public")
    public(shelf)
    index = open_index(tmp_path / "other")
    index.refresh(shelf.read())
    index.use(read_synonyms(shelf.folder)[0])
    return index


@pytest.mark.parametrize("query", QUERIES)
def test_every_answer_is_as_if_there_were_no_others(
    both: SearchIndex, without: SearchIndex, query: str
) -> None:
    assert both.search(query) == without.search(query)
    assert both.search(query, category="staff") == without.search(query, category="staff")
    assert both.suggest(query) == without.suggest(query)
    assert asdict(both.explain(query)) == asdict(without.explain(query))


def test_who_may_see_more_finds_more(both: SearchIndex) -> None:
    assert both.search("zeppelin", seen=STAFF).total == 2
    assert both.search("airship", seen=STAFF).hits[0].slug == "staff/zeppelin"
    assert both.search("zepelin", seen=STAFF).did_you_mean == "zeppelin"
    assert [one.title for one in both.suggest("zep", seen=STAFF)] == ["Zeppelin berths", "Fly our zeppelin"]
    assert both.search("berth", seen=STAFF).categories == {"berths": 2, "staff": 2}
    assert both.keys == STAFF


def test_who_may_see_nothing_finds_nothing(both: SearchIndex) -> None:
    nobody = frozenset[str]()
    results = both.search("berth", seen=nobody)
    assert (results.total, results.hits, results.categories) == (0, (), {})
    assert both.suggest("book", seen=nobody) == ()
    assert both.explain("berth", seen=nobody).hits == ()


def test_a_changed_audience_takes_effect_without_a_changed_text(shelf: Shelf, index: SearchIndex) -> None:
    shelf.article("a.md", "Walrus")
    index.refresh(shelf.read())
    assert index.search("walrus").total == 1
    shelf.article("a.md", "Walrus", audience="staff")
    index.refresh(shelf.read())
    assert index.search("walrus").total == 0
