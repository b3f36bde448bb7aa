"""Jobs that run once a day however many machines there are, each held by one runner at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, or_, update

from tiering.storage.database import upsert
from tiering.storage.tables import jobs


@dataclass(frozen=True, slots=True)
class Jobs:
    """The jobs as seen by one unit of work."""

    connection: Connection

    def take(self, name: str, holder: str, now: datetime, today: date) -> bool:
        """Take today's run of a job for an hour; false where it is done or somebody else has it."""
        upsert(self.connection, jobs, [{"name": name}], ["name"])
        taken = self.connection.execute(
            update(jobs)
            .where(
                jobs.c.name == name,
                or_(jobs.c.done_on.is_(None), jobs.c.done_on < today),
                or_(jobs.c.held_until.is_(None), jobs.c.held_until < now, jobs.c.holder == holder),
            )
            .values(holder=holder, held_until=now + timedelta(hours=1))
        )
        return taken.rowcount == 1

    def done(self, name: str, holder: str, today: date) -> None:
        """Note that the holder has finished today's run."""
        self.connection.execute(
            update(jobs)
            .where(jobs.c.name == name, jobs.c.holder == holder)
            .values(holder=None, held_until=None, done_on=today)
        )
