"""What a contact has learned of a course, as tiering keeps it for whoever answers about accounts; pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from kb.certificate import Certificate
from kb.course import Course
from kb.progress import Learned, Tried, progress_in
from tiering.domain.training import Training

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Kept:
    """All that is kept of what a contact learned, in whatever courses."""

    learned: Sequence[Learned] = ()
    tried: Sequence[Tried] = ()
    certificates: Sequence[Certificate] = ()


def training_in(course: Course, contact: str, kept: Kept, zone: ZoneInfo) -> Training | None:
    """Add up how far a contact is in a course; None where they have not begun it. `zone` is the company's."""
    progress = progress_in(course, kept.learned)
    known = [step.learned for step in progress.steps if step.learned]
    if not known:
        return None
    done = [one.done_at.astimezone(zone).date() for one in known if one.done_at]
    tried = _tried(course, kept.tried)
    last = [one.done_at or one.read_at for one in known]
    last += [one.last_at for some in tried for one in some]
    certified_on, certified_until = _term(one for one in kept.certificates if one.course in course.slugs)
    return Training(
        contact_id=contact,
        course=course.slug,
        title=course.title,
        done=progress.done,
        lessons=len(progress.steps),
        begun_on=min(one.read_at for one in known).astimezone(zone).date(),
        finished_on=max(done) if progress.finished else None,
        certified_on=certified_on,
        certified_until=certified_until,
        partners=course.certifies_partners,
        quizzes=len(tried),
        quizzes_at_once=sum(_at_once(some) for some in tried),
        last_on=max(last).astimezone(zone).date(),
    )


def _tried(course: Course, tried: Iterable[Tried]) -> list[list[Tried]]:
    """Return for each lesson of today whose quiz was answered how that went, under whatever names."""
    found: dict[str, list[Tried]] = {}
    for one in tried:
        if one.course in course.slugs and (lesson := course.lesson(one.lesson)):
            found.setdefault(lesson.id, []).append(one)
    return list(found.values())


def _at_once(tried: Iterable[Tried]) -> bool:
    """Whether the first attempt at a quiz passed."""
    first = min(tried, key=lambda one: one.first_at)
    return first.passed_at == first.first_at


def _term(certificates: Iterable[Certificate]) -> tuple[date | None, date | None]:
    """Return since when certificates have followed one another without a gap, and when the last ends."""
    begins: date | None = None
    ends: date | None = None
    for one in sorted(certificates, key=lambda one: one.begins_on, reverse=True):
        if begins is None or one.ends_on >= begins - _DAY:
            begins, ends = one.begins_on, ends or one.ends_on
        else:
            break
    return begins, ends
