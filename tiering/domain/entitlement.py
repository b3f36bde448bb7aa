"""The entitlement: what an account may have of a service, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from tiering.domain.account import Account, Status
from tiering.domain.metric import shown
from tiering.domain.policy import Policy, Tier, read_condition
from tiering.domain.service import Allowance, Level, Service
from tiering.domain.weighing import measured


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
    account: Account, tier_id: int, policy: Policy, today: date, used: Mapping[str, int] | None = None
) -> tuple[Entitlement, ...]:
    """Return what is owed of every service of the catalogue, in its order.

    `used` counts the deliveries of each service in the period that runs today.
    """
    terms = _Terms(policy.tier(tier_id), policy, today)
    return tuple(
        _entitlement(account, service, (used or {}).get(service.id, 0), terms)
        for service in policy.catalogue.services
    )


def level_of(service: Service, tier_id: int, preset: str) -> Level:
    """Return a service's level for a tier; what nobody promised is `no`."""
    return service.levels.get(preset, {}).get(tier_id, Level.NO)


@dataclass(frozen=True, slots=True)
class _Terms:
    """On what an answer rests."""

    tier: Tier
    policy: Policy
    today: date


def _entitlement(account: Account, service: Service, used: int, terms: _Terms) -> Entitlement:
    tier = terms.tier
    level = level_of(service, tier.id, terms.policy.rules.preset)
    plan = f"tier {tier.id} ({tier.name})"
    unmet = _unmet(account, service, terms) if level is not Level.NO else ""
    if account.status is not Status.CUSTOMER:
        return _no(service, _not_a_customer(account, level, plan, unmet))
    if unmet:
        return _no(service, f"Not included: {plan} has it only with {unmet}.")
    if level is Level.ALLOWANCE and service.allowance:
        return _counted(service, service.allowance, used, plan)
    sentences = {
        Level.INCLUDED: f"Included in {plan}.",
        Level.ALLOWANCE: f"Included in {plan}.",
        Level.REQUEST: f"On request in {plan}" + (f": ask {service.approver}." if service.approver else "."),
        Level.PAID: f"A paid add-on in {plan}{_priced(service)}.",
        Level.NO: f"Not included in {plan}.",
    }
    level = Level.INCLUDED if level is Level.ALLOWANCE else level
    return Entitlement(service.id, service.name, level, None, None, None, None, sentences[level])


def _counted(service: Service, allowance: Allowance, used: int, plan: str) -> Entitlement:
    left = max(allowance.times - used, 0)
    rest = f"{left} of {allowance.times} left" if left else "none left"
    sentence = f"Included in {plan}, {allowance}; {rest} this {allowance.per}."
    return Entitlement(
        service.id, service.name, Level.ALLOWANCE, allowance.times, allowance.per, used, left, sentence
    )


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
