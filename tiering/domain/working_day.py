"""Working days: Monday to Friday, counted hour to hour on the company's clocks."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

_SATURDAY = 5


def working_days_later(start: datetime, days: int, zone: ZoneInfo) -> datetime:
    """Return the moment so many working days after `start`, at the same time of day in the company's zone.

    Friday 15:00 and two days are Tuesday 15:00. What starts on a weekend starts on Monday at 00:00.
    """
    local = start.astimezone(zone).replace(tzinfo=None)
    while local.weekday() >= _SATURDAY:
        local = (local + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    for _ in range(days):
        local += timedelta(days=1)
        while local.weekday() >= _SATURDAY:
            local += timedelta(days=1)
    # Zoned again only now: days are counted on the wall, and some of them have 23 or 25 hours.
    return local.replace(tzinfo=zone)
