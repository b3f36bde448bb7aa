"""Approvals: asking for an exception, and the named approver's answer to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from tiering.domain.account import Account
from tiering.domain.answer import Card
from tiering.domain.approval import Approval, State
from tiering.domain.entitlement import entitlements
from tiering.domain.exception import MOST_LETTERS, Request, granted, is_same_person
from tiering.domain.policy import Policy
from tiering.domain.refusal import Refusal
from tiering.domain.working_day import working_days_later
from tiering.storage.store import Store, UnitOfWork
from tiering.usecases.ask import Inquiry, card_of
from tiering.usecases.deciding import as_known
from tiering.usecases.exceptions import Outcome, check_alone, grant_in
from tiering.usecases.finding import find_one, find_service
from tiering.usecases.holdings import holdings_of
from tiering.usecases.policy import held_in_force, in_force

__all__ = [
    "Answered",
    "Approval",
    "Asked",
    "Asking",
    "Matter",
    "Named",
    "State",
    "Verdict",
    "answer",
    "ask_approval",
    "asked_by",
    "look_up",
    "moving",
    "open_approvals",
    "pass_on",
    "withdraw",
]

MOST_SHOWN = 20
"""How many of their own requests somebody is shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """An exception that somebody asks for: to a service or to a tier, never to both."""

    service: str | None = None
    """The service's id, name or any of its aliases."""
    tier: int | None = None
    until: date
    reason: str
    approver: str
    """Who is to answer, such as `slack:T1/U2`."""
    deputy: str | None = None
    """Who is to answer where the approver has not for two working days."""
    asker_name: str
    request: str
    """The name of this request, such as a Slack view's id: asked twice under one name, it is one."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for, and how things stand without it."""

    approval: Approval
    name: str
    """The account's name."""
    current: str
    """What the account has today of what is asked for, as a sentence."""


@dataclass(frozen=True, slots=True)
class Matter:
    """Everything that somebody wants to know before they answer."""

    approval: Approval
    card: Card
    """The account as it is today."""
    current: str
    """What it has today of what is asked for, as a sentence."""

    @property
    def thing(self) -> str:
        """What is asked for, as people call it."""
        return next(
            (one.name for one in self.card.entitlements if one.service == self.approval.service),
            self.approval.thing,
        )


@dataclass(frozen=True, slots=True)
class Named:
    """An approval with the name of its account."""

    approval: Approval
    name: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What somebody answers."""

    approved: bool
    by_name: str
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """An approval that was answered, with what granting it did."""

    approval: Approval
    name: str
    """The account's name."""
    outcome: Outcome | None
    """None where it was declined."""


def ask_approval(store: Store, account_text: str, asking: Asking, inquiry: Inquiry) -> Asked:
    """Ask for an exception; the same `request` again returns what it asked for. Raises Refusal, NoPolicy."""
    with store.begin() as work:
        policy = in_force(work)
        account = find_one(work, account_text)
        work.accounts.hold(account.id)  # of two who ask for the same at once the second finds the first
        approval = work.approvals.by_request(asking.request)
        if approval is None:
            wanted = _wanted(work, account, asking, policy, inquiry)
            approval = replace(wanted, id=work.approvals.add(wanted, asking.request))
            details = {"approver": approval.approver, "until": approval.until, "reason": approval.reason}
            _audit(work, inquiry.who, "request exception", approval, details)
        return Asked(approval, account.name, _current(work, account, approval, policy, inquiry))


def answer(store: Store, approval_id: int, verdict: Verdict, inquiry: Inquiry) -> Answered:
    """Approve, which grants the exception at once, or decline; raises Refusal and NoPolicy."""
    with store.begin() as work:
        policy = held_in_force(work)
        found = _still_open(work, approval_id)
        if _is_asker(found, inquiry.who, verdict.by_name):
            raise Refusal(f"Nobody answers their own request: {found.asked_by_name} asked for it.")
        settled = _answered(found, verdict, inquiry, work.at)
        account = _account(work, found)
        action, outcome = "decline request", None
        if verdict.approved:
            action, outcome = "approve request", _grant(work, policy, account, settled, inquiry)
            settled = replace(settled, exception_id=outcome.grant.id)
        work.approvals.settle(settled)
        _audit(work, inquiry.who, action, settled, {"asked_by": found.asked_by_name, "note": settled.note})
        return Answered(settled, account.name, outcome)


