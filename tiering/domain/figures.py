"""All figures of the report by tier, in its order."""

from __future__ import annotations

from decimal import Decimal

from tiering.domain.figure import Figure, Value, mean, percent, rounded
from tiering.domain.learning_figures import LEARNING
from tiering.domain.tally import Tally

FRESH_DAYS = 30
"""How many days ago the CRM may have confirmed an account for its data to count as fresh."""


def _cost(tally: Tally) -> Value:
    known = tally.effort_kept and not tally.unpriced_hours
    return rounded(tally.cost, "0.01") if known else None


def _cost_per(tally: Tally, number: Decimal) -> Value:
    return None if _cost(tally) is None else mean(tally.cost, number, "0.01")


def _roi(tally: Tally) -> Value:
    if not _cost(tally) or not tally.arr_known:
        return None
    return percent(tally.revenue - tally.cost, tally.cost)


def _hours(tally: Tally) -> Value:
    return mean(tally.hours, tally.customers, "0.01") if tally.effort_kept else None


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
        lambda t: rounded(t.arr, "0.01") if t.arr_known else None,
    ),
    Figure("revenue_share", "Share of ARR", "percent", "ARR of the tier ÷ ARR of all.", lambda _: None),
    Figure(
        "nps",
        "NPS",
        "number",
        "The mean of the accounts' net promoter scores, from -100 to 100 (Reichheld, Harvard Business "
        "Review, December 2003), over the accounts that have one.",
        lambda t: mean(t.nps, t.nps_known),
    ),
    Figure(
        "nps_known", "Customers with an NPS", "count", "How many the mean rests on.", lambda t: t.nps_known
    ),
    Figure(
        "csat",
        "CSAT",
        "percent",
        "The mean of the accounts' customer satisfaction in per cent, over the accounts that have one.",
        lambda t: mean(t.csat, t.csat_known),
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
        lambda t: rounded(t.owed_hours, "0.1"),
    ),
    Figure(
        "delivered_hours",
        "Delivered of it",
        "hours",
        "Hours logged on the services that the line before counts.",
        lambda t: rounded(t.owed_delivered, "0.1") if t.effort_kept else None,
    ),
    Figure(
        "time_to_live",
        "Time to live",
        "days",
        "Days from signature (the imported column signed_on) to going live, over those who went live in "
        "the quarter.",
        lambda t: mean(t.days_to_live, t.days_to_live_known),
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
        lambda t: None if t.add_ons_unpriced else rounded(t.add_ons_value, "0.01"),
    ),
    Figure(
        "accounts_per_csm",
        "Accounts per CSM",
        "number",
        "Customers that have a CSM ÷ CSMs that have customers of the tier; in all, each CSM counts once.",
        lambda t: mean(t.assigned, t.books),
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
    *LEARNING,
)
"""What a tally alone cannot tell (shares, the limit) is added to a column."""
