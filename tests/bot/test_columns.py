"""Columns and bars of characters."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.columns import aligned, bar, width


def test_the_first_column_stands_left_and_the_others_right() -> None:
    assert aligned([["Tier", "now"], ["1 Strategic", "7"], ["2", "1,234"]]) == [
        "Tier           now",
        "1 Strategic      7",
        "2            1,234",
    ]


def test_rows_may_be_of_different_lengths() -> None:
    assert aligned([["a", "b", "c"], ["and 3 more"]]) == ["a           b  c", "and 3 more"]


@pytest.mark.parametrize(
    ("line", "columns"), [("abc", 3), ("株式", 4), ("e\u0301", 1), ("\u2068שלום\u2069", 4)]
)
def test_a_line_is_as_wide_as_it_looks(line: str, columns: int) -> None:
    assert width(line) == columns


@pytest.mark.parametrize(
    ("percent", "drawn"),
    [("0", "·····"), ("0.1", "█····"), ("50", "███··"), ("100", "█████"), ("250", "█████"), ("-3", "·····")],
)
def test_a_bar_shows_a_share(percent: str, drawn: str) -> None:
    assert bar(Decimal(percent), 5) == drawn


@given(st.decimals(allow_nan=False, allow_infinity=False), st.integers(1, 40))
def test_a_bar_is_always_of_its_length(percent: Decimal, length: int) -> None:
    assert len(bar(percent, length)) == length
