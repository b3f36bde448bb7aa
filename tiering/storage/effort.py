"""Effort in the record: hours that were spent, appended and at most reversed by a second line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from tiering.domain.effort import Entry
from tiering.storage.database import insert_new, portions
from tiering.storage.tables import effort

_WORDS = ("account_id", "service", "hours", "team", "day", "who", "note", "reverses")


@dataclass(frozen=True, slots=True)
class Effort:
    """The effort as seen by one unit of work."""

    connection: Connection

    def add(self, entry: Entry, at: datetime) -> int:
        """Append a line and return its number."""
        query = insert(effort).values(**_row(entry), logged_at=at).returning(effort.c.id)
        return int(self.connection.execute(query).scalar_one())

    def add_once(self, entry: Entry, at: datetime, request: str) -> int | None:
        """Append the line of a request and return its number; None where the request has one already."""
        row = {**_row(entry), "logged_at": at, "request": request}
        return insert_new(self.connection, effort, row)

    def of_request(self, request: str) -> Entry | None:
        """Return the line that a request has logged."""
        row = self.connection.execute(select(effort).where(effort.c.request == request)).first()
        return _entry(row) if row else None

    def logged_at(self, entry_id: int) -> datetime:
        """Return when a line was logged, which is not the day on which the work was done."""
        query = select(effort.c.logged_at).where(effort.c.id == entry_id)
        moment: datetime = self.connection.execute(query).scalar_one()
        return moment

    def get(self, entry_id: int) -> Entry | None:
        """Return the line with this number, and let nobody else take it back meanwhile."""
        query = select(effort).where(effort.c.id == entry_id).with_for_update()
        row = self.connection.execute(query).first()
        return _entry(row) if row else None

    def reversal_of(self, entry_id: int) -> Entry | None:
        """Return the line that takes another one back, if there is one."""
        row = self.connection.execute(select(effort).where(effort.c.reverses == entry_id)).first()
        return _entry(row) if row else None

    def of(self, account_id: str, first: date = date.min) -> list[Entry]:
        """Return the lines of an account from a day on, by day and number."""
        query = select(effort).where(effort.c.account_id == account_id, effort.c.day >= first)
        return [_entry(row) for row in self.connection.execute(query.order_by(effort.c.day, effort.c.id))]

    def accounts_since(self, first: date) -> list[str]:
        """Return the accounts for which anything was logged since a day, in the order of their ids."""
        query = select(effort.c.account_id).where(effort.c.day >= first).distinct()
        return list(self.connection.execute(query.order_by(effort.c.account_id)).scalars())

    def between(self, first: date, last: date, accounts: Iterable[str] | None = None) -> list[Entry]:
        """Return the lines whose day lies between two days, both counted; all, or those of some accounts."""
        query = select(effort).where(effort.c.day >= first, effort.c.day <= last)
        query = query.order_by(effort.c.day, effort.c.id)
        if accounts is None:
            return [_entry(row) for row in self.connection.execute(query)]
        return [
            _entry(row)
            for portion in portions(list(accounts))
            for row in self.connection.execute(query.where(effort.c.account_id.in_(portion)))
        ]


def _row(entry: Entry) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in _WORDS}


def _entry(row: Row[Any]) -> Entry:
    return Entry(id=row.id, **{name: getattr(row, name) for name in _WORDS})
