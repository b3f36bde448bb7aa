"""The entitlement: what an account may have of a service, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from tiering.domain.account import Account, Status
from tiering.domain.freshness import measured
from tiering.domain.holding import NOTHING, Holdings
from tiering.domain.metric import shown
from tiering.domain.period import period_of, prorated
from tiering.domain.policy import Policy, Tier, read_condition
from tiering.domain.purchase import Purchase
from tiering.domain.service import Allowance, Level, Service


@dataclass(frozen=True, slots=True)
class Entitlement:
    """What is owed to an account of one service."""

    service: str
    """The service's id."""
    name: str
    level: Level
    allowance: int | None
    """How often per period; None where it is not counted."""
    period: str | None
    used: int | None
    left: int | None
    sentence: str
    """The answer and why, without the account's name."""

    @property
    def granted(self) -> bool:
        """Whether the account may have it now without asking or paying anyone."""
        return self.level is Level.INCLUDED or (self.level is Level.ALLOWANCE and self.left != 0)


def entitlements(
    account: Account, tier_id: int, policy: Policy, today: date, holdings: Holdings = NOTHING
) -> tuple[Entitlement, ...]:
    """Return what is owed of every service of the catalogue, in its order.

    The plan comes first; where it does not give a service, or no more of it, an exception does, and then
    what was bought.
    """
    terms = _Terms(policy.tier(tier_id), policy, today, holdings)
    return tuple(_entitlement(account, service, terms) for service in policy.catalogue.services)


def level_of(service: Service, tier_id: int, preset: str) -> Level:
    """Return a service's level for a tier; what nobody promised is `no`."""
    return service.levels.get(preset, {}).get(tier_id, Level.NO)


@dataclass(frozen=True, slots=True)
class _Terms:
    """On what an answer rests."""

    tier: Tier
    policy: Policy
    today: date
    holdings: Holdings


def _entitlement(account: Account, service: Service, terms: _Terms) -> Entitlement:
    found = _owed(account, service, terms)
    if found.granted and account.partner and service.team_for(account.partner) == "partner":
        return replace(found, sentence=f"{found.sentence} {account.partner} delivers it, as the partner.")
    return found


def _owed(account: Account, service: Service, terms: _Terms) -> Entitlement:
    planned = _planned(account, service, terms)
    if planned.granted or account.status is not Status.CUSTOMER:
        return planned
    if grant := terms.holdings.grant_of(service.id):
        return _included(service, f"Included by an exception {grant.told}.")
    return _bought(account, service, terms) or planned


def _planned(account: Account, service: Service, terms: _Terms) -> Entitlement:
    """Say what the plan gives, whatever was granted or bought beside it."""
    tier = terms.tier
    level = level_of(service, tier.id, terms.policy.rules.preset)
    plan = f"tier {tier.id} ({tier.name})"
    unmet = _unmet(account, service, terms) if level is not Level.NO else ""
    if account.status is not Status.CUSTOMER:
        return _no(service, _not_a_customer(account, level, plan, unmet))
    if unmet:
        return _no(service, f"Not included: {plan} has it only with {unmet}.")
    if level is Level.ALLOWANCE and service.allowance:
        return _counted(account, service, service.allowance, terms)
    sentences = {
        Level.INCLUDED: f"Included in {plan}.",
        Level.ALLOWANCE: f"Included in {plan}.",
        Level.REQUEST: f"On request in {plan}" + (f": ask {service.approver}." if service.approver else "."),
        Level.PAID: f"A paid add-on in {plan}{_priced(service)}.",
        Level.NO: f"Not included in {plan}.",
    }
    level = Level.INCLUDED if level is Level.ALLOWANCE else level
    return Entitlement(service.id, service.name, level, None, None, None, None, sentences[level])


