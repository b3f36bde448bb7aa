"""Files in the record that somebody looks over before they are imported: in pieces, and only until then."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from tiering.domain.colleague import Colleague
from tiering.storage.tables import upload_parts, uploads


class Stage(StrEnum):
    """How far a file has come."""

    CHECKING = "checking"
    CHECKED = "checked"
    LANDING = "landing"
    DONE = "done"
    """It landed, or was refused in the end; its content is gone."""
    GONE = "gone"
    """Nobody wanted it any more; its content is gone."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was uploaded, and what came of it so far."""

    id: int
    kind: str
    """`accounts` or `metrics`."""
    name: str
    mapping: str | None
    """The text of the mapping that says what its columns mean."""
    whole: bool
    """It holds every account: those that it lacks have churned."""
    digest: str
    """The SHA-256 of its content, in hexadecimal digits."""
    size: int
    """In bytes."""
    made_at: datetime
    made_by: Colleague
    stage: Stage
    begun_at: datetime
    """When this stage began."""
    state: str | None
    """The state of the record that the file was checked against."""
    outcome: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Uploads:
    """The files as seen by one unit of work."""

    connection: Connection

    def add(self, parts: Iterable[bytes], at: datetime, who: Colleague, **said: Any) -> int:
        """Keep a file, piece by piece; `said` is its kind, name, mapping and whether it is whole."""
        values = {
            "digest": "", "size": 0, "made_at": at, "made_by": who.reference, "made_by_name": who.name,
            "stage": Stage.CHECKING.value, "begun_at": at,
        }  # fmt: skip
        query = insert(uploads).values(**values, **said).returning(uploads.c.id)
        number = int(self.connection.execute(query).scalar_one())
        digest, size = sha256(), 0
        for place, part in enumerate(parts):
            digest.update(part)
            size += len(part)
            row = {"upload_id": number, "place": place, "content": part}
            self.connection.execute(insert(upload_parts).values(**row))
        counted = update(uploads).where(uploads.c.id == number)
        self.connection.execute(counted.values(digest=digest.hexdigest(), size=size))
        return number

    def get(self, number: int) -> Upload | None:
        """Return what is known of a file."""
        row = self.connection.execute(select(uploads).where(uploads.c.id == number)).one_or_none()
        return _upload(row) if row else None

    def newest(self, limit: int) -> list[Upload]:
        """Return the files, the newest first."""
        rows = self.connection.execute(select(uploads).order_by(uploads.c.id.desc()).limit(limit))
        return [_upload(row) for row in rows]

    def content(self, number: int) -> Iterator[bytes]:
        """Return the pieces of a file's content, in turn."""
        query = select(upload_parts.c.content).where(upload_parts.c.upload_id == number)
        for (part,) in self.connection.execute(query.order_by(upload_parts.c.place)):
            yield bytes(part)

    def move(self, number: int, stages: tuple[Stage, Stage], at: datetime, **known: Any) -> bool:
        """Take a file from one stage to the next; false where somebody else has taken it on."""
        old, new = stages
        taken = update(uploads).where(uploads.c.id == number, uploads.c.stage == old.value)
        done = self.connection.execute(taken.values(stage=new.value, begun_at=at, **known))
        if done.rowcount == 1 and new in (Stage.DONE, Stage.GONE):
            self.connection.execute(delete(upload_parts).where(upload_parts.c.upload_id == number))
        return done.rowcount == 1

    def forget_naming(self, whom: re.Pattern[str], at: datetime) -> int:
        """Forget the content of files that name somebody, whom nobody must import again; returns how many."""
        waiting = select(upload_parts.c.upload_id).distinct().order_by(upload_parts.c.upload_id)
        named = [
            number
            for number in self.connection.execute(waiting).scalars().all()
            # Without the zeros of UTF-16, which is then near enough to read an address.
            if whom.search(b"".join(self.content(number)).replace(b"\0", b"").decode("utf-8", "replace"))
        ]
        self.connection.execute(delete(upload_parts).where(upload_parts.c.upload_id.in_(named)))
        gone = update(uploads).where(uploads.c.id.in_(named), uploads.c.stage != Stage.DONE.value)
        self.connection.execute(gone.values(stage=Stage.GONE.value, begun_at=at))
        return len(named)

    def forget(self, before: datetime, at: datetime) -> None:
        """Forget the content of files that came before a moment and of which nothing came."""
        over = (Stage.DONE.value, Stage.GONE.value)
        query = select(uploads).where(uploads.c.made_at < before, uploads.c.stage.not_in(over))
        for row in self.connection.execute(query).all():
            self.move(row.id, (Stage(row.stage), Stage.GONE), at)


def _upload(row: Row[Any]) -> Upload:
    return Upload(
        id=row.id,
        kind=row.kind,
        name=row.name,
        mapping=row.mapping,
        whole=row.whole,
        digest=row.digest,
        size=row.size,
        made_at=row.made_at,
        made_by=Colleague(row.made_by, row.made_by_name),
        stage=Stage(row.stage),
        begun_at=row.begun_at,
        state=row.state,
        outcome=row.outcome,
    )
