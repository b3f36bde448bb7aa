"""What tiering keeps of a course that somebody has begun: days in the company's zone, terms without a gap."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from kb.certificate import Certificate
from kb.course import Course
from kb.progress import Learned, Tried
from kb.training import Kept, training_in
from tests.kb.shelf import Shelf
from tiering.domain.training import Training

LATE = datetime(2026, 5, 3, 23, 30, tzinfo=UTC)
"""Early on the fourth in Berlin."""
BERLIN = ZoneInfo("Europe/Berlin")
BEGIN = Learned(course="ropes", lesson="begin", read_at=LATE, done_at=LATE)
KNOTS = Learned(course="lines", lesson="knots", read_at=LATE, done_at=datetime(2026, 6, 1, tzinfo=UTC))
CERTIFICATE = Certificate(
    number="N-1",
    contact="C-1",
    course="lines",
    title="Lines",
    name="Tess",
    revision="r",
    begins_on=date(2026, 6, 1),
    ends_on=date(2026, 9, 8),
)
RENEWED = replace(CERTIFICATE, number="N-2", begins_on=date(2026, 9, 9), ends_on=date(2026, 12, 17))
LATER = replace(CERTIFICATE, number="N-3", begins_on=date(2026, 9, 10), ends_on=date(2026, 12, 18))


@pytest.fixture
def ropes(shelf: Shelf) -> Course:
    shelf.course("ropes", "title: Ropes\naliases: lines\ncertificate: 100\ncertifies: partners")
    shelf.lesson("ropes/01-begin", "id: begin\ntitle: Begin")
    shelf.lesson("ropes/02-knots", "id: knots\ntitle: Knots")
    return shelf.read().courses["ropes"]


def training(
    course: Course,
    *learned: Learned,
    tried: tuple[Tried, ...] = (),
    certificates: tuple[Certificate, ...] = (),
) -> Training | None:
    return training_in(course, "C-1", Kept(learned, tried, certificates), BERLIN)


def test_of_who_has_not_begun_nothing_is_kept(ropes: Course) -> None:
    assert training(ropes, replace(BEGIN, course="sails")) is None


def test_who_has_begun_is_somewhere_in_the_course(ropes: Course) -> None:
    begun = Training(
        contact_id="C-1",
        course="ropes",
        title="Ropes",
        done=1,
        lessons=2,
        begun_on=date(2026, 5, 4),
        partners=True,
        last_on=date(2026, 5, 4),
    )
    assert training(ropes, BEGIN) == begun
    finished = replace(begun, done=2, finished_on=date(2026, 6, 1), last_on=date(2026, 6, 1))
    assert training(ropes, BEGIN, KNOTS) == finished


@pytest.mark.parametrize(
    ("certificates", "term"),
    [
        ((CERTIFICATE,), (date(2026, 6, 1), date(2026, 9, 8))),
        ((RENEWED, CERTIFICATE), (date(2026, 6, 1), date(2026, 12, 17))),
        ((LATER, CERTIFICATE), (date(2026, 9, 10), date(2026, 12, 18))),
        ((replace(CERTIFICATE, course="sails"),), (None, None)),
    ],
)
def test_certificates_that_follow_one_another_are_one_term(
    ropes: Course, certificates: tuple[Certificate, ...], term: tuple[date | None, date | None]
) -> None:
    found = training(ropes, BEGIN, KNOTS, certificates=certificates)
    assert found
    assert (found.certified_on, found.certified_until) == term


def tried(lesson: str, *days: int, passed: int | None = None, course: str = "ropes") -> Tried:
    """Somebody answered a quiz on these days of May, and passed it first on one of them."""
    first, *_, last = (datetime(2026, 5, day, tzinfo=UTC) for day in (*days, days[-1]))
    passed_at = datetime(2026, 5, passed, tzinfo=UTC) if passed else None
    return Tried(course=course, lesson=lesson, first_at=first, last_at=last, passed_at=passed_at)


@pytest.mark.parametrize(
    ("answers", "quizzes"),
    [
        ((), (0, 0)),
        ((tried("begin", 4, passed=4),), (1, 1)),
        ((tried("begin", 4, 5, passed=5), tried("knots", 4, 9, passed=4)), (2, 1)),
        ((tried("begin", 4, 5),), (1, 0)),
        # What failed under the course's old name was the first attempt at the same quiz.
        ((tried("begin", 4, course="lines"), tried("begin", 5, passed=5)), (1, 0)),
        ((tried("bends", 4, passed=4), tried("begin", 4, passed=4, course="sails")), (0, 0)),
    ],
)
def test_quizzes_count_once_by_their_first_attempt(
    ropes: Course, answers: tuple[Tried, ...], quizzes: tuple[int, int]
) -> None:
    found = training(ropes, BEGIN, tried=answers)
    assert found
    assert (found.quizzes, found.quizzes_at_once) == quizzes


def test_who_fails_a_quiz_has_done_something(ropes: Course) -> None:
    found = training(ropes, BEGIN, tried=(tried("begin", 4, 19),))
    assert found
    assert found.last_on == date(2026, 5, 19)
