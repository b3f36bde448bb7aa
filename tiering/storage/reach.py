"""Contacts of customers with what matters to whoever writes to them, read page by page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, func, select

from tiering.domain.account import Status
from tiering.domain.signal import Kind
from tiering.storage.database import portions
from tiering.storage.tables import accounts, contact_emails, contacts, decisions, metrics, signals


@dataclass(frozen=True, slots=True)
class Reachable:
    """A contact of a customer whose tier is decided."""

    id: str
    email: str
    name: str | None
    role: str
    language: str | None
    time_zone: str | None
    account_id: str
    account: str
    """The account's name."""
    csm: str | None
    goal: str | None
    """What the account wants to reach, in the words of the CRM."""
    partner: str | None
    went_live_on: date | None
    renewal_on: date | None
    tier: int
    segment: str | None


_COLUMNS = (
    contacts.c.id,
    contact_emails.c.email,
    contacts.c.name,
    contacts.c.role,
    contacts.c.language,
    contacts.c.time_zone,
    contacts.c.account_id,
    accounts.c.name.label("account"),
    accounts.c.csm,
    accounts.c.goal,
    accounts.c.partner,
    accounts.c.went_live_on,
    accounts.c.renewal_on,
    decisions.c.tier,
    decisions.c.segment,
)


@dataclass(frozen=True, slots=True)
class Reach:
    """Whom we may write to, as seen by one unit of work."""

    connection: Connection

    def page(self, after: str, size: int) -> tuple[list[Reachable], str | None]:
        """Return those of the next contacts after an id whom we may write to, and the last id looked at.

        They stand in the order of their ids, each with the preferred address; None for the id at the end.
        """
        # The ids first: in one query a planner begins with the decisions and reads all of them, page by page.
        some = select(contacts.c.id).where(contacts.c.id > after).order_by(contacts.c.id).limit(size)
        ids = self.connection.execute(some).scalars().all()
        return self.among(ids), ids[-1] if ids else None

    def among(self, ids: Sequence[str]) -> list[Reachable]:
        """Return those of some contacts whom we may write to, in the order of their ids."""
        query = (
            select(*_COLUMNS)
            .join(contact_emails, contact_emails.c.contact_id == contacts.c.id)
            .join(accounts, accounts.c.id == contacts.c.account_id)
            .join(decisions, decisions.c.account_id == accounts.c.id)
            .where(
                contacts.c.id.in_(ids),
                contact_emails.c.position == 0,
                accounts.c.status == Status.CUSTOMER.value,
                accounts.c.merged_into.is_(None),
                decisions.c.superseded_on.is_(None),
            )
            .order_by(contacts.c.id)
        )
        return [Reachable(**row._mapping) for row in self.connection.execute(query)] if ids else []

    def falling(self, account_ids: Iterable[str]) -> dict[str, datetime]:
        """Return since when the usage of these accounts falls, of those of which it does."""
        found: dict[str, datetime] = {}
        columns = select(signals.c.account_id, signals.c.raised_at).order_by(signals.c.raised_at)
        for portion in portions(list(account_ids)):
            rows = self.connection.execute(
                columns.where(
                    signals.c.account_id.in_(portion),
                    signals.c.kind == Kind.FALLING_USAGE.value,
                    signals.c.ended_at.is_(None),
                )
            )
            found |= {row.account_id: row.raised_at for row in rows}
        return found

    def answered(self, account_ids: Iterable[str]) -> dict[str, date]:
        """Return when these accounts last answered how likely they recommend us, of those that did."""
        found: dict[str, date] = {}
        for portion in portions(list(account_ids)):
            query = (
                select(metrics.c.account_id, func.max(metrics.c.as_of).label("as_of"))
                .where(metrics.c.account_id.in_(portion), metrics.c.metric == "nps")
                .group_by(metrics.c.account_id)
            )
            found |= {row.account_id: row.as_of for row in self.connection.execute(query)}
        return found
