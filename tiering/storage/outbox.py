"""The outbox: what happened that somebody outside the record wants to hear of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from tiering.storage.tables import outbox


@dataclass(frozen=True, slots=True)
class Outbox:
    """The outbox as seen by one unit of work."""

    connection: Connection

    def add(self, at: datetime, kind: str, payloads: Sequence[Mapping[str, Any]]) -> None:
        """Put messages of one kind in."""
        rows = [{"at": at, "kind": kind, "payload": dict(payload)} for payload in payloads]
        if rows:
            self.connection.execute(insert(outbox), rows)

    def messages(self, kind: str) -> list[Mapping[str, Any]]:
        """Return the messages of a kind, the oldest first."""
        query = select(outbox.c.payload).where(outbox.c.kind == kind).order_by(outbox.c.id)
        return list(self.connection.execute(query).scalars())
