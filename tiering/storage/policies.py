"""Published policies in the record, numbered from 1; one of them is in force, later ones may wait."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, text, update

from tiering.domain.policy import Policy, Rules
from tiering.domain.service import Catalogue
from tiering.storage.database import BUSY_SECONDS
from tiering.storage.tables import policies


@dataclass(frozen=True, slots=True)
class Publication:
    """A policy with the text it was written as, and who published it when."""

    policy: Policy
    source: str
    published_at: datetime
    published_by: str
    effective_on: date | None = None
    """The day from which it shall count; None where the record is older than effective dates."""
    restores: int | None = None
    """The version that this one brings back."""


@dataclass(frozen=True, slots=True)
class Edition:
    """What a list of versions tells of one."""

    version: int
    name: str
    published_at: datetime
    published_by: str
    effective_on: date | None
    restores: int | None
    grandfathered_until: date | None
    in_force_since: datetime | None
    """When it took effect; None while it waits, and for ever where a later version overtook it."""

    @property
    def original(self) -> int:
        """The version whose rules these are."""
        return self.restores or self.version


@dataclass(frozen=True, slots=True)
class Policies:
    """The policies as seen by one unit of work."""

    connection: Connection

    def version(self) -> int:
        """Return the number of the policy in force, 0 while there is none."""
        query = select(func.max(policies.c.version)).where(policies.c.in_force_since.is_not(None))
        return self.connection.execute(query).scalar_one() or 0

    def newest(self) -> int:
        """Return the number of the newest version, in force or waiting; 0 while there is none."""
        return self.connection.execute(select(func.max(policies.c.version))).scalar_one() or 0

    def editions(self) -> list[Edition]:
        """Return all versions, the newest first."""
        columns = [policies.c[field.name] for field in fields(Edition)]
        rows = self.connection.execute(select(*columns).order_by(policies.c.version.desc()))
        return [Edition(*row) for row in rows]

    def get(self, version: int) -> Publication:
        """Return the policy with this number."""
        row = self.connection.execute(select(policies).where(policies.c.version == version)).one()
        return _publication(row)

    def source(self, version: int) -> str | None:
        """Return the text that a policy was written as; None where there is no such version."""
        return self.connection.execute(
            select(policies.c.source).where(policies.c.version == version)
        ).scalar_one_or_none()

    def reserve(self) -> None:
        """Let nobody else publish or decide before this unit of work ends; readers go on.

        Whoever waits too long for another is told that the record is busy, as on SQLite, which has one writer
        at a time anyway.
        """
        if self.connection.dialect.name == "postgresql":
            self.connection.execute(text(f"SET LOCAL lock_timeout = '{BUSY_SECONDS}s'"))
            self.connection.execute(text("LOCK TABLE policies IN SHARE ROW EXCLUSIVE MODE"))

    def publish(self, publication: Publication) -> None:
        """Append a policy that waits to be put in force."""
        policy = publication.policy
        self.connection.execute(
            insert(policies).values(
                version=policy.version,
                name=policy.rules.name,
                source=publication.source,
                rules=policy.rules.model_dump(mode="json"),
                services=policy.catalogue.model_dump(mode="json"),
                published_at=publication.published_at,
                published_by=publication.published_by,
                effective_on=publication.effective_on,
                restores=publication.restores,
                grandfathered_until=policy.grandfathered_until,
            )
        )

    def put_in_force(self, version: int, at: datetime) -> None:
        """Let a version count from this moment on."""
        self.connection.execute(
            update(policies).where(policies.c.version == version).values(in_force_since=at)
        )


def _publication(row: Row[Any]) -> Publication:
    policy = Policy(
        row.version,
        Rules.model_validate(row.rules),
        Catalogue.model_validate(row.services),
        row.grandfathered_until,
    )
    return Publication(policy, row.source, row.published_at, row.published_by, row.effective_on, row.restores)
