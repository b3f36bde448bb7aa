"""How far somebody is in a course, and when a certificate may be issued."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from kb.certificate import Certificate, Term, new_certificate_number, read_name, term
from kb.course import Course
from kb.progress import Learned, Progress, progress_in
from tests.conftest import NOON, TODAY
from tests.kb.shelf import Shelf

BEGIN = Learned(course="ropes", lesson="begin", read_at=NOON, done_at=NOON)
KNOTS = Learned(course="ropes", lesson="knots", read_at=NOON, done_at=NOON, quiz="an old one")


@pytest.fixture
def ropes(shelf: Shelf) -> Course:
    """Two lessons of 5 and 10 minutes, the second with a quiz; a certificate for 100 days."""
    shelf.course("ropes", "title: Ropes\naliases: lines\ncertificate: 100")
    shelf.lesson("ropes/01-begin", "id: begin\ntitle: Begin\nminutes: 5")
    quiz = "## Quiz\n\n### Two knots?\n\n= bowline\n"
    shelf.lesson("ropes/02-knots", "id: knots\ntitle: Knots\nminutes: 10\naliases: bends", quiz)
    return shelf.read().courses["ropes"]


def test_whoever_has_not_begun_begins_with_the_first_lesson(ropes: Course) -> None:
    progress = progress_in(ropes, ())
    assert (progress.begun, progress.done, progress.minutes_left) == (False, 0, 15)
    assert progress.next == ropes.lessons[0]


def test_one_goes_on_with_the_first_lesson_that_is_not_done(ropes: Course) -> None:
    progress = progress_in(ropes, [BEGIN])
    assert (progress.begun, progress.done, progress.minutes_left) == (True, 1, 10)
    assert progress.next == ropes.lessons[1]


def test_a_lesson_that_is_only_read_is_not_done(ropes: Course) -> None:
    progress = progress_in(ropes, [replace(KNOTS, done_at=None, quiz=None)])
    assert (progress.begun, progress.done) == (True, 0)


def test_a_changed_quiz_keeps_the_pass_and_says_so(ropes: Course) -> None:
    quiz = ropes.lessons[1].quiz
    assert quiz
    for revision, changed in (("an old one", True), (None, True), (quiz.revision, False)):
        step = progress_in(ropes, [replace(KNOTS, quiz=revision)]).step(ropes.lessons[1])
        assert (step.is_done, step.has_changed) == (True, changed)
    assert not progress_in(ropes, [BEGIN]).step(ropes.lessons[0]).has_changed


def test_what_was_learned_under_old_names_counts(ropes: Course) -> None:
    old = replace(KNOTS, course="lines", lesson="bends")
    assert progress_in(ropes, [BEGIN, old]).finished
    assert progress_in(ropes, [old, replace(KNOTS, done_at=None)]).done == 1


def test_lessons_of_other_courses_and_lessons_that_went_away_count_nothing(ropes: Course) -> None:
    learned = [replace(BEGIN, course="sails"), replace(BEGIN, lesson="gone")]
    assert progress_in(ropes, learned) == progress_in(ropes, ())


class TestCertificates:
    """When one may be issued, and for how long."""

    @pytest.fixture
    def finished(self, ropes: Course) -> Progress:
        return progress_in(ropes, [BEGIN, KNOTS])

    OLD = Certificate(
        number="A",
        contact="C-1",
        course="ropes",
        title="Ropes",
        name="Tess",
        revision="r",
        begins_on=date(2026, 9, 1),
        ends_on=TODAY,
    )

    def test_it_begins_today_and_ends_when_the_course_says(self, ropes: Course, finished: Progress) -> None:
        assert term(ropes, finished, None, TODAY, TODAY) == Term(TODAY, date(2027, 3, 1))

    def test_it_needs_every_lesson(self, ropes: Course) -> None:
        assert term(ropes, progress_in(ropes, [BEGIN]), None, None, TODAY) == "1 lesson is still to do."
        assert term(ropes, progress_in(ropes, []), None, None, TODAY) == "2 lessons are still to do."

    def test_a_course_may_have_none(self, ropes: Course, finished: Progress) -> None:
        without = replace(ropes, certificate=None)
        assert term(without, finished, None, TODAY, TODAY) == "This course has no certificate."

    def test_a_renewed_one_begins_when_the_old_one_ends(self, ropes: Course, finished: Progress) -> None:
        tomorrow = TODAY + timedelta(days=1)
        assert term(ropes, finished, self.OLD, TODAY, TODAY) == Term(tomorrow, date(2027, 3, 2))

    def test_one_that_has_ended_is_renewed_from_today(self, ropes: Course, finished: Progress) -> None:
        later = TODAY + timedelta(days=30)
        assert term(ropes, finished, self.OLD, later, later) == Term(later, later + timedelta(days=99))

    def test_it_is_renewed_in_its_last_sixty_days_and_not_before(
        self, ropes: Course, finished: Progress
    ) -> None:
        early = TODAY - timedelta(days=61)
        assert term(ropes, finished, self.OLD, early, early) == (
            "Your certificate can be renewed from 23 September 2026."
        )

    def test_to_renew_it_the_last_quiz_is_passed_once_more(self, ropes: Course, finished: Progress) -> None:
        assert term(ropes, finished, self.OLD, date(2026, 9, 1), TODAY) == (
            "To renew your certificate, pass the last quiz of the course once more."
        )

    def test_its_last_day_counts(self) -> None:
        assert self.OLD.is_valid(TODAY)
        assert not self.OLD.is_valid(TODAY + timedelta(days=1))

    def test_numbers_cannot_be_guessed(self) -> None:
        numbers = {new_certificate_number() for _ in range(1000)}
        assert len(numbers) == 1000
        assert all(len(number) == 23 for number in numbers)

    @pytest.mark.parametrize(
        ("written", "name", "problem"),
        [
            ("  Zoë   d'Arc ", "Zoë d'Arc", ""),
            (" ", "", "Please write your name as it is to be shown."),
            ("x" * 81, "x" * 80, "A name has at most 80 characters here."),
            ("Tess\u202e", "", "The name holds characters that cannot be shown."),
        ],
    )
    def test_a_name_is_short_and_can_be_shown(self, written: str, name: str, problem: str) -> None:
        assert read_name(written) == (name, problem)
