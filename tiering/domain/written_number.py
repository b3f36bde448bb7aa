"""A number of the report as people read it, beside the one of the quarter before."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from tiering.domain.figure import Figure, Unit
from tiering.domain.money import Money
from tiering.domain.report import Column, Report, before


def beside(report: Report, previous: Report | None, column: Column, figure: Figure) -> str:
    """Write a number, and the one before in brackets; a question mark stands for one not known then."""
    now, then = column.values.get(figure.id), before(report, previous, column, figure)
    written = figure.absent if now is None else shown(now, figure.unit, report.currency)
    if previous is None or (now is None and then is None):
        return written
    return f"{written} ({'?' if then is None else shown(then, figure.unit, report.currency)})"


def shown(value: Decimal, unit: Unit, currency: str) -> str:
    """Write a number as people read it in a table: large amounts in thousands or millions."""
    if unit != "money":
        return f"{plain(value, ',')}{'%' if unit == 'percent' else ''}"
    if abs(value) >= 1_000_000:
        return f"{Money.of(value.scaleb(-6), currency)}M"
    if abs(value) >= 100_000:
        return f"{Money.of(round(value.scaleb(-3)), currency)}k"
    return str(Money.of(value, currency))


def plain(value: Decimal, thousands: Literal["", ","] = "") -> str:
    """Write a number without zeros that say nothing."""
    digits = f"{value:{thousands}f}"
    return digits.rstrip("0").rstrip(".") if "." in digits else digits
