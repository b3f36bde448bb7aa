"""Who changed this: what was decided and done about one account, read from the record."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from tiering.domain.answer import AccountUnknown, Choice
from tiering.domain.history import Deed, Event, decided, done, newest_first, parted
from tiering.storage.store import Store, UnitOfWork
from tiering.usecases.finding import candidates, find_exactly, find_roughly

__all__ = ["AccountUnknown", "Choice", "Event", "History", "history"]


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


def history(store: Store, text: str, who: str, zone: ZoneInfo) -> History | Choice | AccountUnknown:
    """Tell what happened to the account that somebody means; moments are told in `zone`."""
    with store.begin() as work:
        finding = find_exactly(work, text) or find_roughly(work, text)
        if len(finding.ids) > 1:
            return Choice(finding.found.asked, candidates(work, finding.ids), finding.total)
        account = work.accounts.get(finding.ids[0]) if finding.ids else None
        if account is None:
            return AccountUnknown(finding.found.asked, candidates(work, finding.nearest))
        parts = tuple(work.merges.parts_of(account.id))
        events = [event for one in (account.id, *parts) for event in _events(work, one, zone)]
        work.audit.add(work.at, who, "history", account.id, {"events": len(events)})
        return History(account.id, account.name, account.status.value, parts, tuple(newest_first(events)))


def _events(work: UnitOfWork, account_id: str, zone: ZoneInfo) -> list[Event]:
    decisions = list(reversed(work.decisions.history(account_id)))
    versions = {decision.policy_version for decision in decisions}
    policies = {version: work.policies.get(version).policy for version in versions}
    deeds = (
        Deed(entry.id, entry.at.astimezone(zone), entry.who, entry.action, entry.details)
        for entry in work.audit.entries(account_id)
    )
    told = [*decided(decisions, policies), *(done(deed, account_id) for deed in deeds)]
    for merge in work.merges.undone_of(account_id):
        told += parted(merge, zone)
    return told
