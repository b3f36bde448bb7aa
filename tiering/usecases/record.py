"""Opening the record, for every program that asks it something."""

from __future__ import annotations

from tiering.storage.database import RecordUnavailable
from tiering.storage.store import Clock, SchemaBehind, Store

__all__ = ["Clock", "RecordUnavailable", "SchemaBehind", "Store", "check", "open_store", "upgrade"]


def open_store(url: str, clock: Clock, patience: float | None = None) -> Store:
    """Open the record behind a database URL; nothing is connected yet.

    With `patience`, whoever would wait longer than so many seconds is told that the record is busy.
    """
    return Store(url, clock, patience)


def check(store: Store) -> None:
    """Make sure that the record can be used; raises RecordUnavailable or SchemaBehind with a sentence."""
    store.check()


def upgrade(store: Store, who: str) -> tuple[str | None, str]:
    """Bring the record's tables up to date; returns the revisions before and after."""
    before, after = store.upgrade()
    if before != after:
        with store.begin() as work:
            work.audit.add(work.at, who, "upgrade", None, {"from": before, "to": after})
    return before, after
