from __future__ import annotations

import json
from pathlib import Path

from tests.tiering.cli.conftest import Run

ROWS = (
    "Id,Contact,Name,At,Value,Browser\n"
    "e-1,C-2001,invoice.sent,2026-01-05T10:00:00Z,,Firefox\n"
    "e-2,Jordan@Acme.example,nps_answered,2026-01-05 10:00:00+01:00,9,\n"
    "e-3,C-2001,invoice.sent,yesterday,,\n"
    "e-1,C-2001,report.run,2026-01-05T10:00:00Z,,\n"
    "e-4,C-2001,invoice.sent,2026-01-05T10:00:00Z,,,more\n"
)
PROBLEMS = [
    "4: `at` is 'yesterday'; expected a moment with its zone, such as 2026-11-23T10:00:00Z",
    "5: `id` is 'e-1'; another event has it, and none is changed later",
]


def test_events_land_once_and_rejected_rows_are_told_with_path_and_line(ready: Run, tmp_path: Path) -> None:
    file = tmp_path / "events.csv"
    file.write_text(ROWS, encoding="utf-8")
    rehearsed = ready("import-events", file, "--dry-run")
    assert (rehearsed.exit_code, rehearsed.stdout) == (1, "Would be: 2 added, 0 known, 3 rejected\n")
    result = ready("import-events", file)
    assert (result.exit_code, result.stdout) == (1, "2 added, 0 known, 3 rejected\n")
    assert result.stderr == rehearsed.stderr
    lines = result.stderr.splitlines()
    assert lines[:2] == [f"{file}:{problem}" for problem in PROBLEMS]
    assert lines[2].startswith(f"{file}:6: this row has 7 cells")
    again = ready("import-events", file, "--json")
    assert json.loads(again.stdout) == {"added": 0, "known": 2, "rejected": 3}


def test_a_file_of_events_without_its_columns_is_told_which_are_missing(ready: Run, tmp_path: Path) -> None:
    file = tmp_path / "events.csv"
    for header, said in (
        ("id,name,at", "there is no column `contact`, and no `email` either"),
        ("email,name,at", "there is no column `id`; expected id, contact, email, name, at, value"),
        ("", "the file is empty"),
    ):
        file.write_text(f"{header}\n", encoding="utf-8")
        result = ready("import-events", file)
        assert (result.exit_code, result.stdout, result.stderr) == (1, "", f"{file}:1: {said}\n")


def test_an_event_of_an_address_may_stand_in_a_column_of_addresses(ready: Run, tmp_path: Path) -> None:
    file = tmp_path / "events.csv"
    file.write_text("id;email;name;at\ne-1;jordan@acme.example;a.b;2026-01-05T10:00:00Z\n", encoding="utf-8")
    result = ready("import-events", file)
    assert (result.exit_code, result.stdout, result.stderr) == (0, "1 added, 0 known, 0 rejected\n", "")
