"""The audit: who did or asked what, appended and never changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from tiering.storage.tables import audit


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the audit."""

    id: int
    at: datetime
    who: str
    action: str
    subject: str | None
    details: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Audit:
    """The audit as seen by one unit of work."""

    connection: Connection

    def add(
        self, at: datetime, who: str, action: str, subject: str | None, details: Mapping[str, Any]
    ) -> int:
        """Append a line and return its number."""
        values = {"at": at, "who": who, "action": action, "subject": subject, "details": dict(details)}
        query = insert(audit).values(**values).returning(audit.c.id)
        return int(self.connection.execute(query).scalar_one())

    def complete(self, entry_id: int, details: Mapping[str, Any]) -> None:
        """Add the outcome to the line that the same unit of work began with."""
        self.connection.execute(update(audit).where(audit.c.id == entry_id).values(details=dict(details)))

    def entries(
        self, subject: str | None = None, newest: int | None = None, besides: Sequence[str] = ()
    ) -> list[Entry]:
        """Return the lines, or those about one subject, the oldest first; of many only the newest.

        Lines of the actions `besides` are left out.
        """
        query = select(audit).where(audit.c.action.not_in(besides)).order_by(audit.c.id.desc()).limit(newest)
        if subject is not None:
            query = query.where(audit.c.subject == subject)
        return [Entry(*row) for row in reversed(self.connection.execute(query).all())]

    def count(self, subject: str, besides: Sequence[str] = ()) -> int:
        """Count the lines about one subject, those of the actions `besides` left out."""
        query = select(func.count()).select_from(audit).where(audit.c.subject == subject)
        return self.connection.execute(query.where(audit.c.action.not_in(besides))).scalar_one()

    def subjects(self, who: str, actions: Sequence[str], newest: int) -> list[str]:
        """Return what somebody's newest lines of some actions are about, the latest first, each once."""
        query = (
            select(audit.c.subject)
            .where(audit.c.who == who, audit.c.action.in_(actions), audit.c.subject.is_not(None))
            .order_by(audit.c.id.desc())
            .limit(newest)
        )
        return list(dict.fromkeys(self.connection.execute(query).scalars()))
