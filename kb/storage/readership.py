"""How much the articles are read and how far the pages spare people writing to us, by month and tier."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Column, Date, Integer, Table, func, select

from kb.deflection import Deflection
from kb.storage.visits import read_months, visit_months
from kb.tickets import Tickets
from kb.visit import EVERYBODY, month_of
from tiering.storage.database import metadata, upsert
from tiering.usecases.record import Store

tickets = Table(
    "kb_tickets",
    metadata,
    Column("day", Date, primary_key=True),
    Column("tier", Integer, primary_key=True, autoincrement=False),
    Column("tickets", Integer, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Reads:
    """How often an article was read, once a visitor and day."""

    reads: int = 0
    searched: int = 0
    """Of these, from the page of a search."""
    wrote: int = 0
    """Of these, by somebody who wrote to us within a day."""


@dataclass(frozen=True, slots=True)
class Month:
    """What the visitors of a tier did in a month."""

    month: date
    tier: int
    did: Deflection


@dataclass(frozen=True)
class Readership:
    """What is read; every method is one transaction and raises RecordUnavailable."""

    store: Store

    def of_articles(self, since: date, tier: int = EVERYBODY) -> dict[str, Reads]:
        """Return how often every article was read since the first day of a month."""
        at = read_months.c
        sums = (func.sum(at[name]) for name in ("reads", "searched", "wrote"))
        query = select(at.slug, *sums).where(at.month >= since, at.tier == tier).group_by(at.slug)
        with self.store.reading() as work:
            return {slug: Reads(*map(int, rest)) for slug, *rest in work.connection.execute(query)}

    def months(self, since: date) -> tuple[Month, ...]:
        """Return every month and tier since the first day of a month; all tiers together as EVERYBODY."""
        at = visit_months.c
        query = select(at.month, at.tier, at.visits, at.wrote, at.explicit).where(at.month >= since)
        asked = select(tickets.c.day, tickets.c.tier, tickets.c.tickets).where(tickets.c.day >= since)
        counted: dict[tuple[date, int], int] = {}
        with self.store.reading() as work:
            rows = work.connection.execute(query).all()
            found = {(row.month, row.tier): (row.visits, row.wrote, row.explicit) for row in rows}
            for day, tier, number in work.connection.execute(asked):
                for one in (tier, EVERYBODY):
                    counted[month_of(day), one] = counted.get((month_of(day), one), 0) + number
        return tuple(
            Month(*place, Deflection(*found.get(place, (0, 0, 0)), counted.get(place)))
            for place in sorted({*found, *counted})
        )

    def count_tickets(self, counted: Sequence[Tickets], who: str) -> None:
        """Keep how many tickets there were; what was said of the same day and tier before is replaced."""
        rows = [{"day": one.day, "tier": one.tier, "tickets": one.tickets} for one in counted]
        with self.store.begin() as work:
            upsert(work.connection, tickets, rows, ["day", "tier"])
            told = {"days": len({one.day for one in counted}), "tickets": sum(one.tickets for one in counted)}
            work.audit.add(work.at, who, "count tickets", None, told)
