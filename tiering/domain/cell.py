"""What one cell of an export means: text, a number, money, a date; or a sentence of what was expected."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from tiering.domain.account import Attribute
from tiering.domain.money import Money


@dataclass(frozen=True, slots=True)
class Expected:
    """A cell that cannot be read, as the words that follow "expected" in a sentence."""

    what: str


class DateOrder(StrEnum):
    """How a mapping says that dates such as 03/04/2026, or bare numbers, are to be read."""

    DAY_FIRST = "day-first"
    MONTH_FIRST = "month-first"
    EXCEL = "excel"


def text(cell: str, limit: int) -> str | Expected | None:
    """Return the words of a cell without odd whitespace and invisible marks; None when it says nothing."""
    raise NotImplementedError


def number(cell: str, scale: Decimal | None = None) -> Decimal | Expected | None:
    """Read a number, with or without a currency sign or a per cent sign, times `scale`."""
    raise NotImplementedError


def money(cell: str, currency: str, scale: Decimal | None = None) -> Money | Expected | None:
    """Read an amount; a sign or code in the cell wins over `currency`."""
    raise NotImplementedError


def integer(cell: str, low: int, high: int) -> int | Expected | None:
    """Read a whole number from `low` to `high`."""
    raise NotImplementedError


def boolean(cell: str) -> bool | Expected | None:
    """Read a yes or a no."""
    raise NotImplementedError


def day(cell: str, order: DateOrder | None = None) -> date | Expected | None:
    """Read a date."""
    raise NotImplementedError


def attribute(cell: str) -> Attribute | Expected | None:
    """Read a cell of a column that only the policy gives a meaning."""
    raise NotImplementedError


def complaint(column: str, cell: str, expected: Expected) -> str:
    """Return the sentence: column `arr`, value '12x0': expected an amount such as 12000 or $12,000.00."""
    raise NotImplementedError
