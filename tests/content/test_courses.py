"""The shipped courses teach what they promise, and their quizzes ask fairly."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from kb.course import Course, Lesson
from kb.courses import read_outlines
from kb.grading import Given, grade, shuffled
from kb.programmes.trigger import DONE
from kb.quiz import Kind, Question, Quiz, split_quiz
from kb.render import plain
from kb.site import read_site
from tests.content.test_content import ACCOUNTS, CONTENT, INTERNAL, load
from tests.content.test_programmes import PROGRAMMES

COURSES = read_outlines(CONTENT, read_site(CONTENT)[0])
LESSONS = [(course, lesson) for course in COURSES.values() for lesson in course.lessons]
QUIZZES = [(course, lesson.quiz) for course, lesson in LESSONS if lesson.quiz]
NAMES = [f"{course.slug}/{lesson.id}" for course, lesson in LESSONS]
FOR_PARTNERS = "look-after-others"

WORDS_A_MINUTE = 180
LONGEST_TASK = 7
"""Minutes to do what a lesson asks for, beside reading it and its quiz."""


def questions(course: Course) -> list[Question]:
    return [question for lesson in course.lessons if lesson.quiz for question in lesson.quiz.questions]


def right(question: Question) -> Given:
    if question.kind is Kind.WORDS:
        return question.accepted[0]
    if question.kind is Kind.ORDER:
        return tuple(range(len(question.options)))
    return tuple(place for place, option in enumerate(question.options) if option.right)


def is_true_or_false(question: Question) -> bool:
    return [option.html for option in question.options] == ["True", "False"]


def written(lesson: Lesson) -> str:
    """Return a lesson as its file has it, without the head."""
    return (CONTENT / lesson.page.path).read_text(encoding="utf-8").split("---\n", 2)[2]


def test_there_is_a_course_for_each_kind_of_work_and_one_for_partners() -> None:
    assert {slug: (len(one.lessons), one.audience.key) for slug, one in COURSES.items()} == {
        "run-the-board": (5, "public"),
        "bring-everybody-in": (6, "signed-in"),
        "get-paid": (6, "public"),
        FOR_PARTNERS: (3, "signed-in"),
    }


def test_whatever_a_customer_wants_to_reach_some_course_leads_there() -> None:
    wanted = {goal for segment in load(CONTENT / "tiers.yaml")["segments"] for goal in segment["when"]["goal"]}
    assert {row["goal"] for row in ACCOUNTS} - {""} == wanted
    offered = {goal.casefold() for slug, one in COURSES.items() if slug != FOR_PARTNERS for goal in one.goals}
    assert offered == wanted


def test_each_course_ends_with_a_certificate_that_a_mail_tells_of() -> None:
    assert {one.certificate for one in COURSES.values()} == {730}
    told = [one.trigger.event for one in PROGRAMMES if one.name.startswith("certificate")]
    assert sorted(told) == sorted(DONE + slug for slug in COURSES)


@pytest.mark.parametrize(("course", "lesson"), LESSONS, ids=NAMES)
def test_a_lesson_is_short_asks_for_something_to_do_and_ends_with_a_quiz(course: Course, lesson: Lesson) -> None:
    text = written(lesson)
    assert lesson.quiz
    assert 3 <= len(lesson.quiz.questions) <= 7
    assert 120 <= len(text.split()) <= 900
    assert lesson.id == "final" or "\n## Try it\n" in text
    assert 20 <= len(lesson.page.summary) <= 120
    assert not INTERNAL.search(f"{lesson.title} {lesson.page.summary} {text}")
    assert "handbook/" not in text
    assert 5 <= lesson.minutes <= 10, "as the articles promise"
    reading = len(text.split()) / WORDS_A_MINUTE
    assert reading <= lesson.minutes <= reading + LONGEST_TASK


@pytest.mark.parametrize(("course", "lesson"), LESSONS, ids=NAMES)
def test_a_lesson_reads_easily(course: Course, lesson: Lesson) -> None:
    """Sentences of a dozen words on average, of which few are long; tables and questions are left out."""
    prose = [line for line in split_quiz(written(lesson))[0].split("\n") if not re.match(r"[|#!]", line)]
    parts = re.split(r"(?<=[.!?:])\s+|\n\s*(?:\n|\d\. |- )", "\n".join(prose))
    sentences = [re.findall(r"[\w'’-]+", re.sub(r"\]\([^)]*\)", "]", part)) for part in parts]
    sentences = [sentence for sentence in sentences if sentence]
    words = [word for one in sentences for word in one]
    assert sum(map(len, sentences)) / len(sentences) <= 17
    assert sum(len(word) > 12 for word in words) / len(words) <= 0.04


@pytest.mark.parametrize(("course", "quiz"), QUIZZES, ids=NAMES)
def test_a_quiz_is_passed_by_who_knows_and_not_by_always_choosing_the_same_place(
    course: Course, quiz: Quiz
) -> None:
    assert grade(quiz, {one.id: right(one) for one in quiz.questions}).passed(100)
    for place in range(2):
        blind: dict[str, Given] = {
            one.id: "?"
            if one.kind is Kind.WORDS
            else shuffled(one)
            if one.kind is Kind.ORDER
            else (place,)
            for one in quiz.questions
        }
        assert not grade(quiz, blind).passed(course.pass_mark)


@pytest.mark.parametrize("course", COURSES.values(), ids=COURSES)
def test_each_question_has_a_lasting_id_and_says_why(course: Course) -> None:
    texts = "".join(written(lesson) for lesson in course.lessons)
    assert len(re.findall(r"^### .* \{#[a-z0-9-]+\}$", texts, re.MULTILINE)) == len(questions(course))
    for question in questions(course):
        assert 5 <= len(plain(question.because).split()) <= 45, question.html


@pytest.mark.parametrize("course", COURSES.values(), ids=COURSES)
def test_a_course_asks_in_all_five_ways(course: Course) -> None:
    asked = Counter(one.kind for one in questions(course) if not is_true_or_false(one))
    assert asked.keys() == set(Kind)
    assert any(map(is_true_or_false, questions(course)))


@pytest.mark.parametrize("course", COURSES.values(), ids=COURSES)
def test_neither_the_place_nor_the_length_of_an_answer_gives_it_away(course: Course) -> None:
    choices = [one for one in questions(course) if one.kind is Kind.ONE and not is_true_or_false(one)]
    places = Counter(next(n for n, option in enumerate(one.options) if option.right) for one in choices)
    assert max(places.values()) <= len(choices) * 0.6, places
    assert len(places) >= 3
    longest = [max(one.options, key=lambda option: len(plain(option.html))).right for one in choices]
    assert sum(longest) <= len(choices) * 0.5, [
        one.html for one, given_away in zip(choices, longest, strict=True) if given_away
    ]
    shortest = [min(one.options, key=lambda option: len(plain(option.html))).right for one in choices]
    assert sum(shortest) <= len(choices) * 0.6


def test_what_is_true_and_what_is_false_is_about_as_often() -> None:
    answers = Counter(one.options[0].right for c in COURSES.values() for one in questions(c) if is_true_or_false(one))
    assert min(answers.values()) * 3 >= max(answers.values()), answers
