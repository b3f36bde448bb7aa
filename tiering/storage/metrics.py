"""What was measured of accounts, in the record: appended, never changed; the latest of each metric wins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import Connection, insert, select

from tiering.storage.database import portions
from tiering.storage.tables import metrics


@dataclass(frozen=True, slots=True)
class Measurement:
    """One value of one metric of an account on a day, and who says so."""

    account_id: str
    metric: str
    value: Decimal
    as_of: date
    source: str


@dataclass(frozen=True, slots=True)
class Metrics:
    """The measurements as seen by one unit of work."""

    connection: Connection

    def known(self, account_ids: Sequence[str], days: Sequence[date]) -> set[Measurement]:
        """Return every measurement of these accounts on these days, overruled ones too."""
        found: set[Measurement] = set()
        for portion in portions(account_ids):
            query = select(
                metrics.c.account_id, metrics.c.metric, metrics.c.value, metrics.c.as_of, metrics.c.source
            ).where(metrics.c.account_id.in_(portion), metrics.c.as_of.in_(days))
            found.update(Measurement(*row) for row in self.connection.execute(query))
        return found

    def between(self, account_id: str, first: date, last: date) -> list[Measurement]:
        """Return what is known of an account on each day of a span, the oldest first."""
        query = (
            select(metrics.c.account_id, metrics.c.metric, metrics.c.value, metrics.c.as_of, metrics.c.source)
            .where(metrics.c.account_id == account_id, metrics.c.as_of >= first, metrics.c.as_of <= last)
            .order_by(metrics.c.as_of, metrics.c.id)
        )
        latest = {(row.metric, row.as_of): Measurement(*row) for row in self.connection.execute(query)}
        return list(latest.values())

    def append(self, made: Sequence[Measurement]) -> None:
        """Append measurements; of two on one day the later in the list wins."""
        if made:
            rows = [{name: getattr(one, name) for name in Measurement.__slots__} for one in made]
            self.connection.execute(insert(metrics), rows)
