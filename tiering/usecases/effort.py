"""Effort: logging the hours that a service took, and taking a line back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from tiering.domain.effort import Entry, checked, reversal
from tiering.domain.entitlement import entitlements
from tiering.domain.quarter import Quarter
from tiering.domain.refusal import Refusal
from tiering.storage.store import Store
from tiering.usecases.ask import Inquiry
from tiering.usecases.finding import find_one, find_service
from tiering.usecases.holdings import holdings_of
from tiering.usecases.policy import in_force


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What somebody says they have done."""

    service: str
    """The service's id, name or any of its aliases."""
    hours: Decimal
    team: str | None = None
    """Which team did it; without it, the one that delivers the service."""
    day: date
    note: str | None = None
    request: str | None = None
    """The name of the request that this is, such as a Slack view's id: logged twice, it is one line."""


@dataclass(frozen=True, slots=True)
class Logged:
    """A line of effort, with what the account may have of the service after it."""

    entry: Entry
    name: str
    """The account's name."""
    left: str
    """The entitlement's sentence."""
    closed: Quarter | None
    """The quarter of its day where that was closed before, so that no report counts the line."""


def log(store: Store, account_text: str, done: Work, inquiry: Inquiry) -> Logged:
    """Append a line of effort; raises Refusal and NoPolicy."""
    with store.begin() as work:
        policy = in_force(work)
        account = find_one(work, account_text)
        service = find_service(policy, inquiry.prose, done.service)
        wanted = Entry(
            id=0,
            account_id=account.id,
            service=service.id,
            hours=done.hours,
            team=service.team_for(account.partner) if done.team is None else done.team,
            day=done.day,
            who=inquiry.who,
            note=done.note,
        )
        entry = checked(wanted, inquiry.today)
        entry = replace(entry, id=work.effort.add(entry, work.at))
        details = {"effort": entry.id, "service": entry.service, "hours": entry.hours, "day": entry.day}
        work.audit.add(work.at, inquiry.who, "log", account.id, details)
        decision = work.decisions.current([account.id])[account.id]
        held = holdings_of(work, account.id, inquiry.today)
        owed = entitlements(account, decision.tier, policy, inquiry.today, held)
        left = next(one.sentence for one in owed if one.service == entry.service)
        quarter = Quarter.of(entry.day)
        return Logged(entry, account.name, left, quarter if work.quarters.closed(quarter) else None)


def reverse(store: Store, entry_id: int, inquiry: Inquiry, note: str | None = None) -> Entry:
    """Take a line of effort back by a second one; raises Refusal."""
    with store.begin() as work:
        entry = work.effort.get(entry_id)
        if entry is None:
            raise Refusal(f"There is no line {entry_id} of effort.")
        if earlier := work.effort.reversal_of(entry_id):
            raise Refusal(f"Line {entry_id} has been taken back already, by line {earlier.id}.")
        line = reversal(entry, inquiry.who, note)
        line = replace(line, id=work.effort.add(line, work.at))
        details = {"effort": line.id, "reverses": entry_id, "service": line.service, "hours": line.hours}
        work.audit.add(work.at, inquiry.who, "reverse effort", line.account_id, details)
        return line


def undo(store: Store, entry_id: int, inquiry: Inquiry, minutes: int = 10) -> Entry:
    """Take back a line that the same person logged so few minutes ago at most; raises Refusal."""
    raise NotImplementedError
