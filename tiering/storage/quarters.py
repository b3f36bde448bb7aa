"""Closed quarters in the record: the report as it stood, and which account held which tier."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, func, insert, select, text
from sqlalchemy.dialects import postgresql, sqlite

from tiering.domain.company import Company
from tiering.domain.policy import Rules
from tiering.domain.quarter import Quarter
from tiering.domain.report import Report, restored, stored
from tiering.storage.database import upsert
from tiering.storage.tables import decisions, drawn_reports, quarter_accounts, quarters
from tiering.storage.tallies import Tallies


@dataclass(frozen=True, slots=True)
class Quarters:
    """The quarters as seen by one unit of work."""

    connection: Connection

    def closed(self, quarter: Quarter) -> Report | None:
        """Return the report of a quarter as it was closed, None while it is open."""
        query = select(quarters).where(quarters.c.quarter == str(quarter))
        row = self.connection.execute(query).first()
        return restored(quarter, row.closed_at, row.report) if row else None

    def all_closed(self, newest: int) -> list[Report]:
        """Return the reports of the closed quarters, the oldest first; of many only the newest."""
        query = select(quarters).order_by(quarters.c.quarter.desc()).limit(newest)
        rows = self.connection.execute(query).all()
        return [restored(Quarter.parse(row.quarter), row.closed_at, row.report) for row in reversed(rows)]

    def drawn(self, quarter: Quarter) -> tuple[Report, datetime] | None:
        """Return the report of an open quarter as it was counted last, and when that was."""
        row = self.connection.execute(
            select(drawn_reports).where(drawn_reports.c.quarter == str(quarter))
        ).first()
        return (restored(quarter, None, row.report), row.drawn_at) if row else None

    def keep_drawn(self, report: Report, at: datetime) -> None:
        """Keep the report of an open quarter, to be looked at until it is counted again."""
        row = {"quarter": str(report.quarter), "drawn_at": at, "report": stored(report)}
        upsert(self.connection, drawn_reports, [row], ["quarter"])

    def known_since(self) -> date | None:
        """Return the day of the first decision, None before it."""
        first: date | None = self.connection.execute(select(func.min(decisions.c.decided_on))).scalar_one()
        return first

    def close(self, report: Report, tallies: Tallies, at: datetime) -> bool:
        """Keep a report for good, and what each account was worth; false where somebody closed it before."""
        dialect = postgresql if self.connection.dialect.name == "postgresql" else sqlite
        query = dialect.insert(quarters).values(
            quarter=str(report.quarter), closed_at=at, report=stored(report)
        )
        made = query.on_conflict_do_nothing().returning(quarters.c.quarter)
        if self.connection.execute(made).first() is None:
            return False
        snapshot = tallies.snapshot()
        self.connection.execute(
            insert(quarter_accounts).from_select(
                [column.name for column in snapshot.selected_columns], snapshot
            )
        )
        return True

    def tallies(self, quarter: Quarter, day: date, rules: Rules, company: Company) -> Tallies:
        """Return what can be counted from a quarter's first day to a day in it."""
        if self.connection.dialect.name == "postgresql":
            # Just after a large import the planner knows no sizes, and would walk whole tables for each row.
            self.connection.execute(text("SET LOCAL enable_nestloop = off"))
        before, currency = self.closed(quarter.previous), rules.currency
        return Tallies(
            self.connection,
            quarter,
            day,
            company,
            currency,
            rules.rates,
            before.currency if before else currency,
        )
