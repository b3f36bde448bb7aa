"""Which searches the articles do not answer, and which of them somebody has dealt with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import Column, ColumnElement, String, Table, Text, delete, func, or_, select

from kb.storage.visits import VISIT_SUMS, query_months, searches, visit_months
from kb.visit import EVERYBODY, months_from
from tiering.storage.database import Moment, metadata, upsert
from tiering.usecases.news import FailedSearch
from tiering.usecases.record import Store

handled = Table(
    "kb_handled_queries",
    metadata,
    Column("key", String(300), primary_key=True),
    Column("how", String(20), nullable=False),
    Column("detail", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("who", Text, nullable=False),
)


class Lack(StrEnum):
    """What a search lacked."""

    ANSWER = "answer"
    """No article holds a word of it; at most some are near to what it means."""
    NOTHING = "nothing"
    """Nothing at all was found."""
    OPENED = "opened"
    """Articles were found, and none of them was opened."""
    HANDLED = "handled"
    """No answer, but somebody has dealt with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Handled:
    """What somebody did about a search."""

    key: str
    how: str
    """`synonym`, `stub` or `dismissed`."""
    detail: str = ""
    """What the word means now, or the file of the article that was begun."""
    at: datetime
    who: str
    """By name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Searches for one thing."""

    key: str
    query: str
    """As one of them was written."""
    first_on: date
    """Since when it is searched for, by what is counted."""
    searches: int
    empty: int
    nearest: int
    opened: int
    tiers: Mapping[int, int] = field(default_factory=dict)
    """How many of the searches came from each tier."""
    handled: Handled | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lacking:
    """Which searches somebody wants to see."""

    since: date
    """The first day of the first month that counts."""
    lack: Lack = Lack.ANSWER
    tier: int = EVERYBODY


@dataclass(frozen=True)
class Gaps:
    """The searches that found too little; every method is one transaction and raises RecordUnavailable."""

    store: Store

    def page(self, chosen: Lacking, limit: int, offset: int = 0) -> tuple[tuple[Gap, ...], int]:
        """Return some of the searches, the most frequent first, and how many there are in all."""
        at = query_months.c
        # Months one by one, since a database that is given a range would rather read all that there is.
        months = months_from(chosen.since, self.store.now().date() + timedelta(days=1))
        lacking = func.sum(_lacking(chosen.lack))
        query = (
            select(
                at.key,
                func.max(at.query).label("query"),
                func.min(at.first_on).label("first_on"),
                *(func.sum(at[name]).label(name) for name in ("searches", "empty", "nearest", "opened")),
                func.count().over().label("total"),
            )
            .where(
                at.month.in_(months),
                at.tier == chosen.tier,
                _lacking(chosen.lack) > 0,
                _which(chosen.lack),
            )
            .group_by(at.key)
            .order_by(lacking.desc(), at.key)
        )
        with self.store.reading() as work:
            rows = work.connection.execute(query.limit(limit).offset(offset)).mappings().all()
            keys = [row["key"] for row in rows]
            tiers = select(at.key, at.tier, func.sum(_lacking(chosen.lack))).where(
                at.month.in_(months),
                at.tier.in_(select(visit_months.c.tier).where(visit_months.c.tier != EVERYBODY)),
                at.key.in_(keys),
                _lacking(chosen.lack) > 0,
            )
            by_tier: dict[str, dict[int, int]] = {}
            for key, tier, number in work.connection.execute(tiers.group_by(at.key, at.tier)):
                by_tier.setdefault(key, {})[tier] = int(number)
            done = {
                row["key"]: Handled(**row)
                for row in work.connection.execute(select(handled).where(handled.c.key.in_(keys))).mappings()
            }
        found = tuple(
            Gap(
                key=row["key"],
                query=row["query"],
                first_on=row["first_on"],
                searches=int(row["searches"]),
                empty=int(row["empty"]),
                nearest=int(row["nearest"]),
                opened=int(row["opened"]),
                tiers=by_tier.get(row["key"], {}),
                handled=done.get(row["key"]),
            )
            for row in rows
        )
        return found, int(rows[0]["total"]) if rows else 0

    def by_tier(self, since: date) -> dict[int, dict[str, int]]:
        """Return the sums of every tier, and of all together under EVERYBODY."""
        at = visit_months.c
        query = select(at.tier, *(func.sum(at[name]).label(name) for name in VISIT_SUMS))
        with self.store.reading() as work:
            rows = work.connection.execute(query.where(at.month >= since).group_by(at.tier).order_by(at.tier))
            return {row["tier"]: {name: int(row[name]) for name in VISIT_SUMS} for row in rows.mappings()}

    def worst(self, since: date, most: int) -> tuple[FailedSearch, ...]:
        """Return the searches without an answer since a day, the most frequent first.

        What was searched for once only, or somebody has dealt with, is left out.
        """
        at, times = searches.c, func.count()
        query = (
            select(at.key, func.max(at.query).label("query"), times.label("times"))
            .where(at.day >= since, or_(at.results == 0, at.nearest), at.key.not_in(select(handled.c.key)))
            .group_by(at.key)
            .having(times > 1)
            .order_by(times.desc(), at.key)
            .limit(most)
        )
        with self.store.reading() as work:
            rows = work.connection.execute(query).all()
            return tuple(FailedSearch(row.query, row.times, since) for row in rows)

    def handle(self, done: Handled, who: str) -> None:
        """Note what somebody did about a search; `who` is how the record names them."""
        with self.store.begin() as work:
            row = {name: getattr(done, name) for name in Handled.__dataclass_fields__}
            upsert(work.connection, handled, [row], ["key"])
            told = {"query": done.key, "detail": done.detail}
            work.audit.add(work.at, who, f"failed search: {done.how}", None, told)

    def reopen(self, key: str, who: str) -> None:
        """Take that back, so that the search stands among those that lack an answer."""
        with self.store.begin() as work:
            work.connection.execute(delete(handled).where(handled.c.key == key))
            work.audit.add(work.at, who, "failed search: reopened", None, {"query": key})


def _lacking(lack: Lack) -> ColumnElement[int]:
    at = query_months.c
    if lack is Lack.NOTHING:
        return at.empty
    if lack is Lack.OPENED:
        return at.searches - at.empty - at.opened
    return at.empty + at.nearest


def _which(lack: Lack) -> ColumnElement[bool]:
    known = select(handled.c.key)
    return query_months.c.key.in_(known) if lack is Lack.HANDLED else query_months.c.key.not_in(known)
