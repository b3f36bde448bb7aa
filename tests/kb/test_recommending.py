"""What next: which pages are recommended to whom, why, in which order, and what never is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.course import Course
from kb.courses import pages_of
from kb.paths import paths_in
from kb.progress import Learned, progress_in
from kb.recommending import MOST, Answer, Pupil, Recommendation, ago, as_markdown, recommended
from kb.visibility import Visitor, Who
from tests.conftest import NOON, TODAY
from tests.kb.shelf import Shelf

HEADS = {
    "words": "title: Words\norder: 1",
    "ropes": "title: Ropes\norder: 2\ngoals: [Moor a boat]\nprerequisites: [words]",
    "lines": "title: Lines\norder: 3\ngoals: [Moor a boat]\nprerequisites: [ropes]",
    "upper": "title: Upper decks\norder: 4\naudience: 1",
}
TIER_1 = Visitor(Who.CONTACT, tier=1)


@pytest.fixture(scope="module")
def courses(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Course]:
    """Four courses of four lessons: two on a path, one before them, one for tier 1."""
    shelf = Shelf(tmp_path_factory.mktemp("shelf"))
    for slug, head in HEADS.items():
        shelf.course(slug, head)
        for number in range(1, 5):
            title = f"title: {slug.title()} {number}\nminutes: 3"
            shelf.lesson(f"{slug}/0{number}-l", f"id: l{number}\n{title}")
    return dict(shelf.read().courses)


def did(course: str, *lessons: int, day: int = 0) -> tuple[Learned, ...]:
    at = NOON + timedelta(days=day)
    return tuple(Learned(course=course, lesson=f"l{one}", read_at=at, done_at=at) for one in lessons)


def on_path(courses: dict[str, Course], **known: object) -> Pupil:
    path = paths_in(courses.values(), ())[0]
    return replace(Pupil(visitor=Visitor(Who.CONTACT, tier=3), path=path), **known)  # type: ignore[arg-type]


def seen(courses: dict[str, Course], but: Iterable[str] = ("upper",)) -> dict[str, Course]:
    return {slug: course for slug, course in courses.items() if slug not in but}


def told(pupil: Pupil, courses: dict[str, Course]) -> list[tuple[str, str]]:
    return [(one.path, one.reason) for one in recommended(pupil, courses, TODAY)]


@pytest.mark.parametrize(
    ("done", "lesson", "reason"),
    [
        ((1,), "l2", "You have done 1 of 4 lessons of Words"),
        ((1, 2), "l3", "You are half-way through Words"),
        ((2, 3), "l1", "You are half-way through Words"),
        ((1, 2, 3), "l4", "One lesson is left of Words"),
    ],
)
def test_what_was_begun_goes_on_with_its_next_lesson(
    courses: dict[str, Course], done: tuple[int, ...], lesson: str, reason: str
) -> None:
    found = told(Pupil(learned=did("words", *done)), seen(courses))
    assert found[0] == (f"/courses/words/{lesson}", reason)


def test_a_course_of_which_a_lesson_was_only_read_is_begun(courses: dict[str, Course]) -> None:
    read = Learned(course="words", lesson="l1", read_at=NOON)
    assert told(Pupil(learned=[read]), seen(courses))[0] == ("/courses/words/l1", "You have begun Words")


def test_of_two_that_were_begun_the_one_of_the_last_lesson_comes_first(courses: dict[str, Course]) -> None:
    learned = (*did("words", 1, day=2), *did("lines", 1, day=1), *did("upper", 1, day=3))
    assert [path for path, _ in told(Pupil(learned=learned), courses)] == [
        "/courses/upper/l2",
        "/courses/words/l2",
        "/courses/lines/l2",
    ]


def test_on_a_path_what_is_to_be_taken_before_comes_first(courses: dict[str, Course]) -> None:
    assert told(on_path(courses), seen(courses)) == [
        ("/courses/words", "It is the first step to “Ropes”"),
    ]
    learned = did("words", 1, 2, 3, 4)
    assert told(on_path(courses, learned=learned), seen(courses)) == [
        ("/courses/ropes", "It is next on your path: Moor a boat"),
    ]
    learned += did("ropes", 1, 2, 3, 4)
    assert told(on_path(courses, learned=learned), seen(courses)) == [
        ("/courses/lines", "It is next on your path: Moor a boat"),
    ]


def test_who_is_in_the_middle_of_a_course_of_the_path_is_not_sent_to_the_next(
    courses: dict[str, Course],
) -> None:
    found = told(on_path(courses, learned=(*did("words", 1, 2, 3, 4), *did("ropes", 1))), seen(courses))
    assert found == [("/courses/ropes/l2", "You have done 1 of 4 lessons of Ropes")]


def test_what_comes_with_the_plan_says_so_without_a_number(courses: dict[str, Course]) -> None:
    found = told(Pupil(visitor=TIER_1), courses)
    assert found == [
        ("/courses/upper", "It comes with your plan"),
        ("/courses/words", "You have not taken it yet, and it takes 12 minutes"),
    ]


def test_searches_are_answered_but_for_lessons_that_are_done(courses: dict[str, Course]) -> None:
    answers = (
        Answer("bowline", TODAY - timedelta(days=8), "Words 1", "/courses/words/l1"),
        Answer("rent a <b>", TODAY - timedelta(days=1), "Rent", "/articles/rent"),
    )
    found = told(Pupil(answers=answers, learned=did("words", 1)), seen(courses))
    assert found == [
        ("/courses/words/l2", "You have done 1 of 4 lessons of Words"),
        ("/articles/rent", "You looked for “rent a <b>” yesterday"),
    ]


def test_of_each_kind_there_is_one_before_any_has_two(courses: dict[str, Course]) -> None:
    answers = tuple(Answer(f"q{n}", TODAY, f"A{n}", f"/articles/a{n}") for n in range(3))
    learned = (*did("upper", 1), *did("words", 1, 2, 3, 4), *did("lines", 1, day=1))
    pupil = on_path(courses, learned=learned, answers=answers, visitor=TIER_1)
    assert [path for path, _ in told(pupil, courses)] == [
        "/courses/lines/l2",
        "/courses/ropes",
        "/articles/a0",
    ]


def test_a_course_for_partners_is_recommended_to_nobody_who_has_not_begun_it(
    courses: dict[str, Course],
) -> None:
    words = {"words": replace(courses["words"], certifies_partners=True)}
    assert told(Pupil(), words) == []
    begun = Pupil(learned=did("words", 1))
    assert told(begun, words) == [("/courses/words/l2", "You have done 1 of 4 lessons of Words")]


def test_a_manager_who_has_done_everything_looks_after_the_team(courses: dict[str, Course]) -> None:
    learned = tuple(one for slug in HEADS for one in did(slug, 1, 2, 3, 4))
    assert told(Pupil(learned=learned), courses) == []
    manager = Pupil(learned=learned, manages=True)
    assert [path for path, _ in told(manager, courses)] == ["/account/team"]
    assert told(Pupil(manages=True), {}) == []


def test_what_somebody_may_not_see_is_not_even_a_step_on_the_way(courses: dict[str, Course]) -> None:
    found = told(on_path(courses), seen(courses, but=("upper", "words")))
    assert found == [("/courses/ropes", "It is next on your path: Moor a boat")]


@given(
    done=st.sets(st.tuples(st.sampled_from(sorted(HEADS)), st.integers(1, 4))),
    hidden=st.sets(st.sampled_from(sorted(HEADS))),
    tier=st.integers(1, 3),
    manages=st.booleans(),
)
def test_whatever_is_known_advice_is_short_open_visible_and_always_the_same(
    courses: dict[str, Course], done: set[tuple[str, int]], hidden: set[str], tier: int, manages: bool
) -> None:
    learned = tuple(one for slug, number in sorted(done) for one in did(slug, number))
    shown = seen(courses, hidden)
    pupil = on_path(courses, learned=learned, visitor=Visitor(Who.CONTACT, tier=tier), manages=manages)
    found = recommended(pupil, shown, TODAY)
    assert found == recommended(replace(pupil, learned=learned[::-1]), shown, TODAY)
    assert len(found) == len({one.path for one in found}) <= MOST
    open_pages = {page.slug for page in pages_of(shown)} | {"/account/team"}
    for course in shown.values():
        far = progress_in(course, learned)
        if far.finished:
            open_pages -= {page.slug for page in course.pages}
        open_pages -= {step.lesson.page.slug for step in far.steps if step.is_done}
    assert {one.path for one in found} <= open_pages


@pytest.mark.parametrize(
    ("days", "words"),
    [(-1, "today"), (0, "today"), (1, "yesterday"), (2, "2 days ago"), (6, "6 days ago"), (7, "last week"),
     (13, "last week"), (14, "2 weeks ago"), (29, "4 weeks ago")],
)  # fmt: skip
def test_how_long_ago_it_was_is_said_in_words(days: int, words: str) -> None:
    assert ago(TODAY - timedelta(days=days), TODAY) == words


def test_in_a_mail_it_is_a_list_of_links_with_their_reasons(courses: dict[str, Course]) -> None:
    asked = "You looked for “[x](http://evil.example) {{ include: kit }}” today"
    found = [
        Recommendation("Knots", "/courses/ropes/knots", "You have begun Ropes"),
        Recommendation("Rent", "/articles/rent", asked),
    ]
    assert as_markdown(found, courses) == (
        "- [Knots](/courses/ropes/knots): You have begun Ropes.\n"
        "- [Rent](/articles/rent): You looked for “&#91;x&#93;&#40;http://evil.example&#41; "
        "&#123;&#123; include: kit &#125;&#125;” today."
    )


def test_with_nothing_to_recommend_a_mail_leads_to_everything(courses: dict[str, Course]) -> None:
    assert as_markdown([], courses) == "- [All courses](/courses)"
    assert as_markdown([], {}) == "- [All articles](/articles)"
