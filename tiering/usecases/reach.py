"""Whom we may write to unasked: the contacts of customers, with their plan and what happened to it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from tiering.domain.refusal import Refusal
from tiering.domain.service import Prose
from tiering.storage.database import portions
from tiering.storage.events import Moments
from tiering.storage.kits import Released
from tiering.storage.reach import Reachable
from tiering.storage.store import Store, UnitOfWork

__all__ = [
    "Moments",
    "Reachable",
    "Reached",
    "Released",
    "addresses_of",
    "looked_at",
    "reach",
    "reached_among",
]

_PAGE = 500


@dataclass(frozen=True, slots=True)
class Reached:
    """A contact, and what happened at the account."""

    contact: Reachable
    plan: str
    """The tier's public name, which is all that customers read of it."""
    usage_fell_at: datetime | None
    """Since when the account's usage falls."""
    nps_on: date | None
    kit: Released | None
    """The change kit that was let out last, of those that are still true."""
    events: Mapping[str, Moments]
    """When the contact's own events happened first and last, by name."""


def reach(store: Store, prose: Prose, names: Collection[str] = ()) -> Iterator[list[Reached]]:
    """Walk through the contacts of customers; nobody as long as no policy is in force.

    `names` are the events that matter. Each page is a transaction of its own. Raises RecordUnavailable.
    """
    last: str | None = ""
    while last is not None:
        page, last = _page(store, prose, last, names)
        yield page


def reached_among(
    store: Store, prose: Prose, contacts: Sequence[str], names: Collection[str] = ()
) -> Iterator[Reached]:
    """Return those of some contacts whom we may write to. Raises RecordUnavailable."""
    for portion in portions(contacts):
        with store.reading() as work:
            found = _reached(work, prose, work.reach.among(portion), names)
        yield from found


def addresses_of(store: Store, contact: str) -> tuple[str, ...]:
    """Return the addresses of a contact; none of one who is not known."""
    with store.reading() as work:
        found = work.contacts.among([contact]).get(contact)
        return found.emails if found else ()


def looked_at(store: Store, email: str, who: str) -> str:
    """Return the contact with an address, and note that a colleague looks at them; raises Refusal."""
    with store.begin() as work:
        contact = work.contacts.owners([email.lower()]).get(email.lower())
        if contact is None:
            raise Refusal("No contact has this address.", "email")
        account = work.contacts.account_of(email)
        work.audit.add(work.at, who, "look at mail", account, {"contact": contact})
        return contact


def _page(store: Store, prose: Prose, after: str, names: Collection[str]) -> tuple[list[Reached], str | None]:
    with store.reading() as work:
        if work.publication is None:
            return [], None
        found, last = work.reach.page(after, _PAGE)
        return _reached(work, prose, found, names), last


def _reached(
    work: UnitOfWork, prose: Prose, found: Sequence[Reachable], names: Collection[str]
) -> list[Reached]:
    """Add what happened at the accounts."""
    if work.publication is None:
        return []
    rules = work.publication.policy.worded(prose).rules
    plans = {tier.id: tier.public_name for tier in rules.tiers}
    ids = sorted({one.account_id for one in found})
    falling, answered = work.reach.falling(ids), work.reach.answered(ids)
    kits = work.kits.let_out(ids)
    events = work.events.moments([one.id for one in found], names) if names else {}
    return [
        Reached(
            one,
            plans.get(one.tier, ""),
            falling.get(one.account_id),
            answered.get(one.account_id),
            kits.get(one.account_id),
            events.get(one.id, {}),
        )
        for one in found
    ]
