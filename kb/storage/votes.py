"""What readers say of articles: whether one answered their question, and what was missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Boolean, Column, ColumnElement, Integer, RowMapping, String, Table, Text, func, select

from tiering.storage.database import Json, Moment, metadata, portions, transaction, upsert
from tiering.storage.personal import By, Kept, Mentions, Personal, anew, privacy
from tiering.usecases.record import Store

_COUNTED_ONLY = {"key": anew, "contact": None, "comment": ""}
"""What stands in a vote of which only the count is left."""

# Personal are `contact` and `comment`, in which people write what they like. `key` is a hash under the secret
# key; of somebody who is not signed in it is made from a number in their browser and leads to nobody.
votes = Table(
    "kb_votes",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("slug", Text, nullable=False, index=True),
    Column("language", String(35)),
    Column("revision", String(64), nullable=False),
    Column("helpful", Boolean, nullable=False),
    Column("reasons", Json, nullable=False),
    Column("comment", Text, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("contact", String(200)),
    Column("tier", Integer),
    Column("segment", String(200)),
    Column("at", Moment, nullable=False, index=True),
    info=privacy(
        Personal(
            what="What they said of articles",
            source="the question below an article",
            by={"contact": By.CONTACT},
            shows=("at", "slug", "helpful", "reasons", "comment"),
            kept="votes",
            erase=_COUNTED_ONLY,
        ),
        Mentions(columns=("comment",)),
        Kept(noun="votes", since="at", only={"kind": "contact"}, erase=_COUNTED_ONLY),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote:
    """One reader's word on one revision of an article."""

    key: str
    """A hash of the voter and the revision, so that each voter has one vote on it."""
    slug: str
    language: str | None = None
    revision: str
    """The digest of the article as it was read."""
    helpful: bool
    reasons: tuple[str, ...] = ()
    comment: str = ""
    kind: str = "visitor"
    """`visitor`, `contact` or `staff`; colleagues' votes are shown and not counted."""
    contact: str | None = None
    """The contact's id; None for whoever was not signed in."""
    tier: int | None = None
    """The tier of the contact's account when they voted; the segment likewise."""
    segment: str | None = None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """Which votes somebody wants to see; all of them where nothing is said."""

    slug: str | None = None
    unhelpful: bool = False
    commented: bool = False


@dataclass(frozen=True, slots=True)
class Tally:
    """How a revision of an article fared with its readers, colleagues left out."""

    slug: str
    revision: str
    helpful: int
    total: int


@dataclass(frozen=True)
class Votes:
    """All votes; every method is one transaction, raises RecordUnavailable."""

    store: Store

    def save(self, vote: Vote) -> None:
        """Keep a vote; it replaces what the same voter said of the same revision before."""
        row = {name: getattr(vote, name) for name in Vote.__dataclass_fields__}
        with transaction(self.store.engine) as connection:
            upsert(connection, votes, [row | {"reasons": list(vote.reasons)}], ["key"])

    def vote(self, key: str) -> Vote | None:
        """Return the vote with this key."""
        with self.store.reading() as work:
            row = work.connection.execute(select(votes).where(votes.c.key == key)).mappings().one_or_none()
            return _vote(row) if row else None

    def count(self, chosen: Chosen) -> int:
        """How many votes there are of those that somebody wants to see."""
        query = select(func.count()).select_from(votes).where(*_which(chosen))
        with self.store.reading() as work:
            return work.connection.execute(query).scalar_one()

    def newest(self, chosen: Chosen, limit: int, offset: int = 0) -> tuple[Vote, ...]:
        """Return a page of the votes, the newest first."""
        query = select(votes).where(*_which(chosen)).order_by(votes.c.at.desc(), votes.c.key)
        with self.store.reading() as work:
            found = work.connection.execute(query.limit(limit).offset(offset))
            return tuple(_vote(row) for row in found.mappings())

    def tallies(self, slugs: Sequence[str]) -> tuple[Tally, ...]:
        """Count the votes on every revision of these articles."""
        helpful = func.count().filter(votes.c.helpful)
        query = (
            select(votes.c.slug, votes.c.revision, helpful, func.count())
            .where(votes.c.kind != "staff")
            .group_by(votes.c.slug, votes.c.revision)
            .order_by(votes.c.slug, votes.c.revision)
        )
        with self.store.reading() as work:
            return tuple(
                Tally(*row)
                for portion in portions(slugs)
                for row in work.connection.execute(query.where(votes.c.slug.in_(portion)))
            )


def _which(chosen: Chosen) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if chosen.slug is not None:
        conditions.append(votes.c.slug == chosen.slug)
    if chosen.unhelpful:
        conditions.append(votes.c.helpful.is_(False))
    if chosen.commented:
        conditions.append(votes.c.comment != "")
    return conditions


def _vote(row: RowMapping) -> Vote:
    return Vote(**{**row, "reasons": tuple(row["reasons"])})
