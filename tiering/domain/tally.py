"""A tally: what is added up for one tier within a quarter, and what its hours cost and were owed.

Whatever cannot be known is not counted, never counted as zero.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from decimal import Decimal

from tiering.domain.company import Company
from tiering.domain.package import owed_a_year, promised
from tiering.domain.policy import Policy
from tiering.domain.service import Level

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
    revenue: Decimal = _ZERO
    """What the ARR brings in the days of the quarter that count."""
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
    retained: Decimal = _ZERO
    """Customers that hold the tier now and were customers when the quarter began, in whatever tier."""
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
    """How many CSMs have accounts of the tier; a sum of tiers counts one of them in each of her tiers."""
    books_limited: Decimal = _ZERO
    books_over: Decimal = _ZERO
    excepted: Decimal = _ZERO
    dated: Decimal = _ZERO
    fresh: Decimal = _ZERO
    adopters: Decimal = _ZERO
    """How many accounts `users` and `seats` are of."""
    requesters: Decimal = _ZERO
    """How many accounts reported a count of requests in the quarter."""
    trained: Decimal = _ZERO
    """Customers of whom a contact had finished a course; what follows is of these alone."""
    trained_nps: Decimal = _ZERO
    trained_nps_known: Decimal = _ZERO
    trained_users: Decimal = _ZERO
    trained_seats: Decimal = _ZERO
    trained_adopters: Decimal = _ZERO
    trained_requests: Decimal = _ZERO
    trained_requesters: Decimal = _ZERO
    trained_due: Decimal = _ZERO
    trained_renewed: Decimal = _ZERO
    learners: Decimal = _ZERO
    """Contacts of customers who have begun a course."""
    finishers: Decimal = _ZERO
    certified: Decimal = _ZERO
    stopped: Decimal = _ZERO
    """Of the learners, those who stopped in a course."""
    quizzes: Decimal = _ZERO
    quizzes_at_once: Decimal = _ZERO
    """Quizzes that they answered, each contact and quiz once, and of these passed at the first attempt."""
    value_declared: Decimal = _ZERO
    """More than nothing where an event is declared to be the first value."""
    first_values: Decimal = _ZERO
    """Customers that have come to it."""
    days_to_value: Counter[int] = field(default_factory=Counter)
    """Of those that began within the last year, by the days that they took."""
    mailed: Decimal = _ZERO
    """Contacts to whom mails of programmes went in the quarter."""
    mails: Decimal = _ZERO

    def __add__(self, other: Tally) -> Tally:
        """Add two tallies, field by field."""
        return Tally(
            **{one.name: getattr(self, one.name) + getattr(other, one.name) for one in fields(Tally)}
        )


@dataclass(frozen=True, slots=True)
class Spent:
    """Hours that one team spent on one service for the accounts of one tier."""

    tier: int
    service: str
    team: str
    hours: Decimal
    lines: int


@dataclass(frozen=True, slots=True)
class Book:
    """How many customers of one tier a CSM has."""

    tier: int
    csm: str
    customers: int


def declared(tallies: Mapping[int, Tally], company: Company, policy: Policy) -> dict[int, Tally]:
    """Add to the tallies, for every tier of the policy, whether a first value is declared."""
    declares = Tally(value_declared=Decimal(company.first_value is not None))
    every = {tier.id: tallies.get(tier.id, Tally()) + declares for tier in policy.rules.tiers}
    return {**tallies, **every}


def staffed(tallies: Mapping[int, Tally], books: Iterable[Book], policy: Policy) -> dict[int, Tally]:
    """Add to the tallies how many customers and CSMs have each other, and how many CSMs have too many."""
    limits = {tier.id: tier.accounts_per_csm for tier in policy.rules.tiers}
    found = dict(tallies)
    for one in books:
        limit = limits.get(one.tier)
        found[one.tier] = found.get(one.tier, Tally()) + Tally(
            assigned=Decimal(one.customers),
            books=Decimal(1),
            books_limited=Decimal(limit is not None),
            books_over=Decimal(limit is not None and one.customers > limit),
        )
    return found


def priced(
    tallies: Mapping[int, Tally], spent: Iterable[Spent], policy: Policy, part: Decimal
) -> dict[int, Tally]:
    """Add to the tallies what the hours cost, what was owed of them, and what the customers brought.

    `part` is the part of the quarter that has gone by, 1 once it has ended. Owed are, for each customer, that
    part of a quarter of the deliveries that its plan owes it in a year, times the hours that one takes: the
    very deliveries that `tiering servicing` counts, but for services under a condition of
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
        + Tally(
            effort_kept=kept,
            owed_hours=part * tally.customers * sum(owed.get(tier, {}).values(), _ZERO),
            revenue=part * tally.arr / 4,
        )
        for tier, tally in found.items()
    }


def _owed(tier: int, policy: Policy) -> dict[str, Decimal]:
    """Return the hours that one customer of a tier is owed in a quarter, service by service."""
    return {
        service.id: service.hours * deliveries / 4
        for service, counted in promised(policy, tier)
        if not service.condition and service.hours and (deliveries := owed_a_year(service, counted))
    }
