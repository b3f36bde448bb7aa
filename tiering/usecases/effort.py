"""Effort: logging the hours that a service took, and taking a line back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from tiering.domain.account import Account
from tiering.domain.effort import Entry, checked, reversal
from tiering.domain.entitlement import entitlements
from tiering.domain.policy import Policy
from tiering.domain.quarter import Quarter
from tiering.domain.refusal import Refusal
from tiering.storage.store import Store, UnitOfWork
from tiering.usecases.ask import Inquiry
from tiering.usecases.deciding import as_known
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
    """Append a line of effort, once for each request; raises Refusal and NoPolicy."""
    with store.begin() as work:
        policy = in_force(work)
        entry = work.effort.of_request(done.request) if done.request else None
        if entry is None:
            account = find_one(work, account_text)
            entry = _append(work, _entry(account, done, policy, inquiry), done.request, inquiry)
        return _logged(work, entry, policy, inquiry)


def reverse(store: Store, entry_id: int, inquiry: Inquiry, note: str | None = None) -> Entry:
    """Take a line of effort back by a second one; raises Refusal."""
    with store.begin() as work:
        return _take_back(work, _standing(work, entry_id), inquiry, note)


def undo(store: Store, entry_id: int, inquiry: Inquiry, minutes: int = 10) -> Entry:
    """Take back a line that the same person logged so few minutes ago at most; raises Refusal."""
    with store.begin() as work:
        entry = _standing(work, entry_id)
        if entry.who != inquiry.who:
            raise Refusal(f"Somebody else logged line {entry_id}; only they can undo it.")
        if work.at - work.effort.logged_at(entry_id) > timedelta(minutes=minutes):
            raise Refusal(
                f"Line {entry_id} was logged more than {minutes} minutes ago, so it can no longer be undone "
                f"here. Operations can take it back with `tiering log reverse {entry_id}`."
            )
        return _take_back(work, entry, inquiry, None)


def _entry(account: Account, done: Work, policy: Policy, inquiry: Inquiry) -> Entry:
    """Return the line that somebody wants to log, checked; raises Refusal."""
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
    return checked(wanted, inquiry.today)


def _append(work: UnitOfWork, entry: Entry, request: str | None, inquiry: Inquiry) -> Entry:
    """Append a line, or return the one that the same request appended at the same moment."""
    number = work.effort.add_once(entry, work.at, request) if request else work.effort.add(entry, work.at)
    if number is None:
        earlier = work.effort.of_request(request or "")
        if earlier is None:
            raise LookupError(f"the request {request!r} has logged a line that is gone")
        return earlier
    details = {"effort": number, "service": entry.service, "hours": entry.hours, "day": entry.day}
    work.audit.add(work.at, inquiry.who, "log", entry.account_id, details)
    return replace(entry, id=number)


def _logged(work: UnitOfWork, entry: Entry, policy: Policy, inquiry: Inquiry) -> Logged:
    account = work.accounts.get(entry.account_id)
    if account is None:
        raise LookupError(f"the account {entry.account_id!r} of line {entry.id} is gone")
    decision = work.decisions.current([account.id])[account.id]
    held = holdings_of(work, account.id, inquiry.today)
    (known,) = as_known(work, [account], policy, inquiry.today)
    owed = entitlements(known, decision.tier, policy, inquiry.today, held)
    left = next(one.sentence for one in owed if one.service == entry.service)
    quarter = Quarter.of(entry.day)
    return Logged(entry, account.name, left, quarter if work.quarters.closed(quarter) else None)


def _standing(work: UnitOfWork, entry_id: int) -> Entry:
    """Return a line that nobody has taken back; raises Refusal."""
    entry = work.effort.get(entry_id)
    if entry is None:
        raise Refusal(f"There is no line {entry_id} of effort.")
    if earlier := work.effort.reversal_of(entry_id):
        raise Refusal(f"Line {entry_id} has been taken back already, by line {earlier.id}.")
    return entry


def _take_back(work: UnitOfWork, entry: Entry, inquiry: Inquiry, note: str | None) -> Entry:
    line = reversal(entry, inquiry.who, note)
    line = replace(line, id=work.effort.add(line, work.at))
    details = {"effort": line.id, "reverses": entry.id, "service": line.service, "hours": line.hours}
    work.audit.add(work.at, inquiry.who, "reverse effort", line.account_id, details)
    return line
