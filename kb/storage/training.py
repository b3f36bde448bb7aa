"""Tiering's summary of what contacts have learned: noted as they learn, and put right once a day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from kb.certificate import Certificate
from kb.course import Course
from kb.storage.certificates import certificates_of
from kb.storage.progress import learned_by, lessons, tried_by
from kb.training import Kept, training_in
from tiering.domain.training import noted
from tiering.usecases import training
from tiering.usecases.record import Store
from tiering.usecases.training import UnitOfWork

_PAGE = 200


def note_training(work: UnitOfWork, contact: str, course: Course, zone: ZoneInfo) -> None:
    """Let tiering know how far a contact is in a course by now; nothing of one who is not in the record.

    The contact is held before anything is read, so that of two who learn at once the second counts both.
    """
    if not training.hold(work, contact):
        return
    now = training_in(course, contact, _kept(work.connection, [contact])[contact], zone)
    if now:
        training.note(work, now, course.aliases)


def reconcile_training(store: Store, courses: Sequence[Course], zone: ZoneInfo) -> int:
    """Put right what courses that were edited have made wrong; returns in how many cases.

    Each page is a transaction of its own, which writes only what differs. Raises RecordUnavailable.
    """
    changed, last = 0, ""
    while True:
        with store.reading() as work:
            page = _page(work.connection, last)
            wrong = list(_wrong(work, page, courses, zone))
        if wrong:
            with store.begin() as work:
                for contact, course in wrong:
                    note_training(work, contact, course, zone)
        changed += len(wrong)
        if len(page) < _PAGE:
            return changed
        last = page[-1]


def _page(connection: Connection, after: str) -> list[str]:
    query = select(lessons.c.contact).where(lessons.c.contact > after).distinct()
    return list(connection.execute(query.order_by(lessons.c.contact).limit(_PAGE)).scalars())


def _wrong(
    work: UnitOfWork, contacts: Sequence[str], courses: Iterable[Course], zone: ZoneInfo
) -> Iterator[tuple[str, Course]]:
    """Yield who is noted to be elsewhere in a course than they are."""
    kept, known = _kept(work.connection, contacts), training.taken(work, contacts)
    for contact in contacts:
        for course in courses:
            now = training_in(course, contact, kept[contact], zone)
            before = [known[contact, slug] for slug in course.slugs if (contact, slug) in known]
            if now and before != [noted(before, now)]:
                yield contact, course


def _kept(connection: Connection, contacts: Sequence[str]) -> Mapping[str, Kept]:
    learned, tried = learned_by(connection, contacts), tried_by(connection, contacts)
    certificates: dict[str, list[Certificate]] = {contact: [] for contact in contacts}
    for one in certificates_of(connection, contacts):
        certificates[one.contact].append(one)
    return {one: Kept(learned[one], tried[one], certificates[one]) for one in contacts}
