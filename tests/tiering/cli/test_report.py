from __future__ import annotations

import csv
import io
import json
import sqlite3
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import pytest

from tests.tiering.cli.conftest import Run
from tiering.domain.figure import Unit
from tiering.domain.figures import FIGURES
from tiering.domain.written_number import shown


def test_a_report_is_a_table_of_all_figures_by_tier_within_100_columns(ready: Run) -> None:
    result = ready("report")
    assert (result.exit_code, result.stderr) == (0, "")
    assert "1 Strategic" in result.stdout
    for one in FIGURES:
        assert one.label in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 100
    assert "unknown" in result.stdout
    assert "was never closed" in result.stdout


def test_the_quarter_before_stands_in_brackets_once_the_daily_run_has_closed_it(
    ready: Run, tmp_path: Path
) -> None:
    with closing(sqlite3.connect(tmp_path / "peopled.db")) as record:
        record.execute("UPDATE decisions SET decided_on = '2020-01-01'")
        record.commit()
    assert ready("daily").stdout.startswith("Closed ")
    lines = ready("report").stdout.splitlines()
    assert max(map(len, lines)) <= 100
    assert "in brackets 20" in lines[0]
    cells = {line[2:28].strip(): line[28:].split("  ") for line in lines}
    assert [cell.strip() for cell in cells["Customers"] if cell.strip()] == [
        "13 (13)",
        "18 (18)",
        "20 (20)",
        "51 (51)",
    ]
    assert [cell.strip() for cell in cells["Logo churn"] if cell.strip()] == ["0% (?)"] * 4
    shape = json.loads(ready("report", "--json").stdout)
    closed = json.loads(ready("report", "--quarter", shape["previous"], "--json").stdout)
    assert closed["closed_at"] is not None
    assert "Closed" not in ready("daily").stdout


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        ("1709046.00", "money", "$1.71M"),
        ("607383.00", "money", "$607k"),
        ("99999.50", "money", "$99,999.50"),
        ("-250000", "money", "-$250k"),
        ("0", "money", "$0"),
        ("25.50", "percent", "25.5%"),
        ("12345", "count", "12,345"),
        ("40.0", "days", "40"),
    ],
)
def test_numbers_of_the_table_are_short(value: str, unit: Unit, expected: str) -> None:
    assert shown(Decimal(value), unit, "USD") == expected


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
