"""What visitors searched and read, and its sums by month and tier, kept as it happens."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Boolean, Column, Connection, Date, Integer, String, Table, Text, select
from sqlalchemy import text as sql

from kb.visit import (
    EVERYBODY,
    WITHIN,
    Event,
    Read,
    Searched,
    Visit,
    Voted,
    Wrote,
    month_of,
    query_key,
    visits_in,
    visits_of,
)
from tiering.storage.database import Moment, accumulate, metadata, portions, transaction, upsert
from tiering.storage.personal import By, Kept, Mentions, Personal, Whom, privacy
from tiering.usecases.record import Store

_LONGEST = 3650
"""Days that visits are kept at most, as `retention` in site.yaml may say."""


def _of(whom: Whom) -> list[str]:
    """Return the keys of all visits that a contact may have made."""
    tomorrow = whom.today + timedelta(days=1)  # where the company is it may be that day by now
    return [
        key
        for contact in whom.found[By.CONTACT]
        for key in visits_of(whom.secret, contact, tomorrow, _LONGEST + 1)
    ]


# Personal is what people type into a search; addresses and long numbers are taken out of it before.
visits = Table(
    "kb_visits",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("day", Date, nullable=False, index=True),
    Column("kind", String(20), nullable=False),
    Column("tier", Integer, nullable=False),
    Column("segment", String(200)),
    Column("account", String(200)),
    Column("last_at", Moment, nullable=False),
    Column("helped", Boolean, nullable=False),
    Column("suggested", Boolean, nullable=False),
    Column("wrote", Boolean, nullable=False),
    info=privacy(
        Personal(
            what="Days on which they visited the pages",
            source="the pages, under a hash of the day and the contact's id",
            by={"key": _of},
            shows=("day", "last_at", "helped", "suggested", "wrote"),
            kept="visits",
        ),
        Kept(noun="visits", since="day"),
    ),
)
searches = Table(
    "kb_searches",
    metadata,
    Column("visit", String(64), primary_key=True),
    Column("key", String(300), primary_key=True),
    Column("day", Date, nullable=False, index=True),
    Column("at", Moment, nullable=False),
    Column("query", Text, nullable=False),
    Column("results", Integer, nullable=False),
    Column("nearest", Boolean, nullable=False),
    Column("opened", Text),
    info=privacy(
        Personal(
            what="What they searched for",
            source="the search on the pages, under a hash of the day and the contact's id",
            by={"visit": _of},
            tells={"key": By.SEARCH},
            shows=("at", "query", "results", "opened"),
            kept="visits",
        ),
        Mentions(columns=("query",)),
        Kept(noun="visits", since="day"),
    ),
)
reads = Table(
    "kb_reads",
    metadata,
    Column("visit", String(64), primary_key=True),
    Column("slug", Text, primary_key=True),
    Column("day", Date, nullable=False, index=True),
    Column("at", Moment, nullable=False),
    Column("revision", String(64), nullable=False),
    Column("searched", Boolean, nullable=False),
    Column("wrote", Boolean, nullable=False),
    info=privacy(
        Personal(
            what="Articles that they read",
            source="the pages, under a hash of the day and the contact's id",
            by={"visit": _of},
            shows=("at", "slug", "searched", "wrote"),
            kept="visits",
        ),
        Kept(noun="visits", since="day"),
    ),
)


def _sums(name: str, *columns: Column[Any], sums: Sequence[str], info: dict[Any, Any] | None = None) -> Table:
    """Make a table of sums by month and tier; SQLite keeps that order, so that a month is one stretch."""
    return Table(
        name,
        metadata,
        Column("month", Date, primary_key=True),
        Column("tier", Integer, primary_key=True, autoincrement=False),
        *columns,
        *(Column(one, Integer, nullable=False) for one in sums),
        sqlite_with_rowid=False,
        info=info or {},
    )


VISIT_SUMS = ("visits", "wrote", "explicit", "searches", "empty", "nearest", "opened")
QUERY_SUMS = ("searches", "empty", "nearest", "opened")
READ_SUMS = ("reads", "searched", "wrote")

visit_months = _sums("kb_visit_months", sums=VISIT_SUMS)
query_months = _sums(
    "kb_query_months",
    Column("key", String(300), primary_key=True),
    Column("query", Text, nullable=False),
    Column("first_on", Date, nullable=False),
    sums=QUERY_SUMS,
    # Words for which others searched too are theirs as well: of these only the sums and the stems stay.
    info=privacy(
        Personal(
            what="Sums of searches that nobody else made",
            source="the search on the pages",
            by={"key": By.SEARCH},
            only={"searches": 1},
            shows=("month", "query"),
            kept="for good, unless the contact is erased",
        ),
        Personal(
            what="Sums of searches that others made too",
            source="the search on the pages",
            by={"key": By.SEARCH},
            shows=(),
            kept="for good",
            erase={"query": lambda row: row["key"]},
        ),
        Mentions(columns=("query",)),
    ),
)
read_months = _sums("kb_read_months", Column("slug", Text, primary_key=True), sums=READ_SUMS)


@dataclass(slots=True)
class _Sums:
    """What a batch adds to the sums."""

    visits: dict[tuple[date, int], Counter[str]] = field(default_factory=dict)
    queries: dict[tuple[date, int, str], Counter[str]] = field(default_factory=dict)
    reads: dict[tuple[date, int, str], Counter[str]] = field(default_factory=dict)
    wordings: dict[tuple[date, str], tuple[str, date]] = field(default_factory=dict)
    """How each query of a month was written first, and on which day."""

    def visit(self, visit: Visit, **added: int) -> None:
        """Add to what visits are counted by."""
        for tier in (visit.tier, EVERYBODY):
            self.visits.setdefault((month_of(visit.day), tier), Counter()).update(added)

    def query(self, visit: Visit, search: Mapping[str, Any], **added: int) -> None:
        """Add to what a query is counted by, and to its tier's searches."""
        self.visit(visit, **added)
        month, key = month_of(visit.day), search["key"]
        self.wordings.setdefault((month, key), (search["query"], search["day"]))
        for tier in (visit.tier, EVERYBODY):
            self.queries.setdefault((month, tier, key), Counter()).update(added)

    def read(self, visit: Visit, slug: str, **added: int) -> None:
        """Add to what an article is counted by."""
        for tier in (visit.tier, EVERYBODY):
            self.reads.setdefault((month_of(visit.day), tier, slug), Counter()).update(added)

    def save(self, connection: Connection) -> None:
        """Add everything to the record."""
        by_visit = [
            {"month": month, "tier": tier} | _filled(VISIT_SUMS, sums)
            for (month, tier), sums in sorted(self.visits.items())
        ]
        by_query = [
            {"month": month, "tier": tier, "key": key}
            | dict(zip(("query", "first_on"), self.wordings[month, key], strict=True))
            | _filled(QUERY_SUMS, sums)
            for (month, tier, key), sums in sorted(self.queries.items())
        ]
        by_article = [
            {"month": month, "tier": tier, "slug": slug} | _filled(READ_SUMS, sums)
            for (month, tier, slug), sums in sorted(self.reads.items())
        ]
        accumulate(connection, visit_months, by_visit, ["month", "tier"], VISIT_SUMS)
        accumulate(connection, query_months, by_query, ["month", "tier", "key"], QUERY_SUMS)
        accumulate(connection, read_months, by_article, ["month", "tier", "slug"], READ_SUMS)


