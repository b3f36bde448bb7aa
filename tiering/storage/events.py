"""Events in the record: appended under their own ids, never changed, read as first and last moments."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Connection, Subquery, case, delete, func, select, union_all

from tiering.domain.event import SIGNED_UP, Event
from tiering.storage.database import insert_missing, portions
from tiering.storage.tables import accounts, contact_emails, contacts, events
from tiering.storage.training import OWNER


class Moments(NamedTuple):
    """When an event happened to somebody."""

    first: datetime
    last: datetime


class Reaching(NamedTuple):
    """A customer to whose people an event happened, and when first."""

    tier: int
    went_live_on: date | None
    signed_up: datetime | None
    """When the first of them signed up."""
    first: datetime


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
        """Return those customers, of whose contacts these are, to whose people `name` happened."""
        came, at = came_to(name), customers.c
        who = select(at.account, at.tier, at.went_live_on).distinct().subquery()
        query = select(who.c.tier, who.c.went_live_on, came.c.signed_up, came.c.first).join(
            came, came.c.account_id == who.c.account
        )
        return [Reaching(*row) for row in self.connection.execute(query)]

    def forget_strangers(self, before: datetime) -> int:
        """Delete what was received before a moment of people whom nobody knows; returns how many events."""
        known = select(contacts.c.id).where(contacts.c.id == events.c.who)
        address = select(contact_emails.c.email).where(contact_emails.c.email == events.c.who)
        stale = delete(events).where(events.c.received_at < before, ~known.exists(), ~address.exists())
        return self.connection.execute(stale).rowcount


def came_to(name: str) -> Subquery:
    """Return the accounts to whose people `name` happened: `account_id`, `signed_up` and `first`.

    Both are the first of all its people, those of accounts that were merged into it among them.
    """
    moments = (
        func.min(case((events.c.name == SIGNED_UP, events.c.at))).label("signed_up"),
        func.min(case((events.c.name == name, events.c.at))).label("first"),
    )
    # Added up before anybody is looked up; it is read twice, as of an id and as of an address.
    told = select(events.c.who, *moments).where(events.c.name.in_((name, SIGNED_UP))).group_by(events.c.who)
    who = told.cte("told")
    ids = select(contacts.c.account_id, who.c.signed_up, who.c.first).join(who, who.c.who == contacts.c.id)
    addresses = (
        select(contacts.c.account_id, who.c.signed_up, who.c.first)
        .join(contact_emails, contact_emails.c.contact_id == contacts.c.id)
        .join(who, who.c.who == contact_emails.c.email)
    )
    known = union_all(ids, addresses).subquery()
    first = func.min(known.c.first)
    query = (
        select(OWNER, func.min(known.c.signed_up).label("signed_up"), first.label("first"))
        .join(known, known.c.account_id == accounts.c.id)
        .group_by(OWNER)
        .having(first.is_not(None))
    )
    return query.subquery("came")
