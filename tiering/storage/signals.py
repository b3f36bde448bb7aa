"""Signals in the record: which account crossed which threshold, since when, and who takes care of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, insert, select, update

from tiering.domain.signal import Kind, Signal
from tiering.storage.database import portions
from tiering.storage.tables import accounts, signals


@dataclass(frozen=True, slots=True)
class Raised:
    """A signal that was raised, with the account as it is now."""

    id: int
    account_id: str
    account: str
    """The account's name."""
    csm: str | None
    """The name of whoever looks after the account."""
    kind: Kind
    about: str
    sentence: str
    raised_at: datetime
    ended_at: datetime | None
    """When the account was back within the threshold."""
    taken_by: str | None
    """Who takes care of it, such as `slack:T1/U2`."""
    taken_by_name: str | None
    taken_at: datetime | None


@dataclass(frozen=True, slots=True)
class SignalRows:
    """The signals as seen by one unit of work."""

    connection: Connection

    def raise_(self, at: datetime, found: Sequence[tuple[str, Signal]]) -> list[int]:
        """Note signals, each with its account's id, and return their numbers."""
        rows = [
            {
                "account_id": account_id,
                "kind": one.kind.value,
                "about": one.about,
                "sentence": one.sentence,
                "raised_at": at,
            }
            for account_id, one in found
        ]
        return [
            int(self.connection.execute(insert(signals).values(**row).returning(signals.c.id)).scalar_one())
            for row in rows
        ]

    def end(self, ids: Sequence[int], at: datetime) -> None:
        """Note that accounts are back within their thresholds."""
        for portion in portions(ids):
            self.connection.execute(update(signals).where(signals.c.id.in_(portion)).values(ended_at=at))

    def take(self, signal_id: int, who: str, name: str, at: datetime) -> bool:
        """Note who takes care of a signal; false where somebody does already."""
        query = update(signals).where(signals.c.id == signal_id, signals.c.taken_by.is_(None))
        return (
            self.connection.execute(query.values(taken_by=who, taken_by_name=name, taken_at=at)).rowcount == 1
        )

    def open(self) -> list[Raised]:
        """Return the signals that hold, the latest first."""
        return self._read(_signals().where(signals.c.ended_at.is_(None)))

    def open_of(self, csms: Sequence[str]) -> list[Raised]:
        """Return the signals that hold of the accounts of some managers, the latest first."""
        return self._read(_signals().where(signals.c.ended_at.is_(None), accounts.c.csm.in_(csms)))

    def among(self, ids: Iterable[int]) -> list[Raised]:
        """Return the signals with these numbers, the latest first."""
        return [
            one
            for portion in portions(sorted(set(ids)))
            for one in self._read(_signals().where(signals.c.id.in_(portion)))
        ]

    def taken_since(self, moment: datetime) -> list[Raised]:
        """Return the signals of which somebody has taken care since a moment."""
        return self._read(_signals().where(signals.c.taken_at >= moment))

    def _read(self, query: Select[Any]) -> list[Raised]:
        rows = self.connection.execute(query.order_by(signals.c.raised_at.desc(), signals.c.id)).all()
        return [Raised(**{**row._mapping, "kind": Kind(row.kind)}) for row in rows]


def _signals() -> Select[Any]:
    names = ("kind", "about", "sentence", "raised_at", "ended_at", "taken_by", "taken_by_name", "taken_at")
    columns = (signals.c.id, signals.c.account_id, accounts.c.name.label("account"), accounts.c.csm)
    return select(*columns, *(signals.c[name] for name in names)).join(
        accounts, accounts.c.id == signals.c.account_id
    )
