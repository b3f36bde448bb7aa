from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from tests.tiering.cli.conftest import Run

SOON = (datetime.now(UTC) + timedelta(days=5)).date().isoformat()


def test_hours_are_logged_and_taken_back(ready: Run) -> None:
    logged = ready("log", "Acme", "QBR", "2.5", "--team", "sales", "--note", "prepared")
    assert logged.exit_code == 0
    assert "2.5 hours of quarterly-business-review for Acme Corporation" in logged.stdout
    assert "3 of 4 left this year." in logged.stdout
    line = json.loads(ready("log", "Acme", "training", "1", "--on", "2026-01-31", "--json").stdout)
    assert (line["day"], line["hours"], line["team"]) == ("2026-01-31", "1", "cs")
    assert json.loads(ready("log", "reverse", line["id"], "--json").stdout)["hours"] == "-1"
    assert "has been taken back already" in ready("log", "reverse", line["id"]).stderr


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (("Acme", "QBR", "-2"), 1, "-2 hours cannot be logged; expected more than zero."),
        (("Acme", "QBR", "1", "--on", "2999-01-01"), 1, "2999-01-01 is in the future"),
        (("Acme", "nonsense", "1"), 1, "There is no service 'nonsense'."),
        (("xyzzy", "QBR", "1"), 1, "No account fits 'xyzzy'."),
        (("Acme", "QBR", "many"), 2, "'many' is no number of hours; expected 1.5"),
        (("Acme", "QBR", "1", "--on", "1026-01-31"), 1, "1026-01-31 is more than ten years ago"),
        (("reverse", "0"), 2, "0 is not in the range"),
        (
            ("Acme", "QBR", "1", "--on", "yesterday"),
            2,
            "'yesterday' is no day; expected one such as 2027",
        ),
    ],
)
def test_hours_that_make_no_sense_are_one_sentence(
    ready: Run, words: tuple[str, ...], code: int, sentence: str
) -> None:
    result = ready("log", *words)
    assert (result.exit_code, result.stdout) == (code, "")
    assert sentence in result.stderr


def test_a_service_and_a_tier_are_bought_listed_and_cancelled(ready: Run) -> None:
    bought = json.loads(
        ready(
            "buy", "Initech", "health check", "--until", SOON, "--times", 2, "--price", "1,200 EUR", "--json"
        ).stdout
    )
    assert bought["price"] == {"amount": "1200.00", "currency": "EUR"}
    paid = ready("buy-tier", "Initech", 1, "--until", SOON)
    assert "moved from tier 2 to tier 1" in paid.stdout
    listed = json.loads(ready("purchases", "list", "--json").stdout)
    assert [(one["service"], one["tier"]) for one in listed] == [("health-check", None), (None, 1)]
    assert "health-check (2 times)" in ready("purchases", "list").stdout
    cancelled = ready("purchases", "cancel", listed[1]["id"])
    assert f"Initech, tier 1; it was bought until {SOON}." in cancelled.stdout
    assert "moved from tier 1 to tier 2" in cancelled.stdout


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (("buy", "Initech", "training", "--until", "2020-01-01"), 1, "The end, 2020-01-01, is in the past"),
        (("buy", "Initech", "training"), 2, "Missing option '--until'"),
        (("buy", "Initech", "training", "--until", SOON, "--price", "a lot"), 2, "'a lot' is no amount"),
        (("buy", "Initech", "training", "--until", SOON, "--price", "NaN"), 2, "'NaN' is no amount"),
        (("buy-tier", "Initech", "3", "--until", SOON), 1, "only a higher one is sold"),
        (("purchases", "cancel", "99"), 1, "There is no purchase 99."),
    ],
)
def test_what_cannot_be_bought_is_one_sentence(
    ready: Run, words: tuple[str, ...], code: int, sentence: str
) -> None:
    result = ready(*words)
    assert (result.exit_code, result.stdout) == (code, "")
    assert sentence in result.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("log", "reverse"),
        ("purchases", "cancel"),
        ("except", "end"),
        ("merge", "--undo"),
        ("kits", "show"),
        ("kits", "acknowledge", "--by", "Helen"),
    ],
)
def test_a_number_larger_than_any_database_knows_is_wrong_usage(ready: Run, words: tuple[str, ...]) -> None:
    result = ready(*words, "9" * 20)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "is not in the range" in result.stderr


def test_one_hour_is_an_hour(ready: Run) -> None:
    logged = ready("log", "Acme", "training", "1.0")
    assert logged.stdout.startswith("Logged line 1: 1 hour of training for Acme Corporation on 20")
    assert ready("log", "reverse", 1).stdout == "Line 2 takes back line 1: 1 hour of training.\n"
