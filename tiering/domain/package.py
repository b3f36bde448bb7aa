"""The package of an account: everything it is promised without asking or paying, counted for a year."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from tiering.domain.account import Account, Status
from tiering.domain.condition import Condition, read_condition
from tiering.domain.entitlement import level_of
from tiering.domain.freshness import measured
from tiering.domain.policy import Policy
from tiering.domain.service import Level, Service

PERIODS_A_YEAR: Mapping[str, int] = {"month": 12, "quarter": 4, "year": 1}


@dataclass(frozen=True, slots=True, eq=False)
class Package:
    """What one tier promises; accounts with the same promises share one package."""

    times: Mapping[str, int | None]
    """For each promised service how many times a year; None where it is not counted."""
    hours: Mapping[str, Decimal]
    """For each team the hours a year that keeping the promises takes."""


NOTHING = Package({}, {})
"""What is promised to who is no customer."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What one package has less or more of than another, as ids of services."""

    lost: tuple[str, ...]
    gained: tuple[str, ...]


def difference(before: Package, after: Package) -> Difference:
    """Compare two packages; a smaller allowance is a loss, a larger one a gain."""
    ids = list(dict.fromkeys((*before.times, *after.times)))
    worth = [(one, _worth(before, one), _worth(after, one)) for one in ids]
    return Difference(
        tuple(one for one, old, new in worth if new < old),
        tuple(one for one, old, new in worth if new > old),
    )


def _worth(package: Package, service: str) -> float:
    times = package.times.get(service, 0)
    return float("inf") if times is None else times


@dataclass(slots=True)
class Promises:
    """What a policy promises, made ready for asking about many accounts."""

    policy: Policy
    today: date
    _conditions: tuple[tuple[Service, tuple[Condition, ...]], ...] = field(init=False)
    _known: dict[tuple[int, frozenset[str], bool], Package] = field(default_factory=dict)
    _last: tuple[Account | None, frozenset[str]] = (None, frozenset())
    """The account that was asked about last, and the services whose conditions it does not meet."""

    def __post_init__(self) -> None:
        currency = self.policy.rules.currency
        self._conditions = tuple(
            (service, tuple(read_condition(*line, currency) for line in service.condition.items()))
            for service in self.policy.catalogue.services
            if service.condition
        )

    def package(self, account: Account, tier: int) -> Package:
        """Return what an account is promised in a tier; raises UnknownCurrency."""
        if account.status is not Status.CUSTOMER:
            return NOTHING
        key = tier, self._unmet(account), account.partner is not None
        if key not in self._known:
            self._known[key] = _package(self._granted(tier, key[1]), account.partner)
        return self._known[key]

    def _unmet(self, account: Account) -> frozenset[str]:
        if self._last[0] is not account:
            unmet = (one.id for one, every in self._conditions if not self._all_hold(account, every))
            self._last = (account, frozenset(unmet))
        return self._last[1]

    def _all_hold(self, account: Account, conditions: tuple[Condition, ...]) -> bool:
        rules = self.policy.rules
        return all(one.holds(measured(account, one.metric, rules), self.today) for one in conditions)

    def _granted(self, tier: int, unmet: frozenset[str]) -> Iterator[tuple[Service, int | None]]:
        return (one for one in promised(self.policy, tier) if one[0].id not in unmet)


def promised(policy: Policy, tier: int) -> Iterator[tuple[Service, int | None]]:
    """Return what a tier is promised, whatever conditions services have, with the times a year if counted."""
    for service in policy.catalogue.services:
        level = level_of(service, tier, policy.rules.preset)
        if level in (Level.INCLUDED, Level.ALLOWANCE):
            counted = service.allowance if level is Level.ALLOWANCE else None
            yield service, counted.times * PERIODS_A_YEAR[counted.per] if counted else None


def owed_a_year(service: Service, counted: int | None) -> int:
    """Return how many deliveries a year a promise owes: those of the allowance, else the `per_year`.

    What nobody delivers in person owes no working time, however often it is used.
    """
    if service.delivery != "person":
        return 0
    return service.per_year if counted is None else counted


def _package(granted: Iterator[tuple[Service, int | None]], partner: str | None) -> Package:
    times: dict[str, int | None] = {}
    hours: dict[str, Decimal] = {}
    for service, counted in granted:
        times[service.id] = counted
        if owed := owed_a_year(service, counted):
            team = service.team_for(partner)
            hours[team] = hours.get(team, Decimal(0)) + service.hours * owed
    return Package(times, hours)
