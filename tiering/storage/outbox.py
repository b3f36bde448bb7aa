"""The outbox: what happened that somebody outside the record wants to hear of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select

from tiering.storage.tables import outbox


@dataclass(frozen=True, slots=True)
class Posted:
    """A message as it lies in the outbox."""

    id: int
    at: datetime
    """The beginning of the unit of work that wrote it, the same for all that it wrote."""
    kind: str
    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Outbox:
    """The outbox as seen by one unit of work."""

    connection: Connection

    def add(self, at: datetime, kind: str, payloads: Sequence[Mapping[str, Any]]) -> None:
        """Put messages of one kind in."""
        rows = [{"at": at, "kind": kind, "payload": dict(payload)} for payload in payloads]
        if rows:
            self.connection.execute(insert(outbox), rows)

    def messages(self, kind: str, since: datetime | None = None) -> list[Mapping[str, Any]]:
        """Return the messages of a kind, or those since a moment, the oldest first."""
        query = select(outbox.c.payload).where(outbox.c.kind == kind).order_by(outbox.c.id)
        query = query if since is None else query.where(outbox.c.at >= since)
        return list(self.connection.execute(query).scalars())

    def after(self, number: int, since: datetime) -> list[Posted]:
        """Return the messages with higher numbers that are not older than a moment, the oldest first."""
        query = select(outbox).where(outbox.c.id > number, outbox.c.at >= since).order_by(outbox.c.id)
        return [Posted(*row) for row in self.connection.execute(query)]

    def newest(self) -> int:
        """Return the number of the newest message, 0 before the first."""
        return self.connection.execute(select(func.max(outbox.c.id))).scalar_one() or 0
