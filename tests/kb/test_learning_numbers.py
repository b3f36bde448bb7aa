"""What the counts of learning come to, with the formula of each number."""

from __future__ import annotations

import pytest

from kb.course import Course
from kb.learning_numbers import (
    Days,
    Fact,
    FirstValue,
    Kind,
    LearningNumbers,
    Missed,
    Place,
    Share,
    Taken,
    days_of,
    digest,
    places,
)
from kb.visit import months_before
from tests.conftest import NOON, TODAY
from tests.kb.shelf import Shelf

ONCE, QUIZ = "### Two knots? {#two}\n\n= bowline\n", "## Quiz\n\n"


@pytest.fixture
def ropes(shelf: Shelf) -> Course:
    """Two lessons, the second of which was called Bends and has a quiz of two questions."""
    shelf.course("ropes", "title: Ropes\naliases: lines")
    shelf.lesson("ropes/01-begin", "id: begin\ntitle: Begin")
    quiz = f"{QUIZ}{ONCE}\n### One bend? {{#one}}\n\n= sheet\n"
    shelf.lesson("ropes/02-knots", "id: knots\ntitle: Knots\naliases: bends", quiz)
    return shelf.read().courses["ropes"]


def numbers(*facts: Fact) -> LearningNumbers:
    return LearningNumbers(NOON, months_before(TODAY.replace(day=1), 11), "d", facts)


def of(kind: Kind, number: int, tier: int = 3, lesson: str = "", key: str = "") -> Fact:
    return Fact(kind, tier, "ropes", lesson, key, number)


def test_every_name_that_something_had_leads_to_what_it_is_today(ropes: Course) -> None:
    quiz = ropes.lessons[1].quiz
    assert quiz
    assert places([ropes]) == (
        Place("ropes", "begin", "ropes", "begin", 1, 2, ""),
        Place("lines", "begin", "ropes", "begin", 1, 2, ""),
        Place("ropes", "knots", "ropes", "knots", 2, 2, quiz.revision),
        Place("lines", "knots", "ropes", "knots", 2, 2, quiz.revision),
        Place("ropes", "bends", "ropes", "knots", 2, 2, quiz.revision),
        Place("lines", "bends", "ropes", "knots", 2, 2, quiz.revision),
    )


def test_numbers_of_other_lessons_than_today_s_are_known_by_their_digest(ropes: Course, shelf: Shelf) -> None:
    before = digest(places([ropes]), None)
    assert digest(reversed(places([ropes])), None) == before
    shelf.lesson("ropes/03-sail", "id: sail\ntitle: Sail")
    assert digest(places([shelf.read().courses["ropes"]]), None) != before
    assert digest(places([ropes]), "invoice.sent") != before


@pytest.mark.parametrize(
    ("counts", "median"),
    [
        ({0: 10}, 0.0),
        ({1: 5, 4: 5}, 2.5),
        ({1: 5, 4: 6}, 4.0),
        ({9: 1, 1: 8, 3: 1}, 1.0),
        ({1: 9}, None),
        ({}, None),
    ],
)
def test_half_of_them_take_no_longer_than_the_median(counts: dict[int, int], median: float | None) -> None:
    assert days_of(counts) == Days(sum(counts.values()), median)


def test_a_share_of_fewer_than_ten_is_not_told() -> None:
    assert Share(9, 9).value is None
    assert Share(4, 10).value == 0.4


def test_a_course_is_finished_by_so_many_of_those_who_began(ropes: Course) -> None:
    found = numbers(
        of(Kind.BEGAN, 12, tier=2),
        of(Kind.BEGAN, 8),
        of(Kind.FINISHED, 6, tier=2, key="1"),
        of(Kind.FINISHED, 4, tier=2, key="9"),
        of(Kind.CERTIFIED, 3),
    )
    assert found.tiers == [2, 3]
    assert found.taken("ropes", 2) == Taken(12, 10, 0, Days(10, 1.0))
    assert found.taken("ropes", 3) == Taken(8, 0, 3, Days(0, None))
    everybody = found.taken("ropes")
    assert everybody == Taken(20, 10, 3, Days(10, 1.0))
    assert everybody.completion == Share(10, 20)
    assert found.taken("sails") == Taken(0, 0, 0, Days(0, None))


