"""Who changed this: what was decided and done about one account, read from the record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from tiering.domain.answer import AccountUnknown, Choice
from tiering.domain.history import LOOKUPS, Deed, Event, decided, done, newest_first, parted
from tiering.storage.store import Store, UnitOfWork
from tiering.usecases.finding import candidates, find_exactly, find_roughly

__all__ = ["AccountUnknown", "Choice", "Event", "History", "Leaf", "history"]


@dataclass(frozen=True, slots=True)
class History:
    """The history of an account and of those that were merged into it."""

    account_id: str
    name: str
    status: str
    parts: tuple[str, ...]
    """The ids of the accounts that are part of this one now."""
    events: tuple[Event, ...]
    """The newest first."""
    total: int
    """How many events there are on all pages."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """Which page of a history is wanted."""

    page: int = 1
    size: int = 10
    lookups: bool = True
    """Whether it tells, too, who only looked."""


def history(
    store: Store, text: str, who: str, zone: ZoneInfo, leaf: Leaf | None = None
) -> History | Choice | AccountUnknown:
    """Tell what happened to the account that somebody means, all of it or a page; moments are in `zone`."""
    with store.begin() as work:
        finding = find_exactly(work, text) or find_roughly(work, text)
        if len(finding.ids) > 1:
            return Choice(finding.found.asked, candidates(work, finding.ids), finding.total)
        account = work.accounts.get(finding.ids[0]) if finding.ids else None
        if account is None:
            return AccountUnknown(finding.found.asked, candidates(work, finding.nearest))
        parts = tuple(work.merges.parts_of(account.id))
        last = leaf.page * leaf.size if leaf else None
        besides = () if leaf is None or leaf.lookups else LOOKUPS
        everyone = (account.id, *parts)
        moves = [event for one in everyone for event in _moves(work, one, zone)]
        deeds = [event for one in everyone for event in _deeds(work, one, zone, last, besides)]
        told = newest_first([*moves, *deeds])
        shown = told[:last][(leaf.page - 1) * leaf.size :] if leaf else told
        total = len(moves) + sum(work.audit.count(one, besides) for one in everyone)
        work.audit.add(work.at, who, "history", account.id, {"events": len(shown)})
        return History(account.id, account.name, account.status.value, parts, tuple(shown), total)


def _moves(work: UnitOfWork, account_id: str, zone: ZoneInfo) -> list[Event]:
    """Tell the decisions on an account, and the merges that it came back from: they are few."""
    decisions = list(reversed(work.decisions.history(account_id)))
    versions = {decision.policy_version for decision in decisions}
    policies = {version: work.published(version).policy for version in versions}
    came_back = (event for merge in work.merges.undone_of(account_id) for event in parted(merge, zone))
    return [*decided(decisions, policies), *came_back]


def _deeds(
    work: UnitOfWork, account_id: str, zone: ZoneInfo, newest: int | None, besides: Sequence[str]
) -> list[Event]:
    """Tell what was done about an account and asked about it, or the newest of that."""
    deeds = (
        Deed(entry.id, entry.at.astimezone(zone), entry.who, entry.action, entry.details)
        for entry in work.audit.entries(account_id, newest, besides)
    )
    return [done(deed, account_id) for deed in deeds]
