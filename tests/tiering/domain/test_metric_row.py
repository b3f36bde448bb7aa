from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import TODAY
from tiering.domain.metric_row import FIELDS, MetricRow, parse_metric

COLUMNS = {name: number for number, name in enumerate(FIELDS)}


def parsed(*cells: str) -> MetricRow | list[str]:
    return parse_metric(cells, COLUMNS, TODAY)


def test_a_row_says_who_what_how_much_when_and_who_says_so() -> None:
    expected = MetricRow("A-1", "nps", Decimal(42), date(2026, 9, 30), "survey")
    assert parsed(" A-1 ", "NPS", "42.0", "2026-09-30", "survey") == expected


def test_the_name_of_a_metric_is_written_in_one_way() -> None:
    row = parsed("Acme", " Service Requests", "7", "30 Sep 2026", "")
    assert row == MetricRow("Acme", "service_requests", Decimal(7), date(2026, 9, 30), None)


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        (("", "nps", "1", "2026-09-30", ""), "account"),
        (("A-1", "", "1", "2026-09-30", ""), "metric"),
        (("A-1", "!!!", "1", "2026-09-30", ""), "metric"),
        (("A-1", "x" * 61, "1", "2026-09-30", ""), "metric"),
        (("A-1", "nps", "", "2026-09-30", ""), "value"),
        (("A-1", "nps", "n/a", "2026-09-30", ""), "value"),
        (("A-1", "nps", "101", "2026-09-30", ""), "value"),
        (("A-1", "csat", "-1", "2026-09-30", ""), "value"),
        (("A-1", "service_requests", "2.5", "2026-09-30", ""), "value"),
        (("A-1", "service_requests", "-2", "2026-09-30", ""), "value"),
        (("A-1", "depth", "1e99", "2026-09-30", ""), "value"),
        (("A-1", "nps", "1", "", ""), "as_of"),
        (("A-1", "nps", "1", "03/04/2026", ""), "as_of"),
        (("A-1", "nps", "1", "2026-11-23", ""), "as_of"),
        (("A-1", "nps", "1", "2026-09-30", "x" * 300), "source"),
    ],
)
def test_a_bad_cell_is_named_with_what_was_expected(cells: tuple[str, ...], column: str) -> None:
    found = parsed(*cells)
    assert isinstance(found, list)
    [problem] = found
    assert problem.startswith(f"column `{column}`, value ")
    assert ": expected " in problem


def test_everything_that_is_wrong_with_a_row_is_told_at_once() -> None:
    found = parsed("", "", "", "", "")
    assert isinstance(found, list)
    assert len(found) == 4


@given(
    value=st.decimals(min_value=-(10**12), max_value=10**12, places=6),
    days=st.integers(min_value=0, max_value=3000),
)
def test_a_number_comes_through_as_it_was(value: Decimal, days: int) -> None:
    when = TODAY - timedelta(days)
    row = parsed("A-1", "depth", f"{value:f}", when.isoformat(), "")
    assert isinstance(row, MetricRow)
    assert (row.value, row.as_of) == (value, when)
    assert len(str(row.value)) <= 40


@given(st.lists(st.text(max_size=30), min_size=5, max_size=5))
def test_no_row_whatever_breaks_the_reader(cells: list[str]) -> None:
    found = parsed(*cells)
    assert isinstance(found, MetricRow) or all(text.startswith("column `") for text in found)
