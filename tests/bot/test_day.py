"""Days as people write them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.day import day, read_day, readable

SUNDAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026-12-04", date(2026, 12, 4)),
        ("4 Dec", date(2026, 12, 4)),
        ("4 dec.", date(2026, 12, 4)),
        ("4th of December", date(2026, 12, 4)),
        ("Dec 4", date(2026, 12, 4)),
        ("December 4th, 2027", date(2027, 12, 4)),
        ("12 Aug", date(2027, 8, 12)),
        ("22 November", SUNDAY),
        ("21 November", date(2027, 11, 21)),
        ("29 Feb", date(2028, 2, 29)),
        ("sept 1", date(2027, 9, 1)),
        ("today", SUNDAY),
        ("Tomorrow", date(2026, 11, 23)),
        ("friday", date(2026, 11, 27)),
        ("on Sunday", date(2026, 11, 29)),
        ("thurs", date(2026, 11, 26)),
    ],
)
def test_a_day_is_read_as_the_next_such_day(written: str, meant: date) -> None:
    assert read_day(written, SUNDAY) == meant


@pytest.mark.parametrize(
    "written",
    [
        "",
        "8/12",
        "12.8.",
        "next friday",
        "soon",
        "31 Feb",
        "2026-02-30",
        "0 May",
        "ju 4",
        "Dec",
        "4",
        "0000-01-01",
    ],
)
def test_what_is_ambiguous_or_no_day_is_not_read(written: str) -> None:
    assert read_day(written, SUNDAY) is None


@given(st.dates(date(2020, 1, 1), date(2090, 1, 1)), st.integers(0, 364))
def test_a_day_that_the_bot_writes_is_read_again(today: date, later: int) -> None:
    meant = today + timedelta(days=later)
    assert read_day(day(meant), today) == meant
    assert read_day(meant.isoformat(), today) == meant
    if (meant.month, meant.day) != (2, 29):
        assert read_day(f"{meant:%d %b}", today) == meant


@given(st.text(max_size=40), st.dates(date(2020, 1, 1), date(2090, 1, 1)))
def test_whatever_is_written_is_read_or_not(written: str, today: date) -> None:
    assert read_day(written, today) is None or isinstance(read_day(written, today), date)


def test_the_days_within_a_sentence_are_written_as_people_do() -> None:
    assert readable("Bought until 2027-05-14; 2 of 4 left.") == "Bought until 14 May 2027; 2 of 4 left."
    assert readable("Order 2027-02-30, 12027-01-01 and 2027-01-011") == (
        "Order 2027-02-30, 12027-01-01 and 2027-01-011"
    )
