"""The numbers by tier of one quarter, beside those of the quarter before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from tiering.domain.company import UNTOLD, Company
from tiering.domain.policy import Policy
from tiering.domain.quarter import Quarter
from tiering.domain.report import Report, columns
from tiering.domain.tally import Spent, declared, priced, staffed
from tiering.storage.store import Store, UnitOfWork
from tiering.storage.tallies import Tallies
from tiering.usecases.policy import in_force


class NotYet(Exception):
    """A quarter that has not begun."""

    def __init__(self, quarter: Quarter, today: date) -> None:
        super().__init__(f"{quarter} has not begun yet; today is {today.isoformat()}.")


@dataclass(frozen=True, slots=True)
class Comparison:
    """A report, and that of the quarter before where it was closed."""

    report: Report
    previous: Report | None


def report(
    store: Store, who: str, today: date, quarter: Quarter | None = None, company: Company = UNTOLD
) -> Comparison:
    """Return the numbers of a quarter, the current one by default; raises NoPolicy and NotYet."""
    asked = quarter or Quarter.of(today)
    if asked.first > today:
        raise NotYet(asked, today)
    # It counts over every account, and nobody who writes may wait for it.
    with store.reading() as work:
        found = work.quarters.closed(asked) or drawn_up(work, asked, today, company)
        previous = work.quarters.closed(asked.previous)
    with store.begin() as work:
        work.audit.add(work.at, who, "report", str(asked), {})
    return Comparison(found, previous)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A report as it was counted last."""

    comparison: Comparison
    at: datetime
    """When it was closed or counted."""


TRENDS = 12
"""Closed quarters that a trend looks back on."""


def look(store: Store, who: str, today: date, quarter: Quarter) -> Drawn | None:
    """Return a quarter's numbers at once: as they were closed, or as `draw` kept them; None before either.

    Counting over every account takes seconds, for which no page should wait. Raises NotYet.
    """
    if quarter.first > today:
        raise NotYet(quarter, today)
    with store.reading() as work:
        closed = work.quarters.closed(quarter)
        kept = (closed, closed.closed_at) if closed else work.quarters.drawn(quarter)
        previous = work.quarters.closed(quarter.previous)
    with store.begin() as work:
        work.audit.add(work.at, who, "report", str(quarter), {})
    return Drawn(Comparison(kept[0], previous), kept[1]) if kept and kept[1] else None


def draw(store: Store, today: date, quarter: Quarter, company: Company) -> None:
    """Count the numbers of an open quarter and keep them for `look`; raises NoPolicy."""
    with store.reading() as work:
        found = drawn_up(work, quarter, today, company)
    with store.begin() as work:
        work.quarters.keep_drawn(found, work.at)


def trend(store: Store) -> list[Report]:
    """Return the newest closed quarters, the oldest of them first."""
    with store.reading() as work:
        return work.quarters.all_closed(TRENDS)


def drawn_up(work: UnitOfWork, quarter: Quarter, today: date, company: Company) -> Report:
    """Count the numbers of a quarter anew; raises NoPolicy.

    Tiers, effort, purchases, exceptions and metrics are dated, so that a past quarter finds them as they
    were on its last day. What the CRM says (ARR, status, CSM, renewal) is only known as it is today.
    """
    policy = in_force(work)
    rules = policy.rules
    day = min(quarter.last, today)
    tallies = tallies_of(work, quarter, day, company)
    spent, books = tallies.spent(), tallies.books()
    counted = staffed(declared(tallies.all(), company, policy), books, policy)
    counted = priced(counted, spent, policy, quarter.part(day))
    return Report(
        quarter=quarter,
        as_of=day,
        closed_at=None,
        policy=policy.version,
        currency=rules.currency,
        columns=columns(counted, len({book.csm for book in books}), policy),
        pareto=tuple(tallies.pareto(sum((one.arr_known for one in counted.values()), Decimal(0)))),
        notes=(*_notes(work, quarter, today), *_unpriced(spent, policy)),
    )


def tallies_of(work: UnitOfWork, quarter: Quarter, day: date, company: Company) -> Tallies:
    """Return what can be counted of a quarter, in the currency of the policy in force; raises NoPolicy."""
    return work.quarters.tallies(quarter, day, in_force(work).rules, company)


def _notes(work: UnitOfWork, quarter: Quarter, today: date) -> tuple[str, ...]:
    notes = []
    if quarter.last < today:
        ended = f"{quarter} ended on {quarter.last.isoformat()}"
        notes.append(f"{ended}; what the CRM says (ARR, status, CSM) is as of {today.isoformat()}.")
    if work.quarters.closed(quarter.previous) is None:
        notes.append(
            f"{quarter.previous} was never closed: churn, retention, its cost and renewals are unknown."
        )
    return tuple(notes)


def _unpriced(spent: Iterable[Spent], policy: Policy) -> Iterator[str]:
    teams = sorted({one.team for one in spent if one.hours and one.team not in policy.rules.costs})
    if teams:
        yield (
            f"An hour of {', '.join(teams)} has no price under `costs` in tiers.yaml: where they worked, "
            "cost, CRC and ROI are unknown."
        )
