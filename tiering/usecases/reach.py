"""Whom we may write to unasked: the contacts of customers, with their plan and what happened to it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from tiering.domain.service import Prose
from tiering.storage.events import Moments
from tiering.storage.reach import Reachable
from tiering.storage.store import Store

__all__ = ["Moments", "Reachable", "Reached", "addresses_of", "reach"]

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
    kit: tuple[datetime, str] | None
    """When a change kit was let out that still holds, and its text."""
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


def addresses_of(store: Store, contact: str) -> tuple[str, ...]:
    """Return the addresses of a contact; none of one who is not known."""
    with store.reading() as work:
        found = work.contacts.among([contact]).get(contact)
        return found.emails if found else ()


def _page(store: Store, prose: Prose, after: str, names: Collection[str]) -> tuple[list[Reached], str | None]:
    with store.reading() as work:
        if work.publication is None:
            return [], None
        rules = work.publication.policy.worded(prose).rules
        plans = {tier.id: tier.public_name for tier in rules.tiers}
        found, last = work.reach.page(after, _PAGE)
        ids = sorted({one.account_id for one in found})
        falling, answered = work.reach.falling(ids), work.reach.answered(ids)
        kits = work.reach.released(ids, work.policies.version())
        events = work.events.moments([one.id for one in found], names) if names else {}
        reached = [
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
        return reached, last
