"""Merges in the record: which account went into which, and the moving of what belongs to them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from tiering.domain.merge import Merge, Trace
from tiering.storage.database import portions
from tiering.storage.ranking import stamp
from tiering.storage.tables import (
    accounts,
    approvals,
    contacts,
    decisions,
    effort,
    exceptions,
    merges,
    metrics,
    purchases,
    signals,
)

_MOVING = (contacts, exceptions, approvals, purchases, effort, metrics, signals)
_MOVED = {table.name: table for table in _MOVING}
"""What goes with an account; its decisions, kits and closed quarters tell of the past and stay."""


@dataclass(frozen=True, slots=True)
class Merges:
    """The merges as seen by one unit of work."""

    connection: Connection

    def into(self, ids: Sequence[str] | None = None) -> dict[str, str]:
        """Return for each merged account (of `ids`, or of all) the one that it is part of now."""
        query = select(accounts.c.id, accounts.c.merged_into).where(accounts.c.merged_into.is_not(None))
        if ids is None:
            return {row.id: row.merged_into for row in self.connection.execute(query)}
        found: dict[str, str] = {}
        for portion in portions(ids):
            rows = self.connection.execute(query.where(accounts.c.id.in_(portion)))
            found |= {row.id: row.merged_into for row in rows}
        return found

    def parts_of(self, account_id: str) -> list[str]:
        """Return the accounts that have been merged into this one."""
        query = select(accounts.c.id).where(accounts.c.merged_into == account_id).order_by(accounts.c.id)
        return list(self.connection.execute(query).scalars())

    def get(self, merge_id: int) -> Merge | None:
        """Return the merge with this number."""
        row = self.connection.execute(select(merges).where(merges.c.id == merge_id)).one_or_none()
        return _merge(row) if row else None

    def newest_of(self, from_id: str) -> Merge | None:
        """Return the merge by which this account went, if it stands."""
        query = select(merges).where(merges.c.from_id == from_id, merges.c.undone_at.is_(None))
        row = self.connection.execute(query.order_by(merges.c.id.desc()).limit(1)).one_or_none()
        return _merge(row) if row else None

    def undone_of(self, from_id: str) -> list[Merge]:
        """Return the merges by which this account went and that were taken back, the oldest first."""
        query = select(merges).where(merges.c.from_id == from_id, merges.c.undone_at.is_not(None))
        return [_merge(row) for row in self.connection.execute(query.order_by(merges.c.id))]

    def add(self, from_id: str, into_id: str, at: datetime, by: str, trace: Trace) -> int:
        """Note a merge and return its number."""
        values = {"from_id": from_id, "into_id": into_id, "merged_at": at, "merged_by": by}
        query = insert(merges).values(**values, undo=trace.told()).returning(merges.c.id)
        return int(self.connection.execute(query).scalar_one())

    def close(self, merge_id: int, at: datetime, by: str) -> None:
        """Note that a merge was taken back."""
        query = update(merges).where(merges.c.id == merge_id)
        self.connection.execute(query.values(undone_at=at, undone_by=by))

    def redirect(self, ids: Iterable[str], into_id: str | None) -> None:
        """Let accounts be part of another one, or of none."""
        for portion in portions(list(ids)):
            self.connection.execute(
                update(accounts).where(accounts.c.id.in_(portion)).values(merged_into=into_id)
            )

    def move(self, from_id: str, into_id: str) -> dict[str, list[int | str]]:
        """Give everything that belongs to one account to another; returns the keys of the rows."""
        moved = {}
        for name, table in _MOVED.items():
            query = update(table).where(table.c.account_id == from_id).values(account_id=into_id)
            moved[name] = sorted(self.connection.execute(query.returning(table.c.id)).scalars())
        return moved

    def move_back(self, merge: Merge) -> None:
        """Give back the rows that a merge moved and that are still where it put them."""
        for name, keys in merge.trace.rows.items():
            table = _MOVED[name]
            for portion in portions(keys):
                self.connection.execute(
                    update(table)
                    .where(table.c.id.in_(portion), table.c.account_id == merge.into_id)
                    .values(account_id=merge.from_id)
                )

    def last_decision(self) -> int:
        """Return the number of the newest decision on any account, 0 before the first."""
        return self.connection.execute(select(func.max(decisions.c.id))).scalar_one() or 0

    def decisions_since(self, last: int) -> list[int]:
        """Return the decisions made after the one with this number."""
        return list(self.connection.execute(select(decisions.c.id).where(decisions.c.id > last)).scalars())

    def end_decisions(self, account_id: str, today: date) -> list[int]:
        """Let no decision on an account be in force any more; returns those that were."""
        query = (
            update(decisions)
            .where(decisions.c.account_id == account_id, decisions.c.superseded_on.is_(None))
            .values(superseded_on=today)
        )
        stamp(self.connection)
        return list(self.connection.execute(query.returning(decisions.c.id)).scalars())

    def restore_decisions(self, trace: Trace) -> None:
        """Take out what a merge decided, where nothing was decided since, and put back what was in force."""
        stamp(self.connection)
        reopened = list(trace.closed)
        for portion in portions(trace.made):
            query = delete(decisions).where(decisions.c.id.in_(portion), decisions.c.superseded_on.is_(None))
            owners = self.connection.execute(query.returning(decisions.c.account_id)).scalars().all()
            newest = select(func.max(decisions.c.id)).where(decisions.c.account_id.in_(owners))
            reopened += self.connection.execute(newest.group_by(decisions.c.account_id)).scalars()
        for some in portions(reopened):
            query_back = update(decisions).where(decisions.c.id.in_(some)).values(superseded_on=None)
            self.connection.execute(query_back)


def _merge(row: Row[Any]) -> Merge:
    return Merge(
        row.id,
        row.from_id,
        row.into_id,
        row.merged_at,
        row.merged_by,
        Trace.read(row.undo),
        row.undone_at,
        row.undone_by,
    )
