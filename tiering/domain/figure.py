"""A figure: a number of the report by tier, with its formula over what was tallied.

Every figure is made of sums alone, so that the figures of all tiers together are those of the sum of the
tiers' tallies. Whatever cannot be known is None, never zero.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal, TypeAlias

from tiering.domain.tally import Tally

Unit: TypeAlias = Literal["count", "number", "percent", "money", "hours", "days"]
Value: TypeAlias = Decimal | None

ENOUGH = 10
"""Of fewer accounts or people no mean and no share is told: a single one would move it by too much."""

FRESH_DAYS = 30
"""How many days ago the CRM may have confirmed an account for its data to count as fresh."""


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


def _rounded(value: Decimal, places: str) -> Decimal:
    return value.quantize(Decimal(places), ROUND_HALF_UP)


def _mean(total: Decimal, number: Decimal, places: str = "0.1") -> Value:
    return _rounded(total / number, places) if number else None


def percent(part: Decimal, whole: Decimal) -> Value:
    """Return a part in per cent of the whole, None of nothing."""
    return _mean(100 * part, whole)


def _cost(tally: Tally) -> Value:
    known = tally.effort_kept and not tally.unpriced_hours
    return _rounded(tally.cost, "0.01") if known else None


def _cost_per(tally: Tally, number: Decimal) -> Value:
    return None if _cost(tally) is None else _mean(tally.cost, number, "0.01")


def _roi(tally: Tally) -> Value:
    if not _cost(tally) or not tally.arr_known:
        return None
    return percent(tally.revenue - tally.cost, tally.cost)


def _hours(tally: Tally) -> Value:
    return _mean(tally.hours, tally.customers, "0.01") if tally.effort_kept else None


def _over(tally: Tally) -> Value:
    return tally.books_over if tally.books_limited else None


@dataclass(frozen=True, slots=True)
class _Compared:
    """A number of the customers who are trained beside that of those who are not."""

    id: str
    label: str
    unit: Unit
    meaning: str
    part: str
    whole: str
    """The fields of a tally that are divided."""
    behind: str
    """The field that counts the accounts."""

    def figures(self) -> Iterator[Figure]:
        """Yield the number, and of how many accounts it is, for both."""
        for group, whom in (("trained", "who are trained"), ("untrained", "who are not")):
            yield Figure(
                f"{self.id}_{group}",
                f"{self.label}, {group}",
                self.unit,
                f"{self.meaning}, of the customers {whom}; fewer than {ENOUGH} accounts are too few to tell.",
                self._of(group),
                "too few",
            )
            yield Figure(
                f"{self.id}_{group}_of",
                f"{self.label}, {group}: accounts",
                "count",
                f"Of how many accounts the line before is: {self.label}, {group}.",
                self._counted(group),
            )

    def _counted(self, group: str) -> Callable[[Tally], Decimal]:
        return lambda t: _group(t, self.behind, group)

    def _of(self, group: str) -> Callable[[Tally], Value]:
        def of(tally: Tally) -> Value:
            if _group(tally, self.behind, group) < ENOUGH:
                return None
            part, whole = _group(tally, self.part, group), _group(tally, self.whole, group)
            return percent(part, whole) if self.unit == "percent" else _mean(part, whole)

        return of


def _group(tally: Tally, field: str, group: str) -> Decimal:
    """Return what a field is of the customers who are trained, or of the others."""
    trained: Decimal = getattr(tally, f"trained_{field}")
    every: Decimal = getattr(tally, field)
    return trained if group == "trained" else every - trained


_COMPARED = (
    _Compared(
        "requests",
        "Requests each",
        "number",
        "Service requests of the quarter ÷ accounts that reported any count of them",
        "requests",
        "requesters",
        "requesters",
    ),
    _Compared("adoption", "Adoption", "percent", "Active users ÷ seats", "users", "seats", "adopters"),
    _Compared(
        "renewals",
        "Renewals on time",
        "percent",
        "Renewals on time, under the tier held when the quarter began",
        "renewed",
        "due",
        "due",
    ),
    _Compared("nps", "NPS", "number", "The mean of the net promoter scores", "nps", "nps_known", "nps_known"),
)


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
        lambda t: percent(t.users, t.seats),
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
    Figure(
        "hours",
        "Effort per customer",
        "hours",
        "Hours logged in the quarter, but for prospects ÷ customers.",
        _hours,
    ),
    Figure(
        "cost",
        "Cost",
        "money",
        "Hours logged in the quarter, but for prospects, each times what an hour of its team costs.",
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
        "Customer retention cost: cost ÷ customers retained, those of the tier that were customers when the "
        "quarter began (Totango's glossary of customer success; here of a quarter, and of logged effort).",
        lambda t: _cost_per(t, t.retained),
    ),
    Figure(
        "roi",
        "ROI of service",
        "percent",
        "Return on investment, (gain - cost) ÷ cost, as in any textbook of finance; the gain is a quarter's "
        "revenue, ARR ÷ 4, and of a running quarter the part of its days gone by.",
        _roi,
    ),
    Figure(
        "right_service",
        "Hours on owed services",
        "percent",
        "Hours spent on services that the tier is promised ÷ all hours: the right service to the right tier.",
        lambda t: percent(t.right_hours, t.hours),
    ),
    Figure(
        "owed_hours",
        "Owed",
        "hours",
        "A quarter of the deliveries that the plan owes in a year × hours that one takes × customers; of a "
        "running quarter, the part of its days gone by.",
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
        "Of the renewals that stood for the quarter when it, or the quarter before, began and whose day has "
        "come: those that have a later renewal day now.",
        lambda t: percent(t.renewed, t.due),
    ),
    Figure(
        "logo_churn",
        "Logo churn",
        "percent",
        "Customers of the quarter's start that are none now ÷ customers of the start.",
        lambda t: percent(t.lost, t.started),
    ),
    Figure(
        "grr",
        "Gross retention (GRR)",
        "percent",
        "ARR of the start's customers now, each at most what it was then ÷ their ARR then (SaaS Metrics "
        "Standards Board), under the tier held then; accounts whose ARR is unknown at one end are left out.",
        lambda t: percent(t.arr_kept, t.arr_started),
    ),
    Figure(
        "nrr",
        "Net retention (NRR)",
        "percent",
        "ARR of the start's customers now ÷ their ARR then, growth included (the same source), under the "
        "tier held then.",
        lambda t: percent(t.arr_ended, t.arr_started),
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
        "Customers that have a CSM ÷ CSMs that have customers of the tier; in all, each CSM counts once.",
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
        lambda t: percent(t.excepted, t.customers),
    ),
    Figure(
        "data_freshness",
        "Fresh data",
        "percent",
        f"Customers that the CRM confirmed within {FRESH_DAYS} days ÷ customers with a date.",
        lambda t: percent(t.fresh, t.dated),
    ),
    Figure(
        "learners",
        "Contacts in courses",
        "count",
        "Contacts of customers who had begun a course by the last day counted.",
        lambda t: t.learners,
    ),
    Figure(
        "completion",
        "Courses completed",
        "percent",
        "Contacts who had finished a course ÷ contacts who had begun one.",
        lambda t: percent(t.finishers, t.learners),
    ),
    Figure(
        "certified",
        "Contacts certified",
        "count",
        "Contacts who hold a certificate of a course on the last day counted.",
        lambda t: t.certified,
    ),
    Figure(
        "trained",
        "Customers trained",
        "count",
        "Customers of whom at least one contact had finished a course by the last day counted. What they do "
        "otherwise than others need not come of it: who learns may differ in more.",
        lambda t: t.trained,
    ),
    *(figure for compared in _COMPARED for figure in compared.figures()),
)
"""In the order of the report; what a tally alone cannot tell (shares, the limit) is added to a column."""
