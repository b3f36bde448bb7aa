"""Servicing: which accounts and tiers get more, or less, than they are owed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from tiering.domain.account import Account, Status
from tiering.domain.effort import Entry
from tiering.domain.holding import NOTHING
from tiering.domain.package import Promises
from tiering.domain.policy import Rules
from tiering.domain.servicing import Balance, balance, together
from tiering.storage.store import Store, UnitOfWork
from tiering.usecases.ask import Inquiry
from tiering.usecases.holdings import holdings_among
from tiering.usecases.policy import in_force

LONGEST_YEAR = timedelta(days=366)
"""Effort of this year is not older than this, be it the calendar's or the contract's year."""


@dataclass(frozen=True, slots=True)
class Serviced:
    """A customer with its balance."""

    id: str
    name: str
    tier: int
    balance: Balance


@dataclass(frozen=True, slots=True)
class TierServiced:
    """A tier with the balance of all its customers."""

    tier: int
    customers: int
    over: int
    """How many of them were given more than they are owed."""
    under: int
    """How many were given less."""
    balance: Balance


@dataclass(frozen=True, slots=True)
class Servicing:
    """The year until today."""

    tiers: tuple[TierServiced, ...]
    accounts: tuple[Serviced, ...]
    """Those furthest from what they are owed come first."""
    logged: bool
    """Whether anybody logged anything; if not, what was given is unknown rather than nothing."""
    rules: Rules
    """By which hours become money."""


def servicing(
    store: Store, inquiry: Inquiry, tier: int | None = None, only: Literal["over", "under"] | None = None
) -> Servicing:
    """Weigh what customers were given against what they are owed.

    With `only`, the accounts are those that were given more, or less, than they are owed; the tiers always
    count all of their customers. Raises NoPolicy, UnknownCurrency, and Refusal where there is no such tier.
    """
    with store.begin() as work:
        policy = in_force(work)
        if tier is not None:
            policy.check_tier(tier)
        everyone = list(_all(work, Promises(policy, inquiry.today)))
        found = [one for one in everyone if tier is None or one.tier == tier]
        details = {"tier": tier, "only": only, "accounts": len(found)}
        work.audit.add(work.at, inquiry.who, "servicing", None, details)
    tiers = [_tier(number, [one for one in found if one.tier == number]) for number in _tiers(found)]
    sign = -1 if only == "under" else 1
    kept = [one for one in found if only is None or sign * one.balance.difference > 0]
    kept.sort(key=lambda one: (-abs(one.balance.difference), one.name, one.id))
    logged = any(one.balance.given for one in everyone)
    return Servicing(tuple(tiers), tuple(kept), logged, policy.rules)


def weighed(work: UnitOfWork, accounts: Sequence[Account], promises: Promises) -> Iterator[Serviced]:
    """Weigh those of some accounts that are customers; raises UnknownCurrency."""
    today = promises.today
    customers = [account for account in accounts if account.status is Status.CUSTOMER]
    ids = [account.id for account in customers]
    decisions, holdings = work.decisions.current(ids), holdings_among(work, ids, today)
    entries: dict[str, list[Entry]] = {}
    for entry in work.effort.between(today - LONGEST_YEAR, today, ids):
        entries.setdefault(entry.account_id, []).append(entry)
    for account in customers:
        if decision := decisions.get(account.id):
            held, spent = holdings.get(account.id, NOTHING), entries.get(account.id, ())
            both = balance(account, decision.tier, held, spent, promises)
            yield Serviced(account.id, account.name, decision.tier, both)


def _all(work: UnitOfWork, promises: Promises) -> Iterator[Serviced]:
    for page in work.accounts.pages():
        yield from weighed(work, page, promises)


def _tiers(found: list[Serviced]) -> list[int]:
    return sorted({one.tier for one in found})


def _tier(tier: int, members: list[Serviced]) -> TierServiced:
    over = sum(one.balance.difference > 0 for one in members)
    under = sum(one.balance.difference < 0 for one in members)
    return TierServiced(tier, len(members), over, under, together(one.balance for one in members))
