"""A rehearsal in words and rows, as a page shows it; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from tiering.domain.money import Money
from tiering.domain.policy import Policy
from tiering.domain.rehearsal import Rehearsal
from tiering.domain.workload import Workload


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table: what it is about, and its cells."""

    name: str
    cells: Sequence[str]


@dataclass(frozen=True, slots=True)
class Told:
    """A rehearsal as it is told."""

    moved: int
    accounts: int
    facts: Sequence[tuple[str, str]]
    """What matters most, a name and a number each."""
    tiers: Sequence[str]
    movement: Sequence[Row]
    """From (row) to (cells, in the order of `tiers`)."""
    services: Sequence[Row]
    """How many customers would have less of a service, and how many more."""
    teams: Sequence[str]
    hours: Sequence[Row]
    """By tier: customers, then the hours of each team in a year."""
    sentences: Sequence[str]
    """What the work comes to."""
    books: Sequence[str]


def told(found: Rehearsal, draft: Policy, current: Policy) -> Told:
    """Tell of a rehearsal of `draft` against the policy in force."""
    work = found.workload
    moved = sum(count for (before, after), count in found.movement.items() if before not in (None, after))
    teams = list(dict.fromkeys(team for one in work.demand for team in one.hours))
    return Told(
        moved=moved,
        accounts=found.accounts,
        facts=_facts(found, draft, moved),
        tiers=[f"{tier.id} {tier.name}" for tier in draft.rules.tiers],
        movement=_movement(found, draft, current),
        services=[
            Row(_service(one, draft, current), (_count(found.lost.get(one)), _count(found.gained.get(one))))
            for one in dict.fromkeys((*found.lost, *found.gained))
        ],
        teams=teams,
        hours=[
            Row(
                tier_name(one.tier, draft),
                (f"{one.customers:,}", *(_hours(one.hours.get(team, Decimal(0))) for team in teams)),
            )
            for one in work.demand
        ],
        sentences=_sentences(work, found.changed),
        books=[
            f"{book.csm}: {', '.join(f'{count:,} of tier {tier}' for tier, count in book.accounts.items())}, "
            f"{book.load:.0%} of the limits"
            for book in work.over
        ],
    )


def tier_name(tier: int, policy: Policy) -> str:
    """Name a tier, also one that a policy no longer has."""
    known = policy.rules.tier_by_id.get(tier)
    return f"{tier} {known.name}" if known else str(tier)


def service_names(ids: Sequence[str], draft: Policy, current: Policy) -> str:
    """Name services in one line."""
    return ", ".join(_service(one, draft, current) for one in ids)


def _facts(found: Rehearsal, draft: Policy, moved: int) -> list[tuple[str, str]]:
    currency, work = draft.rules.currency, found.workload
    up = sum(one.cents for (old, new), one in found.revenue.items() if old and new < old)
    down = sum(one.cents for (old, new), one in found.revenue.items() if old and new > old)
    share = f" ({work.needed / work.available:.0%})" if work.available else ""
    return [
        ("Accounts that move", f"{moved:,} of {found.accounts:,}"),
        ("Yearly revenue that moves up", str(Money(up, currency))),
        ("Yearly revenue that moves down", str(Money(down, currency))),
        ("Hours of customer success", f"{_hours(work.needed)} of {_hours(work.available)}{share}"),
        ("A year of the promised work", str(work.cost) if work.cost else "unknown"),
    ]


def _movement(found: Rehearsal, draft: Policy, current: Policy) -> list[Row]:
    rows = []
    for before in sorted({way[0] for way in found.movement}, key=lambda one: one or 0):
        cells = [_count(found.movement.get((before, tier.id))) for tier in draft.rules.tiers]
        rows.append(Row("Undecided" if before is None else tier_name(before, current), cells))
    return rows


def _sentences(work: Workload, changed: int) -> list[str]:
    people = "1 person has" if work.csms == 1 else f"{work.csms:,} people have"
    said = [f"Customer success needs {_hours(work.needed)} hours a year; {people} {_hours(work.available)}."]
    if work.unassigned:
        have = "customer has" if work.unassigned == 1 else "customers have"
        said.append(f"{work.unassigned:,} {have} no customer success manager and would need one.")
    if work.cost is None or work.cost_like_first is None:
        said.append("What the work costs is unknown, since `costs` in the draft does not name every team.")
    else:
        said.append(
            f"A year of it costs {work.cost}; everyone like tier 1 would cost {work.cost_like_first}."
        )
    if changed:
        stay = (
            "customer stays in its tier and has" if changed == 1 else "customers stay in their tier and have"
        )
        said.append(f"{changed:,} {stay} other services.")
    return said


def _service(service: str, draft: Policy, current: Policy) -> str:
    for policy in (draft, current):
        if service in policy.catalogue.by_id:
            return policy.catalogue.by_id[service].name
    return service


def _count(count: int | None) -> str:
    return f"{count:,}" if count else "–"


def _hours(hours: Decimal) -> str:
    return f"{hours:,.1f}".removesuffix(".0")
