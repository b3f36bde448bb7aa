"""What contacts have learned: lessons that are read and done, and their attempts at quizzes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeAlias

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Date,
    Integer,
    RowMapping,
    String,
    Table,
    UniqueConstraint,
    case,
    func,
    select,
    update,
)

from kb.progress import Learned, Tried
from tiering.storage.database import Json, Moment, insert_new, metadata, portions
from tiering.storage.personal import By, Personal, privacy
from tiering.usecases.record import Store
from tiering.usecases.training import UnitOfWork

Tell: TypeAlias = Callable[[UnitOfWork, str, str], None]
"""Is told, within the transaction, which contact has come further in which course."""

_STAYS = "until the contact is erased"

lessons = Table(
    "kb_lessons",
    metadata,
    Column("contact", String(200), primary_key=True),
    Column("course", String(80), primary_key=True),
    Column("lesson", String(80), primary_key=True),
    Column("read_at", Moment, nullable=False),
    Column("done_at", Moment),
    Column("quiz", String(64)),
    Column("revision", String(64), nullable=False),
    info=privacy(
        Personal(
            what="Lessons that they read and did",
            source="the pages of courses",
            by={"contact": By.CONTACT},
            shows=("course", "lesson", "read_at", "done_at"),
            kept=_STAYS,
        )
    ),
)

attempts = Table(
    "kb_attempts",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("contact", String(200), nullable=False),
    Column("course", String(80), nullable=False),
    Column("lesson", String(80), nullable=False),
    Column("day", Date, nullable=False),
    Column("number", Integer, nullable=False),
    Column("at", Moment, nullable=False),
    Column("revision", String(64), nullable=False),
    Column("quiz", String(64), nullable=False),
    Column("right", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    Column("passed", Boolean, nullable=False),
    Column("wrong", Json, nullable=False),
    UniqueConstraint("contact", "course", "lesson", "day", "number"),
    info=privacy(
        Personal(
            what="Quizzes that they answered",
            source="the pages of courses",
            by={"contact": By.CONTACT},
            shows=("course", "lesson", "at", "right", "total", "passed", "wrong"),
            kept=_STAYS,
        )
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """A quiz that somebody answered."""

    key: str
    """A hash of the contact and the form, so that a form that is sent twice is one attempt."""
    contact: str
    course: str
    lesson: str
    day: date
    """The company's day, by which attempts are counted."""
    at: datetime
    revision: str
    """The revision of the course, and of its quiz."""
    quiz: str
    right: int
    total: int
    passed: bool
    wrong: tuple[str, ...] = ()
    """The ids of the questions that were answered wrongly."""


