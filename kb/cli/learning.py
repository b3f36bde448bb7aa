"""The command that counts how courses fare."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

import click
from rich.table import Table
from rich.text import Text

from kb.cli.desk import need, today
from kb.course import Course
from kb.courses import read_outlines
from kb.learning_numbers import LearningNumbers, Quizzed, Taken, places
from kb.site import read_site
from kb.storage import EVERYBODY, Counts, Stretch
from kb.visit import NO_PLAN
from tiering.config import Settings, load_settings
from tiering.domain.figure import ENOUGH
from tiering.domain.time_to_value import counted_since
from tiering.terminal import console, print_json
from tiering.usecases.record import check as check_record
from tiering.usecases.record import open_store


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print all that is counted, for programs.")
def learning(as_json: bool) -> None:
    """Count who begins and finishes courses.

    By course and by tier, of the present month and eleven before it. The pages for colleagues, and --json,
    also tell where people stop and which questions are missed.
    """
    settings = load_settings(Settings)
    need(settings.content_dir)
    site, _ = read_site(settings.content_dir)
    courses, first = read_outlines(settings.content_dir, site).values(), counted_since(today(site))
    store = open_store(settings.database, lambda: datetime.now(UTC))
    try:
        check_record(store)
        numbers = Counts(store).renew(places(courses), Stretch(first, site.time_zone), site.first_value)
    finally:
        store.close()
    if as_json:
        print_json(_as_json(numbers, courses))
    else:
        _print_learning(numbers, courses)


def _as_json(numbers: LearningNumbers, courses: Iterable[Course]) -> dict[str, object]:
    """Return the numbers; what is of too few people to tell is null."""
    return {
        "since": numbers.since.isoformat(),
        "least": ENOUGH,
        "tiers": [_of_tier(numbers, courses, tier) for tier in (EVERYBODY, *numbers.tiers)],
    }


def _of_tier(numbers: LearningNumbers, courses: Iterable[Course], tier: int) -> dict[str, object]:
    value = numbers.first_value(tier)
    return {
        "tier": None if tier == EVERYBODY else tier,
        **_taken(numbers.taken(tier=tier)),
        "went_live": value.customers,
        "first_lesson": value.lesson._asdict(),
        "first_course": value.course._asdict(),
        "first_event": value.event._asdict(),
        "courses": [
            {
                "course": course.slug,
                **_taken(numbers.taken(course.slug, tier)),
                "lessons": [
                    {"lesson": one.lesson.id, "reached": one.reached, "did": one.did, "stopped": one.stopped}
                    for one in numbers.stages(course, tier)
                ],
                "quizzes": [_quiz(one) for one in numbers.quizzes(course, tier)],
            }
            for course in courses
        ],
    }


def _taken(taken: Taken) -> dict[str, object]:
    return {
        "began": taken.began,
        "finished": taken.finished,
        "completion": taken.completion.value,
        "median_days": taken.days.median,
        "certified": taken.certified,
    }


def _quiz(quiz: Quizzed) -> dict[str, object]:
    return {
        "lesson": quiz.lesson.id,
        "people": quiz.people,
        "passed_at_once": quiz.at_once.value,
        "passed": quiz.overall.value,
        "attempts": quiz.attempts,
        "attempts_a_pass": quiz.per_pass,
        "wrong": [
            {"question": one.question, "now": one.now.part, "share": one.now.value, "before": one.before}
            for one in quiz.missed
        ],
    }


def _print_learning(numbers: LearningNumbers, courses: Iterable[Course]) -> None:
    rows = [(course.title, numbers.taken(course.slug)) for course in courses]
    rows += [("All courses", numbers.taken())]
    rows += [
        (f"Tier {tier}" if tier != NO_PLAN else "Without a plan", numbers.taken(tier=tier))
        for tier in numbers.tiers
    ]
    table = Table(
        "Course or tier",
        *("Began", "Finished", "Completion", "Median days", "Certified"),
        box=None,
        header_style="bold",
    )
    for column in table.columns[1:]:
        column.justify = "right"
    for name, taken in rows:
        share, median = taken.completion.value, taken.days.median
        rate = "too few" if share is None else f"{share:.0%}"
        days = "too few" if median is None else f"{median:g}"
        table.add_row(
            Text(name), f"{taken.began:,}", f"{taken.finished:,}", rate, days, f"{taken.certified:,}"
        )
    console().print(table)
