"""What searches have in common, and what is not kept of visitors."""

from __future__ import annotations

from datetime import date

import pytest

from kb.visit import is_program, month_of, months_before, query_key, without_names


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("reset a password", "Password resets"),
        ("  How do I reset my PASSWORD? ", "reset password"),
        ("invoices, paid", "paid invoice"),
        ("café", "cafe"),
        ("password password", "password"),
    ],
)
def test_searches_for_the_same_have_one_key(one: str, other: str) -> None:
    assert query_key(one) == query_key(other) != ""


@pytest.mark.parametrize(
    ("query", "key"), [("?!", ""), ("", ""), ("who are you", "ar who you"), ("c++", "c++")]
)
def test_of_words_that_tell_nothing_all_count(query: str, key: str) -> None:
    assert query_key(query) == key


def test_a_key_is_never_longer_than_its_column() -> None:
    assert len(query_key(" ".join(f"word{number}" for number in range(300)))) == 300


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("invite anna.berg@acme.example to my team", "invite [address] to my team"),
        ("call +49 (30) 1234-5678", "call [number]"),
        ("card 4111 1111 1111 1111", "card [number]"),
        ("invoice 2026-01", "invoice 2026-01"),
        ("error 404", "error 404"),
    ],
)
def test_addresses_and_long_numbers_are_not_kept(query: str, kept: str) -> None:
    assert without_names(query) == kept


@pytest.mark.parametrize(
    ("agent", "program"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/131.0 Safari/537.36", False),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Mobile/15E148", False),
        ("Mozilla/5.0 (Linux; Android 9; CUBOT_X19)", False),
        ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", True),
        ("Mozilla/5.0 HeadlessChrome/131.0", True),
        ("Slackbot-LinkExpanding 1.0", True),
        ("curl/8.5.0", True),
        ("python-requests/2.32", True),
        ("", True),
        (" ", True),
    ],
)
def test_programs_are_told_from_people(agent: str, program: bool) -> None:
    assert is_program(agent) is program


def test_months_are_counted_over_the_turn_of_the_year() -> None:
    assert month_of(date(2026, 11, 22)) == date(2026, 11, 1)
    assert months_before(date(2026, 2, 1), 2) == date(2025, 12, 1)
    assert months_before(date(2026, 12, 1), 11) == date(2026, 1, 1)
