"""Learning paths: the courses of one goal in the order in which to take them, and whose path it is; pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kb.course import Course
from kb.visibility import folded


@dataclass(frozen=True, slots=True)
class Aim:
    """What site.yaml says of a goal that courses name."""

    goal: str
    summary: str = ""
    wanted_by: tuple[str, ...] = ()
    """Segments of the policy, and goals of accounts as the CRM words them."""


@dataclass(frozen=True, slots=True)
class Path:
    """The courses that lead to a goal."""

    goal: str
    """As it is written first; empty for the courses without one."""
    courses: tuple[Course, ...]
    """In the order in which to take them."""
    summary: str = ""
    wanted_by: frozenset[str] = frozenset()

    @property
    def anchor(self) -> str:
        """The id of its section on the page of all courses."""
        return "path-" + "-".join(re.findall(r"\w+", folded(self.goal)))


def paths_in(courses: Iterable[Course], aims: Sequence[Aim]) -> tuple[Path, ...]:
    """Return the paths: those of site.yaml in its order, then others; the courses without a goal come last.

    A goal is the same however its capitals and spaces are written.
    """
    known = {folded(aim.goal): aim for aim in aims}
    goals = {goal: aim.goal for goal, aim in known.items()}
    found: dict[str, list[Course]] = {goal: [] for goal in goals}
    rest: list[Course] = []
    for course in courses:
        for goal in dict.fromkeys(map(folded, course.goals)):
            found.setdefault(goal, []).append(course)
            goals.setdefault(goal, next(one for one in course.goals if folded(one) == goal))
        if not course.goals:
            rest.append(course)
    paths = [_path(known.get(goal, Aim(goals[goal])), some) for goal, some in found.items() if some]
    return (*paths, *([Path("", tuple(in_order(rest)))] if rest else []))


def path_of(paths: Iterable[Path], goal: str | None, segment: str | None) -> Path | None:
    """Return the path of an account that wants something, or else of its segment; None where none fits.

    A goal of the CRM may be several, with a comma or a semicolon between them.
    """
    parts = re.split(r"[;,]", goal or "")
    for word in (goal, *parts, segment):
        wanted = folded(word or "")
        for path in paths:
            if wanted and wanted in path.wanted_by:
                return path
    return None


def together(paths: Iterable[Path]) -> list[tuple[Path, ...]]:
    """Put paths together that are the same courses, where the first of them stands."""
    found: dict[tuple[str, ...], list[Path]] = {}
    for path in paths:
        found.setdefault(tuple(course.slug for course in path.courses), []).append(path)
    return [tuple(same) for same in found.values()]


def in_order(courses: Sequence[Course]) -> list[Course]:
    """Return courses as they are offered, but each after those of them that are to be taken first."""
    waiting = {course.slug: course for course in courses}
    ordered: list[Course] = []
    while waiting:
        # Nothing goes round in a circle, since whoever reads the courses takes such prerequisites out.
        ready = (one for one in waiting.values() if waiting.keys().isdisjoint(one.prerequisites))
        ordered.append(waiting.pop(next(ready, next(iter(waiting.values()))).slug))
    return ordered


def _path(aim: Aim, courses: Sequence[Course]) -> Path:
    words = frozenset(folded(word) for word in (aim.goal, *aim.wanted_by))
    return Path(aim.goal, tuple(in_order(courses)), aim.summary, words)
