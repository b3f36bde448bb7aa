"""Periods of allowances: the calendar's, the contract's, and the part of one that is left."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiering.domain.account import Account
from tiering.domain.period import MONTHS, Per, Period, period_of, prorated

DAYS = st.dates(date(1990, 1, 1), date(2060, 12, 31))
YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))


def customer(**values: Any) -> Account:
    return Account(**{"id": "a", "name": "Acme", **values})


@pytest.mark.parametrize(
    ("per", "first", "last"),
    [
        ("month", date(2026, 11, 1), date(2026, 11, 30)),
        ("quarter", date(2026, 10, 1), date(2026, 12, 31)),
        ("year", date(2026, 1, 1), date(2026, 12, 31)),
    ],
)
def test_the_calendar_knows_no_contracts(per: Per, first: date, last: date) -> None:
    account = customer(renewal_on=date(2027, 5, 14), went_live_on=date(2020, 2, 2))
    assert period_of(account, per, date(2026, 11, 22), "calendar") == Period(first, last)


@pytest.mark.parametrize(
    ("values", "per", "first", "last"),
    [
        ({"renewal_on": date(2027, 5, 14)}, "year", date(2026, 5, 14), date(2027, 5, 13)),
        ({"renewal_on": date(2027, 5, 14)}, "quarter", date(2026, 11, 14), date(2027, 2, 13)),
        ({"renewal_on": date(2026, 11, 22)}, "year", date(2026, 11, 22), date(2027, 11, 21)),
        ({"renewal_on": date(2026, 11, 23)}, "year", date(2025, 11, 23), date(2026, 11, 22)),
        ({"went_live_on": date(2024, 2, 29)}, "year", date(2026, 2, 28), date(2027, 2, 27)),
        ({"renewal_on": date(2027, 1, 31)}, "month", date(2026, 10, 31), date(2026, 11, 29)),
        ({}, "year", date(2026, 1, 1), date(2026, 12, 31)),
    ],
)
def test_a_contract_year_begins_where_the_contract_does(
    values: dict[str, Any], per: Per, first: date, last: date
) -> None:
    assert period_of(customer(**values), per, date(2026, 11, 22), "contract") == Period(first, last)


@given(
    DAYS,
    st.none() | DAYS,
    st.none() | DAYS,
    st.sampled_from(sorted(MONTHS)),
    st.sampled_from(["calendar", "contract"]),
)
def test_every_day_lies_in_one_period_and_periods_follow_one_another(
    day: date, renewal: date | None, live: date | None, per: Per, rule: Literal["calendar", "contract"]
) -> None:
    account = customer(renewal_on=renewal, went_live_on=live)
    period = period_of(account, per, day, rule)
    assert period.holds(day)
    assert period_of(account, per, period.first, rule) == period
    assert period_of(account, per, period.last, rule) == period
    assert period_of(account, per, period.last + timedelta(days=1), rule).first == period.last + timedelta(
        days=1
    )


@pytest.mark.parametrize(
    ("live", "times"),
    [
        (None, 4),
        (date(2020, 1, 1), 4),
        (date(2026, 1, 1), 4),
        (date(2026, 2, 1), 4),
        (date(2026, 7, 2), 2),
        (date(2026, 10, 1), 1),
        (date(2026, 12, 31), 1),
        (date(2027, 3, 1), 1),
    ],
)
def test_who_went_live_within_a_year_may_have_what_is_left_of_it(live: date | None, times: int) -> None:
    assert prorated(4, customer(went_live_on=live), YEAR) == times


@given(st.integers(1, 1000), DAYS, st.sampled_from(sorted(MONTHS)))
def test_a_part_is_at_least_one_and_never_more_than_the_whole(times: int, live: date, per: Per) -> None:
    account = customer(went_live_on=live)
    for rule in ("calendar", "contract"):
        period = period_of(account, per, date(2026, 11, 22), rule)
        assert 1 <= prorated(times, account, period) <= times
