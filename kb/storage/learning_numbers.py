"""Counts how courses fare, inside the database, and keeps what was counted last."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    CTE,
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Date,
    Integer,
    Select,
    String,
    Subquery,
    Table,
    and_,
    case,
    cast,
    column,
    func,
    select,
    values,
)

from kb.learning_numbers import (
    ALL_COURSES,
    BEFORE,
    NOW,
    Fact,
    Kind,
    LearningNumbers,
    Place,
    digest,
)
from kb.storage.certificates import certificates
from kb.storage.progress import attempts, lessons
from kb.visit import NO_PLAN
from tiering.domain.training import IDLE
from tiering.storage.database import Json, Moment, metadata, upsert
from tiering.usecases.events import ways_of_customers
from tiering.usecases.record import Store

# Nothing in it is personal.
counted = Table(
    "kb_learning_numbers",
    metadata,
    Column("since", Date, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("facts", Json, nullable=False),
)

_DAY = 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class Stretch:
    """The time that counts, where the company is."""

    since: date
    """The first day."""
    zone: ZoneInfo

    @property
    def begins_at(self) -> datetime:
        """The moment at which it begins."""
        return datetime.combine(self.since, time.min, self.zone)


@dataclass(frozen=True)
class Counts:
    """The numbers of learning; every method raises RecordUnavailable."""

    store: Store

    def last(self, since: date) -> LearningNumbers | None:
        """Return what was counted last since a day; None where nothing was."""
        query = select(counted).where(counted.c.since == since)
        with self.store.reading() as work:
            row = work.connection.execute(query).first()
        if row is None:
            return None
        facts = tuple(Fact(Kind(kind), *rest) for kind, *rest in row.facts)
        return LearningNumbers(row.at, since, row.digest, facts)

    def renew(self, known: Sequence[Place], stretch: Stretch, event: str | None) -> LearningNumbers:
        """Count, which takes seconds where many learn, and keep it for `last`.

        `event` is what of the product is a customer's first value, if anything is.
        """
        with self.store.reading() as work:
            counting = _Counting(work.connection, work.contacts.of_customers(), stretch, work.at)
            facts = tuple(counting.facts(known)) if known else ()
            at = work.at
        if event:
            facts += tuple(self._first_events(event, stretch))
        numbers = LearningNumbers(at, stretch.since, digest(known, event), facts)
        row = {
            "since": numbers.since,
            "at": numbers.at,
            "digest": numbers.digest,
            "facts": [list(fact) for fact in facts],
        }
        with self.store.begin() as work:
            work.connection.execute(counted.delete().where(counted.c.since < numbers.since))
            upsert(work.connection, counted, [row], ["since"])
        return numbers

    def _first_events(self, event: str, stretch: Stretch) -> Iterator[Fact]:
        counts = Counter(
            (tier, way.days)
            for tier, way in ways_of_customers(self.store, event, stretch.zone)
            if way.start is not None and way.start >= stretch.since
        )
        for (tier, days), number in sorted(counts.items()):
            yield Fact(Kind.FIRST_EVENT, tier, ALL_COURSES, "", str(days), number)


@dataclass(frozen=True, slots=True)
class _Counting:
    """One count, within one transaction, so that all of it is of one moment."""

    connection: Connection
    customers: Subquery
    stretch: Stretch
    at: datetime

    def facts(self, known: Sequence[Place]) -> Iterator[Fact]:
        """Yield all that is counted."""
        now = _now(known)
        people = self._people(now)
        began = people.c.began_at >= self.stretch.begins_at
        yield from self._taken(people, began)
        yield from self._certified(now)
        yield from self._stages(people, began, now)
        yield from self._quizzes(now)
        yield from self._first_value(people)
        people.drop(self.connection)

    def _people(self, now: CTE) -> Table:
        """Put how far each person is in each course into a table of this transaction."""
        at = lessons.c
        done = func.count(case((at.done_at.is_not(None), now.c.number)).distinct())
        far = (
            select(
                at.contact,
                now.c.course,
                func.min(at.read_at).label("began_at"),
                func.min(at.done_at).label("first_at"),
                func.max(at.done_at).label("ended_at"),
                func.max(func.coalesce(at.done_at, at.read_at), type_=Moment).label("last_at"),
                func.max(now.c.number).label("furthest"),
                (done == func.max(now.c.lessons)).label("finished"),
            )
            .join(now, and_(now.c.was_course == at.course, now.c.was_lesson == at.lesson))
            .group_by(at.contact, now.c.course)
            .subquery()
        )
        who = self.customers
        made = (
            select(far, _tier(who).label("tier"), who.c.account, who.c.went_live_on)
            .outerjoin(who, who.c.contact == far.c.contact)
            .into("kb_people_counted", temporary=True)
        )
        self.connection.execute(made)
        return made.table

    def _taken(self, people: Table, began: ColumnElement[bool]) -> Iterator[Fact]:
        at = people.c
        days = self._days(at.began_at, at.ended_at)
        by_days = select(at.tier, at.course, days, func.count()).where(began, at.finished)
        yield from self._rows("tier course key", by_days.group_by(at.tier, at.course, days), Kind.FINISHED)
        begun = select(at.tier, at.course, func.count()).where(began).group_by(at.tier, at.course)
        yield from self._rows("tier course", begun, Kind.BEGAN)
        finished = func.count(case((at.finished, at.contact)).distinct())
        once = select(at.tier, func.count(at.contact.distinct()), finished).where(began).group_by(at.tier)
        yield from self._rows("tier", once, Kind.BEGAN, Kind.FINISHED)

    def _certified(self, now: CTE) -> Iterator[Fact]:
        names = select(now.c.was_course, now.c.course).distinct().subquery()
        at, who = certificates.c, self.customers
        once, tier = func.count(at.contact.distinct()), _tier(who)
        query = (
            select(tier)
            .join(names, names.c.was_course == at.course)
            .outerjoin(who, who.c.contact == at.contact)
            .where(at.ends_on >= self.at.astimezone(self.stretch.zone).date())
        )
        by_course = query.add_columns(names.c.course, once).group_by(tier, names.c.course)
        yield from self._rows("tier course", by_course, Kind.CERTIFIED)
        yield from self._rows("tier", query.add_columns(once).group_by(tier), Kind.CERTIFIED)

    def _stages(self, people: Table, began: ColumnElement[bool], now: CTE) -> Iterator[Fact]:
        at, learned = people.c, lessons.c
        did = case((learned.done_at.is_not(None), learned.contact))
        opened = (
            select(
                at.tier,
                now.c.course,
                now.c.lesson,
                func.count(learned.contact.distinct()),
                func.count(did.distinct()),
            )
            .select_from(lessons)
            .join(now, and_(now.c.was_course == learned.course, now.c.was_lesson == learned.lesson))
            .join(people, and_(at.contact == learned.contact, at.course == now.c.course))
            .where(began)
            .group_by(at.tier, now.c.course, now.c.lesson)
        )
        yield from self._rows("tier course lesson", opened, Kind.REACHED, Kind.DID)
        names = select(now.c.course, now.c.lesson, now.c.number).distinct().subquery()
        # Who fails a quiz again and again does nothing new in a lesson, and has not stopped.
        tried = (
            select(attempts.c.contact, now.c.course, func.max(attempts.c.at).label("last_at"))
            .join(now, and_(now.c.was_course == attempts.c.course, now.c.was_lesson == attempts.c.lesson))
            .group_by(attempts.c.contact, now.c.course)
            .subquery()
        )
        idle = and_(
            *(func.coalesce(one, at.last_at) < self.at - IDLE for one in (at.last_at, tried.c.last_at))
        )
        stopped = (
            select(at.tier, names.c.course, names.c.lesson, func.count())
            .select_from(people)
            .join(names, and_(names.c.course == at.course, names.c.number == at.furthest))
            .outerjoin(tried, and_(tried.c.contact == at.contact, tried.c.course == at.course))
            .where(began, ~at.finished, idle)
            .group_by(at.tier, names.c.course, names.c.lesson)
        )
        yield from self._rows("tier course lesson", stopped, Kind.STOPPED)

    def _quizzes(self, now: CTE) -> Iterator[Fact]:
        at, who = attempts.c, self.customers
        here = and_(now.c.was_course == at.course, now.c.was_lesson == at.lesson)
        passed_at = case((at.passed, at.at))
        each = (
            select(
                at.contact,
                now.c.course,
                now.c.lesson,
                func.min(at.day).label("first_on"),
                (func.min(passed_at) == func.min(at.at)).label("at_once"),
                func.count().label("attempts"),
                func.count(passed_at).label("passes"),
            )
            .join(now, here)
            .group_by(at.contact, now.c.course, now.c.lesson)
            .subquery()
        )
        place = (_tier(who), each.c.course, each.c.lesson)
        sums = {
            Kind.TRIED: func.count(),
            Kind.AT_ONCE: func.count(case((each.c.at_once, 1))),
            Kind.PASSED: func.count(case((each.c.passes > 0, 1))),
            Kind.ATTEMPTS: func.sum(each.c.attempts),
            Kind.PASSES: func.sum(each.c.passes),
        }
        query = (
            select(*place, *sums.values())
            .select_from(each)
            .outerjoin(who, who.c.contact == each.c.contact)
            .where(each.c.first_on >= self.stretch.since)
            .group_by(*place)
        )
        yield from self._rows("tier course lesson", query, *sums)
        yield from self._questions(now, here)

    def _questions(self, now: CTE, here: ColumnElement[bool]) -> Iterator[Fact]:
        at, who = attempts.c, self.customers
        version = case((at.quiz == now.c.quiz, NOW), else_=BEFORE)
        place = (_tier(who), now.c.course, now.c.lesson)
        query = (
            select(*place)
            .select_from(attempts)
            .join(now, here)
            .outerjoin(who, who.c.contact == at.contact)
            .where(at.day >= self.stretch.since)
            .group_by(*place)
        )
        answered = query.add_columns(version, func.count()).group_by(version)
        yield from self._rows("tier course lesson key", answered, Kind.ANSWERED)
        expand = func.jsonb_array_elements_text if self._on_postgresql else func.json_each
        question = expand(at.wrong).table_valued(column("value", String), joins_implicitly=True).c.value
        key = version.concat(" ").concat(question)
        wrong = query.add_columns(key, func.count()).group_by(key)
        yield from self._rows("tier course lesson key", wrong, Kind.WRONG)

    def _first_value(self, people: Table) -> Iterator[Fact]:
        """Yield how soon somebody of a customer learned something; before going live is at once."""
        who, at = self.customers.c, people.c
        since = self.stretch.since
        live = select(who.tier, func.count(who.account.distinct())).where(who.went_live_on >= since)
        yield from self._rows("tier", live.group_by(who.tier), Kind.LIVE)
        first = (
            select(
                at.tier,
                at.went_live_on,
                func.min(at.first_at).label("lesson"),
                func.min(case((at.finished, at.ended_at)), type_=Moment).label("course"),
            )
            .where(at.went_live_on >= since)
            .group_by(at.account, at.tier, at.went_live_on)
            .subquery()
        )
        for kind, end in ((Kind.FIRST_LESSON, first.c.lesson), (Kind.FIRST_COURSE, first.c.course)):
            days = self._days(first.c.went_live_on, end)
            query = select(first.c.tier, days, func.count()).where(end.is_not(None))
            yield from self._rows("tier key", query.group_by(first.c.tier, days), kind)

    def _days(self, begin: ColumnElement[Any], end: ColumnElement[Any]) -> ColumnElement[int]:
        """Return the whole days from one moment to another, 0 where the second is the earlier."""
        if self._on_postgresql:
            first, last = (cast(func.extract("epoch", one), BigInteger) for one in (begin, end))
        else:
            first, last = (cast(func.strftime("%s", one), Integer) for one in (begin, end))
        return case((last > first, (last - first) // _DAY), else_=0)

    @property
    def _on_postgresql(self) -> bool:
        return self.connection.dialect.name == "postgresql"

    def _rows(self, names: str, query: Select[Any], *kinds: Kind) -> Iterator[Fact]:
        """Yield what a query counts: its columns are these, and then a count for each kind."""
        by = names.split()
        for row in self.connection.execute(query):
            found = dict(zip(by, row, strict=False))
            place = (found.get(name, "") for name in ("course", "lesson", "key"))
            course, lesson, key = map(str, place)
            for kind, count in zip(kinds, row[len(by) :], strict=True):
                if count:
                    yield Fact(kind, found["tier"], course, lesson, key, int(count))


def _tier(who: Subquery) -> ColumnElement[int]:
    return func.coalesce(who.c.tier, NO_PLAN)


def _now(known: Iterable[Place]) -> CTE:
    """Return what is called what today, as a table."""
    kinds = {"number": Integer, "lessons": Integer}
    columns = [column(name, kinds.get(name, String)) for name in Place._fields]
    return values(*columns, name="now").data([tuple(place) for place in known]).cte("now")