def withdraw(store: Store, approval_id: int, inquiry: Inquiry) -> Named:
    """Take one's own request back; raises Refusal."""
    with store.begin() as work:
        found = _still_open(work, approval_id)
        if inquiry.who != found.asked_by:
            raise Refusal(f"Only {found.asked_by_name} can withdraw request {approval_id}.")
        withdrawn = replace(
            found,
            state=State.WITHDRAWN,
            decided_by=inquiry.who,
            decided_by_name=found.asked_by_name,
            decided_at=work.at,
        )
        work.approvals.settle(withdrawn)
        _audit(work, inquiry.who, "withdraw request", withdrawn, {})
        return Named(withdrawn, _account(work, withdrawn).name)


def open_approvals(store: Store, inquiry: Inquiry) -> list[Named]:
    """List the open requests, the oldest first."""
    with store.begin() as work:
        found = _named(work, work.approvals.open())
        work.audit.add(work.at, inquiry.who, "list requests", None, {"requests": len(found)})
        return found


def asked_by(store: Store, inquiry: Inquiry) -> list[Named]:
    """List what this person has asked for, what is open first, then the newest; at most 20."""
    with store.begin() as work:
        found = _named(work, work.approvals.asked_by(inquiry.who, MOST_SHOWN))
        work.audit.add(work.at, inquiry.who, "list own requests", None, {"requests": len(found)})
        return found


def look_up(store: Store, approval_id: int, inquiry: Inquiry) -> Matter:
    """Say all about one request, whatever became of it; raises Refusal and NoPolicy."""
    with store.begin() as work:
        policy = in_force(work)
        found = _known(work, approval_id)
        account = _account(work, found)
        _audit(work, inquiry.who, "show request", found, {})
        current = _current(work, account, found, policy, inquiry)
        return Matter(found, card_of(work, account, policy, inquiry), current)


def moving(store: Store, since: datetime) -> list[Approval]:
    """Return the open requests and those answered since a moment: all of which somebody may have to be told.

    It is for whoever tells people of them, shows nothing to anybody, and so leaves no line in the audit.
    """
    with store.begin() as work:
        return work.approvals.moving(since)


def pass_on(store: Store, who: str, zone: ZoneInfo, days: int = 2) -> list[Approval]:
    """Give what nobody has answered for so many working days to its deputies; returns exactly those."""
    with store.begin() as work:
        due = [
            one
            for one in work.approvals.open()
            if one.deputy
            and one.passed_on_at is None
            and working_days_later(one.asked_at, days, zone) <= work.at
        ]
        passed = work.approvals.pass_on(due, work.at)
        for one in passed:
            _audit(work, who, "pass on request", one, {"deputy": one.deputy})
        return passed


def _wanted(work: UnitOfWork, account: Account, asking: Asking, policy: Policy, inquiry: Inquiry) -> Approval:
    """Return the request that somebody makes, by the rules for exceptions; raises Refusal."""
    if (asking.tier is None) == (asking.service is None):
        raise Refusal("An exception is either to a tier or to a service; name one of them.")
    service = find_service(policy, inquiry.prose, asking.service).id if asking.service is not None else None
    request = Request(
        tier=asking.tier,
        service=service,
        until=asking.until,
        reason=asking.reason,
        approver=asking.approver,
        by=inquiry.who,
    )
    wanted = granted(request, account, policy, inquiry.today)
    if asking.deputy and is_same_person(asking.deputy, inquiry.who):
        raise Refusal("Nobody approves their own exception; the deputy must be somebody else.")
    check_alone(work, wanted, account, inquiry.today)
    approval = Approval(
        id=0,
        account_id=account.id,
        tier=wanted.tier,
        service=wanted.service,
        until=wanted.until,
        reason=wanted.reason,
        asked_by=inquiry.who,
        asked_by_name=" ".join(asking.asker_name.split()),
        asked_at=work.at,
        approver=wanted.approver,
        deputy=asking.deputy,
    )
    _check_unasked(work, approval, account)
    return approval


