"""The numbers by tier: what is added up for each tier, and the figures that follow from it.

Every figure is made of sums alone, so that the figures of all tiers together are those of the sum of the
tiers' tallies. Whatever cannot be known is None, never zero.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Literal, TypeAlias

from tiering.domain.package import owed_a_year, promised
from tiering.domain.policy import Policy
from tiering.domain.quarter import Quarter
from tiering.domain.service import Level

Unit: TypeAlias = Literal["count", "number", "percent", "money", "hours", "days"]
Value: TypeAlias = Decimal | None

FRESH_DAYS = 30
"""How many days ago the CRM may have confirmed an account for its data to count as fresh."""

_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What was counted and added up for one tier; amounts are in the policy's currency."""

    customers: Decimal = _ZERO
    arr: Decimal = _ZERO
    arr_known: Decimal = _ZERO
    nps: Decimal = _ZERO
    nps_known: Decimal = _ZERO
    csat: Decimal = _ZERO
    csat_known: Decimal = _ZERO
    users: Decimal = _ZERO
    seats: Decimal = _ZERO
    """Active users and seats of the accounts of which both are known."""
    requests: Decimal = _ZERO
    requests_known: Decimal = _ZERO
    follow_ups: Decimal = _ZERO
    follow_ups_known: Decimal = _ZERO
    """How many accounts reported such a count in the quarter."""
    effort_kept: Decimal = _ZERO
    """Lines of effort that the whole company logged in the quarter: without any, hours are unknown."""
    hours: Decimal = _ZERO
    unpriced_hours: Decimal = _ZERO
    cost: Decimal = _ZERO
    right_hours: Decimal = _ZERO
    owed_hours: Decimal = _ZERO
    owed_delivered: Decimal = _ZERO
    went_live: Decimal = _ZERO
    days_to_live: Decimal = _ZERO
    days_to_live_known: Decimal = _ZERO
    started: Decimal = _ZERO
    """Customers that held the tier when the quarter began."""
    lost: Decimal = _ZERO
    arr_started: Decimal = _ZERO
    arr_kept: Decimal = _ZERO
    arr_ended: Decimal = _ZERO
    due: Decimal = _ZERO
    renewed: Decimal = _ZERO
    add_ons: Decimal = _ZERO
    add_ons_unpriced: Decimal = _ZERO
    add_ons_value: Decimal = _ZERO
    assigned: Decimal = _ZERO
    books: Decimal = _ZERO
    """How many CSMs have accounts of the tier."""
    books_limited: Decimal = _ZERO
    books_over: Decimal = _ZERO
    excepted: Decimal = _ZERO
    dated: Decimal = _ZERO
    fresh: Decimal = _ZERO

    def __add__(self, other: Tally) -> Tally:
        """Add two tallies, field by field."""
        return Tally(
            **{one.name: getattr(self, one.name) + getattr(other, one.name) for one in fields(Tally)}
        )


_FIELDS = tuple(one.name for one in fields(Tally))


@dataclass(frozen=True, slots=True)
class Spent:
    """Hours that one team spent on one service for the accounts of one tier."""

    tier: int
    service: str
    team: str
    hours: Decimal
    lines: int


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


def priced(tallies: Mapping[int, Tally], spent: Iterable[Spent], policy: Policy) -> dict[int, Tally]:
    """Add to the tallies what the hours cost, and what was owed of them.

    Owed are, for each customer, a quarter of the deliveries that its plan owes it in a year, times the hours
    that one takes: the very deliveries that `tiering servicing` counts, but for services under a condition of
    their own, which only some accounts of a tier meet, and for exceptions and purchases. Hours count as spent
    on the right service where the tier is promised it in any way: included, allowance, on request or paid.
    """
    rules, services = policy.rules, policy.catalogue.by_id
    owed = {tier.id: _owed(tier.id, policy) for tier in rules.tiers}
    found = dict(tallies)
    lines = list(spent)
    kept = Decimal(sum(one.lines for one in lines))
    for one in lines:
        service = services.get(one.service)
        level = service.levels.get(rules.preset, {}).get(one.tier, Level.NO) if service else Level.NO
        right = one.hours if level is not Level.NO else _ZERO
        counted = one.hours if one.service in owed.get(one.tier, {}) else _ZERO
        cost = rules.costs.get(one.team)
        found[one.tier] = found.get(one.tier, Tally()) + Tally(
            hours=one.hours,
            unpriced_hours=one.hours if cost is None else _ZERO,
            cost=one.hours * (cost or _ZERO),
            right_hours=right,
            owed_delivered=counted,
        )
    return {
        tier: tally
        + Tally(effort_kept=kept, owed_hours=tally.customers * sum(owed.get(tier, {}).values(), _ZERO))
        for tier, tally in found.items()
    }


