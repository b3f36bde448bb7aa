"""Looking beyond the tiers: who resembles the best customers, and who should not have been sold to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tiering.domain.account import Account, Status
from tiering.domain.decision import Decision
from tiering.domain.lookalike import Lookalike
from tiering.domain.lookalike import lookalikes as compare
from tiering.domain.refusal import Refusal
from tiering.storage.store import Store, UnitOfWork
from tiering.usecases.policy import in_force

__all__ = ["Lookalike", "Misfit", "Seller", "bad_fits", "lookalikes"]

BAD_FIT = "bad_fit"


@dataclass(frozen=True, slots=True)
class Misfit:
    """An account that the policy flags as a bad fit."""

    id: str
    name: str
    because: str


@dataclass(frozen=True, slots=True)
class Seller:
    """Who sold, and how many of the accounts fit badly."""

    sold_by: str | None
    """None for the accounts of which nobody knows who sold them."""
    sold: int
    misfits: tuple[Misfit, ...]


def lookalikes(store: Store, who: str) -> list[Lookalike]:
    """Find customers in lower tiers that resemble the high-touch ones; raises NoPolicy."""
    with store.begin() as work:
        rules = in_force(work).rules
        high = {tier.id for tier in rules.tiers if tier.touch == "high"}
        best: list[Account] = []
        others: list[Account] = []
        for account, decision in _customers(work):
            (best if decision.tier in high else others).append(account)
        found = compare(best, others, rules)
        work.audit.add(work.at, who, "lookalikes", None, {"found": len(found)})
        return found


def bad_fits(store: Store, who: str) -> list[Seller]:
    """Group the customers that fit badly by who sold them, the most first; raises Refusal and NoPolicy."""
    with store.begin() as work:
        if in_force(work).rules.bad_fit is None:
            raise Refusal("The policy in force does not say what a bad fit is: add `bad_fit` to tiers.yaml.")
        sold: dict[str | None, int] = {}
        misfits: dict[str | None, list[Misfit]] = {}
        for account, decision in _customers(work):
            sold[account.sold_by] = sold.get(account.sold_by, 0) + 1
            if BAD_FIT in decision.flags:
                why = " ".join(reason.sentence for reason in decision.reasons if reason.criterion == BAD_FIT)
                misfits.setdefault(account.sold_by, []).append(Misfit(account.id, account.name, why))
        work.audit.add(work.at, who, "bad-fit", None, {"found": sum(map(len, misfits.values()))})
    sellers = [Seller(name, sold[name], tuple(found)) for name, found in misfits.items()]
    return sorted(sellers, key=lambda seller: (-len(seller.misfits), seller.sold_by or ""))


def _customers(work: UnitOfWork) -> Iterator[tuple[Account, Decision]]:
    for page in work.accounts.pages():
        decisions = work.decisions.current([account.id for account in page])
        for account in page:
            if account.status is Status.CUSTOMER and account.id in decisions:
                yield account, decisions[account.id]
