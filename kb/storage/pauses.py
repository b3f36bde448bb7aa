"""Which programmes a colleague has paused, and since when; every change stands in the audit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, String, Table, Text, delete, select

from tiering.storage.database import Moment, insert_new, metadata
from tiering.usecases.record import Store

# Personal is `who`, and `name`: of a colleague, never of a contact.
pauses = Table(
    "kb_pauses",
    metadata,
    Column("programme", String(40), primary_key=True),
    Column("who", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("at", Moment, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Pause:
    """That a programme sends nothing, since when and by whom."""

    programme: str
    who: str
    """As the record names a colleague."""
    name: str
    at: datetime


@dataclass(frozen=True)
class Pauses:
    """The pauses; every method is one transaction and raises RecordUnavailable."""

    store: Store

    def all(self) -> dict[str, Pause]:
        """Return the pauses that hold, by programme."""
        with self.store.reading() as work:
            found = [Pause(*row) for row in work.connection.execute(select(pauses))]
        return {one.programme: one for one in found}

    def holds(self, programme: str) -> bool:
        """Whether a programme is paused now."""
        with self.store.reading() as work:
            query = select(pauses.c.programme).where(pauses.c.programme == programme)
            return work.connection.execute(query).first() is not None

    def begin(self, programme: str, who: str, name: str) -> None:
        """Pause a programme; one that is paused stays so since then."""
        with self.store.begin() as work:
            row = {"programme": programme, "who": who, "name": name, "at": work.at}
            if insert_new(work.connection, pauses, row) is not None:
                work.audit.add(work.at, who, "pause programme", f"programme {programme}", {})

    def end(self, programme: str, who: str) -> None:
        """Let a programme go on."""
        with self.store.begin() as work:
            if work.connection.execute(delete(pauses).where(pauses.c.programme == programme)).rowcount:
                work.audit.add(work.at, who, "resume programme", f"programme {programme}", {})