def _owed(tier: int, policy: Policy) -> dict[str, Decimal]:
    """Return the hours that one customer of a tier is owed in a quarter, service by service."""
    return {
        service.id: service.hours * deliveries / 4
        for service, counted in promised(policy, tier)
        if not service.condition and service.hours and (deliveries := owed_a_year(service, counted))
    }


def columns(tallies: Mapping[int, Tally], policy: Policy) -> tuple[Column, ...]:
    """Turn tallies into figures: a column for each tier, then one for all."""
    total = sum(tallies.values(), Tally())
    named = [
        _column(tier.id, tier.name, tallies.get(tier.id, Tally()), total, tier.accounts_per_csm)
        for tier in policy.rules.tiers
    ]
    return (*named, _column(None, "All", total, total, None))


def _column(tier: int | None, name: str, tally: Tally, total: Tally, limit: int | None) -> Column:
    values = {one.id: one.of(tally) for one in FIGURES}
    values["account_share"] = _percent(tally.customers, total.customers)
    values["revenue_share"] = _percent(tally.arr, total.arr)
    values["csm_limit"] = None if limit is None else Decimal(limit)
    return Column(tier, name, values)


def _rounded(value: Decimal, places: str) -> Decimal:
    return value.quantize(Decimal(places), ROUND_HALF_UP)


def _mean(total: Decimal, number: Decimal, places: str = "0.1") -> Value:
    return _rounded(total / number, places) if number else None


def _percent(part: Decimal, whole: Decimal) -> Value:
    return _mean(100 * part, whole)


def _cost(tally: Tally) -> Value:
    known = tally.effort_kept and not tally.unpriced_hours
    return _rounded(tally.cost, "0.01") if known else None


def _cost_per(tally: Tally, number: Decimal) -> Value:
    return None if _cost(tally) is None else _mean(tally.cost, number, "0.01")


def _roi(tally: Tally) -> Value:
    if not _cost(tally) or not tally.arr_known:
        return None
    return _percent(tally.arr / 4 - tally.cost, tally.cost)


def _hours(tally: Tally) -> Value:
    return _mean(tally.hours, tally.customers, "0.01") if tally.effort_kept else None


def _over(tally: Tally) -> Value:
    return tally.books_over if tally.books_limited else None


