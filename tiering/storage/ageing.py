"""What the record holds for longer than it is kept, over the tables of all packages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
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

from tiering.storage.database import portions
from tiering.storage.faces import all_tables
from tiering.storage.personal import Kept, parts_of
from tiering.storage.persons import made

PORTION = 500
"""Rows of one transaction, so that nobody who writes waits long."""

_LOOK = 20_000
"""Rows of a table that one look finds at most; a look may read the whole table, so it finds many at once."""


@dataclass(frozen=True, slots=True)
class Portion:
    """Some rows of a table that were found to be old."""

    table: Table
    kept: Kept
    keys: Sequence[tuple[Any, ...]]


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

    def look(self) -> Iterator[Portion]:
        """Find many of them; there may be more as long as there are any."""
        for table, kept in self._parts():
            query = select(*table.primary_key.columns).where(*self._which(table, kept)).limit(_LOOK)
            keys = [tuple(row) for row in self.connection.execute(query)]
            yield from (Portion(table, kept, some) for some in portions(keys, PORTION))

    def forget(self, found: Portion) -> int:
        """Forget those of a portion that are old still; returns how many they were."""
        table, kept = found.table, found.kept
        these = tuple_(*table.primary_key.columns).in_(found.keys)
        if kept.erase is None:
            return self.connection.execute(delete(table).where(these, *self._which(table, kept))).rowcount
        rows = self.connection.execute(select(table).where(these, *self._which(table, kept))).mappings().all()
        for row in rows:
            this = (column == row[column.name] for column in table.primary_key.columns)
            self.connection.execute(update(table).where(*this).values(**made(kept.erase, row)))
        return len(rows)

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


def _plain(table: Table, erase: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in erase.items():
        if not callable(value) and not isinstance(table.c[name].type, JSON):
            yield name, value
