"""A purchase: a service bought on top of the plan, or a higher tier paid for, until a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tiering.domain.account import Account, Status
from tiering.domain.money import Money
from tiering.domain.policy import Policy
from tiering.domain.refusal import Refusal, refuse_past

MOST_DAYS = 3660
"""Ten years: a later end is a slip of the pen."""

MOST_TIMES = 1000
"""How many deliveries one purchase may be of; more is a slip of the pen too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Purchase:
    """What an account pays for beside its plan."""

    id: int
    account_id: str
    tier: int | None
    service: str | None
    times: int | None
    """How many deliveries were bought; None for as many as are needed."""
    starts_on: date
    until: date
    """The last day on which it holds."""
    price: Money | None
    recorded_by: str
    cancelled_on: date | None = None
    """The first day on which it holds no more, where it was cancelled."""

    def runs(self, day: date) -> bool:
        """Whether it holds on a day; the first and the last day count."""
        return self.starts_on <= day <= self.until and (self.cancelled_on is None or day < self.cancelled_on)


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What somebody wants recorded as bought: a tier, or a service, never both."""

    tier: int | None = None
    service: str | None = None
    """The service's id."""
    times: int | None = None
    until: date
    price: Money | None = None
    by: str
    """Who records it."""


def bought(order: Order, account: Account, own_tier: int, policy: Policy, today: date) -> Purchase:
    """Turn an order into a purchase that has no number yet; raises Refusal and UnknownCurrency.

    `own_tier` is what the policy alone says of the account: only a higher tier is worth buying.
    """
    if account.status is not Status.CUSTOMER:
        raise Refusal(f"{account.name} is not a customer ({account.status}); only customers buy services.")
    refuse_past(order.until, today)
    if (order.until - today).days > MOST_DAYS:
        raise Refusal(f"The end, {order.until.isoformat()}, is more than ten years away.")
    if order.times is not None and order.times < 1:
        raise Refusal(f"{order.times} deliveries cannot be bought; expected 1 or more.")
    if order.times is not None and order.times > MOST_TIMES:
        raise Refusal(f"{order.times} deliveries are too many to buy at once; expected {MOST_TIMES} at most.")
    if order.price:
        if order.price.cents < 0:
            raise Refusal(f"The price is {order.price}; expected nothing less than zero.")
        order.price.to(policy.rules.currency, policy.rules.rates)
    if order.tier is not None:
        policy.check_tier(order.tier)
        if order.tier >= own_tier:
            raise Refusal(
                f"The policy puts {account.name} in tier {own_tier} anyway; only a higher one is sold."
            )
    return Purchase(
        id=0,
        account_id=account.id,
        tier=order.tier,
        service=order.service,
        times=order.times,
        starts_on=today,
        until=order.until,
        price=order.price,
        recorded_by=order.by,
    )
