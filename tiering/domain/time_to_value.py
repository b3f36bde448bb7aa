"""Time to first value: how many days customers take from their start to what they came for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from statistics import median


@dataclass(frozen=True, slots=True)
class Way:
    """From the start of somebody, a contact or an account, to their first value."""

    start: date | None
    """When they signed up or went live; None where nobody knows."""
    reached: date | None
    """None as long as it has not happened."""

    @property
    def days(self) -> int | None:
        """How long it took, nothing where value came before the start; None where that is not known."""
        if self.start is None or self.reached is None:
            return None
        return max(0, (self.reached - self.start).days)


@dataclass(frozen=True, slots=True)
class Ways:
    """The ways of many."""

    count: int
    reached: int
    """So many got there, whether or not it is known when they started."""
    median_days: float | None
    """Of those of whom both ends are known; None without any."""
    measured: int
    """How many those are."""


def ways(of: Iterable[Way]) -> Ways:
    """Put many ways together."""
    every = list(of)
    days = [one.days for one in every if one.days is not None]
    reached = sum(one.reached is not None for one in every)
    return Ways(len(every), reached, float(median(days)) if days else None, len(days))
