"""A quarter of the calendar year."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal


class BadQuarter(Exception):
    """A text that names no quarter."""

    def __init__(self, text: str) -> None:
        super().__init__(f"{text[:20]!r} is no quarter; expected the year and the quarter, such as 2026Q3.")


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """Three months, from January, April, July or October on."""

    year: int
    number: int
    """From 1 to 4."""

    @classmethod
    def of(cls, day: date) -> Quarter:
        """Return the quarter in which a day lies."""
        return cls(day.year, (day.month + 2) // 3)

    @classmethod
    def parse(cls, text: str) -> Quarter:
        """Read `2026Q3`, also with a small letter, a space or a hyphen; raises BadQuarter."""
        found = re.fullmatch("([12][0-9]{3})[ -]?[Qq]([1-4])", text.strip())
        if not found:
            raise BadQuarter(text)
        return cls(int(found[1]), int(found[2]))

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def last(self) -> date:
        """Its last day."""
        return self.next.first - timedelta(1)

    def part(self, day: date) -> Decimal:
        """Return which part of it has gone by at the end of one of its days, from more than 0 to 1."""
        return Decimal((day - self.first).days + 1) / ((self.last - self.first).days + 1)

    @property
    def previous(self) -> Quarter:
        """The quarter before."""
        return Quarter(self.year - 1, 4) if self.number == 1 else Quarter(self.year, self.number - 1)

    @property
    def next(self) -> Quarter:
        """The quarter after."""
        return Quarter(self.year + 1, 1) if self.number == 4 else Quarter(self.year, self.number + 1)

    def __str__(self) -> str:
        """Return `2026Q3`."""
        return f"{self.year}Q{self.number}"
