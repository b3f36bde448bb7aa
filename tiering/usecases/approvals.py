"""Approvals: asking for an exception, and the named approver's answer to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from tiering.domain.approval import Approval, State
from tiering.storage.store import Store
from tiering.usecases.ask import Inquiry
from tiering.usecases.exceptions import Outcome

__all__ = [
    "Answered",
    "Approval",
    "Asked",
    "Asking",
    "Named",
    "State",
    "Verdict",
    "answer",
    "ask_approval",
    "asked_by",
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
    raise NotImplementedError


def answer(store: Store, approval_id: int, verdict: Verdict, inquiry: Inquiry) -> Answered:
    """Approve, which grants the exception at once, or decline; raises Refusal and NoPolicy."""
    raise NotImplementedError


def withdraw(store: Store, approval_id: int, inquiry: Inquiry) -> Named:
    """Take one's own request back; raises Refusal."""
    raise NotImplementedError


def open_approvals(store: Store, inquiry: Inquiry, of: str | None = None) -> list[Named]:
    """List the open requests, the oldest first; only those that `of` is to answer, where that is said."""
    raise NotImplementedError


def asked_by(store: Store, inquiry: Inquiry) -> list[Named]:
    """List what this person has asked for, what is open first, then the newest; at most 20."""
    raise NotImplementedError


def pass_on(store: Store, who: str, zone: ZoneInfo, days: int = 2) -> list[Approval]:
    """Give what nobody has answered for so many working days to its deputies; returns exactly those."""
    raise NotImplementedError
