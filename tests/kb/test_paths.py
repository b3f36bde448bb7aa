"""Learning paths: which there are, in which order their courses come, and whose they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from kb.course import Course
from kb.paths import Aim, Path, in_order, path_of, paths_in, together
from tests.kb.shelf import Shelf

AIMS = (Aim("Cross a sea", "Far out.", ("voyagers", "Long trips")), Aim("Fish"))


@pytest.fixture
def courses(shelf: Shelf) -> dict[str, Course]:
    """Four courses: two of one goal, one of two goals, one of none."""
    for slug, head in {
        "ropes": "goals: [Moor a boat]\norder: 3\nprerequisites: [words]",
        "words": "goals: [moor  a BOAT]\norder: 9",
        "stars": "goals: [Cross a sea, Moor a boat]\norder: 1",
        "flags": "order: 2",
    }.items():
        shelf.course(slug, f"title: {slug.title()}\n{head}")
        shelf.lesson(f"{slug}/01-begin", "id: begin\ntitle: Begin")
    return dict(shelf.read().courses)


def named(paths: Sequence[Path]) -> list[tuple[str, str]]:
    return [(path.goal, " ".join(course.slug for course in path.courses)) for path in paths]


def test_courses_of_one_goal_are_a_path_prerequisites_first(courses: dict[str, Course]) -> None:
    assert named(paths_in(courses.values(), ())) == [
        ("Cross a sea", "stars"),
        ("Moor a boat", "stars words ropes"),
        ("", "flags"),
    ]


def test_site_yaml_says_the_order_of_the_paths_and_what_they_are_about(courses: dict[str, Course]) -> None:
    paths = paths_in(courses.values(), (Aim("MOOR A BOAT", "Lie calmly."), *AIMS))
    assert named(paths)[:2] == [("MOOR A BOAT", "stars words ropes"), ("Cross a sea", "stars")]
    assert (paths[0].summary, paths[0].anchor) == ("Lie calmly.", "path-moor-a-boat")


def test_paths_of_the_same_courses_are_shown_as_one(courses: dict[str, Course]) -> None:
    both = replace(courses["flags"], goals=("Signal", "Be seen"))
    paths = paths_in([both, courses["stars"]], ())
    assert [[path.goal for path in same] for same in together(paths)] == [
        ["Signal", "Be seen"],
        ["Cross a sea", "Moor a boat"],
    ]


@pytest.mark.parametrize(
    ("goal", "segment", "path"),
    [
        ("Moor a boat", None, "Moor a boat"),
        ("  moor A   boat ", "voyagers", "Moor a boat"),
        ("long trips", None, "Cross a sea"),
        ("Less fuel; Long trips", None, "Cross a sea"),
        ("less fuel", "Voyagers", "Cross a sea"),
        ("fish", None, None),
        ("", "", None),
        (None, None, None),
        (";,", None, None),
    ],
)
def test_an_account_has_the_path_of_its_goal_or_else_of_its_segment(
    courses: dict[str, Course], goal: str | None, segment: str | None, path: str | None
) -> None:
    found = path_of(paths_in(courses.values(), AIMS), goal, segment)
    assert (found.goal if found else None) == path


def test_even_courses_that_wait_for_one_another_are_all_there(courses: dict[str, Course]) -> None:
    first = replace(courses["ropes"], prerequisites=("words",))
    second = replace(courses["words"], prerequisites=("ropes",))
    assert {one.slug for one in in_order([first, second])} == {"ropes", "words"}
