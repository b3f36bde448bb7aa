from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.tiering.cli.conftest import Run


@pytest.mark.parametrize(
    ("words", "title"),
    [
        (("matrix",), "# What each plan includes"),
        (("sales",), "# Tiers for Sales: Three tiers by revenue and promise"),
        (("value", "acme"), "# Acme Corporation: what we did for you in 20"),
        (("value", "acme", "--year", 2025), "# Acme Corporation: what we did for you in 2025"),
    ],
)
def test_a_document_is_printed_written_or_given_to_programs(
    ready: Run, tmp_path: Path, words: tuple[object, ...], title: str
) -> None:
    printed = ready("document", *words)
    assert (printed.exit_code, printed.stderr) == (0, "")
    assert printed.stdout.startswith(title)
    out = tmp_path / "document.md"
    assert ready("document", *words, "--out", out).stdout == ""
    assert out.read_text(encoding="utf-8") == printed.stdout
    answer = json.loads(ready("document", *words, "--json").stdout)
    assert answer == {"path": None, "markdown": printed.stdout}


def test_a_document_that_cannot_be_written_is_one_sentence(ready: Run, tmp_path: Path) -> None:
    result = ready("document", "matrix", "--out", tmp_path / "none" / "matrix.md")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "cannot be written" in result.stderr


@pytest.mark.parametrize("year", ["0", "-5", "99999", "soon"])
def test_a_year_is_a_year(ready: Run, year: str) -> None:
    assert ready("document", "value", "acme", "--year", year).exit_code == 2


def test_a_statement_for_nobody_fails_with_a_sentence(ready: Run) -> None:
    result = ready("document", "value", "xyzzy")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("No account fits 'xyzzy'.")
