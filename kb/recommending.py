"""What to learn or read next, each with its reason; pure, and the same for the same facts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice

from kb.course import Course
from kb.expansion import as_words
from kb.paths import Path
from kb.progress import Learned, Progress, progress_in
from kb.visibility import NOBODY, Visitor

MOST = 3
"""So many at once; more would be a list to choose from, and no advice."""

TEAM = "/account/team"
"""Where a manager sees what their colleagues have learned."""


@dataclass(frozen=True, slots=True)
class Recommendation:
    """A page to open next."""

    title: str
    path: str
    """Its address on the pages, such as `/courses/ropes/knots`."""
    reason: str
    """A sentence without its full stop."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What answers best what somebody searched for, and neither they nor anybody for them has opened."""

    query: str
    on: date
    title: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pupil:
    """Whoever is to be advised, and what is known of them."""

    visitor: Visitor = NOBODY
    learned: Sequence[Learned] = ()
    path: Path | None = None
    """The path of their account."""
    answers: Sequence[Answer] = ()
    """The newest search first."""
    manages: bool = False


def recommended(pupil: Pupil, courses: Mapping[str, Course], today: date) -> tuple[Recommendation, ...]:
    """Return at most three pages, the most useful first.

    `courses` are those that the pupil may see, in the order in which they are offered; nothing else is
    recommended, nothing that is done, and no course before those that are to be taken first.
    """
    known = _Known(pupil, courses, today)
    # One of each kind comes first: what was begun, what the account wants, what was asked for, what the plan
    # brings. Then the rest of each. Ties within a kind are broken by the newest first, else by the order in
    # which courses are offered, so that the same facts always give the same advice.
    kinds = [list(kind) for kind in (known.begun(), known.on_path(), known.searched(), known.of_plan())]
    firsts = [one for kind in kinds for one in kind[:1]]
    rest = [one for kind in kinds for one in kind[1:]]
    found: dict[str, Recommendation] = {}
    for one in (*firsts, *rest, *known.not_begun(), *known.team()):
        found.setdefault(one.path, one)
    return tuple(islice(found.values(), MOST))


def ago(day: date, today: date) -> str:
    """Say how long ago a day was, in the words that one would use."""
    days = (today - day).days
    if days < 2:
        return "today" if days < 1 else "yesterday"
    if days < 7:
        return f"{days} days ago"
    return "last week" if days < 14 else f"{days // 7} weeks ago"


@dataclass(frozen=True, slots=True)
class _Known:
    """What every kind of advice is made of."""

    pupil: Pupil
    courses: Mapping[str, Course]
    today: date

    def begun(self) -> Iterator[Recommendation]:
        """Yield how to go on in the courses that were begun, the one of the last lesson first."""
        far = [(course, self._far(course)) for course in self.courses.values()]
        going = [(course, one) for course, one in far if one.begun and not one.finished]
        going.sort(key=lambda found: _touched(found[1]), reverse=True)
        for course, progress in going:
            if lesson := progress.next:
                yield Recommendation(lesson.title, lesson.page.slug, _standing(course, progress))

    def on_path(self) -> Iterator[Recommendation]:
        """Yield the next course of the path, unless they are in the middle of one of its courses."""
        path = self.pupil.path
        course = next((one for one in path.courses if self._is_open(one)), None) if path else None
        if path and course:
            yield from self._taking(course, f"It is next on your path: {path.goal}")

    def searched(self) -> Iterator[Recommendation]:
        """Yield what answers their searches, but for lessons that they have done."""
        for one in self.pupil.answers:
            if one.path not in self._done_pages():
                reason = f"You looked for “{one.query}” {ago(one.on, self.today)}"
                yield Recommendation(one.title, one.path, reason)

    def of_plan(self) -> Iterator[Recommendation]:
        """Yield the courses that are only for plans such as theirs."""
        tier = f"tier:{self.pupil.visitor.tier}"
        for course in self.courses.values():
            if tier in course.audience.words and self._is_open(course):
                yield from self._taking(course, "It comes with your plan")

    def not_begun(self) -> Iterator[Recommendation]:
        """Yield the first course of which nothing is done; those for partners are for few, who know them."""
        for course in self.courses.values():
            if self._is_open(course) and not course.certifies_partners and not self._far(course).begun:
                yield from self._taking(course, f"You have not taken it yet, and it takes {_minutes(course)}")
                return

    def team(self) -> Iterator[Recommendation]:
        """Yield what a manager's team has learned."""
        if self.pupil.manages and self.courses:
            reason = "You manage your company's account, so you see how far everybody is"
            yield Recommendation("What your team has learned", TEAM, reason)

    def _taking(self, course: Course, reason: str) -> Iterator[Recommendation]:
        """Yield a course, or what is to be taken before it; nothing where either is begun already."""
        first = self._first(course, frozenset())
        if self._far(first).begun:
            return
        if first is not course:
            reason = f"It is the first step to “{course.title}”"
        yield Recommendation(first.title, first.page.slug, reason)

    def _first(self, course: Course, above: frozenset[str]) -> Course:
        for slug in course.prerequisites:
            before = self.courses.get(slug)
            if before and slug not in above and self._is_open(before):
                return self._first(before, above | {course.slug})
        return course

    def _is_open(self, course: Course) -> bool:
        return course.slug in self.courses and not self._far(course).finished

    def _far(self, course: Course) -> Progress:
        return progress_in(course, self.pupil.learned)

    def _done_pages(self) -> frozenset[str]:
        steps = (step for course in self.courses.values() for step in self._far(course).steps)
        done = {step.lesson.page.slug for step in steps if step.is_done}
        return frozenset(done | {one.page.slug for one in self.courses.values() if self._far(one).begun})


def as_markdown(found: Iterable[Recommendation], courses: Mapping[str, Course]) -> str:
    """Return a list for a mail; where there is nothing to recommend it leads to all that there is."""
    lines = [f"- [{as_words(one.title)}]({one.path}): {as_words(one.reason)}." for one in found]
    return "\n".join(lines or ["- [All courses](/courses)" if courses else "- [All articles](/articles)"])


def _touched(progress: Progress) -> float:
    learned = [step.learned for step in progress.steps if step.learned]
    return max(max(one.read_at, one.done_at or one.read_at) for one in learned).timestamp()


def _standing(course: Course, progress: Progress) -> str:
    done, total = progress.done, len(progress.steps)
    if total - done == 1:
        return f"One lesson is left of {course.title}"
    if done == 0:
        return f"You have begun {course.title}"
    if 2 * done == total:
        return f"You are half-way through {course.title}"
    return f"You have done {done} of {total} lessons of {course.title}"


def _minutes(course: Course) -> str:
    return "a minute" if course.minutes == 1 else f"{course.minutes} minutes"
