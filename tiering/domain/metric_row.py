"""One row of a metrics file: what was measured of an account, how much, and when."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tiering.domain import cell
from tiering.domain.cell import Expected, complaint

FIELDS = ("account", "metric", "value", "as_of", "source")
"""The columns of a metrics file; without `source` the file itself is the source."""

_LENGTH = 200
_NAME = re.compile("[a-z][a-z0-9_]{0,59}")
_RANGES: Mapping[str, tuple[int, int]] = {"nps": (-100, 100), "csat": (0, 100)}
_COUNTS = frozenset({"active_users", "seats", "service_requests", "follow_ups"})
"""Metrics that count something, so that a fraction or less than nothing is a mistake."""
_STEP = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class MetricRow:
    """What a row says."""

    account: str
    """An account's id, domain or exact name, as the file has it."""
    metric: str
    """In small letters with underscores: `Service Requests` is `service_requests`."""
    value: Decimal
    """Rounded to six decimals, and written the shortest way, so that 42.0 is 42."""
    as_of: date
    source: str | None


def parse_metric(cells: Sequence[str], columns: Mapping[str, int], today: date) -> MetricRow | list[str]:
    """Read a row, or say everything that is wrong with it; `columns` gives each field's place."""
    metric = _metric(cells[columns["metric"]])
    found: dict[str, object] = {
        "account": cell.text(cells[columns["account"]], _LENGTH)
        or Expected("the id, domain or name of an account"),
        "metric": metric,
        "value": _value(cells[columns["value"]], metric if isinstance(metric, str) else ""),
        "as_of": _as_of(cells[columns["as_of"]], today),
        "source": cell.text(cells[columns["source"]], _LENGTH) if "source" in columns else None,
    }
    problems = [
        complaint(field, cells[columns[field]], one)
        for field, one in found.items()
        if isinstance(one, Expected)
    ]
    return problems or MetricRow(**found)  # type: ignore[arg-type]  # whatever is no Expected has its type


def _metric(words: str) -> str | Expected:
    found = cell.text(words, _LENGTH)
    name = re.sub("[^a-z0-9]+", "_", found.lower()).strip("_") if isinstance(found, str) else ""
    return name if _NAME.fullmatch(name) else Expected("the name of a metric such as nps or service_requests")


def _value(words: str, metric: str) -> Decimal | Expected:
    found = cell.number(words)
    if found is None:
        return Expected("a number; a row without a value says nothing")
    if isinstance(found, Expected):
        return found
    low, high = _RANGES.get(metric, (None, None))
    if low is not None and high is not None and not low <= found <= high:
        return Expected(f"a number from {low} to {high}")
    if metric in _COUNTS and (found < 0 or found != found.to_integral_value()):
        return Expected("a whole number of zero or more")
    rounded = found.quantize(_STEP)
    return Decimal(f"{rounded:f}".rstrip("0").rstrip(".")) if rounded else Decimal(0)


def _as_of(words: str, today: date) -> date | Expected:
    found = cell.day(words)
    if found is None:
        return Expected("the day of the measurement, such as 2026-09-30")
    if isinstance(found, date) and found > today:
        return Expected(f"a day that is not after today, {today.isoformat()}")
    return found
