"""Merging two accounts that are one company, and taking a merge back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from tiering.domain.account import Account
from tiering.domain.merge import Merge, MergeRefused, Step, Trace, refuse_circles, regrouped
from tiering.domain.names import fold
from tiering.storage.store import Store, UnitOfWork
from tiering.usecases.ask import NoSuchAccount
from tiering.usecases.deciding import Mover, decide_pages
from tiering.usecases.policy import held_in_force

__all__ = ["MergeRefused", "Merged", "merge", "undo"]


@dataclass(frozen=True, slots=True)
class Merged:
    """What a merge, or taking it back, did."""

    id: int
    """The merge's number, by which it can be taken back."""
    from_id: str
    from_name: str
    into_id: str
    into_name: str
    moved: dict[str, int]
    """How many contacts, exceptions, purchases, efforts, metrics and children went along."""
    movers: tuple[Mover, ...]


def merge(store: Store, from_id: str, into_id: str, who: str, today: date) -> Merged:
    """Make one account part of another; raises NoSuchAccount, MergeRefused and NoPolicy.

    Contacts, effort, metrics, exceptions, requests for them, purchases, signals and children go to the
    other account. The account that goes stays in the record under its id and names, which find the other one
    from now on; what was decided and done about it is told in the other's history. The values of the other
    account stay the CRM's: nothing is added up. Families are decided again.
    """
    with store.begin() as work:
        policy = held_in_force(work)
        gone, kept = _account(work, from_id), _account(work, into_id)
        _refuse(work, gone, kept)
        links = work.accounts.links()
        parents = regrouped(gone.id, kept.id, links)
        redirected = work.merges.parts_of(gone.id)
        work.accounts.set_parents({account_id: step.after for account_id, step in parents.items()})
        work.merges.redirect([gone.id, *redirected], kept.id)
        rows = work.merges.move(gone.id, kept.id)
        closed = work.merges.end_decisions(gone.id, today)
        last = work.merges.last_decision()
        _, movers = decide_pages(work, [_touched(work, {kept.id}, parents)], policy, today)
        made = work.merges.decisions_since(last)
        trace = Trace(parents, tuple(redirected), rows, tuple(closed), tuple(made))
        merge_id = work.merges.add(gone.id, kept.id, work.at, who, trace)
        details = {"merge": merge_id, "from": gone.id, "name": gone.name, "moved": trace.moved(kept.id)}
        work.audit.add(work.at, who, "merge", kept.id, details)
        return Merged(merge_id, gone.id, gone.name, kept.id, kept.name, trace.moved(kept.id), tuple(movers))


def undo(store: Store, merge_id: int, who: str, today: date) -> Merged:
    """Take a merge back; raises MergeRefused and NoPolicy.

    All that the merge moved returns, except what somebody has given to a third account since. What came to
    the other account after the merge stays with it. Messages that the outbox holds are not called back.
    """
    with store.begin() as work:
        policy = held_in_force(work)
        done = _standing(work, merge_id)
        gone, kept = _account(work, done.from_id), _account(work, done.into_id)
        parents = _parents_before(work, done, gone)
        refuse_circles({**work.accounts.links(), **_known(parents)}, work.accounts.links())
        work.accounts.set_parents(parents)
        work.merges.redirect([gone.id], None)
        work.merges.redirect(done.trace.redirected, gone.id)
        work.merges.move_back(done)
        work.merges.restore_decisions(done.trace)
        work.merges.close(done.id, work.at, who)
        touched = _touched(work, {gone.id, kept.id}, done.trace.parents)
        _, movers = decide_pages(work, [touched], policy, today)
        details = {"merge": done.id, "from": gone.id, "name": gone.name, "moved": done.trace.moved(kept.id)}
        work.audit.add(work.at, who, "undo merge", kept.id, details)
        return Merged(
            done.id, gone.id, gone.name, kept.id, kept.name, done.trace.moved(kept.id), tuple(movers)
        )


def _account(work: UnitOfWork, account_id: str) -> Account:
    """Return an account by its id: names are too weak a ground for joining two accounts."""
    ids = work.accounts.with_id(account_id.strip())
    account = work.accounts.get(ids[0]) if ids else None
    if account is None:
        raise NoSuchAccount(account_id)
    return account


def _refuse(work: UnitOfWork, gone: Account, kept: Account) -> None:
    if gone.id == kept.id:
        raise MergeRefused(f"{gone.name} ({gone.id}) cannot be merged into itself.")
    for account in (gone, kept):
        earlier = work.merges.newest_of(account.id)
        if earlier:
            raise MergeRefused(
                f"{account.name} ({account.id}) has been merged into {earlier.into_id} already;"
                f" `tiering merge --undo {earlier.id}` takes that back."
            )


def _standing(work: UnitOfWork, merge_id: int) -> Merge:
    """Return a merge that can be taken back."""
    done = work.merges.get(merge_id)
    if done is None:
        raise MergeRefused(f"There is no merge with the number {merge_id}.")
    if done.undone_at:
        day = done.undone_at.date().isoformat()
        raise MergeRefused(f"Merge {merge_id} was taken back on {day} by {done.undone_by} already.")
    if later := work.merges.newest_of(done.into_id):
        raise MergeRefused(
            f"{done.into_id} has itself been merged into {later.into_id} since:"
            f" take that back first with `tiering merge --undo {later.id}`."
        )
    return done


def _parents_before(work: UnitOfWork, done: Merge, gone: Account) -> dict[str, str | None]:
    """Return the parents as they were, for those whose parent is still the one that the merge gave them."""
    now = work.accounts.parents_of(list(done.trace.parents))
    elsewhere = work.merges.into([step.before for step in done.trace.parents.values() if step.before])
    elsewhere.pop(gone.id, None)
    parents = {
        account_id: elsewhere.get(step.before, step.before) if step.before else None
        for account_id, step in done.trace.parents.items()
        if now.get(account_id) == step.after
    }
    # Children that an import brought meanwhile and that name the account that comes back.
    names = {fold(name) for name in (gone.name, *gone.aliases)}
    children = work.accounts.among(work.accounts.children_of([done.into_id]))
    for child in children.values():
        if child.parent and (child.parent == gone.id or fold(child.parent) in names):
            parents.setdefault(child.id, gone.id)
    return parents


def _known(parents: dict[str, str | None]) -> dict[str, str]:
    return {child: parent for child, parent in parents.items() if parent}


def _touched(work: UnitOfWork, ids: set[str], parents: Mapping[str, Step]) -> list[Account]:
    """Return the accounts whose family changed; their relatives are found when they are decided."""
    asked = ids.union(parents)
    for step in parents.values():
        asked |= {one for one in (step.before, step.after) if one}
    return list(work.accounts.among(sorted(asked - work.merges.into(sorted(asked)).keys())).values())