@dataclass(frozen=True, slots=True)
class _Course:
    """How a visit went so far."""

    visit: Visit
    last_at: datetime
    helped: bool = False
    suggested: bool = False
    wrote: bool = False

    @property
    def counts(self) -> Counter[str]:
        """What it adds to the sums of its month."""
        explicit = (self.helped or self.suggested) and not self.wrote
        return Counter(visits=1, wrote=int(self.wrote), explicit=int(explicit))


@dataclass(slots=True)
class _Batch:
    """Events on their way into the record, with what it holds of the same visits already."""

    courses: dict[str, _Course]
    searches: dict[tuple[str, str], dict[str, Any]]
    reads: dict[tuple[str, str], dict[str, Any]]
    sums: _Sums = field(default_factory=_Sums)
    touched: set[tuple[str, str]] = field(default_factory=set)
    """The searches that are new or changed; `opened` likewise of what was read."""
    opened: set[tuple[str, str]] = field(default_factory=set)

    def take(self, event: Event) -> None:
        """Take one event, which may be one that the record has seen before."""
        match event:
            case Searched():
                self._searched(event)
            case Read():
                self._read(event)
            case Voted():
                if event.visit.key in self.courses:
                    self._go_on(event.visit, event.at, helped=event.helpful)
            case Wrote():
                self._wrote(event)

    def _go_on(self, visit: Visit, at: datetime, **changed: Any) -> Visit:
        """Bring a visit up to an event; returns it as it began, of the tier that it had then."""
        before = self.courses.get(visit.key)
        after = replace(before or _Course(visit, at), last_at=at, **changed)
        self.courses[visit.key] = after
        added = after.counts
        added.subtract(before.counts if before else Counter())
        self.sums.visit(after.visit, **added)
        return after.visit

    def _searched(self, event: Searched) -> None:
        place = (event.visit.key, query_key(event.query))
        visit = self._go_on(event.visit, event.at)
        if not place[1] or place in self.searches:
            return
        self.searches[place] = {
            "visit": visit.key,
            "key": place[1],
            "day": visit.day,
            "at": event.at,
            "query": event.query,
            "results": event.results,
            "nearest": event.nearest,
            "opened": None,
        }
        self.touched.add(place)
        empty, nearest = int(not event.results), int(event.nearest)
        self.sums.query(visit, self.searches[place], searches=1, empty=empty, nearest=nearest)

    def _read(self, event: Read) -> None:
        place = (event.visit.key, event.slug)
        visit = self._go_on(event.visit, event.at, **({"suggested": True} if event.suggested else {}))
        search = self.searches.get((visit.key, query_key(event.query))) if event.query else None
        if search and search["opened"] is None:
            search["opened"] = event.slug
            self.touched.add((visit.key, search["key"]))
            self.sums.query(visit, search, opened=1)
        if place in self.reads:
            return
        self.reads[place] = {
            "visit": visit.key,
            "slug": event.slug,
            "day": visit.day,
            "at": event.at,
            "revision": event.revision,
            "searched": search is not None,
            "wrote": False,
        }
        self.opened.add(place)
        self.sums.read(visit, event.slug, reads=1, searched=int(search is not None))

    def _wrote(self, event: Wrote) -> None:
        for visit in event.visits:
            course = self.courses.get(visit.key)
            if course is None or event.at - course.last_at > WITHIN:
                continue
            self._go_on(course.visit, course.last_at, wrote=True)
            for place, read in self.reads.items():
                if place[0] == visit.key and not read["wrote"] and event.at - read["at"] <= WITHIN:
                    read["wrote"] = True
                    self.opened.add(place)
                    self.sums.read(course.visit, place[1], wrote=1)


