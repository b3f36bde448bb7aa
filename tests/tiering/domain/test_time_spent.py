"""How long and when: what people say of the time they spent."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import TODAY
from tiering.domain.time_spent import TimeSpent, readings

# Today is Sunday, 22 November 2026.


@pytest.mark.parametrize(
    ("said", "hours", "day", "rest"),
    [
        ("acme training 2", "2", None, "acme training"),
        ("acme training 1,5", "1.5", None, "acme training"),
        ("2 hours of training for acme", "2", None, "training for acme"),
        ("1.5h acme qbr yesterday", "1.5", date(2026, 11, 21), "acme qbr"),
        ("acme qbr 90 minutes", "1.5", None, "acme qbr"),
        ("1h30 on training with acme", "1.5", None, "training with acme"),
        ("1 hour and 20 min acme", "1.33", None, "acme"),
        ("half an hour of training for acme today", "0.5", TODAY, "training for acme"),
        ("an hour and a half for acme", "1.5", None, "acme"),
        ("acme training 3 hrs on 2026-11-02", "3", date(2026, 11, 2), "acme training"),
        ("acme training 3h on 12 Aug", "3", date(2026, 8, 12), "acme training"),
        ("acme 3h, 24th of December", "3", date(2025, 12, 24), "acme ,"),
        ("acme training on Nov 2nd, 2024 2", "2", date(2024, 11, 2), "acme training"),
        ("acme training last friday", None, date(2026, 11, 20), "acme training"),
        ("acme training on sunday", None, date(2026, 11, 15), "acme training"),
        ("-2 hours acme", "-2", None, "acme"),
        ("acme", None, None, "acme"),
        ("", None, None, ""),
        ("acme 3h on 29 Feb", "3", date(2024, 2, 29), "acme"),
        ("acme 31 Feb", None, None, "acme 31 Feb"),
        ("yesterday inc training", None, date(2026, 11, 21), "inc training"),
    ],
)
def test_the_likeliest_reading(said: str, hours: str | None, day: date | None, rest: str) -> None:
    first, *_ = readings(said, TODAY)
    assert first == TimeSpent(Decimal(hours) if hours else None, day, rest)


def test_a_number_at_the_end_may_be_part_of_a_name() -> None:
    assert [one.rest for one in readings("training for plant 7", TODAY)] == [
        "training for plant",
        "training for plant 7",
    ]


def test_hours_within_a_name_are_read_second() -> None:
    first, second = readings("24 hours fitness training 2", TODAY)
    assert (first.hours, first.rest) == (Decimal(24), "fitness training 2")
    assert (second.hours, second.rest) == (Decimal(2), "24 hours fitness training")


@pytest.mark.parametrize("name", ['"24 Hours Fitness"', "“Yesterday 2h”"])
def test_what_is_quoted_is_left_alone(name: str) -> None:
    first, *_ = readings(f"{name} training 2", TODAY)
    assert first == TimeSpent(Decimal(2), None, f"{name} training")


@given(st.text(max_size=200))
def test_whatever_is_said_is_understood_somehow(said: str) -> None:
    found = readings(said, TODAY)
    assert found
    for one in found:
        assert one.hours is None or one.hours.is_finite()
        assert set(one.rest.split()) <= set(said.split())
