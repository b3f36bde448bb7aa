from __future__ import annotations

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from tiering.quiet_hours import QuietHours

LONDON = ZoneInfo("Europe/London")


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of the week that begins on Monday, 23 November 2026."""
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "is_quiet"),
    [
        (at(23, 8, 29), True),
        (at(23, 8, 30), False),
        (at(23, 17, 59), False),
        (at(23, 18), True),
        (at(24, 0), True),
        (at(27, 12), False),
        (at(28, 12), True),
        (at(29, 12), True),
    ],
)
def test_evenings_nights_and_weekends_are_quiet(moment: datetime, is_quiet: bool) -> None:
    assert QuietHours().cover(moment, "Europe/London", LONDON) == is_quiet


@pytest.mark.parametrize(
    ("zone", "is_quiet"),
    [
        ("America/New_York", True),
        ("Europe/Madrid", False),
        ("", False),
        ("Mars/Olympus", False),
        ("../x", False),
    ],
)
def test_the_clock_is_that_of_whoever_is_told_else_the_company_s(zone: str, is_quiet: bool) -> None:
    assert QuietHours().cover(at(23, 10), zone, LONDON) == is_quiet


def test_somebody_s_weekend_begins_where_they_are() -> None:
    sunday_night = at(29, 23)
    hours = QuietHours(begin=time(2), end=time(3))
    assert not hours.cover(sunday_night, "Asia/Kolkata", LONDON)
    assert hours.cover(sunday_night, "Europe/London", LONDON)


def test_hours_within_one_day_and_none_at_all() -> None:
    assert QuietHours(begin=time(12), end=time(14)).cover(at(23, 13), "", LONDON)
    assert not QuietHours(begin=time(12), end=time(14)).cover(at(23, 14), "", LONDON)
    assert not QuietHours(begin=time(0), end=time(0), weekends=False).cover(at(28, 3), "", LONDON)


@pytest.mark.parametrize("written", [1080, "24:00", "6pm", "18:0", "", None, True])
def test_a_time_that_is_none_is_said_with_an_example(written: object) -> None:
    with pytest.raises(ValidationError, match=r'expected one such as "18:00", in quotes'):
        QuietHours.model_validate({"begin": written})
