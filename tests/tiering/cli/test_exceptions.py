from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from tests.tiering.cli.conftest import Run

SOON = (datetime.now(UTC) + timedelta(days=5)).date().isoformat()
TERMS = ("--until", SOON, "--reason", "Pilot [bold]group[/]", "--approver", "Dana Whitfield")


def test_an_exception_is_granted_shown_listed_counted_and_ended(ready: Run) -> None:
    granted = json.loads(ready("except", "tier", "Initech", 1, *TERMS, "--json").stdout)
    assert (granted["tier"], granted["until"], granted["moved"]["after"]) == (1, SOON, 1)
    assert "Pilot [bold]group[/]" in " ".join(ready("show", "initech").stdout.split())
    listed = ready("except", "list", "--ending", 5).stdout
    assert "Initech" in listed
    assert "[bold]" in listed
    assert json.loads(ready("except", "list", "--ending", 4, "--json").stdout) == []
    assert sum(one["excepted"] for one in json.loads(ready("except", "rate", "--json").stdout)) == 1
    assert "Share" in ready("except", "rate").stdout
    ended = ready("except", "end", granted["id"])
    told = f"Ended exception {granted['id']}: Initech, tier 1; it was granted until {SOON}, approved by Dana"
    assert ended.stdout.startswith(told)
    assert "moved from tier 1 to tier" in ended.stdout


def test_daily_names_the_exceptions_that_end_soon(ready: Run) -> None:
    ready("except", "service", "Initech", "QBR", *TERMS)
    expected = f"the exception to quarterly-business-review ends on {SOON}."
    assert expected in ready("daily").stdout


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("service", "Initech", "nonsense", *TERMS), "There is no service 'nonsense'."),
        (("service", "xyzzy", "QBR", *TERMS), "No account fits 'xyzzy'."),
        (("tier", "Initech", 1, *TERMS, "--by", "dana whitfield"), "Nobody approves their own exception"),
        (("tier", "Initech", 1, *TERMS, "--until", "2020-01-01"), "The end, 2020-01-01, is in the past"),
        (("end", 99), "There is no exception 99."),
        (
            ("tier", "Northwind", 1, *TERMS),
            "No account fits 'Northwind'. The nearest: Northwind Traders (",
        ),
    ],
)
def test_what_cannot_be_is_one_sentence(ready: Run, words: tuple[object, ...], sentence: str) -> None:
    result = ready("except", *words)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith(sentence)
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize("missing", ["--until", "--reason", "--approver"])
def test_an_exception_without_end_reason_or_approver_is_wrong_usage(ready: Run, missing: str) -> None:
    place = TERMS.index(missing)
    result = ready("except", "tier", "Initech", 1, *TERMS[:place], *TERMS[place + 2 :])
    assert result.exit_code == 2
    assert missing in result.stderr
