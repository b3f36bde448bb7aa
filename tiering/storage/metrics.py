"""What was measured of accounts, in the record: appended, never changed; the latest of each metric wins."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, func, insert, select

from tiering.domain.measurement import Measurement
from tiering.storage.database import portions
from tiering.storage.tables import metrics


@dataclass(frozen=True, slots=True)
class Metrics:
    """The measurements as seen by one unit of work."""

    connection: Connection

    def last(self) -> int:
        """Return the number of the measurement that was appended last, 0 before there is one."""
        return self.connection.execute(select(func.max(metrics.c.id))).scalar_one() or 0

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

    def newest(self, account_ids: Sequence[str], names: Sequence[str]) -> dict[str, list[Measurement]]:
        """Return the newest measurement of each of these metrics, by account."""
        found: dict[str, list[Measurement]] = {}
        if not names or not self._any(names):
            return found
        place = func.row_number().over(
            partition_by=(metrics.c.account_id, metrics.c.metric),
            order_by=(metrics.c.as_of.desc(), metrics.c.id.desc()),
        )
        for portion in portions(account_ids):
            ranked = (
                select(metrics, place.label("place"))
                .where(metrics.c.account_id.in_(portion), metrics.c.metric.in_(names))
                .subquery()
            )
            for row in self.connection.execute(select(ranked).where(ranked.c.place == 1)):
                one = Measurement(row.account_id, row.metric, row.value, row.as_of, row.source)
                found.setdefault(one.account_id, []).append(one)
        return found

    def accounts_since(self, names: Collection[str], first: date) -> list[str]:
        """Return the accounts of which any of these metrics was measured since a day, in the order of ids."""
        query = select(metrics.c.account_id).where(metrics.c.metric.in_(names), metrics.c.as_of >= first)
        return list(self.connection.execute(query.distinct().order_by(metrics.c.account_id)).scalars())

    def since(
        self, account_ids: Sequence[str], names: Collection[str], first: date
    ) -> dict[str, list[Measurement]]:
        """Return what was measured of accounts since a day, by account, the oldest first."""
        found: dict[str, list[Measurement]] = {}
        columns = (metrics.c[name] for name in Measurement.__slots__)
        query = select(*columns).where(metrics.c.metric.in_(names), metrics.c.as_of >= first)
        query = query.order_by(metrics.c.as_of, metrics.c.id)
        for portion in portions(account_ids):
            for row in self.connection.execute(query.where(metrics.c.account_id.in_(portion))):
                found.setdefault(row.account_id, []).append(Measurement(*row))
        return found

    def named(self, names: Collection[str]) -> set[str]:
        """Return those of these metrics that were ever measured."""
        query = select(metrics.c.metric).where(metrics.c.metric.in_(names)).distinct()
        return set(self.connection.execute(query).scalars())

    def _any(self, names: Sequence[str]) -> bool:
        query = select(metrics.c.id).where(metrics.c.metric.in_(names)).limit(1)
        return self.connection.execute(query).first() is not None

    def append(self, made: Sequence[Measurement]) -> None:
        """Append measurements; of two on one day the later in the list wins."""
        if made:
            rows = [{name: getattr(one, name) for name in Measurement.__slots__} for one in made]
            self.connection.execute(insert(metrics), rows)