def test_of_all_courses_a_person_counts_once_and_the_days_of_each_course_count(ropes: Course) -> None:
    found = numbers(
        of(Kind.FINISHED, 10, key="1"),
        Fact(Kind.FINISHED, 3, "sails", "", "3", 10),
        Fact(Kind.FINISHED, 3, "", "", "", 15),
        Fact(Kind.BEGAN, 3, "", "", "", 20),
    )
    assert found.taken() == Taken(20, 15, 0, Days(20, 2.0))


def test_lessons_stand_in_their_order_with_where_people_stop(ropes: Course) -> None:
    found = numbers(
        of(Kind.BEGAN, 20),
        of(Kind.REACHED, 20, lesson="begin"),
        of(Kind.DID, 15, lesson="begin"),
        of(Kind.STOPPED, 4, lesson="begin"),
        of(Kind.REACHED, 12, lesson="knots"),
        of(Kind.REACHED, 99, lesson="gone"),
    )
    assert [one[1:] for one in found.stages(ropes)] == [(20, 20, 15, 4), (20, 12, 0, 0)]
    assert [one[1:] for one in found.stages(ropes, 1)] == [(0, 0, 0, 0), (0, 0, 0, 0)]


def test_a_quiz_tells_first_attempts_passes_and_its_hardest_questions(ropes: Course) -> None:
    (quiz,) = numbers(
        of(Kind.TRIED, 10, lesson="knots"),
        of(Kind.AT_ONCE, 4, lesson="knots"),
        of(Kind.PASSED, 9, lesson="knots"),
        of(Kind.ATTEMPTS, 18, lesson="knots"),
        of(Kind.PASSES, 12, lesson="knots"),
        of(Kind.ANSWERED, 11, lesson="knots", key="now"),
        of(Kind.ANSWERED, 7, lesson="knots", key="before"),
        of(Kind.WRONG, 2, lesson="knots", key="now two"),
        of(Kind.WRONG, 5, lesson="knots", key="now one"),
        of(Kind.WRONG, 6, lesson="knots", key="before two"),
        of(Kind.WRONG, 3, lesson="knots", key="before three"),
    ).quizzes(ropes)
    assert (quiz.lesson.id, quiz.people, quiz.at_once, quiz.overall) == (
        "knots",
        10,
        Share(4, 10),
        Share(9, 10),
    )
    assert quiz.per_pass == 1.5
    assert quiz.missed == (Missed("one", Share(5, 11), 0), Missed("two", Share(2, 11), 6))
    assert (quiz.before, quiz.gone) == (7, 3)


def test_a_quiz_that_nobody_answered_is_left_out_and_of_few_little_is_told(ropes: Course) -> None:
    assert numbers().quizzes(ropes) == []
    (quiz,) = numbers(
        of(Kind.TRIED, 9, lesson="knots"),
        of(Kind.ATTEMPTS, 9, lesson="knots"),
        of(Kind.PASSES, 9, lesson="knots"),
    ).quizzes(ropes)
    assert quiz.per_pass is None


def test_customers_learn_so_many_days_after_going_live() -> None:
    found = numbers(
        Fact(Kind.LIVE, 3, "", "", "", 30),
        Fact(Kind.LIVE, 1, "", "", "", 5),
        Fact(Kind.FIRST_LESSON, 3, "", "", "2", 11),
        Fact(Kind.FIRST_COURSE, 3, "", "", "7", 9),
        Fact(Kind.FIRST_EVENT, 3, "", "", "4", 10),
    )
    assert found.first_value(3) == FirstValue(30, Days(11, 2.0), Days(9, None), Days(10, 4.0))
    assert found.first_value().customers == 35
