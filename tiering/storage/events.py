"""Events in the record: appended under their own ids, never changed, read as first and last moments."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Connection, Subquery, delete, func, select, union_all

from tiering.domain.event import SIGNED_UP, Event
from tiering.storage.database import insert_missing, portions
from tiering.storage.tables import contact_emails, contacts, events


class Moments(NamedTuple):
    """When an event happened to somebody."""

    first: datetime
    last: datetime


class Reaching(NamedTuple):
    """A contact of a customer, and when an event happened to them first."""

    tier: int
    account: str
    went_live_on: date | None
    signed_up: datetime | None
    first: datetime | None


@dataclass(frozen=True, slots=True)
class Events:
    """The events as seen by one unit of work."""

    connection: Connection

    def add(self, told: Sequence[Event], at: datetime) -> set[str]:
        """Insert events of different ids; returns the ids of those that were new."""
        # In one order, so that two who tell the same never wait for each other.
        rows = [
            {"id": one.id, "who": one.who, "name": one.name, "at": one.at, "value": one.value}
            | {"received_at": at}
            for one in sorted(told, key=lambda one: one.id)
        ]
        return insert_missing(self.connection, events, rows)

    def among(self, ids: Sequence[str]) -> dict[str, Event]:
        """Return those events of `ids` that are in the record."""
        found: dict[str, Event] = {}
        columns = (events.c[name] for name in Event.__slots__)
        query = select(*columns)
        for portion in portions(ids):
            for row in self.connection.execute(query.where(events.c.id.in_(portion))):
                found[row.id] = Event(*row)
        return found

    def moments(self, contact_ids: Sequence[str], names: Collection[str]) -> dict[str, dict[str, Moments]]:
        """Return when each of these events happened to each contact first and last, told by id or address."""
        # Joined in one query, PostgreSQL would read all events for each page of contacts.
        owners = self._owners(contact_ids)
        found: dict[str, dict[str, Moments]] = {}
        for portion in portions(list(owners)):
            query = (
                select(events.c.who, events.c.name, func.min(events.c.at), func.max(events.c.at))
                .where(events.c.who.in_(portion), events.c.name.in_(sorted(names)))
                .group_by(events.c.who, events.c.name)
            )
            for who, name, first, last in self.connection.execute(query):
                for contact in owners[who]:
                    known = found.setdefault(contact, {})
                    other = known.get(name, Moments(first, last))
                    known[name] = Moments(min(first, other.first), max(last, other.last))
        return found

    def _owners(self, contact_ids: Sequence[str]) -> dict[str, list[str]]:
        """Return whom each id and each address of these contacts means."""
        owners = {one: [one] for one in contact_ids}
        for portion in portions(contact_ids):
            query = select(contact_emails.c.email, contact_emails.c.contact_id)
            for email, contact in self.connection.execute(
                query.where(contact_emails.c.contact_id.in_(portion))
            ):
                owners.setdefault(email, []).append(contact)
        return owners

    def reaching(self, name: str, customers: Subquery) -> list[Reaching]:
        """Return every one of the contacts of customers, and when `name` happened to them first."""
        first, signed, at = _first(name), _first(SIGNED_UP), customers.c
        query = (
            select(at.tier, at.account, at.went_live_on, signed.c.first.label("signed_up"), first.c.first)
            .outerjoin(first, first.c.contact == at.contact)
            .outerjoin(signed, signed.c.contact == at.contact)
        )
        return [Reaching(*row) for row in self.connection.execute(query)]

    def forget_strangers(self, before: datetime) -> int:
        """Delete what was received before a moment of people whom nobody knows; returns how many events."""
        known = select(contacts.c.id).where(contacts.c.id == events.c.who)
        address = select(contact_emails.c.email).where(contact_emails.c.email == events.c.who)
        stale = delete(events).where(events.c.received_at < before, ~known.exists(), ~address.exists())
        return self.connection.execute(stale).rowcount


def _first(name: str) -> Subquery:
    ids = select(contacts.c.id.label("contact"), contacts.c.id.label("who"))
    addresses = select(contact_emails.c.contact_id.label("contact"), contact_emails.c.email.label("who"))
    known = union_all(ids, addresses).subquery()
    return (
        select(known.c.contact, func.min(events.c.at).label("first"))
        .join(events, events.c.who == known.c.who)
        .where(events.c.name == name)
        .group_by(known.c.contact)
        .subquery()
    )
