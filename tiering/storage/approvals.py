"""Approvals in the record: requests for exceptions, each answered once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, case, insert, select, update

from tiering.domain.approval import Approval, State
from tiering.storage.tables import approvals

_NAMES = tuple(field.name for field in fields(Approval))


@dataclass(frozen=True, slots=True)
class Approvals:
    """The approvals as seen by one unit of work."""

    connection: Connection

    def add(self, approval: Approval, request: str) -> int:
        """Append a request for an exception and return its number; `request` is the name it is known by."""
        values = {name: getattr(approval, name) for name in _NAMES if name != "id"}
        query = insert(approvals).values(**values, request=request).returning(approvals.c.id)
        return int(self.connection.execute(query).scalar_one())

    def get(self, approval_id: int) -> Approval | None:
        """Return the approval with this number, and let nobody else answer it meanwhile."""
        query = select(approvals).where(approvals.c.id == approval_id).with_for_update()
        row = self.connection.execute(query).first()
        return _approval(row) if row else None

    def by_request(self, request: str) -> Approval | None:
        """Return the approval that was asked for under this name."""
        row = self.connection.execute(select(approvals).where(approvals.c.request == request)).first()
        return _approval(row) if row else None

    def open(self, account_id: str | None = None) -> list[Approval]:
        """Return the open ones, the oldest first; only those about one account, where that is said."""
        query = select(approvals).where(approvals.c.state == State.OPEN.value).order_by(approvals.c.id)
        if account_id is not None:
            query = query.where(approvals.c.account_id == account_id)
        return [_approval(row) for row in self.connection.execute(query)]

    def asked_by(self, who: str, limit: int) -> list[Approval]:
        """Return what somebody asked for, what is open before the rest, the newest first."""
        query = (
            select(approvals)
            .where(approvals.c.asked_by == who)
            .order_by(case((approvals.c.state == State.OPEN.value, 0), else_=1), approvals.c.id.desc())
            .limit(limit)
        )
        return [_approval(row) for row in self.connection.execute(query)]

    def moving(self, since: datetime) -> list[Approval]:
        """Return the open ones and those answered since a moment, the oldest first."""
        recent = (approvals.c.state == State.OPEN.value) | (approvals.c.decided_at >= since)
        query = select(approvals).where(recent).order_by(approvals.c.id)
        return [_approval(row) for row in self.connection.execute(query)]

    def settle(self, approval: Approval) -> None:
        """Store the answer to one."""
        names = ("state", "decided_by", "decided_by_name", "decided_at", "note", "exception_id")
        values = {name: getattr(approval, name) for name in names}
        self.connection.execute(update(approvals).where(approvals.c.id == approval.id).values(**values))

    def pass_on(self, candidates: Sequence[Approval], at: datetime) -> list[Approval]:
        """Give open ones to their deputies; returns those that nobody else has given meanwhile."""
        query = (
            update(approvals)
            .where(
                approvals.c.id.in_([one.id for one in candidates]),
                approvals.c.state == State.OPEN.value,
                approvals.c.passed_on_at.is_(None),
            )
            .values(passed_on_at=at)
            .returning(approvals.c.id)
        )
        passed = set(self.connection.execute(query).scalars())
        return [replace(one, passed_on_at=at) for one in candidates if one.id in passed]


def _approval(row: Row[Any]) -> Approval:
    values = {name: getattr(row, name) for name in _NAMES}
    return Approval(**{**values, "state": State(values["state"])})
