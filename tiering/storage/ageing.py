"""What the record holds for longer than it is kept, over the tables of all packages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    Connection,
    Date,
    Table,
    delete,
    func,
    or_,
    select,
    tuple_,
    update,
)

from tiering.storage.faces import all_tables
from tiering.storage.personal import Kept, parts_of
from tiering.storage.persons import made

PORTION = 500
"""Rows of one transaction, so that nobody who writes waits long."""


@dataclass(frozen=True, slots=True)
class Ageing:
    """What has grown old, as seen by one unit of work; raises UnknownTables."""

    connection: Connection
    days: Mapping[str, int]
    """How long things are kept, by their noun."""
    at: datetime

    def old(self) -> dict[str, int]:
        """Count the rows that are to be forgotten, by noun."""
        found = dict.fromkeys(self.days, 0)
        for table, kept in self._parts():
            query = select(func.count()).select_from(table).where(*self._which(table, kept))
            found[kept.noun] += self.connection.execute(query).scalar_one()
        return found

    def forget(self) -> dict[str, int]:
        """Forget a portion of them; returns how many rows of each noun it were, none at the end."""
        left, found = PORTION, dict.fromkeys(self.days, 0)
        for table, kept in self._parts():
            if left:
                count = self._forget(table, kept, left)
                found[kept.noun] += count
                left -= count
        return found

    def _parts(self) -> Iterator[tuple[Table, Kept]]:
        for table, part in parts_of(all_tables(self.connection)):
            if isinstance(part, Kept):
                yield table, part

    def _which(self, table: Table, kept: Kept) -> Iterator[ColumnElement[bool]]:
        since = table.c[kept.since]
        before = self.at - timedelta(days=self.days[kept.noun])
        moment: date | datetime = before.date() if isinstance(since.type, Date) else before
        yield since < moment
        yield from (table.c[name] == value for name, value in kept.only.items())
        if kept.but_first:
            earlier = table.alias()
            same = (earlier.c[name] == table.c[name] for name in kept.but_first)
            yield select(earlier.c[kept.since]).where(*same, earlier.c[kept.since] < since).exists()
        if kept.erase is not None:  # only those of which something is left
            yield or_(*(table.c[name].is_distinct_from(value) for name, value in _plain(table, kept.erase)))

    def _forget(self, table: Table, kept: Kept, most: int) -> int:
        key = list(table.primary_key.columns)
        query = select(table).where(*self._which(table, kept)).order_by(table.c[kept.since], *key)
        rows = self.connection.execute(query.limit(most)).mappings().all()
        if rows and kept.erase is None:
            these = [tuple(row[column.name] for column in key) for row in rows]
            self.connection.execute(delete(table).where(tuple_(*key).in_(these)))
        elif kept.erase is not None:
            for row in rows:
                this = (column == row[column.name] for column in key)
                self.connection.execute(update(table).where(*this).values(**made(kept.erase, row)))
        return len(rows)


def _plain(table: Table, erase: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in erase.items():
        if not callable(value) and not isinstance(table.c[name].type, JSON):
            yield name, value
