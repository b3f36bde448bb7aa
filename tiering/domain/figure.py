"""A figure: a number of the report by tier, with its formula over what was tallied.

Every figure is made of sums alone, so that the figures of all tiers together are those of the sum of the
tiers' tallies. Whatever cannot be known is None, never zero.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal, TypeAlias

from tiering.domain.tally import Tally

Unit: TypeAlias = Literal["count", "number", "percent", "money", "hours", "days"]
Value: TypeAlias = Decimal | None

ENOUGH = 10
"""Of fewer accounts or people no mean and no share is told: a single one would move it by too much."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of the report: what it is called, in which unit, what it means, and how it is made."""

    id: str
    label: str
    unit: Unit
    meaning: str
    """Its formula in words, and where the definition comes from when it is not our own."""
    of: Callable[[Tally], Value]
    absent: str = "unknown"
    """What stands where there is no number."""


def rounded(value: Decimal, places: str) -> Decimal:
    """Return a value rounded to places such as 0.1, halves up."""
    return value.quantize(Decimal(places), ROUND_HALF_UP)


def mean(total: Decimal, number: Decimal, places: str = "0.1") -> Value:
    """Return the mean of so many, None of none."""
    return rounded(total / number, places) if number else None


def percent(part: Decimal, whole: Decimal) -> Value:
    """Return a part in per cent of the whole, None of nothing."""
    return mean(100 * part, whole)


def telling(part: Decimal, whole: Decimal) -> Value:
    """Return a part in per cent of the whole, None of too few to tell."""
    return percent(part, whole) if whole >= ENOUGH else None
