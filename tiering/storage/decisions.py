"""Decisions in the record: appended, never edited; the newest of an account is the one in force."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from tiering.domain.answer import Rank
from tiering.domain.decision import Decision, Pending, Reason
from tiering.domain.money import Money
from tiering.storage.database import portions
from tiering.storage.ranking import Ranking, gather_stamps, stamp, state_of
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
    arr: Money | None
    decided_on: date
    segment: str | None
    rank: Rank | None
    """None where what would rank it is unknown."""


LISTED = (
    *(accounts.c[name] for name in ("id", "name", "status", "csm", "arr_cents", "arr_currency")),
    *(decisions.c[name] for name in ("tier", "provisional", "decided_on", "segment", "weight")),
)
"""The columns of a line, without its rank."""


@dataclass(frozen=True, slots=True)
class Decisions:
    """The decisions as seen by one unit of work."""

    connection: Connection
    ranking: Ranking

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
            stamp(self.connection)

    def listed(self, tier: int | None, limit: int | None = None) -> list[Listed]:
        """List the accounts with their tiers, the highest tier first, then by name."""
        query = (
            select(
                *LISTED,
                func.rank()
                .over(partition_by=decisions.c.tier, order_by=decisions.c.weight.desc().nulls_last())
                .label("place"),
                func.count().over(partition_by=decisions.c.tier).label("of"),
            )
            .join(accounts, accounts.c.id == decisions.c.account_id)
            .where(decisions.c.superseded_on.is_(None))
            .order_by(decisions.c.tier, accounts.c.name, accounts.c.id)
        )
        if tier is not None:
            query = query.where(decisions.c.tier == tier)
        return [
            line_of(row, Rank(row.place, row.of) if row.weight is not None else None)
            for row in self.connection.execute(query.limit(limit))
        ]

    def rank(self, decision: Decision) -> Rank | None:
        """Return the place of a decision in force within its tier; None where nothing is known to rank it."""
        return self.ranking.rank(self.connection, decision.tier, decision.weight)

    def state(self) -> int:
        """Return a number that changes whenever a decision in force does."""
        return state_of(self.connection)

    def gather_stamps(self) -> None:
        """Keep what notes the changes of decisions short."""
        gather_stamps(self.connection)


def line_of(row: Row[*tuple[Any, ...]], rank: Rank | None) -> Listed:
    """Make a line of a list; the row has at least the columns of LISTED."""
    return Listed(
        id=row.id,
        name=row.name,
        status=row.status,
        tier=row.tier,
        provisional=row.provisional,
        csm=row.csm,
        arr=Money(row.arr_cents, row.arr_currency) if row.arr_cents is not None else None,
        decided_on=row.decided_on,
        segment=row.segment,
        rank=rank,
    )


def _decision(row: Row[Any]) -> Decision:
    return Decision(
        account_id=row.account_id,
        tier=row.tier,
        provisional=row.provisional,
        reasons=tuple(_reason(reason) for reason in row.reasons),
        policy_version=row.policy_version,
        decided_on=row.decided_on,
        own_tier=row.own_tier,
        pending=_pending(row.pending) if row.pending else None,
        segment=row.segment,
        flags=tuple(row.flags or ()),
        weight=row.weight,
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
        "pending": _waiting(decision.pending) if decision.pending else None,
        "segment": decision.segment,
        "flags": list(decision.flags) or None,
        "weight": decision.weight,
    }


def _waiting(pending: Pending) -> dict[str, Any]:
    return {"tier": pending.tier, "since": pending.since.isoformat(), "due": pending.due.isoformat()}


def _pending(told: Mapping[str, Any]) -> Pending:
    since, due = (date.fromisoformat(told[key]) for key in ("since", "due"))
    return Pending(told["tier"], since, due)


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
