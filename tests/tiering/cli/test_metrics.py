from __future__ import annotations

import json
from pathlib import Path

from tests.tiering.cli.conftest import Run


def test_metrics_land_and_rejected_rows_are_told_with_path_and_line(ready: Run, tmp_path: Path) -> None:
    file = tmp_path / "nps.csv"
    file.write_text(
        "Account,Metric,Value,As of,Source\n"
        "A-1001,NPS,42,2026-09-30,survey\n"
        "Globex,nps,200,2026-09-30,survey\n"
        "Nobody Ltd,nps,2,2026-09-30,survey\n",
        encoding="utf-8",
    )
    result = ready("import-metrics", file)
    assert (result.exit_code, result.stdout) == (1, "1 added, 0 unchanged, 2 rejected\n")
    assert result.stderr.splitlines() == [
        f"{file}:3: column `value`, value '200': expected a number from -100 to 100",
        f"{file}:4: column `account`, value 'Nobody Ltd': "
        "expected the id, domain or exact name of an account",
    ]
    again = ready("import-metrics", file, "--json")
    assert json.loads(again.stdout) == {
        "added": 0,
        "unchanged": 1,
        "rejected": 2,
        "movers": [],
        "waiting": [],
        "stopped": None,
    }


def test_a_file_of_metrics_without_its_columns_is_told_which_are_missing(ready: Run, tmp_path: Path) -> None:
    file = tmp_path / "nps.csv"
    file.write_text("account,value\nA-1001,42\n", encoding="utf-8")
    result = ready("import-metrics", file)
    assert (result.exit_code, result.stdout) == (1, "")
    assert [line.split(";")[0] for line in result.stderr.splitlines()] == [
        f"{file}:1: there is no column `metric`",
        f"{file}:1: there is no column `as_of`",
    ]


def test_a_file_that_is_not_there_is_one_sentence(ready: Run, tmp_path: Path) -> None:
    result = ready("import-metrics", tmp_path / "none.csv")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith(f"{tmp_path / 'none.csv'}:1: ")
