"""What programmes ask of courses and lessons that do not exist, and so never happens."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from kb.course import Course
from kb.course_names import unknown
from kb.programmes.programme import Programme
from kb.programmes.reading import index_of
from kb.programmes.trigger import DONE
from tiering.files import Problem, read_front_matter


def with_lessons(
    content_dir: Path, programmes: Sequence[Programme], courses: Mapping[str, Course]
) -> tuple[tuple[Programme, ...], list[Problem]]:
    """Leave out the programmes that ask for a lesson that is not there, and say what is wrong with them.

    Otherwise somebody who has reached the goal would go on getting mails while its course is being mended.
    """
    wrong = {one.name: list(unknown_lessons(content_dir, one, courses)) for one in programmes}
    sound = tuple(one for one in programmes if not wrong[one.name])
    return sound, [problem for found in wrong.values() for problem in found]


def unknown_lessons(
    content_dir: Path, programme: Programme, courses: Mapping[str, Course]
) -> Iterator[Problem]:
    """Yield a problem for each key that names none; their paths are relative to the content directory."""
    trigger = programme.trigger
    keys: list[tuple[str, str, Iterable[str | None]]] = [
        (index_of(programme.name), "trigger", (trigger.event, trigger.unless)),
        (index_of(programme.name), "goal", (programme.goal,)),
    ]
    for step in programme.steps:
        keys += [(step.path, "only_if", step.only_if), (step.path, "unless", step.unless)]
    for path, key, events in keys:
        for event in events:
            if event and event.startswith(DONE) and (text := unknown(courses, event.removeprefix(DONE))):
                document, _ = read_front_matter(content_dir / path, path)
                yield document.problem([key], f"`{key}`: {text}")
