from __future__ import annotations

import csv
import io
import json

import pytest

from tests.tiering.cli.conftest import Run
from tiering.domain.report import FIGURES


def test_a_report_is_a_table_of_all_figures_by_tier_within_100_columns(ready: Run) -> None:
    result = ready("report")
    assert (result.exit_code, result.stderr) == (0, "")
    assert "1 Strategic" in result.stdout
    for one in FIGURES:
        assert one.label in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 100
    assert "unknown" in result.stdout
    assert "was never closed" in result.stdout


def test_a_report_for_programs_says_what_each_number_means(ready: Run) -> None:
    shape = json.loads(ready("report", "--json").stdout)
    assert [tier["tier"] for tier in shape["tiers"]] == [1, 2, 3, None]
    customers = [tier["values"]["customers"]["now"] for tier in shape["tiers"]]
    assert sum(customers[:3]) == customers[3] == 51
    assert shape["tiers"][0]["values"]["grr"] == {"now": None, "before": None}
    assert all(figure["meaning"] for figure in shape["figures"])


def test_a_report_as_csv_has_a_line_for_each_number(ready: Run) -> None:
    rows = list(csv.DictReader(io.StringIO(ready("report", "--csv").stdout)))
    assert len(rows) == 4 * len(FIGURES)
    [customers] = [row for row in rows if (row["tier"], row["figure"]) == ("all", "customers")]
    assert (customers["unit"], customers["now"], customers["before"]) == ("count", "51", "")


@pytest.mark.parametrize("text", ["", "2026", "2026Q5", "soon"])
def test_a_quarter_that_is_none_is_wrong_usage(ready: Run, text: str) -> None:
    result = ready("report", f"--quarter={text or ' '}")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "expected the year and the quarter, such as 2026Q3" in result.stderr


def test_a_quarter_to_come_is_one_sentence(ready: Run) -> None:
    result = ready("report", "--quarter", "2999Q1")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("2999Q1 has not begun yet")


def test_a_record_that_knew_nobody_last_quarter_has_nothing_to_close(ready: Run) -> None:
    assert ready("close-quarter").stdout == "There is no quarter to close.\n"
    assert json.loads(ready("close-quarter", "--json").stdout) == {"closed": None}
