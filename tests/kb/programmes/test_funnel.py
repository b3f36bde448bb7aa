"""How a programme stands is counted by contact, and never claims a goal that came before the mails."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta

import pytest

from kb.programmes.funnel import WITHIN, Done, Fate, Mailed, funnel
from tests.conftest import NOON
from tests.kb.programmes.test_due import BERLIN, programme

DAY = NOON.date()
TOUR = programme(goal="done berths")
Did = Callable[[Sequence[str]], Done]


def sent(contact: str, step: str, days: int = 0, fate: Fate = Fate.SENT) -> Mailed:
    return Mailed(contact, step, NOON + timedelta(days=days), fate)


def done(goal: dict[str, date] | None = None, unsubscribed: dict[str, datetime] | None = None) -> Did:
    return lambda _: Done(goal or {}, unsubscribed or {})


def test_mails_are_counted_by_step_and_what_became_of_them() -> None:
    mailed = [sent("a", "one"), sent("b", "one", fate=Fate.UNCERTAIN), sent("c", "one", fate=Fate.FAILED)]
    found = funnel(TOUR, [*mailed, sent("a", "two", 3), sent("a", "gone", 4)], done(), BERLIN)
    assert found.mails == {
        ("one", Fate.SENT): 1,
        ("one", Fate.UNCERTAIN): 1,
        ("one", Fate.FAILED): 1,
        ("two", Fate.SENT): 1,
        ("gone", Fate.SENT): 1,
    }
    assert found.begun == 2


@pytest.mark.parametrize(("day", "reached"), [(-1, 0), (0, 1), (3, 1), (3 + WITHIN, 1), (4 + WITHIN, 0)])
def test_a_goal_counts_from_the_day_of_a_mail_until_thirty_days_after_it(day: int, reached: int) -> None:
    mailed = [sent("a", "one"), sent("a", "two", 3)]
    found = funnel(TOUR, mailed, done({"a": DAY + timedelta(days=day), "nobody": DAY}), BERLIN)
    assert found.reached == reached


def test_a_programme_was_ended_by_the_goal_where_the_last_mail_was_spared() -> None:
    mailed = [sent(who, "one") for who in "abc"] + [sent("b", "two", 3), sent("b", "three", 10)]
    goal = {"a": DAY + timedelta(days=1), "b": DAY + timedelta(days=11), "c": DAY - timedelta(days=1)}
    assert funnel(TOUR, mailed, done(goal), BERLIN).ended == 1


def test_whoever_wanted_no_mails_before_did_not_unsubscribe_because_of_it() -> None:
    mailed = [sent("a", "one"), sent("b", "one", fate=Fate.UNCERTAIN)]
    unsubscribed = {"a": NOON + timedelta(hours=1), "b": NOON - timedelta(days=1)}
    assert funnel(TOUR, mailed, done(unsubscribed=unsubscribed), BERLIN).unsubscribed == 1


def test_nothing_sent_is_nothing_begun() -> None:
    found = funnel(TOUR, [], done({"a": DAY}), BERLIN)
    assert (found.mails, found.begun, found.reached, found.ended, found.unsubscribed) == ({}, 0, 0, 0, 0)