@dataclass(frozen=True)
class Learning:
    """What is learned; every method is one transaction and raises RecordUnavailable."""

    store: Store
    tell: Tell = field(default=lambda *_: None)

    def of(self, contact: str) -> tuple[Learned, ...]:
        """Return all that one contact has learned."""
        return self.of_all([contact])[contact]

    def of_all(self, contacts: Sequence[str]) -> dict[str, tuple[Learned, ...]]:
        """Return all that several contacts have learned."""
        with self.store.reading() as work:
            return learned_by(work.connection, contacts)

    def read(self, contact: str, learned: Iterable[Learned], revision: str) -> None:
        """Note lessons as read, or done; what was known of them before stays."""
        with self.store.begin() as work:
            courses = set()
            for one in learned:
                _note(work.connection, contact, one, revision)
                courses.add(one.course)
            for course in sorted(courses):
                self.tell(work, contact, course)

    def attempt(self, tried: Attempt, most: int | None) -> Attempt | None:
        """Keep an attempt, and with one that passes that the lesson is done; None where there were too many.

        A form that has come before stays the attempt that it was.
        """
        mine = (
            attempts.c.contact == tried.contact,
            attempts.c.course == tried.course,
            attempts.c.lesson == tried.lesson,
        )
        row = {name: getattr(tried, name) for name in Attempt.__dataclass_fields__} | {
            "wrong": list(tried.wrong)
        }
        counted = select(func.count()).select_from(attempts).where(*mine, attempts.c.day == tried.day)
        with self.store.begin() as work:
            connection = work.connection
            while True:
                same = connection.execute(select(attempts).where(attempts.c.key == tried.key))
                if known := same.mappings().one_or_none():
                    return _attempt(known)
                number = connection.execute(counted).scalar_one()
                if most is not None and number >= most:
                    return None
                if insert_new(connection, attempts, row | {"number": number + 1}) is not None:
                    break  # else somebody answered at the same moment, and is counted now
            learned = Learned(
                course=tried.course,
                lesson=tried.lesson,
                read_at=tried.at,
                done_at=tried.at if tried.passed else None,
                quiz=tried.quiz if tried.passed else None,
            )
            _note(connection, tried.contact, learned, tried.revision)
            self.tell(work, tried.contact, tried.course)
        return tried

    def tried(self, contact: str, course: str, lesson: str, day: date) -> int:
        """How often somebody answered a quiz on a day."""
        query = (
            select(func.count())
            .select_from(attempts)
            .where(
                attempts.c.contact == contact,
                attempts.c.course == course,
                attempts.c.lesson == lesson,
                attempts.c.day == day,
            )
        )
        with self.store.reading() as work:
            return work.connection.execute(query).scalar_one()

    def passed_on(self, contact: str, courses: Sequence[str], lessons: Sequence[str]) -> date | None:
        """Return when somebody last passed a quiz, whatever course and lesson were called then."""
        query = select(func.max(attempts.c.day)).where(
            attempts.c.contact == contact,
            attempts.c.course.in_(courses),
            attempts.c.lesson.in_(lessons),
            attempts.c.passed,
        )
        with self.store.reading() as work:
            last: date | None = work.connection.execute(query).scalar_one()
            return last


def learned_by(connection: Connection, contacts: Sequence[str]) -> dict[str, tuple[Learned, ...]]:
    """Return all that contacts have learned, within a transaction."""
    found: dict[str, list[Learned]] = {contact: [] for contact in contacts}
    for portion in portions(contacts):
        query = select(lessons).where(lessons.c.contact.in_(portion))
        for row in connection.execute(query.order_by(lessons.c.read_at)).mappings():
            found[row["contact"]].append(_learned(row))
    return {contact: tuple(learned) for contact, learned in found.items()}


def tried_by(connection: Connection, contacts: Sequence[str]) -> dict[str, list[Tried]]:
    """Return how contacts fared with quizzes, within a transaction."""
    found: dict[str, list[Tried]] = {contact: [] for contact in contacts}
    at, place = attempts.c.at, (attempts.c.contact, attempts.c.course, attempts.c.lesson)
    query = select(
        *place,
        func.min(at).label("first_at"),
        func.max(at).label("last_at"),
        func.min(case((attempts.c.passed, at))).label("passed_at"),
    ).group_by(*place)
    for portion in portions(contacts):
        for row in connection.execute(query.where(attempts.c.contact.in_(portion))).mappings():
            found[row["contact"]].append(Tried(**{name: row[name] for name in Tried.__dataclass_fields__}))
    return found


def _note(connection: Connection, contact: str, one: Learned, revision: str) -> None:
    """Note a lesson; one that is done stays done as it was."""
    row = {name: getattr(one, name) for name in Learned.__dataclass_fields__}
    if (
        insert_new(connection, lessons, row | {"contact": contact, "revision": revision}) is None
        and one.done_at
    ):
        known = update(lessons).where(
            lessons.c.contact == contact,
            lessons.c.course == one.course,
            lessons.c.lesson == one.lesson,
            lessons.c.done_at.is_(None),
        )
        connection.execute(known.values(done_at=one.done_at, quiz=one.quiz, revision=revision))


def _learned(row: RowMapping) -> Learned:
    return Learned(**{name: row[name] for name in Learned.__dataclass_fields__})


def _attempt(row: RowMapping) -> Attempt:
    values = {name: row[name] for name in Attempt.__dataclass_fields__}
    return Attempt(**values | {"wrong": tuple(row["wrong"])})
