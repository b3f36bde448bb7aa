from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiering.domain.quarter import BadQuarter, Quarter

DAYS = st.dates(date(1900, 1, 1), date(2900, 12, 31))


@given(DAYS)
def test_every_day_lies_in_the_quarter_that_it_belongs_to(day: date) -> None:
    quarter = Quarter.of(day)
    assert quarter.first <= day <= quarter.last
    assert 90 <= (quarter.last - quarter.first).days + 1 <= 92


@given(DAYS)
def test_quarters_follow_one_another_without_a_gap(day: date) -> None:
    quarter = Quarter.of(day)
    assert quarter.next.previous == quarter
    assert quarter.previous < quarter < quarter.next
    assert quarter.next.first == quarter.last + timedelta(1)


@given(st.integers(1000, 2999), st.integers(1, 4))
def test_a_quarter_is_read_as_it_is_written(year: int, number: int) -> None:
    assert Quarter.parse(str(Quarter(year, number))) == Quarter(year, number)


def test_the_third_quarter_begins_in_july() -> None:
    assert Quarter.parse(" 2026-q3 ") == Quarter(2026, 3)
    assert (Quarter(2026, 3).first, Quarter(2026, 3).last) == (date(2026, 7, 1), date(2026, 9, 30))


@pytest.mark.parametrize("text", ["", "2026", "2026Q5", "2026Q0", "Q3 2026", "26Q3", "2026Q3Q3", "٢٠٢٦Q3"])
def test_what_is_no_quarter_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(BadQuarter, match="expected the year and the quarter, such as 2026Q3"):
        Quarter.parse(text)


def test_the_part_of_a_quarter_gone_by_counts_the_day_itself() -> None:
    autumn = Quarter(2026, 4)
    assert autumn.part(date(2026, 10, 1)) == Decimal(1) / 92
    assert autumn.part(date(2026, 11, 15)) == Decimal("0.5")
    assert autumn.part(autumn.last) == 1
