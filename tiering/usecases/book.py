"""A customer success manager's book: their accounts, and what in it needs looking at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from tiering.domain.account import Status
from tiering.domain.package import Promises
from tiering.domain.policy import Policy
from tiering.storage.database import portions
from tiering.storage.listing import Selection
from tiering.storage.store import Store, UnitOfWork
from tiering.usecases.ask import Inquiry
from tiering.usecases.browsing import Page, page_of
from tiering.usecases.exceptions import Running
from tiering.usecases.policy import in_force
from tiering.usecases.servicing import LONGEST_YEAR, Serviced, weighed

__all__ = ["Book", "Renewal", "book", "csms"]

_SOON = timedelta(days=90)
"""How far away a renewal may be to be shown."""

_SHOWN = 5
"""How many renewals and how many over-serviced accounts are shown."""

_AT_ONCE = 20
"""How many accounts are weighed before it is asked whether any other need be."""

_ROUNDING = 0.005
"""Hours are summed by the database, which has no exact numbers for them."""

_MANAGERS = 100
"""How many managers are listed: as many as a Slack menu holds."""


@dataclass(frozen=True, slots=True)
class Renewal:
    """An account whose contract is renewed soon."""

    id: str
    name: str
    tier: int
    renewal_on: date


@dataclass(frozen=True, slots=True)
class Book:
    """The accounts of one manager, churned ones left out."""

    csm: str | None
    """The manager's name as the accounts have it; None where no account has it."""
    page: Page
    renewals: tuple[Renewal, ...]
    """The next five within 90 days."""
    ending: tuple[Running, ...]
    """Exceptions that end within the days that the policy nudges before."""
    over: tuple[Serviced, ...]
    """Up to five that were given more this year than they are owed, who was given most first."""


def book(store: Store, csm_names: Sequence[str], inquiry: Inquiry, page: int = 1) -> Book:
    """Open the book of whoever has one of these names, the first that any account has.

    Case and accents of the names do not matter. Raises NoPolicy and UnknownCurrency.
    """
    with store.begin() as work:
        policy = in_force(work)
        spellings = work.listing.spelled("csm", *csm_names)
        selection = Selection(csms=spellings, statuses=(Status.PROSPECT, Status.CUSTOMER))
        found = Book(
            csm=spellings[0] if spellings else None,
            page=page_of(work, selection, page),
            renewals=_renewals(work, spellings, inquiry.today),
            ending=_ending(work, spellings, policy, inquiry.today),
            over=_over(work, spellings, policy, inquiry.today),
        )
        work.audit.add(work.at, inquiry.who, "book", None, {"accounts": found.page.total})
        return found


def csms(store: Store, inquiry: Inquiry) -> list[tuple[str, int]]:
    """List the managers with how many accounts their books have, most first, at most 100."""
    with store.begin() as work:
        found = work.listing.csms(_MANAGERS)
        work.audit.add(work.at, inquiry.who, "list managers", None, {"managers": len(found)})
        return found


def _renewals(work: UnitOfWork, csms: Sequence[str], today: date) -> tuple[Renewal, ...]:
    days = dict(work.listing.renewals(csms, today, today + _SOON, _SHOWN))
    return tuple(Renewal(one.id, one.name, one.tier, days[one.id]) for one in work.listing.lines(list(days)))


def _ending(work: UnitOfWork, csms: Sequence[str], policy: Policy, today: date) -> tuple[Running, ...]:
    until = today + timedelta(days=policy.rules.exceptions.nudge_days)
    grants = work.exceptions.running(today, until=until)
    accounts = work.accounts.among({grant.account_id for grant in grants})
    return tuple(
        Running(grant, accounts[grant.account_id].name)
        for grant in grants
        if accounts[grant.account_id].csm in csms
    )


def _over(work: UnitOfWork, csms: Sequence[str], policy: Policy, today: date) -> tuple[Serviced, ...]:
    """Weigh those that were given most until no other can have been given more beyond what it is owed."""
    promises, found = Promises(policy, today), list[Serviced]()
    for some in portions(work.listing.served(csms, today - LONGEST_YEAR, today), _AT_ONCE):
        if len(found) == _SHOWN and some[0][1] + _ROUNDING < found[-1].balance.difference:
            break
        accounts = work.accounts.among([account_id for account_id, _ in some])
        found += (
            one for one in weighed(work, list(accounts.values()), promises) if one.balance.difference > 0
        )
        found = sorted(found, key=lambda one: (-one.balance.difference, one.name, one.id))[:_SHOWN]
    return tuple(found)
