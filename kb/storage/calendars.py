"""How often the office hours were edited, so that a calendar knows which of two files is the newer one."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Column, Integer, String, Table, select

from tiering.storage.database import Moment, insert_new, metadata
from tiering.usecases.record import Store

calendars = Table(
    "kb_calendars",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("digest", String(64), nullable=False),
    Column("at", Moment, nullable=False),
)


@dataclass(frozen=True)
class Calendars:
    """The editions of the office hours; raises RecordUnavailable."""

    store: Store

    def number(self, digest: str) -> int:
        """Return the number of the present edition, one more than the last if that was another one."""
        with self.store.begin() as work:
            newest = select(calendars.c.number, calendars.c.digest).order_by(calendars.c.number.desc())
            last = work.connection.execute(newest.limit(1)).first()
            if last is not None and last.digest == digest:
                return int(last.number)
            number = 0 if last is None else last.number + 1
            row = {"number": number, "digest": digest, "at": work.at}
            insert_new(work.connection, calendars, row)  # another process may have been faster
            return number
