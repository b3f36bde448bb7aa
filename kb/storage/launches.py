"""Since when each programme runs, so that it begins with what happens from then on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, String, Table, select

from tiering.storage.database import Moment, insert_new, metadata
from tiering.usecases.record import Store

launches = Table(
    "kb_launches",
    metadata,
    Column("programme", String(40), primary_key=True),
    Column("at", Moment, nullable=False),
)


@dataclass(frozen=True)
class Launches:
    """The launches; every method is one transaction and raises RecordUnavailable."""

    store: Store

    def all(self) -> dict[str, datetime]:
        """Return when each programme that ever ran was launched."""
        with self.store.reading() as work:
            return {row.programme: row.at for row in work.connection.execute(select(launches))}

    def launch(self, programmes: Iterable[str]) -> None:
        """Note that programmes run from now on; those that ran before do so since then."""
        with self.store.begin() as work:
            for name in programmes:
                insert_new(work.connection, launches, {"programme": name, "at": work.at})
