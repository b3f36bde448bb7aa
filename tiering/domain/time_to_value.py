"""Time to first value: how many days customers take from their start to what they came for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Way:
    """From the start of a customer to its first value."""

    start: date | None
    """When it went live, or else the first of its people signed up; None where nobody knows."""
    reached: date

    @property
    def days(self) -> int | None:
        """How long it took, nothing where value came before the start; None where that is not known."""
        return None if self.start is None else max(0, (self.reached - self.start).days)


def way(live: date | None, signed_up: datetime | None, first: datetime, zone: ZoneInfo) -> Way:
    """Return the way from what is known of a customer's start to a moment; days are those of `zone`."""
    signed = signed_up.astimezone(zone).date() if signed_up else None
    return Way(live or signed, first.astimezone(zone).date())


def counted_since(day: date) -> date:
    """Return the first day that counts until a day: that of the month eleven months before."""
    return date(day.year - (day.month < 12), day.month % 12 + 1, 1)


def median(counts: Mapping[int, int]) -> float | None:
    """Return the median of days that so many took each; None of nobody."""
    number = sum(counts.values())
    middles, passed = ((number - 1) // 2, number // 2), 0
    found: list[int] = []
    for days, count in sorted(counts.items()):
        found += (days for middle in middles if passed <= middle < passed + count)
        passed += count
    return sum(found) / 2 if found else None
