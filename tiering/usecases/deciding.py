"""Deciding many accounts and storing what came of it: the one way in which decisions get into the record."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from tiering.domain.account import Account
from tiering.domain.decision import ALONE, Decision, Family, decide
from tiering.domain.destination import destination
from tiering.domain.family import roots
from tiering.domain.grandfathering import spared
from tiering.domain.holding import NOTHING, held, policys_own, unless_same
from tiering.domain.measurement import as_measured
from tiering.domain.policy import Policy
from tiering.storage.store import UnitOfWork
from tiering.usecases.holdings import tier_holdings
from tiering.usecases.training import with_certified_partners

TIER_CHANGED = "tier_changed"
"""The kind of an outbox message about an account that moved."""


@dataclass(frozen=True, slots=True)
class Mover:
    """An account that a decision moved from one tier to another."""

    id: str
    name: str
    before: int
    after: int

    def __str__(self) -> str:
        """Return what every command says of the move."""
        return f"{self.name} ({self.id}) moved from tier {self.before} to tier {self.after}."


@dataclass(frozen=True, slots=True)
class Move(Mover):
    """A move of an account, now or on a later day."""

    due: date | None
    """The day on which it takes place; None for today."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a policy says of an account, beside the decision in force."""

    account: Account
    old: Decision | None
    new: Decision
    """The very same as `old` where nothing changed."""

    @property
    def mover(self) -> Mover | None:
        """The account, where it moves at once."""
        if self.old is None or self.old.tier == self.new.tier:
            return None
        return Mover(self.account.id, self.account.name, self.old.tier, self.new.tier)

    @property
    def move(self) -> Move | None:
        """The news that this is of a move: it takes place, or is told to come, or will not come after all."""
        if self.old is None or destination(self.old) == destination(self.new):
            return None
        bound = destination(self.new)
        waits = self.new.pending if bound != self.new.tier else None
        return Move(self.account.id, self.account.name, self.old.tier, bound, waits.due if waits else None)


def decide_all(
    work: UnitOfWork, policy: Policy, today: date, progress: Callable[[int], None] = lambda _: None
) -> tuple[int, list[Mover]]:
    """Decide every account of the record; returns how many, and who moved."""
    return decide_pages(work, work.accounts.pages(), policy, today, progress)


def decide_one(work: UnitOfWork, account: Account, policy: Policy, today: date) -> Mover | None:
    """Decide one account, its family with it; returns its own move, if it moved."""
    _, movers = decide_pages(work, [[account]], policy, today)
    return next((mover for mover in movers if mover.id == account.id), None)


def decide_pages(
    work: UnitOfWork,
    pages: Iterable[Sequence[Account]],
    policy: Policy,
    today: date,
    progress: Callable[[int], None] = lambda _: None,
) -> tuple[int, list[Mover]]:
    """Decide accounts page by page; returns how many, and who moved."""
    decided = 0

    def count(many: int) -> None:
        nonlocal decided
        decided += many
        progress(many)

    movers = [mover for one in decide_each(work, pages, policy, today, count) if (mover := one.mover)]
    return decided, movers


def decide_each(
    work: UnitOfWork,
    pages: Iterable[Sequence[Account]],
    policy: Policy,
    today: date,
    progress: Callable[[int], None] = lambda _: None,
) -> Iterator[Verdict]:
    """Decide accounts page by page and store it, and tell of every decision that is new."""
    for page in pages:
        made = _verdicts(work, _affected(work, page, policy), policy, today)
        _store(work, made)
        yield from (one for one in made if one.new is not one.old)
        progress(len(page))


def carry_out(work: UnitOfWork, policy: Policy, today: date) -> Iterator[Verdict]:
    """Decide every account of the record and store it, and tell of every decision that is new."""
    return decide_each(work, work.accounts.pages(), policy, today)


def rehearse_all(work: UnitOfWork, policy: Policy, today: date) -> Iterator[Verdict]:
    """Decide every account of the record once, and store nothing."""
    for page in work.accounts.pages():
        asked = {account.id for account in page}
        for one in _verdicts(work, _affected(work, page, policy), policy, today):
            if one.account.id in asked:
                yield one


def family_of(work: UnitOfWork, account: Account, policy: Policy, today: date) -> Family:
    """Return the family that the policy looks at when it decides one account."""
    if not policy.rules.minds_family:
        return ALONE
    return _families(as_known(work, _with_relatives(work, [account]), policy, today))[account.id]


def as_known(work: UnitOfWork, accounts: Sequence[Account], policy: Policy, today: date) -> Sequence[Account]:
    """Return accounts with what was measured, as far as the policy asks for it, and certified partners."""
    newest = work.metrics.newest([account.id for account in accounts], policy.rules.measured)
    if newest:
        accounts = [as_measured(account, newest.get(account.id, ())) for account in accounts]
    return with_certified_partners(work, accounts, today)


def _affected(work: UnitOfWork, page: Sequence[Account], policy: Policy) -> Sequence[Account]:
    return _with_relatives(work, page) if policy.rules.minds_family else page


def _verdicts(work: UnitOfWork, accounts: Sequence[Account], policy: Policy, today: date) -> list[Verdict]:
    """Decide accounts whose relatives are all among them."""
    accounts = as_known(work, accounts, policy, today)
    families = _families(accounts) if policy.rules.minds_family else {}
    ids = [account.id for account in accounts]
    previous, holdings = work.decisions.current(ids), tier_holdings(work, ids, today)
    made = []
    for account in accounts:
        old = previous.get(account.id)
        own = policys_own(old) if old else None
        new = decide(account, families.get(account.id, ALONE), own, policy, today)
        new = spared(new, own, account, policy, today)
        if new is not old or account.id in holdings:
            new = unless_same(held(new, holdings.get(account.id, NOTHING), policy), old, today)
        made.append(Verdict(account, old, new))
    return made


def _store(work: UnitOfWork, made: Sequence[Verdict]) -> None:
    """Store the decisions that are new and tell the outbox who moved."""
    movers = [mover for one in made if (mover := one.mover)]
    work.decisions.save([one.new for one in made if one.new is not one.old])
    work.outbox.add(
        work.at,
        TIER_CHANGED,
        [{"account": mover.id, "before": mover.before, "after": mover.after} for mover in movers],
    )


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

    def parent(account: Account) -> Account | None:
        found = by_id.get(account.parent_id or "")
        return found if found and tops[found.id] == tops[account.id] else None  # not around a circle

    shared: dict[str, tuple[tuple[Account, ...], dict[str, object]]] = {
        top: (tuple(found), {}) for top, found in members.items()
    }
    return {account.id: Family(parent(account), *shared[tops[account.id]]) for account in accounts}
