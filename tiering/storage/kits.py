"""Change kits in the record: made with a publication, released as a batch, acknowledged one by one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, update

from tiering.domain.change_kit import is_overtaken
from tiering.storage.database import portions
from tiering.storage.decisions import Decisions
from tiering.storage.tables import accounts, kits, policies


@dataclass(frozen=True, slots=True)
class Kit:
    """What a customer is to be told about a change of its plan."""

    id: int
    account_id: str
    name: str
    """The account's name."""
    policy_version: int
    tier_before: int
    tier_after: int
    text: str
    """Markdown for the customer."""
    made_on: date
    released_by: str | None
    released_at: datetime | None
    """None until a named person let the batch out; nothing may be sent before."""
    acknowledged_by: str | None
    acknowledged_at: datetime | None
    overtaken: bool
    """Whether it is no longer true: by another version in force, or by what has become of the account."""


_COLUMNS = [field.name for field in fields(Kit) if field.name != "overtaken"]


@dataclass(frozen=True, slots=True)
class NewKit:
    """A kit that has not been stored yet."""

    account_id: str
    policy_version: int
    tier_before: int
    tier_after: int
    text: str
    made_on: date


@dataclass(frozen=True, slots=True)
class Released:
    """A kit that may be sent."""

    id: int
    at: datetime
    """When it was let out."""
    text: str


@dataclass(frozen=True, slots=True)
class Kits:
    """The kits as seen by one unit of work."""

    connection: Connection
    decisions: Decisions

    def add(self, made: Sequence[NewKit]) -> None:
        """Store kits."""
        if made:
            names = [field.name for field in fields(NewKit)]
            rows = [{name: getattr(kit, name) for name in names} for kit in made]
            self.connection.execute(insert(kits), rows)

    def get(self, kit_id: int) -> Kit | None:
        """Return the kit with this number."""
        return next(iter(self._found(kits.c.id == kit_id)), None)

    def of(self, version: int | None = None) -> list[Kit]:
        """Return all kits, or those of one version, in the order in which they were made."""
        return self._found(*([] if version is None else [kits.c.policy_version == version]))

    def let_out(self, account_ids: Sequence[str]) -> dict[str, Released]:
        """Return of these accounts the newest kits that a named person let out, of those that are true."""
        found: dict[str, Released] = {}
        for portion in portions(account_ids):
            for kit in self._found(kits.c.account_id.in_(portion), kits.c.released_at.is_not(None)):
                if kit.released_at and not kit.overtaken:
                    found[kit.account_id] = Released(kit.id, kit.released_at, kit.text)
        return found

    def believed(self, ids: Iterable[str]) -> dict[str, tuple[int, bool]]:
        """Return for accounts with kits the tier they think they have, and whether a kit told them so.

        Where nothing has been released since, that is the tier before the first change they were not told of.
        """
        believed: dict[str, tuple[int, bool]] = {}
        columns = (kits.c.account_id, kits.c.tier_before, kits.c.tier_after, kits.c.released_at)
        for portion in portions(list(ids)):
            query = select(*columns).where(kits.c.account_id.in_(portion)).order_by(kits.c.id)
            for row in self.connection.execute(query):
                if row.released_at is not None:
                    believed[row.account_id] = (row.tier_after, True)
                elif believed.get(row.account_id, (0, True))[1]:
                    believed[row.account_id] = (row.tier_before, False)
        return believed

    def told(self, version: int) -> set[str]:
        """Return the accounts that have a kit of a version."""
        query = select(kits.c.account_id).where(kits.c.policy_version == version)
        return set(self.connection.execute(query).scalars())

    def drop(self, version: int) -> None:
        """Take back the kits of a version that were not released."""
        unsent = (kits.c.policy_version == version) & kits.c.released_at.is_(None)
        self.connection.execute(delete(kits).where(unsent))

    def release(self, version: int, who: str, at: datetime) -> list[tuple[int, str]]:
        """Release what is true and not released of a version; returns (kit, account) of exactly those."""
        waits = (kits.c.policy_version == version) & kits.c.released_at.is_(None)
        released: list[tuple[int, str]] = []
        for portion in portions(self.connection.execute(select(kits.c.id).where(waits)).scalars().all()):
            true = [kit.id for kit in self._found(kits.c.id.in_(portion)) if not kit.overtaken]
            query = update(kits).where(kits.c.id.in_(true), waits).values(released_by=who, released_at=at)
            found = self.connection.execute(query.returning(kits.c.id, kits.c.account_id))
            released += [(row.id, row.account_id) for row in found]
        return sorted(released)

    def acknowledge(self, kit_id: int, who: str, at: datetime) -> bool:
        """Note that the customer has seen a released kit; false where that is noted already."""
        query = update(kits).where(
            kits.c.id == kit_id, kits.c.released_at.is_not(None), kits.c.acknowledged_at.is_(None)
        )
        return self.connection.execute(query.values(acknowledged_by=who, acknowledged_at=at)).rowcount == 1

    def _found(self, *conditions: ColumnElement[bool]) -> list[Kit]:
        newest = select(func.max(policies.c.version)).where(policies.c.in_force_since.is_not(None))
        in_force = self.connection.execute(newest).scalar() or 0
        columns = [accounts.c.name if name == "name" else kits.c[name] for name in _COLUMNS]
        query = select(*columns).join(accounts, accounts.c.id == kits.c.account_id).where(*conditions)
        rows = self.connection.execute(query.order_by(kits.c.id)).all()
        decided = self.decisions.current({row.account_id for row in rows if row.policy_version == in_force})
        return [
            Kit(
                **row._mapping,
                overtaken=is_overtaken(
                    row.policy_version, row.tier_after, in_force, decided.get(row.account_id)
                ),
            )
            for row in rows
        ]
