"""Who changed this: what was decided and done about one account, read from the record."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from tiering.domain.answer import AccountUnknown, Choice
from tiering.domain.history import Deed, Event, decided, done, newest_first
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
        events = [event for one in (account.id, *parts) for event in _events(work, one, zone, last)]
        told = newest_first(events)
        shown = told if leaf is None else told[:last][(leaf.page - 1) * leaf.size :]
        decided_on = sum(event.at is None for event in events)
        total = decided_on + sum(work.audit.count(one) for one in (account.id, *parts))
        work.audit.add(work.at, who, "history", account.id, {"events": len(shown)})
        return History(account.id, account.name, account.status.value, parts, tuple(shown), total)


def _events(work: UnitOfWork, account_id: str, zone: ZoneInfo, newest: int | None) -> list[Event]:
    """Tell all decisions on an account, which are few, and its deeds or the newest of them."""
    decisions = list(reversed(work.decisions.history(account_id)))
    versions = {decision.policy_version for decision in decisions}
    policies = {version: work.policies.get(version).policy for version in versions}
    deeds = (
        Deed(entry.id, entry.at.astimezone(zone), entry.who, entry.action, entry.details)
        for entry in work.audit.entries(account_id, newest)
    )
    return [*decided(decisions, policies), *(done(deed, account_id) for deed in deeds)]
