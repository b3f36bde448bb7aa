"""Decisions in the record: appended, never edited; the newest of an account is the one in force."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from tiering.domain.decision import Decision, Reason
from tiering.storage.database import portions
from tiering.storage.tables import accounts, decisions


@dataclass(frozen=True, slots=True)
class Listed:
    """A line of the list of accounts."""

    id: str
    name: str
    status: str
    tier: int
    provisional: bool
    csm: str | None
    decided_on: date


@dataclass(frozen=True, slots=True)
class Decisions:
    """The decisions as seen by one unit of work."""

    connection: Connection

    def current(self, ids: Iterable[str]) -> dict[str, Decision]:
        """Return the decision in force of each of these accounts that has one."""
        found: dict[str, Decision] = {}
        for portion in portions(list(ids)):
            query = select(decisions).where(
                decisions.c.account_id.in_(portion), decisions.c.superseded_on.is_(None)
            )
            found |= {row.account_id: _decision(row) for row in self.connection.execute(query)}
        return found

    def history(self, account_id: str) -> list[Decision]:
        """Return all decisions on an account, the newest first."""
        query = select(decisions).where(decisions.c.account_id == account_id).order_by(decisions.c.id.desc())
        return [_decision(row) for row in self.connection.execute(query)]

    def count(self) -> int:
        """Count the accounts that have a decision."""
        query = select(func.count()).select_from(decisions).where(decisions.c.superseded_on.is_(None))
        return self.connection.execute(query).scalar_one()

    def save(self, made: Sequence[Decision]) -> None:
        """Append decisions; they supersede those in force for the same accounts."""
        for portion in portions([decision.account_id for decision in made]):
            self.connection.execute(
                update(decisions)
                .where(decisions.c.account_id.in_(portion), decisions.c.superseded_on.is_(None))
                .values(superseded_on=made[0].decided_on)
            )
        if made:
            self.connection.execute(insert(decisions), [_row(decision) for decision in made])

    def listed(self, tier: int | None, limit: int | None = None) -> list[Listed]:
        """List the accounts with their tiers, the highest tier first, then by name."""
        query = (
            select(
                accounts.c.id,
                accounts.c.name,
                accounts.c.status,
                decisions.c.tier,
                decisions.c.provisional,
                accounts.c.csm,
                decisions.c.decided_on,
            )
            .join(accounts, accounts.c.id == decisions.c.account_id)
            .where(decisions.c.superseded_on.is_(None))
            .order_by(decisions.c.tier, accounts.c.name, accounts.c.id)
        )
        if tier is not None:
            query = query.where(decisions.c.tier == tier)
        return [Listed(*row) for row in self.connection.execute(query.limit(limit))]


def _decision(row: Row[Any]) -> Decision:
    return Decision(
        account_id=row.account_id,
        tier=row.tier,
        provisional=row.provisional,
        reasons=tuple(_reason(reason) for reason in row.reasons),
        policy_version=row.policy_version,
        decided_on=row.decided_on,
        own_tier=row.own_tier,
    )


def _row(decision: Decision) -> dict[str, Any]:
    return {
        "account_id": decision.account_id,
        "tier": decision.tier,
        "provisional": decision.provisional,
        "reasons": [_told(reason) for reason in decision.reasons],
        "policy_version": decision.policy_version,
        "decided_on": decision.decided_on,
        "own_tier": decision.own_tier,
    }


def _told(reason: Reason) -> dict[str, Any]:
    return {
        "criterion": reason.criterion,
        "value": reason.value,
        "threshold": reason.threshold,
        "effect": reason.effect,
        "sentence": reason.sentence,
        "source": reason.source,
        "as_of": reason.as_of.isoformat() if reason.as_of else None,
    }


def _reason(told: Mapping[str, Any]) -> Reason:
    as_of = told["as_of"]
    return Reason(**{**told, "as_of": date.fromisoformat(as_of) if as_of else None})
