"""An approval: somebody asks for an exception, and a named person says yes or no."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class State(StrEnum):
    """Where a request for an exception stands; only an open one can change."""

    OPEN = "open"
    APPROVED = "approved"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """A request for an exception, with its answer once it has one. People are references: `slack:T1/U2`."""

    id: int
    account_id: str
    tier: int | None
    service: str | None
    """The service's id; either this or the tier is asked for."""
    until: date
    """The last day on which the exception is to hold."""
    reason: str
    asked_by: str
    asked_by_name: str
    asked_at: datetime
    approver: str
    deputy: str | None = None
    """Who answers where the approver does not."""
    passed_on_at: datetime | None = None
    """When it went to the deputy."""
    state: State = State.OPEN
    decided_by: str | None = None
    """Who approved, declined or withdrew it."""
    decided_by_name: str | None = None
    decided_at: datetime | None = None
    note: str | None = None
    """What whoever answered it added."""
    exception_id: int | None = None
    """The exception that was granted."""

    @property
    def thing(self) -> str:
        """What is asked for, within a sentence."""
        return f"tier {self.tier}" if self.tier is not None else str(self.service)
