"""Training: how far people are in courses, and what that says of their account; pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

MOST_COURSES = 3
"""So many courses the line about an account names."""

IDLE = timedelta(days=14)
"""Whoever did nothing in a course for so long has stopped; until then they may just be on their way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Training:
    """How far a contact is in a course that they have begun."""

    contact_id: str
    course: str
    """The course's slug."""
    title: str
    done: int
    lessons: int
    """How many of the course's lessons they have done, and how many it has."""
    begun_on: date
    finished_on: date | None = None
    """When all lessons that the course had then were done."""
    certified_on: date | None = None
    """Since when they have held a certificate without a gap."""
    certified_until: date | None = None
    """The last day of the newest certificate."""
    partners: bool = False
    """Whether the course certifies those who serve our customers in our place."""
    quizzes: int = 0
    quizzes_at_once: int = 0
    """How many of the course's quizzes they have answered, and of these passed at the first attempt."""
    last_on: date | None = None
    """When they did something new in the course last; None of what was noted before that was kept."""

    def is_certified(self, today: date) -> bool:
        """Whether a certificate holds today."""
        begun = self.certified_on is not None and self.certified_on <= today
        return begun and self.certified_until is not None and today <= self.certified_until


def noted(known: Iterable[Training], new: Training) -> Training:
    """Return what is known after something new is: a day that was reached stays, whatever the course becomes.

    `known` is what was known of the course before, also under slugs that it had then.
    """
    for one in known:
        new = replace(
            new,
            begun_on=min(one.begun_on, new.begun_on),
            finished_on=min(filter(None, (one.finished_on, new.finished_on)), default=None),
            certified_on=new.certified_on if new.certified_until else one.certified_on,
            certified_until=new.certified_until or one.certified_until,
            last_on=max(filter(None, (one.last_on, new.last_on)), default=None),
        )
    return new


@dataclass(frozen=True, slots=True)
class CourseTaken:
    """How the people of an account stand in a course; nobody is named."""

    course: str
    title: str
    begun: int
    finished: int
    certified: int
    """How many hold a certificate today."""
    furthest: Training
    """The one who is furthest."""


@dataclass(frozen=True, slots=True)
class TeamTraining:
    """What the people of an account have learned."""

    people: int
    begun: int
    """How many have begun a course."""
    courses: tuple[CourseTaken, ...]
    """Those that most have begun first."""


def team_training(people: int, trainings: Iterable[Training], today: date) -> TeamTraining | None:
    """Add up what the people of an account have learned; None where nobody has begun."""
    by_course: dict[str, list[Training]] = {}
    for one in trainings:
        by_course.setdefault(one.course, []).append(one)
    if not by_course:
        return None
    courses = [_taken(course, taken, today) for course, taken in by_course.items()]
    courses.sort(key=lambda one: (-one.begun, one.title.casefold(), one.course))
    begun = {one.contact_id for taken in by_course.values() for one in taken}
    return TeamTraining(people, len(begun), tuple(courses))


def _taken(course: str, taken: Sequence[Training], today: date) -> CourseTaken:
    def far(one: Training) -> tuple[bool, bool, float]:
        return one.is_certified(today), one.finished_on is not None, one.done / max(one.lessons, 1)

    furthest = max(taken, key=far)
    finished = sum(one.finished_on is not None for one in taken)
    return CourseTaken(
        course, furthest.title, len(taken), finished, sum(one.is_certified(today) for one in taken), furthest
    )


def training_told(team: TeamTraining, today: date) -> str:
    """Say in one line what the people of an account have learned."""
    verb = "takes" if team.begun == 1 else "take"
    who = "their one contact" if team.people == 1 else f"{team.begun} of {team.people} people"
    named = team.courses[:MOST_COURSES]
    told = [f"{who} {verb} courses", *(f"{one.title}: {_far(one, today)}" for one in named)]
    if (more := len(team.courses) - MOST_COURSES) > 0:
        told.append(f"{more} more {'course' if more == 1 else 'courses'}")
    return "; ".join(told)


def _far(taken: CourseTaken, today: date) -> str:
    """Say how far one person is, or how many of several are how far."""
    first = taken.furthest
    lessons = f"{first.done} of {first.lessons} lessons"
    if taken.begun == 1:
        certified = first.certified_on if taken.certified else None
        parts = [lessons] if first.finished_on is None or first.done < first.lessons else []
        if certified:
            parts.append(f"certified in {_month(certified, today)}")
        elif first.finished_on and not parts:
            parts.append(f"finished in {_month(first.finished_on, today)}")
        return ", ".join(parts)
    counted = ((taken.finished, "finished"), (taken.certified, "certified"))
    parts = [f"{number} {word}" for number, word in counted if number]
    return ", ".join([f"{taken.begun} begun", *(parts or [f"the furthest {lessons}"])])


def _month(day: date, today: date) -> str:
    return f"{day:%B}" if day.year == today.year else f"{day:%B %Y}"
