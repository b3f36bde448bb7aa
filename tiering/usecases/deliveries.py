"""Deliveries: every message that goes out is claimed, sent and confirmed, so that none goes out twice.

Whoever sends claims first, in a unit of work of its own. Where it dies between the claim and the
confirmation nobody knows whether the message arrived: it is listed as uncertain and never sent again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from tiering.storage.deliveries import Delivery, Dispatch
from tiering.storage.store import Store

__all__ = [
    "Delivery",
    "Dispatch",
    "claim",
    "claim_to_contact",
    "confirm",
    "delivered",
    "delivered_among",
    "delivered_to",
    "delivered_under",
    "dispatched_under",
    "fail",
    "uncertain",
]

_PAGE = 5_000


def claim(store: Store, key: str, kind: str, recipient: str, about: Mapping[str, Any]) -> bool:
    """Claim a message for sending; false where anybody has claimed it before, unless it certainly failed."""
    with store.begin() as work:
        return work.deliveries.claim(Delivery(key, kind, recipient, about, work.at, None, None, None))


def claim_to_contact(store: Store, wanted: Delivery, email: str) -> bool:
    """Claim a mail to a contact at an address; false also where they have gone, or have another address.

    Both in one unit of work: once a contact is erased nobody claims anything to them.
    """
    with store.begin() as work:
        return work.contacts.still_at(wanted.recipient, email) and work.deliveries.claim(wanted)


def confirm(store: Store, key: str, receipt: str) -> None:
    """Note that a message has arrived, and how the receiving end calls it."""
    with store.begin() as work:
        work.deliveries.confirm(key, receipt, work.at)


def fail(store: Store, key: str, failure: str) -> None:
    """Note that a message was certainly refused, such as `channel_not_found`; it may be claimed again."""
    with store.begin() as work:
        work.deliveries.fail(key, failure)


def delivered(store: Store, key: str) -> Delivery | None:
    """Return the message claimed under a key, whatever became of it; None where nobody has claimed it."""
    with store.begin() as work:
        return work.deliveries.get(key)


def delivered_among(store: Store, keys: Iterable[str]) -> dict[str, Delivery]:
    """Return the messages claimed under these keys, whatever became of them, each under its key."""
    with store.begin() as work:
        return {one.key: one for one in work.deliveries.among(keys)}


def delivered_under(store: Store, start: str) -> dict[str, Delivery]:
    """Return the messages claimed under keys that begin so, whatever became of them, each under its key."""
    with store.begin() as work:
        return {one.key: one for one in work.deliveries.beginning(start)}


def dispatched_under(store: Store, start: str) -> Iterator[Dispatch]:
    """Yield what became of the messages under keys that begin so, page by page in the order of these."""
    after: str | None = start
    while after is not None:
        with store.reading() as work:
            page = work.deliveries.dispatched(start, after, _PAGE)
        yield from page
        after = page[-1].key if len(page) == _PAGE else None


def delivered_to(store: Store, recipients: Iterable[str], kind: str) -> list[Delivery]:
    """Return the messages of a kind to any of these that arrived or may have, the oldest first."""
    with store.reading() as work:
        return work.deliveries.to(recipients, kind)


def uncertain(store: Store, before: datetime) -> list[Delivery]:
    """Return what was claimed before a moment and neither confirmed nor refused, the oldest first."""
    with store.begin() as work:
        return work.deliveries.uncertain(before)
