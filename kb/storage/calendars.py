"""How often the office hours were edited, so that a calendar knows which of two files is the newer one."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Column, Connection, Integer, String, Table, select

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
        with self.store.reading() as work:  # calendars ask again and again, and edits are rare
            number, known = _newest(work.connection)
            if known == digest:
                return number
        with self.store.begin() as work:
            number, known = _newest(work.connection)
            if known != digest:
                row = {"number": number + 1, "digest": digest, "at": work.at}
                insert_new(work.connection, calendars, row)  # another process may have been faster
                number += 1
            return number


def _newest(connection: Connection) -> tuple[int, str]:
    """Return the number and the digest of the last edition; -1 before the first."""
    query = select(calendars.c.number, calendars.c.digest).order_by(calendars.c.number.desc()).limit(1)
    found = connection.execute(query).first()
    return (found.number, found.digest) if found else (-1, "")