@dataclass(frozen=True, slots=True)
class Looked:
    """A search after which nothing was opened, if only because it found nothing."""

    query: str
    on: date
    """The company's day."""


@dataclass(frozen=True)
class Visits:
    """What visitors do; every method is one transaction and raises RecordUnavailable."""

    store: Store

    def record(self, events: Sequence[Event]) -> None:
        """Keep what happened, in its order; what stands in the record already changes nothing."""
        if not events:
            return
        with transaction(self.store.engine) as connection:
            _be_alone(connection)
            batch = _loaded(connection, events)
            for event in events:
                batch.take(event)
            _save(connection, batch)

    def lately(self, keys: Sequence[str]) -> tuple[tuple[Looked, ...], frozenset[str]]:
        """Return the searches of some visits after which nothing was opened, the newest first, each once.

        Behind them stands the slug of everything that was read on these visits.
        """
        at, found, read = searches.c, dict[str, Looked](), set[str]()
        with self.store.reading() as work:
            for portion in portions(list(keys)):
                query = select(at.key, at.query, at.day).where(at.visit.in_(portion), at.opened.is_(None))
                for key, said, day in work.connection.execute(query.order_by(at.at.desc(), at.key)):
                    found.setdefault(key, Looked(said, day))
                read |= set(
                    work.connection.execute(select(reads.c.slug).where(reads.c.visit.in_(portion))).scalars()
                )
        return tuple(found.values()), frozenset(read)


