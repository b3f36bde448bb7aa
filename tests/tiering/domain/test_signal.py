from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import TODAY, account
from tiering.domain.measurement import Measurement
from tiering.domain.signal import (
    FallingUsage,
    OpenCases,
    OverServicing,
    Signals,
    UnansweredSurvey,
    Watched,
    signals_of,
)

RENEWS_SOON = account("A-1", "Acme", renewal_on=TODAY + timedelta(days=60))
RULES = Signals()


def measured(metric: str, value: str, days_ago: int) -> Measurement:
    return Measurement("A-1", metric, Decimal(value), TODAY - timedelta(days=days_ago), "survey")


def raised(*measurements: Measurement, rules: Signals = RULES, **more: object) -> list[str]:
    by_day = sorted(measurements, key=lambda one: one.as_of)
    watched = Watched(RENEWS_SOON, by_day, **more)  # type: ignore[arg-type]  # any field by its name
    return [one.sentence for one in signals_of(watched, rules, TODAY)]


def test_as_many_open_cases_as_the_threshold_are_a_signal_and_one_fewer_is_none() -> None:
    assert raised(measured("open_cases", "5", 1)) == [
        "5 cases were open on 2026-11-21; from 5 on somebody should look."
    ]
    assert raised(measured("open_cases", "4", 1)) == []


def test_the_newest_count_of_cases_is_the_one_that_holds() -> None:
    assert raised(measured("open_cases", "9", 8), measured("open_cases", "2", 1)) == []


@pytest.mark.parametrize(("days", "is_late"), [(14, False), (15, True), (60, True), (61, False)])
def test_an_answer_waits_for_a_while_and_is_forgotten_after_another(days: int, is_late: bool) -> None:
    assert bool(raised(measured("nps", "3", days))) == is_late


def test_an_answer_that_nobody_followed_up_says_of_which_day_and_how_it_was() -> None:
    assert raised(measured("csat", "40.0", 20)) == [
        "Nobody has followed up the answer of 2026-11-02 (CSAT 40) within 14 days."
    ]


def test_a_follow_up_or_work_for_the_account_answers_a_survey() -> None:
    answer = measured("nps", "3", 20)
    assert raised(answer, measured("follow_ups", "1", 20)) == []
    assert raised(answer, worked_on=TODAY - timedelta(days=3)) == []
    assert len(raised(answer, measured("follow_ups", "1", 21))) == 1
    assert len(raised(answer, measured("follow_ups", "0", 2), worked_on=TODAY - timedelta(days=21))) == 1


def test_each_answer_is_a_signal_of_its_own() -> None:
    answers = (measured("nps", "3", 20), measured("nps", "7", 30), measured("csat", "50", 30))
    found = signals_of(Watched(RENEWS_SOON, answers), RULES, TODAY)
    assert [one.about for one in found] == ["nps 2026-11-02", "nps 2026-10-23", "csat 2026-10-23"]


def test_usage_that_falls_before_a_renewal_is_a_signal() -> None:
    assert raised(measured("active_users", "268", 80), measured("active_users", "190", 2)) == [
        "Active users fell by 29 per cent, from 268 on 2026-09-03 to 190; the renewal is on 2027-01-21."
    ]


@pytest.mark.parametrize(
    ("before", "now", "days_ago"), [("100", "81", 80), ("0", "0", 80), ("100", "10", 91), ("50", "60", 80)]
)
def test_usage_that_falls_little_or_did_long_ago_is_none(before: str, now: str, days_ago: int) -> None:
    assert raised(measured("active_users", before, days_ago), measured("active_users", now, 2)) == []


@pytest.mark.parametrize("renewal", [None, TODAY - timedelta(days=1), TODAY + timedelta(days=121)])
def test_usage_matters_only_while_a_renewal_is_near(renewal: date | None) -> None:
    other = account("A-1", "Acme", renewal_on=renewal)
    fell = (measured("active_users", "100", 80), measured("active_users", "10", 2))
    assert signals_of(Watched(other, fell), RULES, TODAY) == []


def test_hours_beyond_what_is_owed_are_a_signal_from_the_threshold_on() -> None:
    assert raised(owed=Decimal("2.5"), given=Decimal("6.5")) == [
        "It was given 6.5 hours this year and is owed 2.5 by now."
    ]
    assert raised(owed=Decimal("2.6"), given=Decimal("6.5")) == []


def test_what_is_not_watched_is_no_signal_and_is_not_asked_for() -> None:
    off = Signals(
        open_cases=OpenCases(watch=False),
        unanswered_survey=UnansweredSurvey(watch=False),
        falling_usage=FallingUsage(watch=False),
        over_servicing=OverServicing(watch=False),
    )
    everything = (
        measured("open_cases", "50", 1),
        measured("nps", "3", 20),
        measured("active_users", "100", 80),
        measured("active_users", "10", 2),
    )
    assert raised(*everything, rules=off, given=Decimal(90)) == []
    assert off.metrics == ()
    assert len(raised(*everything, given=Decimal(90))) == 4


@given(
    st.lists(
        st.builds(
            Measurement,
            st.just("A-1"),
            st.sampled_from(["nps", "csat", "open_cases", "active_users", "follow_ups", "other"]),
            st.decimals(min_value=-1000, max_value=10**9, places=2),
            st.dates(TODAY - timedelta(days=400), TODAY + timedelta(days=40)),
            st.just("test"),
        ),
        max_size=12,
    )
)
def test_what_holds_is_told_once_and_nothing_of_tomorrow_counts(found: list[Measurement]) -> None:
    by_day = sorted(found, key=lambda one: one.as_of)
    signals = signals_of(Watched(RENEWS_SOON, by_day), RULES, TODAY)
    keys = [(one.kind, one.about) for one in signals]
    assert len(keys) == len(set(keys))
    until_today = [one for one in by_day if one.as_of <= TODAY]
    assert signals == signals_of(Watched(RENEWS_SOON, until_today), RULES, TODAY)
