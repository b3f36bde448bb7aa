"""Deciding many accounts and storing what came of it: the one way in which decisions get into the record."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from tiering.domain.account import Account
from tiering.domain.decision import ALONE, Family, decide
from tiering.domain.family import roots
from tiering.domain.policy import Policy
from tiering.storage.store import UnitOfWork

TIER_CHANGED = "tier_changed"
"""The kind of an outbox message about an account that moved."""


@dataclass(frozen=True, slots=True)
class Mover:
    """An account that a decision moved from one tier to another."""

    id: str
    name: str
    before: int
    after: int


def decide_all(
    work: UnitOfWork, policy: Policy, today: date, progress: Callable[[int], None] = lambda _: None
) -> tuple[int, list[Mover]]:
    """Decide every account of the record; returns how many, and who moved."""
    return decide_pages(work, work.accounts.pages(), policy, today, progress)


def decide_pages(
    work: UnitOfWork,
    pages: Iterable[Sequence[Account]],
    policy: Policy,
    today: date,
    progress: Callable[[int], None] = lambda _: None,
) -> tuple[int, list[Mover]]:
    """Decide accounts page by page; returns how many, and who moved."""
    decided, movers = 0, []
    for page in pages:
        accounts = page if policy.rules.family.rule == "own" else _with_relatives(work, page)
        movers += _decide(work, accounts, policy, today)
        decided += len(page)
        progress(len(page))
    return decided, movers


def family_of(work: UnitOfWork, account: Account, policy: Policy) -> Family:
    """Return the family that the policy looks at when it decides one account."""
    if policy.rules.family.rule == "own":
        return ALONE
    return _families(_with_relatives(work, [account]))[account.id]


def _decide(work: UnitOfWork, accounts: Sequence[Account], policy: Policy, today: date) -> list[Mover]:
    """Decide accounts whose relatives are all among them; store what is new and tell the outbox who moved."""
    families = _families(accounts) if policy.rules.family.rule != "own" else {}
    previous = work.decisions.current([account.id for account in accounts])
    made, movers = [], []
    for account in accounts:
        old = previous.get(account.id)
        new = decide(account, families.get(account.id, ALONE), old, policy, today)
        if new is not old:
            made.append(new)
            if old and old.tier != new.tier:
                movers.append(Mover(account.id, account.name, old.tier, new.tier))
    work.decisions.save(made)
    work.outbox.add(
        work.at,
        TIER_CHANGED,
        [{"account": mover.id, "before": mover.before, "after": mover.after} for mover in movers],
    )
    return movers


def _with_relatives(work: UnitOfWork, accounts: Sequence[Account]) -> list[Account]:
    """Add every account that belongs to the family of one of these."""
    known = {account.id for account in accounts}
    parents: dict[str, str] = {}
    frontier = known
    while frontier:
        links = {**work.accounts.parents_of(sorted(frontier)), **work.accounts.children_of(sorted(frontier))}
        parents |= links
        frontier = (links.keys() | set(links.values())) - known
        known = known | frontier
    missing = known - {account.id for account in accounts}
    return [*accounts, *work.accounts.among(sorted(missing)).values()]


def _families(accounts: Sequence[Account]) -> dict[str, Family]:
    by_id = {account.id: account for account in accounts}
    parents = {account.id: account.parent_id for account in accounts if account.parent_id}
    tops = roots(by_id, parents)
    members: dict[str, list[Account]] = {}
    for account in accounts:
        members.setdefault(tops[account.id], []).append(account)
    return {
        account.id: Family(
            by_id.get(account.parent_id or ""),
            tuple(member for member in members[tops[account.id]] if member.id != account.id),
        )
        for account in accounts
    }
