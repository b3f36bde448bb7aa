"""What colleagues changed on the pages where the content directory cannot be written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, String, Table, Text, delete, select

from kb.edits import Edit, NewArticle, NewSynonym
from tiering.storage.database import Id, Json, Moment, metadata
from tiering.storage.personal import Mentions, privacy
from tiering.usecases.record import Store

edits = Table(
    "kb_edits",
    metadata,
    Column("id", Id, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("who", Text, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("change", Json, nullable=False),
    info=privacy(Mentions(columns=("change",))),
)

_KINDS: dict[str, type[NewArticle | NewSynonym]] = {"article": NewArticle, "synonym": NewSynonym}


@dataclass(frozen=True)
class Edits:
    """The changes; every method is one transaction and raises RecordUnavailable."""

    store: Store

    def all(self) -> tuple[Edit, ...]:
        """Return the changes in the order in which they were made."""
        with self.store.reading() as work:
            rows = work.connection.execute(select(edits.c.kind, edits.c.change).order_by(edits.c.id))
            return tuple(_KINDS[kind](**change) for kind, change in rows)

    def add(self, edit: Edit, who: str) -> None:
        """Keep a change."""
        kind = next(name for name, one in _KINDS.items() if isinstance(edit, one))
        change: dict[str, Any] = {name: getattr(edit, name) for name in edit.__dataclass_fields__}
        with self.store.begin() as work:
            row = {"at": work.at, "who": who, "kind": kind, "change": change}
            work.connection.execute(edits.insert().values(**row))

    def forget(self, who: str) -> None:
        """Take all changes out, which stand in files now."""
        with self.store.begin() as work:
            count = work.connection.execute(delete(edits)).rowcount
            work.audit.add(work.at, who, "forget edits", None, {"edits": count})
