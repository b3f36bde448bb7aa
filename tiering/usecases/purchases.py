"""Purchases: recording what an account pays for beside its plan, and cancelling it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from tiering.domain.account import Account
from tiering.domain.money import UnknownCurrency
from tiering.domain.purchase import Order, Purchase, bought
from tiering.domain.refusal import Refusal
from tiering.storage.store import Store, UnitOfWork
from tiering.usecases.ask import Inquiry
from tiering.usecases.deciding import Mover, decide_one
from tiering.usecases.finding import find_one, find_service
from tiering.usecases.policy import held_in_force


@dataclass(frozen=True, slots=True)
class Deal:
    """What a purchase or its end did."""

    purchase: Purchase
    name: str
    """The account's name."""
    moved: Mover | None
    """Where the account's tier changed by it."""


def buy(store: Store, account_text: str, order: Order, inquiry: Inquiry) -> Deal:
    """Record a purchase and decide the account by it at once; raises Refusal and NoPolicy.

    `order.service` may be the service's id, name or any of its aliases.
    """
    with store.begin() as work:
        policy = held_in_force(work)
        account = find_one(work, account_text)
        if order.service is not None:
            order = replace(order, service=find_service(policy, inquiry.prose, order.service).id)
        decision = work.decisions.current([account.id])[account.id]
        try:
            made = bought(order, account, decision.own_tier or decision.tier, policy, inquiry.today)
        except UnknownCurrency as error:
            raise Refusal(f"The price cannot be converted: {error}.") from error
        _check_adds(work, made, account, inquiry.today)
        made = replace(made, id=work.purchases.add(made, work.at))
        details = {
            "purchase": made.id,
            **({"tier": made.tier} if made.tier is not None else {"service": made.service}),
            "until": made.until,
            "times": made.times,
            "price": str(made.price) if made.price else None,
        }
        work.audit.add(work.at, inquiry.who, "buy", account.id, details)
        return Deal(made, account.name, decide_one(work, account, policy, inquiry.today))


def cancel(store: Store, purchase_id: int, inquiry: Inquiry) -> Deal:
    """End a purchase today and decide the account without it; raises Refusal and NoPolicy."""
    with store.begin() as work:
        policy = held_in_force(work)
        found = work.purchases.get(purchase_id)
        account = work.accounts.get(found.account_id) if found else None
        if found is None or account is None:
            raise Refusal(f"There is no purchase {purchase_id}.")
        if not found.runs(inquiry.today):
            over = found.cancelled_on or found.until
            raise Refusal(f"Purchase {purchase_id} is over already, since {over.isoformat()}.")
        work.purchases.cancel(purchase_id, inquiry.today)
        work.audit.add(work.at, inquiry.who, "cancel purchase", account.id, {"purchase": purchase_id})
        cancelled = replace(found, cancelled_on=inquiry.today)
        return Deal(cancelled, account.name, decide_one(work, account, policy, inquiry.today))


def running(store: Store, inquiry: Inquiry) -> list[Deal]:
    """List the purchases that hold, the next to end first."""
    with store.begin() as work:
        found = work.purchases.running(inquiry.today)
        names = work.accounts.among({one.account_id for one in found})
        work.audit.add(work.at, inquiry.who, "list purchases", None, {"purchases": len(found)})
        return [Deal(one, names[one.account_id].name, None) for one in found]


def _check_adds(work: UnitOfWork, wanted: Purchase, account: Account, today: date) -> None:
    """Make sure that a tier is not paid for already, as high and as long; raises Refusal."""
    for other in work.purchases.running(today, [account.id]) if wanted.tier else ():
        if other.tier and wanted.tier and other.tier <= wanted.tier and other.until >= wanted.until:
            raise Refusal(
                f"{account.name} pays for tier {other.tier} until {other.until.isoformat()} already; "
                f"to replace that, cancel it first: tiering purchases cancel {other.id}"
            )
