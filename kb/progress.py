"""How far somebody is in a course, from what the record knows of its lessons; pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from kb.course import Course, Lesson


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """What somebody did with a lesson."""

    course: str
    """The slug that the course had then."""
    lesson: str
    """The id that the lesson had then."""
    read_at: datetime
    done_at: datetime | None = None
    """When they had done all that the lesson asked for then: its quiz, where it had one."""
    quiz: str | None = None
    """The revision of the quiz that they passed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """How somebody fared with the quiz of a lesson."""

    course: str
    lesson: str
    """What both were called then."""
    first_at: datetime
    last_at: datetime
    """When they answered it first, and last."""
    passed_at: datetime | None
    """When they passed it first."""


@dataclass(frozen=True, slots=True)
class Step:
    """A lesson of today, and what somebody did with it."""

    lesson: Lesson
    learned: Learned | None = None

    @property
    def is_done(self) -> bool:
        """Whether it is done; what once was done stays so, however the lesson is changed."""
        return self.learned is not None and self.learned.done_at is not None

    @property
    def has_changed(self) -> bool:
        """Whether the quiz is another one than the one that was passed, or there was none."""
        quiz = self.lesson.quiz
        return (
            self.is_done
            and quiz is not None
            and self.learned is not None
            and self.learned.quiz != quiz.revision
        )


@dataclass(frozen=True, slots=True)
class Progress:
    """How far somebody is in a course."""

    steps: tuple[Step, ...]

    @property
    def done(self) -> int:
        """How many lessons are done."""
        return sum(step.is_done for step in self.steps)

    @property
    def begun(self) -> bool:
        """Whether anything of it was read."""
        return any(step.learned for step in self.steps)

    @property
    def finished(self) -> bool:
        """Whether all lessons are done."""
        return self.done == len(self.steps)

    @property
    def next(self) -> Lesson | None:
        """The lesson with which to go on: the first that is not done; None where all are."""
        return next((step.lesson for step in self.steps if not step.is_done), None)

    @property
    def minutes_left(self) -> int:
        """How long the rest takes."""
        return sum(step.lesson.minutes for step in self.steps if not step.is_done)

    def step(self, lesson: Lesson) -> Step:
        """Return what somebody did with a lesson of the course."""
        return next(step for step in self.steps if step.lesson.id == lesson.id)


def progress_in(course: Course, learned: Iterable[Learned]) -> Progress:
    """Return how far somebody is in a course; what they learned of others does not count.

    Lessons that the course has no longer are left out, and stay in the record.
    """
    found: dict[str, Learned] = {}
    for one in learned:
        lesson = course.lesson(one.lesson) if one.course in course.slugs else None
        if lesson and (lesson.id not in found or one.done_at):
            found[lesson.id] = one
    return Progress(tuple(Step(lesson, found.get(lesson.id)) for lesson in course.lessons))
