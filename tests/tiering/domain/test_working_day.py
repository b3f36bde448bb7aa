from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiering.domain.working_day import working_days_later

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("asked", "due"),
    [
        ("2026-11-27 15:00", "2026-12-01 15:00"),  # Friday to Tuesday
        ("2026-11-23 09:30", "2026-11-25 09:30"),  # Monday to Wednesday
        ("2026-11-26 00:00", "2026-11-30 00:00"),  # Thursday to Monday
        ("2026-11-28 00:00", "2026-12-02 00:00"),  # Saturday counts from Monday 00:00
        ("2026-11-29 23:59", "2026-12-02 00:00"),  # Sunday too
        ("2026-10-23 15:00", "2026-10-27 15:00"),  # summer time ends on this weekend
    ],
)
def test_two_working_days_are_counted_hour_to_hour_and_over_weekends(asked: str, due: str) -> None:
    start, end = (datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=BERLIN) for text in (asked, due))
    assert working_days_later(start, 2, BERLIN) == end


def test_it_is_the_companys_weekend_that_counts() -> None:
    late_on_friday = datetime(2026, 11, 27, 23, 30, tzinfo=UTC)  # Saturday in Berlin
    assert working_days_later(late_on_friday, 2, BERLIN) == datetime(2026, 12, 2, tzinfo=BERLIN)
    assert working_days_later(late_on_friday, 2, ZoneInfo("UTC")) == datetime(2026, 12, 1, 23, 30, tzinfo=UTC)


moments = st.integers(1_577_836_800, 2_051_222_400).map(lambda second: datetime.fromtimestamp(second, UTC))


@given(moments, moments, st.integers(1, 10), st.sampled_from(["UTC", "Europe/Berlin", "America/New_York"]))
def test_a_due_moment_is_on_a_working_day_as_many_later_and_never_overtakes_a_later_one(
    one: datetime, other: datetime, days: int, name: str
) -> None:
    zone = ZoneInfo(name)
    early, late = sorted((one, other))
    due = working_days_later(early, days, zone)
    start = early.astimezone(zone).date()
    between = [start + timedelta(days=gone) for gone in range(1, (due.date() - start).days + 1)]
    assert due.weekday() < 5
    assert sum(day.weekday() < 5 for day in between) == days + (start.weekday() >= 5)
    if late - early >= timedelta(hours=2):  # an hour that comes twice in autumn is one here
        assert due <= working_days_later(late, days, zone)
