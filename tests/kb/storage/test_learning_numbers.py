"""How courses fare, counted in SQLite and in PostgreSQL."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from kb.certificate import Certificate
from kb.learning_numbers import Fact, Kind, Place
from kb.progress import Learned
from kb.storage import Attempt, Certificates, Counts, Learning, Stretch
from tests.conftest import NOON, TODAY
from tests.kb.web.cast import settle
from tiering.domain.event import Event
from tiering.usecases.events import add_events
from tiering.usecases.record import Store

DAY = timedelta(days=1)
SINCE = date(2026, 1, 1)
STRETCH = Stretch(SINCE, ZoneInfo("Europe/Berlin"))
ROPES = (
    Place("ropes", "begin", "ropes", "begin", 1, 2, ""),
    Place("ropes", "knots", "ropes", "knots", 2, 2, "q2"),
    Place("lines", "begin", "ropes", "begin", 1, 2, ""),
    Place("lines", "bends", "ropes", "knots", 2, 2, "q2"),
)
"""A course of two lessons, which was called Lines, and the second of them Bends."""
BEGIN = Learned(course="ropes", lesson="begin", read_at=NOON - 40 * DAY)
KNOTS = replace(BEGIN, lesson="knots")


@pytest.fixture
def manned(ruled: Store) -> Store:
    settle(ruled)
    return ruled


def facts(store: Store, *kinds: Kind, known: tuple[Place, ...] = ROPES) -> list[Fact]:
    return sorted(
        fact for fact in Counts(store).renew(known, STRETCH, "invoice.sent").facts if fact.kind in kinds
    )


def learn(store: Store, contact: str, *learned: Learned) -> None:
    Learning(store).read(contact, learned, "r1")


def answer(store: Store, contact: str, number: int, wrong: tuple[str, ...] = (), quiz: str = "q2") -> None:
    at = NOON + timedelta(hours=number)
    tried = Attempt(
        key=f"{contact}-{number}",
        contact=contact,
        course="ropes",
        lesson="knots",
        day=TODAY,
        at=at,
        revision="r1",
        quiz=quiz,
        right=2 - len(wrong),
        total=2,
        passed=not wrong,
        wrong=wrong,
    )
    assert Learning(store).attempt(tried, None)


def test_who_began_and_finished_is_counted_by_the_tier_of_today(manned: Store) -> None:
    done = BEGIN.read_at + 3 * DAY + timedelta(hours=23)
    learn(manned, "C-1", replace(BEGIN, done_at=BEGIN.read_at), replace(KNOTS, done_at=done))
    learn(manned, "C-2", BEGIN)
    learn(manned, "stranger", BEGIN)
    assert facts(manned, Kind.BEGAN, Kind.FINISHED) == [
        Fact(Kind.BEGAN, 0, "", "", "", 1),
        Fact(Kind.BEGAN, 0, "ropes", "", "", 1),
        Fact(Kind.BEGAN, 1, "", "", "", 1),
        Fact(Kind.BEGAN, 1, "ropes", "", "", 1),
        Fact(Kind.BEGAN, 2, "", "", "", 1),
        Fact(Kind.BEGAN, 2, "ropes", "", "", 1),
        Fact(Kind.FINISHED, 1, "", "", "", 1),
        Fact(Kind.FINISHED, 1, "ropes", "", "3", 1),
    ]


def test_a_person_of_two_courses_is_one_person_of_all(manned: Store) -> None:
    sails = Place("sails", "hoist", "sails", "hoist", 1, 1, "")
    learn(manned, "C-1", BEGIN, replace(BEGIN, course="sails", lesson="hoist", done_at=NOON))
    found = facts(manned, Kind.BEGAN, Kind.FINISHED, known=(*ROPES, sails))
    assert [(one.kind, one.course, one.key, one.number) for one in found] == [
        (Kind.BEGAN, "", "", 1),
        (Kind.BEGAN, "ropes", "", 1),
        (Kind.BEGAN, "sails", "", 1),
        (Kind.FINISHED, "", "", 1),
        (Kind.FINISHED, "sails", "40", 1),
    ]


def test_who_began_before_the_stretch_of_time_is_left_out_to_the_hour(manned: Store) -> None:
    midnight = datetime(2025, 12, 31, 23, tzinfo=UTC)
    learn(manned, "C-1", replace(BEGIN, read_at=midnight))
    learn(manned, "C-2", replace(BEGIN, read_at=midnight - timedelta(seconds=1)), KNOTS)
    assert [one.tier for one in facts(manned, Kind.BEGAN)] == [1, 1]
    assert [(one.tier, one.lesson) for one in facts(manned, Kind.REACHED)] == [(1, "begin")]


def test_what_was_learned_under_an_old_name_counts_once_for_the_lesson_of_today(manned: Store) -> None:
    learn(
        manned,
        "C-1",
        replace(BEGIN, course="lines", done_at=NOON - 30 * DAY),
        replace(KNOTS, course="lines", lesson="bends", done_at=NOON - 29 * DAY),
        replace(KNOTS, done_at=NOON - 28 * DAY),
        replace(BEGIN, lesson="no-longer-there", read_at=NOON - 90 * DAY),
    )
    assert facts(manned, Kind.REACHED, Kind.DID, Kind.FINISHED) == [
        Fact(Kind.DID, 1, "ropes", "begin", "", 1),
        Fact(Kind.DID, 1, "ropes", "knots", "", 1),
        Fact(Kind.FINISHED, 1, "", "", "", 1),
        Fact(Kind.FINISHED, 1, "ropes", "", "12", 1),
        Fact(Kind.REACHED, 1, "ropes", "begin", "", 1),
        Fact(Kind.REACHED, 1, "ropes", "knots", "", 1),
    ]


def test_people_stop_at_the_last_lesson_they_opened_once_they_are_idle(manned: Store) -> None:
    learn(manned, "C-1", BEGIN)
    learn(manned, "C-2", BEGIN, KNOTS)
    learn(manned, "C-3", BEGIN, replace(KNOTS, read_at=NOON - 13 * DAY))
    learn(manned, "C-4", replace(BEGIN, done_at=NOON - 13 * DAY))
    learn(manned, "C-5", BEGIN, KNOTS)
    answer(manned, "C-5", -24, wrong=("holds",))
    assert facts(manned, Kind.STOPPED) == [
        Fact(Kind.STOPPED, 1, "ropes", "begin", "", 1),
        Fact(Kind.STOPPED, 2, "ropes", "knots", "", 1),
    ]


def test_certificates_count_people_while_they_are_valid(manned: Store) -> None:
    def issue(number: str, contact: str, begins: date, ends: date, course: str = "ropes") -> None:
        one = Certificate(
            number=number,
            contact=contact,
            course=course,
            title="Ropes",
            name="N",
            revision="r",
            begins_on=begins,
            ends_on=ends,
        )
        Certificates(manned).issue(one, "contact:" + contact)

    issue("A", "C-1", TODAY - 99 * DAY, TODAY, course="lines")
    issue("B", "C-1", TODAY + DAY, TODAY + 99 * DAY)
    issue("C", "C-2", TODAY - 99 * DAY, TODAY - DAY)
    assert facts(manned, Kind.CERTIFIED) == [
        Fact(Kind.CERTIFIED, 1, "", "", "", 1),
        Fact(Kind.CERTIFIED, 1, "ropes", "", "", 1),
    ]


def test_quizzes_tell_first_attempts_from_later_ones_and_today_s_questions_from_older_ones(
    manned: Store,
) -> None:
    answer(manned, "C-1", 1, wrong=("holds", "name"), quiz="q1")
    answer(manned, "C-1", 2, wrong=("holds",))
    answer(manned, "C-1", 3)
    answer(manned, "C-2", 1)
    kinds = (Kind.TRIED, Kind.AT_ONCE, Kind.PASSED, Kind.ATTEMPTS, Kind.PASSES)
    assert [(one.kind, one.tier, one.number) for one in facts(manned, *kinds)] == [
        (Kind.AT_ONCE, 2, 1),
        (Kind.ATTEMPTS, 1, 3),
        (Kind.ATTEMPTS, 2, 1),
        (Kind.PASSED, 1, 1),
        (Kind.PASSED, 2, 1),
        (Kind.PASSES, 1, 1),
        (Kind.PASSES, 2, 1),
        (Kind.TRIED, 1, 1),
        (Kind.TRIED, 2, 1),
    ]
    assert [one[1:] for one in facts(manned, Kind.ANSWERED, Kind.WRONG)] == [
        (1, "ropes", "knots", "before", 1),
        (1, "ropes", "knots", "now", 2),
        (2, "ropes", "knots", "now", 1),
        (1, "ropes", "knots", "before holds", 1),
        (1, "ropes", "knots", "before name", 1),
        (1, "ropes", "knots", "now holds", 1),
    ]


def test_customers_come_to_their_first_value_by_whoever_of_them_is_first(manned: Store) -> None:
    with manned.begin() as work:
        work.connection.exec_driver_sql("UPDATE accounts SET went_live_on = '2026-10-01' WHERE id <> 'A-2'")
        work.connection.exec_driver_sql("UPDATE accounts SET went_live_on = '2025-12-31' WHERE id = 'A-2'")
        work.connection.exec_driver_sql("UPDATE contacts SET account_id = 'A-1' WHERE id = 'C-3'")
    late, early = datetime(2026, 10, 9, 12, tzinfo=UTC), datetime(2026, 10, 4, 12, tzinfo=UTC)
    learn(manned, "C-1", replace(BEGIN, done_at=late), replace(KNOTS, done_at=late))
    learn(manned, "C-3", replace(BEGIN, done_at=early))
    learn(manned, "C-2", replace(BEGIN, done_at=early))
    learn(manned, "C-4", replace(BEGIN, done_at=datetime(2026, 9, 1, tzinfo=UTC)))
    assert facts(manned, Kind.LIVE, Kind.FIRST_LESSON, Kind.FIRST_COURSE) == [
        Fact(Kind.FIRST_COURSE, 1, "", "", "8", 1),
        Fact(Kind.FIRST_LESSON, 1, "", "", "3", 1),
        Fact(Kind.FIRST_LESSON, 3, "", "", "0", 1),
        Fact(Kind.LIVE, 1, "", "", "", 1),
        Fact(Kind.LIVE, 3, "", "", "", 1),
    ]


def test_customers_come_to_the_event_that_they_came_for(manned: Store) -> None:
    with manned.begin() as work:
        work.connection.exec_driver_sql("UPDATE accounts SET went_live_on = '2026-10-01' WHERE id = 'A-1'")
        work.connection.exec_driver_sql("UPDATE accounts SET went_live_on = '2025-10-01' WHERE id = 'A-2'")
    at = datetime(2026, 10, 9, 12, tzinfo=UTC)
    told = [Event(f"E-{number}", f"C-{number}", "invoice.sent", at, None) for number in (1, 2, 3)]
    add_events(manned, told, "test")
    assert facts(manned, Kind.FIRST_EVENT) == [Fact(Kind.FIRST_EVENT, 1, "", "", "8", 1)]


def test_what_was_counted_last_is_kept_and_names_nobody(manned: Store) -> None:
    counts = Counts(manned)
    assert counts.last(SINCE) is None
    learn(manned, "C-1", BEGIN)
    counts.renew((), replace(STRETCH, since=SINCE - DAY), None)
    numbers = counts.renew(ROPES, STRETCH, None)
    assert counts.renew(ROPES, STRETCH, None) == numbers, "counting twice is counting once"
    assert counts.last(SINCE) == numbers
    assert counts.last(SINCE - DAY) is None, "what an earlier month counted is gone"
    assert "C-1" not in repr(numbers)
