"""Servicing: the hours that accounts are owed against the hours they were given, and what both cost.

Owed in a year are, of each service that people deliver and the account has, the hours of one delivery times
the deliveries in a year: those of its allowance, else the service's `per_year`. Of that counts the part of
the year that has gone by, in days: since the year began, the account went live, or the exception or the
purchase that gives the service did, whichever came last. Of a purchase by number, all of its deliveries are
spread over its own span. The year is the calendar's or the contract's, as `allowance_period` says. The
account is taken as it stands today: its tier, its plan, its exceptions and purchases. Given is what was
logged in the same year until today, for whatever service. (Longtail's design, section 3.7.)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tiering.domain.account import Account
from tiering.domain.effort import Entry, cost
from tiering.domain.holding import Holdings
from tiering.domain.money import Money
from tiering.domain.package import Package, Promises, owed_a_year
from tiering.domain.period import period_of
from tiering.domain.policy import Rules
from tiering.domain.service import Service

_CENT_OF_AN_HOUR = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Balance:
    """What was owed and what was given, hours by team."""

    owed: Mapping[str, Decimal]
    given: Mapping[str, Decimal]

    @property
    def owed_hours(self) -> Decimal:
        """All hours owed, to two decimal places."""
        return _total(self.owed)

    @property
    def given_hours(self) -> Decimal:
        """All hours given, to two decimal places."""
        return _total(self.given)

    @property
    def difference(self) -> Decimal:
        """Hours given beyond what was owed; below zero where less was given."""
        return self.given_hours - self.owed_hours

    def owed_cost(self, rules: Rules) -> Money | None:
        """Return what the hours owed cost; None where a team's hour has no price."""
        return cost(self.owed, rules)

    def given_cost(self, rules: Rules) -> Money | None:
        """Return what the hours given cost; None where a team's hour has no price."""
        return cost(self.given, rules)


def balance(
    account: Account, tier: int, holdings: Holdings, entries: Iterable[Entry], promises: Promises
) -> Balance:
    """Weigh what an account was given against what it is owed, this year until today.

    Raises UnknownCurrency where a condition asks for an amount that has no rate.
    """
    policy, today = promises.policy, promises.today
    year = period_of(account, "year", today, policy.rules.allowance_period)
    package = promises.package(account, tier)
    owed: dict[str, Decimal] = {}
    for service in policy.catalogue.services:
        if service.delivery == "person" and service.hours:
            span = _Span(max(year.first, account.went_live_on or year.first), today, year.days)
            _add(
                owed,
                service.team_for(account.partner),
                service.hours * _deliveries(service, package, holdings, span),
            )
    given: dict[str, Decimal] = {}
    for entry in entries:
        if year.first <= entry.day <= today:
            _add(given, entry.team, entry.hours)
    return Balance(owed, given)


def together(balances: Iterable[Balance]) -> Balance:
    """Add balances up."""
    owed: dict[str, Decimal] = {}
    given: dict[str, Decimal] = {}
    for one in balances:
        for total, hours in ((owed, one.owed), (given, one.given)):
            for team, spent in hours.items():
                _add(total, team, spent)
    return Balance(owed, given)


@dataclass(frozen=True, slots=True)
class _Span:
    """The days that have gone by of a year of so many."""

    first: date
    today: date
    days: int

    def part(self, since: date) -> Decimal:
        """Return which part of the year went by since a day, or since the span began, if that was later."""
        gone = (self.today - max(since, self.first)).days + 1
        return Decimal(max(gone, 0)) / self.days


def _deliveries(service: Service, package: Package, holdings: Holdings, span: _Span) -> Decimal:
    """Return how many deliveries of a service were owed in a span; parts of one count."""
    grant, purchases = holdings.grant_of(service.id), holdings.purchases_of(service.id)
    unlimited = [one.starts_on for one in purchases if one.times is None]
    owed = Decimal(0)
    if service.id in package.times:
        owed += owed_a_year(service, package.times[service.id]) * span.part(span.first)
    elif grant or unlimited:
        owed += owed_a_year(service, None) * span.part(
            min([*unlimited, *([grant.starts_on] if grant else [])])
        )
    for one in purchases:
        if one.times is not None:
            gone = (span.today - max(one.starts_on, span.first)).days + 1
            owed += one.times * Decimal(max(gone, 0)) / ((one.until - one.starts_on).days + 1)
    return owed


def _add(hours: dict[str, Decimal], team: str, more: Decimal) -> None:
    if more:
        hours[team] = hours.get(team, Decimal(0)) + more


def _total(hours: Mapping[str, Decimal]) -> Decimal:
    return sum(hours.values(), Decimal(0)).quantize(_CENT_OF_AN_HOUR)
