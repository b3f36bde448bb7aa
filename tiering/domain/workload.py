"""The work that a policy promises: hours, their cost, and the books of those who do it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from tiering.domain.account import Account, Status
from tiering.domain.money import Money
from tiering.domain.package import Package, Promises
from tiering.domain.policy import Policy

CSM_TEAM = "cs"
"""The team whose hours the customer success managers give."""


@dataclass(frozen=True, slots=True)
class Demand:
    """What keeping the promises to the customers of a tier takes in a year."""

    tier: int
    customers: int
    hours: Mapping[str, Decimal]
    """By team."""


@dataclass(frozen=True, slots=True)
class Book:
    """The customers of a customer success manager."""

    csm: str
    accounts: Mapping[int, int]
    """How many of each tier that has a limit."""
    load: float
    """1 is as many as the limits allow: each account takes up one part of its tier's `accounts_per_csm`."""


@dataclass(frozen=True, slots=True)
class Workload:
    """What a policy asks of the teams in a year."""

    demand: tuple[Demand, ...]
    csms: int
    available: Decimal
    """Hours that the customer success managers have."""
    needed: Decimal
    """Hours that they would need."""
    over: tuple[Book, ...]
    """The books that are larger than the limits allow, the largest first."""
    unassigned: int
    """Customers of a tier with a limit who have no customer success manager."""
    cost: Money | None
    """What the promised hours cost; None where `costs` leaves out a team that has work."""
    cost_like_first: Money | None
    """The same, if every customer were served like the highest tier."""


@dataclass(slots=True)
class Planner:
    """Adds up a workload account by account; it keeps sums, not accounts."""

    policy: Policy
    promises: Promises
    _served: Counter[tuple[int, Package]] = field(default_factory=Counter)
    _like_first: Counter[Package] = field(default_factory=Counter)
    _books: dict[str | None, Counter[int]] = field(default_factory=dict)

    def add(self, account: Account, tier: int) -> None:
        """Count an account in a tier; only customers are served. Raises UnknownCurrency."""
        if account.status is Status.CUSTOMER:
            self._served[tier, self.promises.package(account, tier)] += 1
            self._like_first[self.promises.package(account, 1)] += 1
            self._books.setdefault(account.csm, Counter())[tier] += 1

    def result(self) -> Workload:
        """Return what was added up."""
        demand = tuple(self._demand(tier.id) for tier in self.policy.rules.tiers)
        capacity = self.policy.rules.capacity
        csms = len(self._books.keys() - {None}) if capacity.csms is None else capacity.csms
        served: Counter[Package] = Counter()
        for (_, package), customers in self._served.items():
            served[package] += customers
        return Workload(
            demand=demand,
            csms=csms,
            available=csms * capacity.csm_hours_per_year,
            needed=sum((one.hours.get(CSM_TEAM, Decimal(0)) for one in demand), Decimal(0)),
            over=tuple(sorted(self._over(), key=lambda book: (-book.load, book.csm))),
            unassigned=sum(self._limited(self._books.get(None, Counter())).values()),
            cost=self._cost(served),
            cost_like_first=self._cost(self._like_first),
        )

    def _demand(self, tier: int) -> Demand:
        served: Counter[Package] = Counter()
        for (where, package), customers in self._served.items():
            if where == tier:
                served[package] += customers
        return Demand(tier, served.total(), _hours(served))

    def _cost(self, served: Counter[Package]) -> Money | None:
        rules, total = self.policy.rules, Decimal(0)
        for team, hours in _hours(served).items():
            if hours and team not in rules.costs:
                return None
            total += hours * rules.costs.get(team, Decimal(0))
        return Money.of(total, rules.currency)

    def _limited(self, accounts: Mapping[int, int]) -> dict[int, int]:
        tiers = self.policy.rules.tier_by_id
        return {tier: count for tier, count in sorted(accounts.items()) if tiers[tier].accounts_per_csm}

    def _over(self) -> Iterator[Book]:
        tiers = self.policy.rules.tier_by_id
        for csm, accounts in self._books.items():
            limited = self._limited(accounts)
            load = sum(count / (tiers[tier].accounts_per_csm or count) for tier, count in limited.items())
            if csm is not None and load > 1:
                yield Book(csm, limited, load)


def _hours(served: Mapping[Package, int]) -> dict[str, Decimal]:
    hours: dict[str, Decimal] = {}
    for package, customers in served.items():
        for team, each in package.hours.items():
            hours[team] = hours.get(team, Decimal(0)) + each * customers
    return hours