FIGURES: tuple[Figure, ...] = (
    Figure(
        "customers",
        "Customers",
        "count",
        "Accounts with the status customer that hold the tier at the end of the time looked at.",
        lambda t: t.customers,
    ),
    Figure(
        "account_share",
        "Share of customers",
        "percent",
        "Customers of the tier ÷ all customers.",
        lambda _: None,
    ),
    Figure(
        "arr",
        "ARR",
        "money",
        "The sum of the ARR that is known, in the policy's currency at its rates.",
        lambda t: _rounded(t.arr, "0.01") if t.arr_known else None,
    ),
    Figure("revenue_share", "Share of ARR", "percent", "ARR of the tier ÷ ARR of all.", lambda _: None),
    Figure(
        "nps",
        "NPS",
        "number",
        "The mean of the accounts' net promoter scores, from -100 to 100 (Reichheld, Harvard Business "
        "Review, December 2003), over the accounts that have one.",
        lambda t: _mean(t.nps, t.nps_known),
    ),
    Figure(
        "nps_known", "Customers with an NPS", "count", "How many the mean rests on.", lambda t: t.nps_known
    ),
    Figure(
        "csat",
        "CSAT",
        "percent",
        "The mean of the accounts' customer satisfaction in per cent, over the accounts that have one.",
        lambda t: _mean(t.csat, t.csat_known),
    ),
    Figure(
        "csat_known", "Customers with a CSAT", "count", "How many the mean rests on.", lambda t: t.csat_known
    ),
    Figure(
        "adoption",
        "Adoption",
        "percent",
        "Active users ÷ seats, over the accounts of which both are known.",
        lambda t: _percent(t.users, t.seats),
    ),
    Figure(
        "service_requests",
        "Service requests",
        "count",
        "The sum of the metric service_requests within the quarter, each value counting what is new.",
        lambda t: t.requests if t.requests_known else None,
    ),
    Figure(
        "follow_ups",
        "Follow-ups needed",
        "count",
        "The sum of the metric follow_ups within the quarter, each value counting what is new.",
        lambda t: t.follow_ups if t.follow_ups_known else None,
    ),
    Figure("hours", "Effort per customer", "hours", "Hours logged in the quarter ÷ customers.", _hours),
    Figure(
        "cost",
        "Cost",
        "money",
        "Hours logged in the quarter, each times what an hour of its team costs by the policy.",
        _cost,
    ),
    Figure(
        "cost_per_customer",
        "Cost per customer",
        "money",
        "Cost ÷ customers.",
        lambda t: _cost_per(t, t.customers),
    ),
    Figure(
        "crc",
        "Retention cost (CRC)",
        "money",
        "Customer retention cost: cost ÷ customers retained, those of the quarter's start that still are "
        "customers (Totango's glossary of customer success; here of a quarter, and of logged effort).",
        lambda t: _cost_per(t, t.started - t.lost),
    ),
    Figure(
        "roi",
        "ROI of service",
        "percent",
        "Return on investment, (gain - cost) ÷ cost, as in any textbook of finance; the gain is a quarter's "
        "revenue, ARR ÷ 4.",
        _roi,
    ),
    Figure(
        "right_service",
        "Hours on owed services",
        "percent",
        "Hours spent on services that the tier is promised ÷ all hours: the right service to the right tier.",
        lambda t: _percent(t.right_hours, t.hours),
    ),
    Figure(
        "owed_hours",
        "Owed",
        "hours",
        "A quarter of the deliveries that the plan owes in a year × hours that one takes × customers.",
        lambda t: _rounded(t.owed_hours, "0.1"),
    ),
    Figure(
        "delivered_hours",
        "Delivered of it",
        "hours",
        "Hours logged on the services that the line before counts.",
        lambda t: _rounded(t.owed_delivered, "0.1") if t.effort_kept else None,
    ),
    Figure(
        "time_to_live",
        "Time to live",
        "days",
        "Days from signature (the imported column signed_on) to going live, over those who went live in "
        "the quarter.",
        lambda t: _mean(t.days_to_live, t.days_to_live_known),
    ),
    Figure(
        "went_live", "Went live", "count", "Customers that went live in the quarter.", lambda t: t.went_live
    ),
    Figure(
        "renewals_on_time",
        "Renewals on time",
        "percent",
        "Of the renewals that stood for the quarter when it began and whose day has passed: those that "
        "have a later renewal day now.",
        lambda t: _percent(t.renewed, t.due),
    ),
    Figure(
        "logo_churn",
        "Logo churn",
        "percent",
        "Customers of the quarter's start that are none now ÷ customers of the start.",
        lambda t: _percent(t.lost, t.started),
    ),
    Figure(
        "grr",
        "Gross retention (GRR)",
        "percent",
        "ARR of the start's customers now, each at most what it was then ÷ their ARR then (SaaS Metrics "
        "Standards Board), under the tier held then; accounts whose ARR is unknown at one end are left out.",
        lambda t: _percent(t.arr_kept, t.arr_started),
    ),
    Figure(
        "nrr",
        "Net retention (NRR)",
        "percent",
        "ARR of the start's customers now ÷ their ARR then, growth included (the same source), under the "
        "tier held then.",
        lambda t: _percent(t.arr_ended, t.arr_started),
    ),
    Figure(
        "add_ons",
        "Add-ons bought",
        "count",
        "Purchases of services that begin in the quarter and were not cancelled on their first day.",
        lambda t: t.add_ons,
    ),
    Figure(
        "add_ons_value",
        "Add-ons, value",
        "money",
        "Their prices together; unknown where one of them has none.",
        lambda t: None if t.add_ons_unpriced else _rounded(t.add_ons_value, "0.01"),
    ),
    Figure(
        "accounts_per_csm",
        "Accounts per CSM",
        "number",
        "Customers that have a CSM ÷ CSMs that have customers of the tier.",
        lambda t: _mean(t.assigned, t.books),
    ),
    Figure(
        "csm_limit",
        "Limit per CSM",
        "count",
        "The tier's accounts_per_csm in the policy.",
        lambda _: None,
        "–",
    ),
    Figure(
        "csms_over_limit",
        "CSMs over the limit",
        "count",
        "CSMs with more customers of the tier than its accounts_per_csm in the policy.",
        _over,
        "–",
    ),
    Figure(
        "exception_rate",
        "Exception rate",
        "percent",
        "Customers with an exception in force ÷ customers: the policy's health.",
        lambda t: _percent(t.excepted, t.customers),
    ),
    Figure(
        "data_freshness",
        "Fresh data",
        "percent",
        f"Customers that the CRM confirmed within {FRESH_DAYS} days ÷ customers with a date.",
        lambda t: _percent(t.fresh, t.dated),
    ),
)
"""In the order of the report; what a tally alone cannot tell (shares, the limit) is added to a column."""


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


def restored(quarter: Quarter, closed_at: datetime, kept: Mapping[str, Any]) -> Report:
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


def before(previous: Report | None, column: Column, figure: Figure) -> Value:
    """Return the same tier's figure in the previous quarter, None where it is unknown."""
    if previous is None:
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
                        "before": _number(before(previous, column, one)),
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
