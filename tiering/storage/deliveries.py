"""Deliveries in the record: the one table of what goes out, in Slack or by mail, at most once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Subquery, func, select, update

from tiering.storage.database import insert_new, portions
from tiering.storage.tables import accounts, contacts, deliveries
from tiering.storage.training import OWNER


@dataclass(frozen=True, slots=True)
class Delivery:
    """An outgoing message: claimed before it is sent, confirmed when it has arrived."""

    key: str
    """What is sent to whom on which occasion; nothing goes out twice under one key."""
    kind: str
    recipient: str
    about: Mapping[str, Any]
    claimed_at: datetime
    sent_at: datetime | None
    """When it was confirmed; without this and a failure it is uncertain whether it arrived."""
    receipt: str | None
    """How the receiving end calls it, such as a channel and a message's time."""
    failure: str | None
    """Why it certainly did not arrive."""


@dataclass(frozen=True, slots=True)
class Dispatch:
    """What became of a message, without what it was about; it is uncertain where it is neither of both."""

    key: str
    recipient: str
    claimed_at: datetime
    sent: bool
    failed: bool


@dataclass(frozen=True, slots=True)
class Deliveries:
    """The deliveries as seen by one unit of work."""

    connection: Connection

    def claim(self, wanted: Delivery) -> bool:
        """Claim a message for sending; false where it was claimed before and has not certainly failed."""
        values = {
            "kind": wanted.kind,
            "recipient": wanted.recipient,
            "about": dict(wanted.about),
            "claimed_at": wanted.claimed_at,
        }
        if insert_new(self.connection, deliveries, {"key": wanted.key, **values}) is not None:
            return True
        again = update(deliveries).where(
            deliveries.c.key == wanted.key, deliveries.c.failure.is_not(None), deliveries.c.sent_at.is_(None)
        )
        return self.connection.execute(again.values(**values, failure=None)).rowcount == 1

    def confirm(self, key: str, receipt: str, at: datetime) -> None:
        """Note that a message has arrived."""
        query = update(deliveries).where(deliveries.c.key == key, deliveries.c.sent_at.is_(None))
        self.connection.execute(query.values(sent_at=at, receipt=receipt, failure=None))

    def fail(self, key: str, failure: str) -> None:
        """Note that a message has certainly not arrived."""
        query = update(deliveries).where(deliveries.c.key == key, deliveries.c.sent_at.is_(None))
        self.connection.execute(query.values(failure=failure))

    def get(self, key: str) -> Delivery | None:
        """Return the message claimed under a key."""
        row = self.connection.execute(select(deliveries).where(deliveries.c.key == key)).one_or_none()
        return Delivery(*row) if row else None

    def among(self, keys: Iterable[str]) -> list[Delivery]:
        """Return the messages claimed under any of these keys."""
        query = select(deliveries).where(deliveries.c.key.in_(list(keys)))
        return [Delivery(*row) for row in self.connection.execute(query.order_by(deliveries.c.key))]

    def beginning(self, start: str) -> list[Delivery]:
        """Return the messages claimed under keys that begin so."""
        query = select(deliveries).where(deliveries.c.key.startswith(start, autoescape=True))
        return [Delivery(*row) for row in self.connection.execute(query.order_by(deliveries.c.key))]

    def dispatched(self, start: str, after: str, size: int) -> list[Dispatch]:
        """Return what became of the next messages after a key, of those under keys that begin so."""
        columns = (
            deliveries.c.key,
            deliveries.c.recipient,
            deliveries.c.claimed_at,
            deliveries.c.sent_at.is_not(None),
            deliveries.c.failure.is_not(None),
        )
        theirs = deliveries.c.key.startswith(start, autoescape=True), deliveries.c.key > after
        rows = self.connection.execute(select(*columns).where(*theirs).order_by(deliveries.c.key).limit(size))
        return [Dispatch(key, whom, at, bool(sent), bool(failed)) for key, whom, at, sent, failed in rows]

    def to(self, recipients: Iterable[str], kind: str) -> list[Delivery]:
        """Return the messages of a kind to any of these that arrived or may have, the oldest first."""
        query = select(deliveries).where(deliveries.c.kind == kind, deliveries.c.failure.is_(None))
        query = query.order_by(deliveries.c.claimed_at, deliveries.c.key)
        return [
            Delivery(*row)
            for portion in portions(list(recipients))
            for row in self.connection.execute(query.where(deliveries.c.recipient.in_(portion)))
        ]

    def uncertain(self, before: datetime) -> list[Delivery]:
        """Return what was claimed before a moment and neither confirmed nor failed, the oldest first."""
        query = select(deliveries).where(
            deliveries.c.sent_at.is_(None), deliveries.c.claimed_at < before, deliveries.c.failure.is_(None)
        )
        rows = self.connection.execute(query.order_by(deliveries.c.claimed_at, deliveries.c.key))
        return [Delivery(*row) for row in rows]


def mailed_between(kind: str, begin: datetime, end: datetime) -> Subquery:
    """Return the contacts to whom messages of a kind went, each with its account and how many: `mails`."""
    sent = deliveries.c.sent_at
    each = (
        select(deliveries.c.recipient, func.count().label("mails"))
        .where(deliveries.c.kind == kind, sent >= begin, sent < end)
        .group_by(deliveries.c.recipient)
        .subquery("each")
    )
    query = (
        select(OWNER, each.c.mails)
        .select_from(each)
        .join(contacts, contacts.c.id == each.c.recipient)
        .join(accounts, accounts.c.id == contacts.c.account_id)
    )
    return query.subquery("mailed")
