"""The holdings: what an account has beside what the policy says of it, and the tier that it has by them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType

from tiering.domain.decision import Decision, Reason
from tiering.domain.exception import Grant
from tiering.domain.policy import Policy
from tiering.domain.purchase import Purchase

EXCEPTION = "exception"
PURCHASE = "purchase"
"""The criteria of the reasons that do not come from the policy."""


@dataclass(frozen=True, slots=True)
class Holdings:
    """The exceptions and purchases of an account that hold today, those before them, and the deliveries."""

    grants: tuple[Grant, ...] = ()
    purchases: tuple[Purchase, ...] = ()
    delivered: Mapping[str, tuple[date, ...]] = field(default_factory=lambda: MappingProxyType({}))
    """For each service the days of its deliveries, in their order."""
    former: tuple[Grant | Purchase, ...] = ()
    """What held before: deliveries of its time were taken from it, and not from what holds today."""

    @property
    def tier_grant(self) -> Grant | None:
        """The exception that sets the tier."""
        return next((grant for grant in self.grants if grant.tier is not None), None)

    @property
    def tier_purchase(self) -> Purchase | None:
        """The purchase of the highest tier; of several, the one that lasts longest."""
        paid = [one for one in self.purchases if one.tier]
        return min(paid, key=lambda one: (one.tier, -one.until.toordinal()), default=None)

    def grant_of(self, service_id: str) -> Grant | None:
        """Return the exception that includes a service."""
        return next((grant for grant in self.grants if grant.service == service_id), None)

    def purchases_of(self, service_id: str) -> tuple[Purchase, ...]:
        """Return the purchases of a service."""
        return tuple(one for one in self.purchases if one.service == service_id)


NOTHING = Holdings()


def policys_own(decision: Decision) -> Decision:
    """Return what the policy alone had decided, without what exceptions and purchases added."""
    if decision.own_tier is None:
        return decision
    reasons = tuple(reason for reason in decision.reasons if reason.criterion not in (EXCEPTION, PURCHASE))
    return replace(decision, tier=decision.own_tier, own_tier=None, reasons=reasons)


def held(decided: Decision, holdings: Holdings, policy: Policy) -> Decision:
    """Put what the policy decided under what the account holds.

    An exception sets the tier, up or down; a purchase never lets it be lower than what is paid for. A tier
    that the policy has no more counts as its lowest one. (Longtail's design, sections 3.4 and 8.)
    """
    grant, purchase = holdings.tier_grant, holdings.tier_purchase
    if grant is None and purchase is None:
        return decided
    tier, reasons = decided.tier, list(decided.reasons)
    if grant and grant.tier:
        tier = min(grant.tier, policy.rules.lowest)
        reasons.append(_exception_reason(grant, decided.tier, tier, policy))
    if purchase and purchase.tier and purchase.tier < tier:
        tier = purchase.tier
        reasons.append(_purchase_reason(purchase, policy))
    if len(reasons) == len(decided.reasons):
        return decided
    return replace(decided, tier=tier, own_tier=decided.tier, reasons=tuple(reasons))


def unless_same(new: Decision, previous: Decision | None, today: date) -> Decision:
    """Return the previous decision where the new one says the same, else the new one as of today."""
    if previous and new.says_the_same_as(previous):
        return previous
    return new if new.decided_on == today else replace(new, decided_on=today)


def _exception_reason(grant: Grant, own: int, tier: int, policy: Policy) -> Reason:
    verb = "holds it in" if own == tier else "puts it in"
    sentence = f"An exception {verb} {_named(tier, policy)} {grant.told}."
    if own != tier:
        sentence += f" The policy alone says {_named(own, policy)}."
    return Reason(
        EXCEPTION,
        grant.reason,
        f"until {grant.until.isoformat()}",
        f"tier {tier}",
        sentence,
        source=f"exception {grant.id}",
        as_of=grant.starts_on,
    )


def _purchase_reason(purchase: Purchase, policy: Policy) -> Reason:
    tier = purchase.tier or policy.rules.lowest
    price = str(purchase.price) if purchase.price else "a price that was not recorded"
    sentence = f"It pays for {_named(tier, policy)} until {purchase.until.isoformat()}."
    return Reason(
        PURCHASE,
        price,
        f"until {purchase.until.isoformat()}",
        f"tier {tier}",
        sentence,
        source=f"purchase {purchase.id}",
        as_of=purchase.starts_on,
    )


def _named(tier_id: int, policy: Policy) -> str:
    return f"tier {tier_id} ({policy.tier(tier_id).name})"
