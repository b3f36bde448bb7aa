"""The quiz at the end of a lesson: asked on a page of its own, graded here, and explained."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from kb.course import Course, Lesson
from kb.grading import Answers, ForgedError, Graded, grade, needed, read_answers, shuffled
from kb.hashing import hashed
from kb.quiz import Quiz
from kb.storage import Attempt
from kb.web.courses import after, lesson_at
from kb.web.desk import desk, today
from kb.web.learning import learner, next_steps, progress

blueprint = Blueprint("quizzes", __name__)

_CHANGED = "The quiz was changed while you had it open. Nothing was counted; here it is as it is now."
_FORGED = "{} Nothing was counted; please answer the quiz on this page."
_LACKING = "{} still to answer. Nothing was counted yet."
_BEFORE = "This form had been sent before. What counts is what you answered then."


@dataclass(frozen=True, slots=True)
class _Asked:
    """A quiz, and the lesson and course that it belongs to."""

    course: Course
    lesson: Lesson
    quiz: Quiz


@blueprint.get("/courses/<slug>/<name>/quiz")
def ask(slug: str, name: str) -> AnyResponse | str:
    """Ask the questions."""
    asked = _asked(slug, name)
    if (asked.course.slug, asked.lesson.id) != (slug, name):
        return redirect(url_for(".ask", slug=asked.course.slug, name=asked.lesson.id), code=301)
    return _form(asked)


@blueprint.post("/courses/<slug>/<name>/quiz")
def answer(slug: str, name: str) -> AnyResponse | str | tuple[str, int]:
    """Grade the answers. The answer is the page itself, since sending twice is one attempt."""
    asked = _asked(slug, name)
    form = {field: request.form.getlist(field) for field in request.form}
    if request.form.get("revision") != asked.quiz.revision:
        return _form(asked, problem=_CHANGED), 409
    try:
        answers = read_answers(asked.quiz, form)
    except ForgedError as error:
        return _form(asked, problem=_FORGED.format(error)), 400
    if answers.lacking:
        count = len(answers.lacking)
        many = "One question is" if count == 1 else f"{count} questions are"
        return _form(asked, answers, problem=_LACKING.format(many)), 422
    graded = grade(asked.quiz, answers.given)
    passed = graded.passed(asked.course.pass_mark)
    if who := learner():
        tried = _attempt(asked, graded, who.contact)
        kept = desk().learning.attempt(tried, asked.course.attempts)
        if kept is None:
            return _form(asked), 429
        if (kept.wrong, kept.quiz) != (tried.wrong, tried.quiz):
            return _form(asked, problem=_BEFORE), 409
    return _result(asked, graded, passed=passed)


def _asked(slug: str, name: str) -> _Asked:
    course, lesson = lesson_at(slug, name)
    if lesson.quiz is None:
        raise NotFound("This lesson has no quiz.")
    return _Asked(course, lesson, lesson.quiz)


def _form(asked: _Asked, answers: Answers | None = None, *, problem: str = "") -> str:
    return render_template(
        "courses/quiz.html",
        course=asked.course,
        lesson=asked.lesson,
        quiz=asked.quiz,
        needed=needed(asked.quiz, asked.course.pass_mark),
        answers=answers or Answers(),
        typed=request.form,
        problem=problem,
        form=secrets.token_urlsafe(16),
        shuffled=shuffled,
        left=_left(asked),
        learner=learner(),
    )


def _left(asked: _Asked) -> int | None:
    """Return how often the reader may answer today; None for as often as they like."""
    who, most = learner(), asked.course.attempts
    if who is None or most is None:
        return None
    return max(0, most - desk().learning.tried(who.contact, asked.course.slug, asked.lesson.id, today()))


def _attempt(asked: _Asked, graded: Graded, contact: str) -> Attempt:
    form = request.form.get("form", "")[:100]
    place = (contact, asked.course.slug, asked.lesson.id, form)
    return Attempt(
        key=hashed(desk().settings.secret_key, "attempt", *place),
        contact=contact,
        course=asked.course.slug,
        lesson=asked.lesson.id,
        day=today(),
        at=desk().store.now(),
        revision=asked.course.revision,
        quiz=asked.quiz.revision,
        right=graded.right,
        total=graded.total,
        passed=graded.passed(asked.course.pass_mark),
        wrong=graded.wrong,
    )


def _result(asked: _Asked, graded: Graded, *, passed: bool) -> str:
    far = progress(asked.course)
    return render_template(
        "courses/result.html",
        course=asked.course,
        lesson=asked.lesson,
        graded=graded,
        needed=needed(asked.quiz, asked.course.pass_mark),
        passed=passed,
        left=_left(asked),
        learner=learner(),
        progress=far,
        following=after(asked.course, asked.lesson),
        next_steps=next_steps() if far and far.finished else (),
    )
