"""Published policies in the record, numbered from 1; the highest number is in force."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select

from tiering.domain.policy import Policy, Rules
from tiering.domain.service import Catalogue
from tiering.storage.tables import policies


@dataclass(frozen=True, slots=True)
class Publication:
    """A policy with the text it was written as, and who published it when."""

    policy: Policy
    source: str
    published_at: datetime
    published_by: str


@dataclass(frozen=True, slots=True)
class Policies:
    """The policies as seen by one unit of work."""

    connection: Connection

    def version(self) -> int:
        """Return the number of the policy in force, 0 while there is none."""
        return self.connection.execute(select(func.max(policies.c.version))).scalar_one() or 0

    def get(self, version: int) -> Publication:
        """Return the policy with this number."""
        row = self.connection.execute(select(policies).where(policies.c.version == version)).one()
        return _publication(row)

    def publish(self, publication: Publication) -> None:
        """Append a policy."""
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
            )
        )


def _publication(row: Row[Any]) -> Publication:
    policy = Policy(row.version, Rules.model_validate(row.rules), Catalogue.model_validate(row.services))
    return Publication(policy, row.source, row.published_at, row.published_by)