def _be_alone(connection: Connection) -> None:
    """Wait for whoever records meanwhile, since what is added up depends on what was there before."""
    if connection.dialect.name == "postgresql":
        connection.execute(sql("LOCK TABLE kb_visits IN SHARE ROW EXCLUSIVE MODE"))


def _loaded(connection: Connection, events: Sequence[Event]) -> _Batch:
    """Return what the record holds of what these events are about."""
    keys = sorted(visits_in(events))
    wrote = {visit.key for event in events if isinstance(event, Wrote) for visit in event.visits}
    queries = {
        query_key(event.query) for event in events if isinstance(event, Searched | Read) and event.query
    }
    slugs = {event.slug for event in events if isinstance(event, Read)}
    found_visits = _rows(connection, visits, "key", keys)
    found_searches = _rows(connection, searches, "visit", keys, ("key", queries))
    found_reads = [
        *_rows(connection, reads, "visit", sorted(set(keys) - wrote), ("slug", slugs)),
        *_rows(connection, reads, "visit", sorted(wrote)),
    ]
    return _Batch(
        {row["key"]: _course(row) for row in found_visits},
        {(row["visit"], row["key"]): row for row in found_searches},
        {(row["visit"], row["slug"]): row for row in found_reads},
    )


def _rows(
    connection: Connection,
    table: Table,
    column: str,
    values: Iterable[str],
    besides: tuple[str, set[str]] | None = None,
) -> list[dict[str, Any]]:
    """Return the rows of these visits, perhaps only those in which another column has one of some values."""
    found = []
    for portion in portions(list(values)):
        query = select(table).where(table.c[column].in_(portion))
        for others in portions(sorted(besides[1])) if besides else (None,):
            narrowed = (
                query if others is None or not besides else query.where(table.c[besides[0]].in_(others))
            )
            found += [dict(row) for row in connection.execute(narrowed).mappings()]
    return found


def _course(row: Mapping[str, Any]) -> _Course:
    visit = Visit(**{name: row[name] for name in Visit.__dataclass_fields__})
    return _Course(visit, row["last_at"], row["helped"], row["suggested"], row["wrote"])


def _save(connection: Connection, batch: _Batch) -> None:
    courses = [
        {name: getattr(course.visit, name) for name in Visit.__dataclass_fields__}
        | {name: getattr(course, name) for name in ("last_at", "helped", "suggested", "wrote")}
        for _, course in sorted(batch.courses.items())
    ]
    upsert(connection, visits, courses, ["key"])
    upsert(connection, searches, [batch.searches[place] for place in sorted(batch.touched)], ["visit", "key"])
    upsert(connection, reads, [batch.reads[place] for place in sorted(batch.opened)], ["visit", "slug"])
    batch.sums.save(connection)


def _filled(names: Sequence[str], sums: Mapping[str, int]) -> dict[str, int]:
    return {name: sums.get(name, 0) for name in names}