def _counted(account: Account, service: Service, allowance: Allowance, terms: _Terms) -> Entitlement:
    """Say how much of an allowance is left in the period of the account that runs today."""
    period = period_of(account, allowance.per, terms.today, terms.policy.rules.allowance_period)
    times = prorated(allowance.times, account, period)
    used = sum(period.holds(day) for day in terms.holdings.delivered.get(service.id, ()))
    left = max(times - used, 0)
    rest = f"{left} of {times} left" if left else "none left"
    part = f" (live since {account.went_live_on}, so {times})" if times != allowance.times else ""
    plan = f"tier {terms.tier.id} ({terms.tier.name})"
    sentence = f"Included in {plan}, {allowance}{part}; {rest} this {allowance.per}."
    return Entitlement(service.id, service.name, Level.ALLOWANCE, times, allowance.per, used, left, sentence)


def _bought(account: Account, service: Service, terms: _Terms) -> Entitlement | None:
    """Say what is left of what was bought; None where nothing was, or all of it is used up."""
    purchases = terms.holdings.purchases_of(service.id)
    if endless := [one.until for one in purchases if one.times is None]:
        return _included(service, f"Bought until {max(endless).isoformat()}.")
    used = _taken(account, service, terms)
    open_ones = [one for one in purchases if used[one.id] < (one.times or 0)]
    if not open_ones:
        return None
    until = max(one.until for one in open_ones).isoformat()
    times = sum(one.times or 0 for one in open_ones)
    left = times - sum(used[one.id] for one in open_ones)
    return _included(service, f"Bought until {until}; {left} of {times} left.")


def _taken(account: Account, service: Service, terms: _Terms) -> Counter[int]:
    """Count what was taken from each purchase of a service, by the purchase's number.

    A delivery beyond the plan is taken from what held on its day: an exception or a purchase without a number
    covers any; of purchases by number, the one that ends first gives it.
    """
    every = (*terms.holdings.grants, *terms.holdings.purchases, *terms.holdings.former)
    held = [one for one in every if one.service == service.id]
    taken: Counter[int] = Counter()
    for day in _beyond_the_plan(account, service, terms):
        running = [one for one in held if one.runs(day)]
        counted = [one for one in running if isinstance(one, Purchase) and one.times is not None]
        if len(counted) == len(running):
            open_ones = (one for one in counted if taken[one.id] < (one.times or 0))
            if first := min(open_ones, key=lambda one: (one.until, one.id), default=None):
                taken[first.id] += 1
    return taken


def _beyond_the_plan(account: Account, service: Service, terms: _Terms) -> Iterator[date]:
    """Return the days of the deliveries that the allowance of their period did not cover."""
    preset, rule = terms.policy.rules.preset, terms.policy.rules.allowance_period
    counted = level_of(service, terms.tier.id, preset) is Level.ALLOWANCE
    allowance = service.allowance if counted and not _unmet(account, service, terms) else None
    taken: Counter[date] = Counter()
    for day in terms.holdings.delivered.get(service.id, ()):
        if allowance:
            period = period_of(account, allowance.per, day, rule)
            taken[period.first] += 1
            if taken[period.first] <= prorated(allowance.times, account, period):
                continue
        yield day


def _included(service: Service, sentence: str) -> Entitlement:
    return Entitlement(service.id, service.name, Level.INCLUDED, None, None, None, None, sentence)


def _no(service: Service, sentence: str) -> Entitlement:
    return Entitlement(service.id, service.name, Level.NO, None, None, None, None, sentence)


def _not_a_customer(account: Account, level: Level, plan: str, unmet: str) -> str:
    if account.status is Status.CHURNED:
        return "Not a customer any more: nothing is owed."
    if level is Level.NO:
        return f"Not a customer yet, and {plan} would not include it."
    would = {Level.REQUEST: "could ask for it", Level.PAID: "could buy it"}.get(level, "would have it")
    only = f" only with {unmet}" if unmet else ""
    return f"Not a customer yet: {plan} {would}{only}, but promise nothing."


def _unmet(account: Account, service: Service, terms: _Terms) -> str:
    """Say which conditions of the service are not met, within a sentence; empty where all are."""
    rules = terms.policy.rules
    told = []
    for name, written in service.condition.items():
        condition = read_condition(name, written, rules.currency)
        value = measured(account, condition.metric, rules)
        if not condition.holds(value, terms.today):
            told.append(f"{condition} (now {shown(value)})")
    return " and ".join(told)


def _priced(service: Service) -> str:
    return f": {service.price.money} per {service.price.per}" if service.price else ""
