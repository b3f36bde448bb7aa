"""Exceptions in the record: granted, and ended, but never edited."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, insert, or_, select, update

from tiering.domain.account import Status
from tiering.domain.exception import Grant
from tiering.storage.database import portions
from tiering.storage.tables import accounts, decisions, exceptions

_WORDS = ("tier", "service", "reason", "approver", "granted_by", "starts_on", "until", "ended_on")


@dataclass(frozen=True, slots=True)
class Rate:
    """How many customers of a tier live by an exception: the fewer, the healthier the policy."""

    tier: int
    customers: int
    excepted: int
    """Those with an exception to their tier or to a service."""

    @property
    def share(self) -> float:
        """The part of the customers that live by an exception, from 0 to 1."""
        return self.excepted / self.customers if self.customers else 0.0


@dataclass(frozen=True, slots=True)
class Exceptions:
    """The exceptions as seen by one unit of work."""

    connection: Connection

    def add(self, grant: Grant, at: datetime) -> int:
        """Append an exception and return its number."""
        values = {name: getattr(grant, name) for name in ("account_id", *_WORDS)}
        query = insert(exceptions).values(**values, granted_at=at).returning(exceptions.c.id)
        return int(self.connection.execute(query).scalar_one())

    def get(self, grant_id: int) -> Grant | None:
        """Return the exception with this number."""
        row = self.connection.execute(select(exceptions).where(exceptions.c.id == grant_id)).first()
        return _grant(row) if row else None

    def among(self, ids: Iterable[int]) -> dict[int, Grant]:
        """Return the exceptions with these numbers."""
        found: dict[int, Grant] = {}
        for portion in portions(sorted(set(ids))):
            rows = self.connection.execute(select(exceptions).where(exceptions.c.id.in_(portion)))
            found |= {row.id: _grant(row) for row in rows}
        return found

    def end(self, grant_id: int, today: date, who: str) -> None:
        """Let an exception hold no more from today on."""
        query = update(exceptions).where(exceptions.c.id == grant_id)
        self.connection.execute(query.values(ended_on=today, ended_by=who))

    def running(
        self, today: date, accounts: Sequence[str] | None = None, until: date | None = None
    ) -> list[Grant]:
        """Return the exceptions that hold today, those that end first before the others.

        Only those of some accounts, or those that end on or before a day, where that is said.
        """
        query = select(exceptions).where(_runs(today)).order_by(exceptions.c.until, exceptions.c.id)
        if until is not None:
            query = query.where(exceptions.c.until <= until)
        if accounts is None:
            return [_grant(row) for row in self.connection.execute(query)]
        return [
            _grant(row)
            for portion in portions(accounts)
            for row in self.connection.execute(query.where(exceptions.c.account_id.in_(portion)))
        ]

    def of(self, account_id: str) -> list[Grant]:
        """Return all exceptions of an account, also those that are over; those that end first lead."""
        query = select(exceptions).where(exceptions.c.account_id == account_id)
        query = query.order_by(exceptions.c.until, exceptions.c.id)
        return [_grant(row) for row in self.connection.execute(query)]

    def rates(self, today: date) -> list[Rate]:
        """Count for each tier its customers, and those with an exception that holds today."""
        excepted = select(exceptions.c.account_id).where(_runs(today)).distinct().subquery()
        query = (
            select(decisions.c.tier, func.count(), func.count(excepted.c.account_id))
            .join(accounts, accounts.c.id == decisions.c.account_id)
            .join(excepted, excepted.c.account_id == decisions.c.account_id, isouter=True)
            .where(decisions.c.superseded_on.is_(None), accounts.c.status == Status.CUSTOMER.value)
            .group_by(decisions.c.tier)
            .order_by(decisions.c.tier)
        )
        return [Rate(*row) for row in self.connection.execute(query)]


def _runs(today: date) -> ColumnElement[bool]:
    column = exceptions.c
    return (
        (column.starts_on <= today)
        & (column.until >= today)
        & or_(column.ended_on.is_(None), column.ended_on > today)
    )


def _grant(row: Row[Any]) -> Grant:
    return Grant(**{name: getattr(row, name) for name in ("id", "account_id", *_WORDS)})
