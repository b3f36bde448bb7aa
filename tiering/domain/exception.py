"""An exception: a tier or a service granted to one account by hand, until a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tiering.domain.account import Account, Status
from tiering.domain.names import fold
from tiering.domain.policy import Policy
from tiering.domain.refusal import Refusal, refuse_past

MOST_LETTERS = 500
"""How long a reason may be: a sentence or two, not a file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """An exception that somebody approved; it sets the account's tier or includes one service."""

    id: int
    account_id: str
    tier: int | None
    service: str | None
    reason: str
    approver: str
    granted_by: str
    starts_on: date
    until: date
    """The last day on which it holds."""
    ended_on: date | None = None
    """The first day on which it holds no more, where it was ended early."""

    def runs(self, day: date) -> bool:
        """Whether it holds on a day; the first and the last day count."""
        return self.starts_on <= day <= self.until and (self.ended_on is None or day < self.ended_on)

    @property
    def told(self) -> str:
        """Until when, on whose word and why, within a sentence."""
        reason = self.reason.removesuffix(".")
        return f"until {self.until.isoformat()}, approved by {self.approver}: {reason}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """An exception that somebody asks for: to a tier, or to a service, never to both."""

    tier: int | None = None
    service: str | None = None
    """The service's id."""
    until: date
    reason: str
    approver: str
    by: str
    """Who asks, such as `cli:anna`."""


def granted(request: Request, account: Account, policy: Policy, today: date) -> Grant:
    """Turn a request into a grant that has no number yet; raises Refusal.

    The rules are those of Longtail's design: an exception has a reason, an approver who is not the one who
    asks, and an end within the policy's maximum, counted in days from today.
    """
    reason, approver = " ".join(request.reason.split()), " ".join(request.approver.split())
    if account.status is not Status.CUSTOMER:
        raise Refusal(f"{account.name} is not a customer ({account.status}); exceptions are for customers.")
    if request.tier is not None:
        policy.check_tier(request.tier)
    for what, text in (("a reason", reason), ("an approver", approver)):
        if not text:
            raise Refusal(f"An exception needs {what}; this one has none.")
        if len(text) > MOST_LETTERS:
            raise Refusal(
                f"{what.capitalize()} has at most {MOST_LETTERS} letters; this one has {len(text)}."
            )
    if is_same_person(approver, request.by):
        raise Refusal(f"Nobody approves their own exception: {approver} asks for it.")
    check_end(request.until, policy, today)
    return Grant(
        id=0,
        account_id=account.id,
        tier=request.tier,
        service=request.service,
        reason=reason,
        approver=approver,
        granted_by=request.by,
        starts_on=today,
        until=request.until,
    )


def check_end(until: date, policy: Policy, today: date) -> None:
    """Make sure that an exception ends neither in the past nor too late; raises Refusal."""
    most = policy.rules.exceptions.max_days
    refuse_past(until, today)
    if (until - today).days > most:
        raise Refusal(
            f"The end, {until.isoformat()}, is {(until - today).days} days away; "
            f"the policy allows exceptions of {most} days at most."
        )


def is_same_person(named: str, who: str) -> bool:
    """Whether a name is that of whoever acts: `anna` is `cli:anna`, `U2` is `slack:T1/U2`."""
    person = who.rpartition(":")[2]
    return fold(named) in {fold(who), fold(person), fold(person.rpartition("/")[2])}
