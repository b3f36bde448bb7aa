"""Columns and bars made of characters, for figures that everybody reads alike, colours or not."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

FULL, EMPTY = "█", "·"


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Set rows of words in columns of one width: the first to the left, the others to the right."""
    columns = max(len(row) for row in rows)
    widths = [max(width(row[at]) for row in rows if at < len(row)) for at in range(columns)]
    return ["  ".join(_set(one, widths[at], at) for at, one in enumerate(row)).rstrip() for row in rows]


def _set(cell: str, room: int, at: int) -> str:
    space = " " * (room - width(cell))
    return space + cell if at else cell + space


def width(line: str) -> int:
    """Count the columns that a line takes: East Asian characters take two each, marks none."""
    return sum(
        0 if unicodedata.category(char) in ("Mn", "Me", "Cf") else 1 + (_is_wide(char)) for char in line
    )


def _is_wide(char: str) -> bool:
    return unicodedata.east_asian_width(char) in ("W", "F")


def bar(percent: Decimal, length: int) -> str:
    """Draw a share as a bar; one that is not nothing is never drawn as nothing."""
    share = min(max(percent, Decimal(0)), Decimal(100))
    full = int((share * length / 100).to_integral_value(ROUND_HALF_UP))
    if share and not full:
        full = 1
    return FULL * full + EMPTY * (length - full)
