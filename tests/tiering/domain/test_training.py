"""What accounts have learned: what is kept of it, and the one line that says it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.conftest import TODAY
from tiering.domain.training import Training, noted, team_training, training_told

MARCH, MAY, JUNE = date(2026, 3, 2), date(2026, 5, 4), date(2026, 6, 1)
BEGUN = Training(contact_id="C-1", course="board", title="Run the board", done=3, lessons=5, begun_on=MARCH)
FINISHED = replace(BEGUN, done=5, finished_on=MAY)
CERTIFIED = replace(FINISHED, certified_on=MAY, certified_until=date(2028, 5, 3))


def told(*trainings: Training, people: int = 6) -> str:
    team = team_training(people, trainings, TODAY)
    assert team
    return training_told(team, TODAY)


def of(contact: str, one: Training = BEGUN, **changed: object) -> Training:
    return replace(one, contact_id=contact, **changed)  # type: ignore[arg-type]  # any field by its name


def test_a_day_that_was_reached_stays_when_the_course_grows() -> None:
    grown = replace(BEGUN, done=5, lessons=6, begun_on=MAY, title="Run the boards")
    assert noted([CERTIFIED], grown) == replace(CERTIFIED, lessons=6, title="Run the boards")


def test_the_same_again_changes_nothing_and_a_renewal_goes_on() -> None:
    assert noted([CERTIFIED], CERTIFIED) == CERTIFIED
    renewed = replace(CERTIFIED, certified_until=date(2030, 5, 3))
    assert noted([CERTIFIED], renewed) == renewed


def test_the_last_thing_done_stays_the_last_when_its_lesson_is_gone() -> None:
    assert noted([replace(BEGUN, last_on=MAY)], replace(BEGUN, last_on=MARCH)).last_on == MAY
    assert noted([BEGUN], replace(BEGUN, last_on=MARCH)).last_on == MARCH


def test_what_was_known_under_an_old_name_is_part_of_it() -> None:
    old = replace(FINISHED, course="the-board", begun_on=MARCH, finished_on=MAY)
    new = replace(BEGUN, begun_on=JUNE, finished_on=JUNE, done=5)
    assert noted([old], new) == replace(new, begun_on=MARCH, finished_on=MAY)


def test_where_nobody_has_begun_there_is_nothing_to_say() -> None:
    assert team_training(6, [], TODAY) is None


@pytest.mark.parametrize(
    ("people", "trainings", "line"),
    [
        (1, [BEGUN], "their one contact takes courses; Run the board: 3 of 5 lessons"),
        (6, [BEGUN], "1 of 6 people takes courses; Run the board: 3 of 5 lessons"),
        (6, [FINISHED], "1 of 6 people takes courses; Run the board: finished in May"),
        (6, [CERTIFIED], "1 of 6 people takes courses; Run the board: certified in May"),
        (6, [replace(CERTIFIED, done=3)],
         "1 of 6 people takes courses; Run the board: 3 of 5 lessons, certified in May"),
        (6, [replace(CERTIFIED, certified_on=date(2025, 5, 4))],
         "1 of 6 people takes courses; Run the board: certified in May 2025"),
        (6, [replace(CERTIFIED, certified_until=date(2026, 11, 21))],
         "1 of 6 people takes courses; Run the board: finished in May"),
        (50, [of("C-1"), of("C-2", done=4)],
         "2 of 50 people take courses; Run the board: 2 begun, the furthest 4 of 5 lessons"),
        (50, [of("C-1"), of("C-2", CERTIFIED), of("C-3", FINISHED)],
         "3 of 50 people take courses; Run the board: 3 begun, 2 finished, 1 certified"),
    ],
)  # fmt: skip
def test_one_line_is_of_use_for_one_contact_and_for_fifty(
    people: int, trainings: list[Training], line: str
) -> None:
    assert told(*trainings, people=people) == line


def test_of_many_courses_those_stand_there_that_most_have_begun() -> None:
    courses = [of("C-1", course=f"c{number}", title=f"Course {number}") for number in range(5)]
    assert told(*courses, of("C-2", course="c3", title="Course 3")) == (
        "2 of 6 people take courses; Course 3: 2 begun, the furthest 3 of 5 lessons; "
        "Course 0: 3 of 5 lessons; Course 1: 3 of 5 lessons; 2 more courses"
    )
