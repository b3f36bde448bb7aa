"""How courses fare: who begins, where people stop, how quizzes go, how soon there is value; pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from hashlib import blake2b
from typing import NamedTuple

from kb.course import Course, Lesson
from kb.visit import EVERYBODY
from tiering.domain.figure import ENOUGH
from tiering.domain.time_to_value import median

ALL_COURSES = ""
"""Stands for whichever course it was."""


class Kind(StrEnum):
    """What is counted; unless it says otherwise, people who began the course in the stretch of time."""

    BEGAN = "began"
    FINISHED = "finished"
    """By whole days from the first lesson opened to the last one done."""
    CERTIFIED = "certified"
    """People with a certificate that is valid today, whenever they began."""
    REACHED = "reached"
    """A lesson that they opened."""
    DID = "did"
    """A lesson that they did."""
    STOPPED = "stopped"
    """The last lesson that they opened, of those who have stopped before the end."""
    TRIED = "tried"
    """People who answered a quiz for the first time in the stretch of time."""
    AT_ONCE = "at once"
    """Of these, who passed then."""
    PASSED = "passed"
    """Of these, who passed at all."""
    ATTEMPTS = "attempts"
    """All attempts of these."""
    PASSES = "passes"
    """Of these, the attempts that passed."""
    ANSWERED = "answered"
    """Attempts in the stretch of time, by whether the quiz is that of today: NOW or BEFORE."""
    WRONG = "wrong"
    """Wrong answers, by NOW or BEFORE and the id of the question."""
    LIVE = "live"
    """Customers that went live in the stretch of time and have somebody who could learn."""
    FIRST_LESSON = "first lesson"
    """Of these, by days from going live until anybody there had done a lesson."""
    FIRST_COURSE = "first course"
    """Of these, by days from going live until anybody there had finished a course."""
    FIRST_EVENT = "first event"
    """Customers that began in the stretch of time, by days until the event that is their first value."""


NOW, BEFORE = "now", "before"


class Fact(NamedTuple):
    """A count of one kind, for a tier."""

    kind: Kind
    tier: int
    course: str
    lesson: str
    key: str
    """What it is counted by, where its kind has something."""
    number: int


class Place(NamedTuple):
    """Where something that was learned under a name of then belongs today."""

    was_course: str
    was_lesson: str
    course: str
    lesson: str
    number: int
    """The lesson's place in its course, from 1."""
    lessons: int
    """How many the course has."""
    quiz: str
    """The revision of its quiz; empty without one."""


def places(courses: Iterable[Course]) -> tuple[Place, ...]:
    """Return where every name of a course and a lesson belongs, as `progress_in` understands them."""
    found: dict[tuple[str, str], Place] = {}
    for course in courses:
        numbers = {lesson.id: number for number, lesson in enumerate(course.lessons, 1)}
        for name in (name for lesson in course.lessons for name in lesson.ids):
            if lesson := course.lesson(name):
                quiz = lesson.quiz.revision if lesson.quiz else ""
                today = (course.slug, lesson.id, numbers[lesson.id], len(numbers), quiz)
                for slug in course.slugs:
                    found.setdefault((slug, name), Place(slug, name, *today))
    return tuple(found.values())


def digest(known: Iterable[Place], event: str | None) -> str:
    """Return a hash, so that numbers of other lessons or of another first value are known by it."""
    return blake2b(repr((sorted(known), event)).encode(), digest_size=16).hexdigest()


class Share(NamedTuple):
    """A part of a whole."""

    part: int
    whole: int

    @property
    def is_told(self) -> bool:
        """Whether it is of enough to say something."""
        return self.whole >= ENOUGH

    @property
    def value(self) -> float | None:
        """The part of one; None where it is of too few."""
        return self.part / self.whole if self.is_told else None


class Days(NamedTuple):
    """How long it took so many people."""

    people: int
    median: float | None
    """Half of them took no longer; None where they are too few."""


def days_of(counts: Mapping[int, int]) -> Days:
    """Return the median of days that so many people took each."""
    people = sum(counts.values())
    return Days(people, median(counts) if people >= ENOUGH else None)


class Taken(NamedTuple):
    """How a course is taken."""

    began: int
    finished: int
    certified: int
    days: Days
    """From the first lesson opened to the last one done."""

    @property
    def completion(self) -> Share:
        """Finished ÷ began."""
        return Share(self.finished, self.began)


class Stage(NamedTuple):
    """How far people come in a course: one of its lessons."""

    lesson: Lesson
    began: int
    """The course."""
    reached: int
    did: int
    stopped: int


class Missed(NamedTuple):
    """How often a question of today's quiz was answered wrongly."""

    question: str
    now: Share
    """Of the answers to the quiz as it is."""
    before: int
    """In earlier versions of the quiz, where the question may have been another."""


