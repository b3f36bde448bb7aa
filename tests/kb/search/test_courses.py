"""Courses and lessons in search: found like articles, ranked with them, and never by what a quiz asks."""

from __future__ import annotations

import pytest

from kb.courses import SHELF
from kb.search.index import SearchIndex
from kb.seen import seen_by
from kb.visibility import NOBODY, STAFF, Visitor, Who
from tests.kb.shelf import Shelf

QUIZ = "## Quiz\n\n### Which holds? {#holds}\n\n- [x] The bowline\n- [ ] The granny\n\n> A hitch.\n"
KNOTS = f"Tie the boat to a cleat.\n\n## Heave the line\n\nAim beyond the quay.\n\n{QUIZ}"


@pytest.fixture
def ropes(shelf: Shelf, harbour: SearchIndex) -> SearchIndex:
    """The marina's help with a course for everybody."""
    shelf.course("ropes", "title: Ropes\nsummary: Moor any boat.\ngoals: [Sleep calmly]")
    shelf.lesson("ropes/01-knots", "id: knots\ntitle: Knots that hold", KNOTS)
    harbour.refresh(shelf.read())
    return harbour


def found(index: SearchIndex, query: str, **asked: object) -> list[str]:
    return [hit.slug for hit in index.search(query, **asked).hits]  # type: ignore[arg-type]


def test_a_lesson_is_found_in_the_section_that_answers(ropes: SearchIndex) -> None:
    [hit, *_] = ropes.search("heave a line").hits
    assert (hit.slug, hit.title, hit.section) == ("/courses/ropes/knots", "Knots that hold", "Heave the line")
    assert (hit.category, hit.anchor) == (SHELF, "heave-the-line")


def test_a_course_is_found_by_its_title_its_goal_and_what_is_typed_of_it(ropes: SearchIndex) -> None:
    assert found(ropes, "ropes")[0] == "/courses/ropes"
    assert found(ropes, "sleep calmly")[0] == "/courses/ropes"
    assert [one.slug for one in ropes.suggest("knots th")] == ["/courses/ropes/knots"]


@pytest.mark.parametrize("word", ["bowline", "granny", "hitch", "holds?"])
def test_nothing_of_a_quiz_is_found(ropes: SearchIndex, word: str) -> None:
    results = ropes.search(word)
    assert all("mark" not in hit.snippet or "bowline" not in hit.snippet for hit in results.hits)
    if word != "holds?":  # a word of the lesson's title, too
        assert results.nearest or not results.hits
        assert {one.how for one in ropes.explain(word).words} <= {"unknown", "corrected"}


def test_courses_are_a_category_of_their_own(ropes: SearchIndex) -> None:
    results = ropes.search("boat", category=SHELF)
    assert results.total == results.categories[SHELF] == 2
    assert results.categories["berths"] >= 1


def test_an_article_that_says_the_same_stands_before_a_lesson(shelf: Shelf, ropes: SearchIndex) -> None:
    shelf.article("berths/heave.md", "Use a heaving line", KNOTS.split("## Quiz")[0])
    shelf.lesson("ropes/01-knots", "id: knots\ntitle: Use a heaving line", KNOTS)
    ropes.refresh(shelf.read())
    assert found(ropes, "heave the line to a cleat")[:2] == ["berths/heave", "/courses/ropes/knots"]


def test_a_lesson_is_no_article_to_read_next(shelf: Shelf, ropes: SearchIndex) -> None:
    shelf.article("berths/heave.md", "Heave a line", "Tie the boat to a cleat with knots that hold.")
    ropes.refresh(shelf.read())
    assert not [slug for slug in ropes.similar("berths/heave") if slug.startswith("/courses")]


def test_only_what_changed_is_written_anew(shelf: Shelf, ropes: SearchIndex) -> None:
    assert not ropes.refresh(shelf.read())
    shelf.lesson("ropes/01-knots", "id: knots\ntitle: Knots that hold", KNOTS.replace("quay", "pier"))
    done = ropes.refresh(shelf.read())
    assert (done.added, done.changed, done.removed) == (0, 1, 0)
    assert found(ropes, "pier")[0] == "/courses/ropes/knots"
    (shelf.folder / "courses/ropes/index.md").unlink()
    (shelf.folder / "courses/ropes/01-knots.md").unlink()
    assert ropes.refresh(shelf.read()).removed == 2


def test_an_article_and_a_lesson_whose_addresses_sound_alike_are_both_found(
    shelf: Shelf, ropes: SearchIndex
) -> None:
    shelf.article("courses/ropes/knots.md", "Knots of the past", "Heave no line.")
    library = shelf.read()
    ropes.refresh(library)
    assert set(found(ropes, "heave")) >= {"courses/ropes/knots", "/courses/ropes/knots"}
    assert {page.title for slug in found(ropes, "heave")[:2] if (page := library.page(slug))} == {
        "Knots of the past",
        "Knots that hold",
    }


@pytest.mark.parametrize(
    ("audience", "sees", "sees_not"),
    [("staff", STAFF, Visitor(Who.CONTACT, tier=1)), ("1", Visitor(Who.CONTACT, tier=1), NOBODY)],
)
def test_a_course_that_is_not_for_somebody_takes_no_part_in_their_answers(
    shelf: Shelf, harbour: SearchIndex, audience: str, sees: Visitor, sees_not: Visitor
) -> None:
    def answers(visitor: Visitor) -> object:
        assert shelf.library
        keys = seen_by(shelf.library, visitor, ("en",)).keys
        asked = ("zephyr", "zephir", "book a berth", "zeph", "boat")
        return [
            (harbour.search(one, seen=keys), harbour.suggest(one, seen=keys), harbour.explain(one, seen=keys))
            for one in asked
        ]

    before = answers(sees_not)
    shelf.course("winds", f"title: Zephyrs\naudience: {audience}")
    shelf.lesson("winds/01-boat", "id: boat\ntitle: Zephyr and boat", "Book a berth before a zephyr.")
    harbour.refresh(shelf.read())
    assert answers(sees_not) == before
    assert answers(sees) != before
