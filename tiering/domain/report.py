"""The report: the numbers of a quarter by tier, as they are shown and kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from tiering.domain.figure import Figure, Value, percent
from tiering.domain.figures import FIGURES
from tiering.domain.policy import Policy
from tiering.domain.quarter import Quarter
from tiering.domain.tally import Tally


@dataclass(frozen=True, slots=True)
class Column:
    """The figures of one tier, or of all together."""

    tier: int | None
    """None for all of them together."""
    name: str
    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Report:
    """The numbers of a quarter."""

    quarter: Quarter
    as_of: date
    """The last day that is counted."""
    closed_at: datetime | None
    """When the quarter was closed, after which nothing changes it; None while it is open."""
    policy: int
    currency: str
    columns: tuple[Column, ...]
    pareto: tuple[tuple[Decimal, Value], ...]
    """The share of ARR, in per cent, that the largest so many per cent of the customers bring."""
    notes: tuple[str, ...]


def columns(tallies: Mapping[int, Tally], csms: int, policy: Policy) -> tuple[Column, ...]:
    """Turn tallies into figures: a column for each tier, then one for all, who have `csms` CSMs together."""
    total = sum(tallies.values(), Tally())
    named = [
        _column(tier.id, tier.name, tallies.get(tier.id, Tally()), total, tier.accounts_per_csm)
        for tier in policy.rules.tiers
    ]
    return (*named, _column(None, "All", replace(total, books=Decimal(csms)), total, None))


def _column(tier: int | None, name: str, tally: Tally, total: Tally, limit: int | None) -> Column:
    values = {one.id: one.of(tally) for one in FIGURES}
    values["account_share"] = percent(tally.customers, total.customers)
    values["revenue_share"] = percent(tally.arr, total.arr)
    values["csm_limit"] = None if limit is None else Decimal(limit)
    return Column(tier, name, values)


def stored(report: Report) -> dict[str, Any]:
    """Write a report as plain values, to be kept with a closed quarter."""
    return {
        "as_of": report.as_of,
        "policy": report.policy,
        "currency": report.currency,
        "columns": [
            {"tier": one.tier, "name": one.name, "values": dict(one.values)} for one in report.columns
        ],
        "pareto": [list(point) for point in report.pareto],
        "notes": list(report.notes),
    }


def restored(quarter: Quarter, closed_at: datetime | None, kept: Mapping[str, Any]) -> Report:
    """Read a report as it was kept."""
    return Report(
        quarter,
        kept["as_of"],
        closed_at,
        kept["policy"],
        kept["currency"],
        tuple(Column(one["tier"], one["name"], one["values"]) for one in kept["columns"]),
        tuple((share, value) for share, value in kept["pareto"]),
        tuple(kept["notes"]),
    )


def before(report: Report, previous: Report | None, column: Column, figure: Figure) -> Value:
    """Return the same tier's figure in the previous quarter, None where it is unknown.

    An amount that was counted in another currency says nothing beside one of today's.
    """
    if previous is None or (figure.unit == "money" and previous.currency != report.currency):
        return None
    for one in previous.columns:
        if one.tier == column.tier:
            return one.values.get(figure.id)
    return None


def report_shape(report: Report, previous: Report | None) -> dict[str, Any]:
    """Write a report, each number beside the previous quarter's, for programs; unknown is null."""
    return {
        "quarter": str(report.quarter),
        "as_of": report.as_of.isoformat(),
        "closed_at": report.closed_at.isoformat() if report.closed_at else None,
        "policy": report.policy,
        "currency": report.currency,
        "previous": str(previous.quarter) if previous else None,
        "notes": list(report.notes),
        "figures": [
            {"id": one.id, "label": one.label, "unit": one.unit, "meaning": one.meaning} for one in FIGURES
        ],
        "tiers": [
            {
                "tier": column.tier,
                "name": column.name,
                "values": {
                    one.id: {
                        "now": _number(column.values.get(one.id)),
                        "before": _number(before(report, previous, column, one)),
                    }
                    for one in FIGURES
                },
            }
            for column in report.columns
        ],
        "pareto": [
            {"account_share": _number(share), "revenue_share": _number(value)}
            for share, value in report.pareto
        ],
    }


def _number(value: Value) -> int | float | None:
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)