class Quizzed(NamedTuple):
    """How the quiz of a lesson goes."""

    lesson: Lesson
    people: int
    at_once: Share
    """Passed at the first attempt ÷ people."""
    overall: Share
    """Passed at all ÷ people."""
    attempts: int
    passes: int
    missed: tuple[Missed, ...]
    """The questions that were ever answered wrongly, the most frequent first."""
    before: int
    """Attempts at earlier versions."""
    gone: int
    """Wrong answers to questions that the quiz has no longer."""

    @property
    def per_pass(self) -> float | None:
        """Attempts ÷ attempts that passed; None where they are too few."""
        return self.attempts / self.passes if self.people >= ENOUGH and self.passes else None


class FirstValue(NamedTuple):
    """How soon customers learn."""

    customers: int
    """That went live in the stretch of time."""
    lesson: Days
    course: Days
    event: Days
    """Until the event of the product that is their first value."""


@dataclass(frozen=True, slots=True)
class LearningNumbers:
    """All that was counted at one moment; without a tier it is about everybody."""

    at: datetime
    since: date
    """The first day that counts."""
    digest: str
    """Of the names of the courses that were counted."""
    facts: tuple[Fact, ...]
    _sums: dict[tuple[Kind, str, str, int], Counter[str]] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        for kind, tier, course, lesson, key, number in self.facts:
            for who in (tier, EVERYBODY):
                self._sums.setdefault((kind, course, lesson, who), Counter())[key] += number

    @property
    def tiers(self) -> list[int]:
        """The tiers of whom anything is known."""
        return sorted({fact.tier for fact in self.facts})

    @property
    def courses(self) -> list[str]:
        """The slugs of the courses of which anything is known."""
        return sorted({fact.course for fact in self.facts} - {ALL_COURSES})

    def taken(self, course: str = ALL_COURSES, tier: int = EVERYBODY) -> Taken:
        """Return how a course is taken; of all courses a person counts once, and days for each course."""
        began, finished, certified = (
            self._by((kind, course, "", tier)).total() for kind in (Kind.BEGAN, Kind.FINISHED, Kind.CERTIFIED)
        )
        days: Counter[int] = Counter()
        for of in [course] if course else self.courses:
            days += _days(self._by((Kind.FINISHED, of, "", tier)))
        return Taken(began, finished, certified, days_of(days))

    def stages(self, course: Course, tier: int = EVERYBODY) -> list[Stage]:
        """Return how far people come in a course, lesson by lesson."""
        began = self.taken(course.slug, tier).began

        def count(kind: Kind, lesson: Lesson) -> int:
            return self._by((kind, course.slug, lesson.id, tier)).total()

        kinds = (Kind.REACHED, Kind.DID, Kind.STOPPED)
        return [Stage(one, began, *(count(kind, one) for kind in kinds)) for one in course.lessons]

    def quizzes(self, course: Course, tier: int = EVERYBODY) -> list[Quizzed]:
        """Return how the quizzes of a course go that anybody answered."""
        found = (self._quizzed(course, lesson, tier) for lesson in course.lessons if lesson.quiz)
        return [one for one in found if one.attempts or one.before]

    def first_value(self, tier: int = EVERYBODY) -> FirstValue:
        """Return how soon customers learn."""
        kinds = (Kind.FIRST_LESSON, Kind.FIRST_COURSE, Kind.FIRST_EVENT)
        found = (days_of(_days(self._by((kind, ALL_COURSES, "", tier)))) for kind in kinds)
        return FirstValue(self._by((Kind.LIVE, ALL_COURSES, "", tier)).total(), *found)

    def _quizzed(self, course: Course, lesson: Lesson, tier: int) -> Quizzed:
        def by(kind: Kind) -> Counter[str]:
            return self._by((kind, course.slug, lesson.id, tier))

        people, attempts, passes = (by(kind).total() for kind in (Kind.TRIED, Kind.ATTEMPTS, Kind.PASSES))
        wrong, answered = by(Kind.WRONG), by(Kind.ANSWERED)
        known = [one.id for one in lesson.quiz.questions] if lesson.quiz else []
        missed = sorted(
            (
                Missed(name, Share(wrong[f"{NOW} {name}"], answered[NOW]), wrong[f"{BEFORE} {name}"])
                for name in known
            ),
            key=lambda one: (-one.now.part, -one.before),
        )
        return Quizzed(
            lesson=lesson,
            people=people,
            at_once=Share(by(Kind.AT_ONCE).total(), people),
            overall=Share(by(Kind.PASSED).total(), people),
            attempts=attempts,
            passes=passes,
            missed=tuple(one for one in missed if one.now.part or one.before),
            before=answered[BEFORE],
            gone=wrong.total() - sum(one.now.part + one.before for one in missed),
        )

    def _by(self, place: tuple[Kind, str, str, int]) -> Counter[str]:
        return self._sums.get(place, Counter())


def _days(counts: Mapping[str, int]) -> Counter[int]:
    return Counter({int(days): count for days, count in counts.items()})
