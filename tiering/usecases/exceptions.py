"""Exceptions: granting them, ending them early, and seeing which end soon."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from tiering.domain.account import Account
from tiering.domain.exception import Grant, Request, granted
from tiering.domain.policy import Policy, Tier
from tiering.domain.refusal import Refusal
from tiering.storage.exceptions import Rate
from tiering.storage.store import Store, UnitOfWork
from tiering.usecases.ask import Inquiry
from tiering.usecases.deciding import Mover, decide_one
from tiering.usecases.finding import find_one, find_service
from tiering.usecases.policy import held_in_force, in_force

__all__ = [
    "Outcome",
    "Rate",
    "Running",
    "Terms",
    "end",
    "exception_rates",
    "grant",
    "nudge",
    "running",
    "terms",
]

ENDING = "exception_ending"
"""The kind of an outbox message about an exception that ends soon."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What granting or ending an exception did."""

    grant: Grant
    name: str
    """The account's name."""
    moved: Mover | None
    """Where the account's tier changed by it."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What the policy in force says about exceptions."""

    tiers: tuple[Tier, ...]
    """The tiers there are, the highest first."""
    max_days: int
    """How long an exception may last."""
    nudge_days: int
    """How long before its end it is called to mind."""


@dataclass(frozen=True, slots=True)
class Running:
    """An exception that holds, with the name of its account."""

    grant: Grant
    name: str


def grant(store: Store, account_text: str, request: Request, inquiry: Inquiry) -> Outcome:
    """Grant an exception and decide the account by it at once; raises Refusal and NoPolicy.

    `request.service` may be the service's id, name or any of its aliases.
    """
    with store.begin() as work:
        policy = held_in_force(work)
        account = find_one(work, account_text)
        if request.service is not None:
            request = replace(request, service=find_service(policy, inquiry.prose, request.service).id)
        return grant_in(work, policy, account, request, inquiry)


def grant_in(
    work: UnitOfWork, policy: Policy, account: Account, request: Request, inquiry: Inquiry
) -> Outcome:
    """Grant an exception within a unit of work; `request.service` is an id. Raises Refusal."""
    wanted = granted(request, account, policy, inquiry.today)
    check_alone(work, wanted, account, inquiry.today)
    made = replace(wanted, id=work.exceptions.add(wanted, work.at))
    details = {
        "exception": made.id,
        **({"tier": made.tier} if made.tier is not None else {"service": made.service}),
        "until": made.until,
        "reason": made.reason,
        "approver": made.approver,
    }
    work.audit.add(work.at, inquiry.who, "except", account.id, details)
    return Outcome(made, account.name, decide_one(work, account, policy, inquiry.today))


def end(store: Store, grant_id: int, inquiry: Inquiry) -> Outcome:
    """End an exception today and decide the account without it; raises Refusal and NoPolicy."""
    with store.begin() as work:
        policy = held_in_force(work)
        found = work.exceptions.get(grant_id)
        account = work.accounts.get(found.account_id) if found else None
        if found is None or account is None:
            raise Refusal(f"There is no exception {grant_id}.")
        if not found.runs(inquiry.today):
            ended = found.ended_on or found.until
            raise Refusal(f"Exception {grant_id} has ended already, on {ended.isoformat()}.")
        work.exceptions.end(grant_id, inquiry.today, inquiry.who)
        work.audit.add(work.at, inquiry.who, "end exception", account.id, {"exception": grant_id})
        ended_grant = replace(found, ended_on=inquiry.today)
        return Outcome(ended_grant, account.name, decide_one(work, account, policy, inquiry.today))


def terms(store: Store) -> Terms:
    """Say what the policy in force allows; raises NoPolicy."""
    with store.begin() as work:
        rules = in_force(work).rules
        limits = rules.exceptions
        return Terms(tuple(sorted(rules.tiers, key=lambda one: one.id)), limits.max_days, limits.nudge_days)


def running(store: Store, inquiry: Inquiry, days: int | None = None) -> list[Running]:
    """List the exceptions that hold, or those of them that end within so many days, the next to end first."""
    until = None if days is None else inquiry.today + timedelta(days=days)
    with store.begin() as work:
        found = _named(work, work.exceptions.running(inquiry.today, until=until))
        work.audit.add(work.at, inquiry.who, "list exceptions", None, {"exceptions": len(found)})
        return found


def exception_rates(store: Store, inquiry: Inquiry) -> list[Rate]:
    """Say for each tier which part of its customers lives by an exception: the policy's health."""
    with store.begin() as work:
        work.audit.add(work.at, inquiry.who, "exception rates", None, {})
        return work.exceptions.rates(inquiry.today)


def nudge(work: UnitOfWork, policy: Policy, today: date) -> list[Running]:
    """Return the exceptions that end soon, and tell the outbox of each of them once."""
    until = today + timedelta(days=policy.rules.exceptions.nudge_days)
    ending = _named(work, work.exceptions.running(today, until=until))
    told = {message["exception"] for message in work.outbox.messages(ENDING)}
    fresh = [one.grant for one in ending if one.grant.id not in told]
    work.outbox.add(
        work.at,
        ENDING,
        [{"exception": one.id, "account": one.account_id, "until": one.until} for one in fresh],
    )
    return ending


def check_alone(work: UnitOfWork, wanted: Grant, account: Account, today: date) -> None:
    """Make sure that no other exception says something about the same thing; raises Refusal."""
    for other in work.exceptions.running(today, [account.id]):
        same = other.tier is not None if wanted.tier is not None else other.service == wanted.service
        if same:
            what = f"to tier {other.tier}" if other.tier is not None else f"to {other.service}"
            raise Refusal(
                f"{account.name} has an exception {what} until {other.until.isoformat()} already; "
                f"end it first: tiering except end {other.id}"
            )


def _named(work: UnitOfWork, grants: list[Grant]) -> list[Running]:
    names = work.accounts.among({grant.account_id for grant in grants})
    return [Running(grant, names[grant.account_id].name) for grant in grants]