def _check_unasked(work: UnitOfWork, wanted: Approval, account: Account) -> None:
    """Make sure that nobody waits for an answer about the same thing; raises Refusal."""
    for other in work.approvals.open(account_id=account.id):
        same = other.tier is not None if wanted.tier is not None else other.service == wanted.service
        if same:
            raise Refusal(
                f"{other.asked_by_name} has asked for {other.thing} for {account.name} already, on "
                f"{other.asked_at.date().isoformat()} (request {other.id}); it waits for its answer."
            )


def _current(work: UnitOfWork, account: Account, approval: Approval, policy: Policy, inquiry: Inquiry) -> str:
    """Say what the account has today of what is asked for."""
    tier = policy.tier(work.decisions.current([account.id])[account.id].tier)
    if approval.service is None:
        return f"Now in tier {tier.id} ({tier.name})."
    held = holdings_of(work, account.id, inquiry.today)
    (known,) = as_known(work, [account], policy, inquiry.today)
    owed = entitlements(known, tier.id, policy, inquiry.today, held)
    gone = f"The catalogue has no service {approval.service} any more."
    return next((one.sentence for one in owed if one.service == approval.service), gone)


def _known(work: UnitOfWork, approval_id: int) -> Approval:
    """Return the approval of this number; raises Refusal."""
    found = work.approvals.get(approval_id)
    if found is None:
        raise Refusal(f"There is no request {approval_id}.")
    return found


def _still_open(work: UnitOfWork, approval_id: int) -> Approval:
    """Return an approval that waits for its answer; raises Refusal."""
    found = _known(work, approval_id)
    if found.state is not State.OPEN:
        when = f" on {found.decided_at:%Y-%m-%d at %H:%M} UTC" if found.decided_at else ""
        raise Refusal(f"Request {approval_id} was {found.state} by {found.decided_by_name}{when} already.")
    return found


def _is_asker(found: Approval, who: str, name: str) -> bool:
    """Whether somebody is the one who asked, also in another workspace or with a second account.

    Whoever only has the same name leaves the answer to a third person.
    """
    if name.casefold().split() == found.asked_by_name.casefold().split():
        return True
    person = who.rpartition(":")[2].rpartition("/")[2]
    return any(is_same_person(one, found.asked_by) for one in (who, person, name))


def _answered(found: Approval, verdict: Verdict, inquiry: Inquiry, at: datetime) -> Approval:
    """Return an approval with its answer; raises Refusal."""
    name, note = " ".join(verdict.by_name.split()), " ".join((verdict.note or "").split()) or None
    if not name:
        raise Refusal("An answer needs the name of whoever gives it; this one has none.")
    if note and len(note) > MOST_LETTERS:
        raise Refusal(f"A note has at most {MOST_LETTERS} letters; this one has {len(note)}.")
    return replace(
        found,
        state=State.APPROVED if verdict.approved else State.DECLINED,
        decided_by=inquiry.who,
        decided_by_name=name,
        decided_at=at,
        note=note,
    )


def _grant(
    work: UnitOfWork, policy: Policy, account: Account, settled: Approval, inquiry: Inquiry
) -> Outcome:
    """Grant what was approved; raises Refusal where it cannot be any more."""
    if settled.service is not None:
        find_service(policy, inquiry.prose, settled.service)
    request = Request(
        tier=settled.tier,
        service=settled.service,
        until=settled.until,
        reason=settled.reason,
        approver=settled.decided_by_name or "",
        by=settled.asked_by,
    )
    return grant_in(work, policy, account, request, inquiry)


def _account(work: UnitOfWork, approval: Approval) -> Account:
    account = work.accounts.get(approval.account_id)
    if account is None:
        raise LookupError(f"the account {approval.account_id!r} of request {approval.id} is gone")
    return account


def _named(work: UnitOfWork, found: list[Approval]) -> list[Named]:
    names = work.accounts.among({one.account_id for one in found})
    return [Named(one, names[one.account_id].name) for one in found]


def _audit(
    work: UnitOfWork, who: str, action: str, approval: Approval, details: Mapping[str, object]
) -> None:
    about = {"request": approval.id, "thing": approval.thing, **details}
    work.audit.add(work.at, who, action, approval.account_id, about)
