"""Courses: which there are, what each holds, its lessons, and going on where one left."""

from __future__ import annotations

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.exceptions import Forbidden, NotFound
from werkzeug.wrappers import Response as AnyResponse

from kb.course import Course, Lesson
from kb.paths import path_of, paths_in, together
from kb.progress import Learned, progress_in
from kb.web import recording
from kb.web.desk import desk, edition, today
from kb.web.learning import customer, learned, learner, next_steps, progress

blueprint = Blueprint("courses", __name__)

_MOST_CLAIMS = 500
"""So many lessons a browser may say at once that somebody has read."""


@blueprint.get("/courses")
def index() -> str:
    """List the courses, path by path, the reader's own first."""
    courses, known, who = edition().library.courses, learned(), customer()
    far = {} if known is None else {slug: progress_in(one, known) for slug, one in courses.items()}
    paths = paths_in(courses.values(), edition().site.aims)
    mine = path_of(paths, who.goal, who.segment) if who else None
    others = together(path for path in paths if path is not mine)
    return render_template(
        "courses/index.html",
        paths=[(mine,), *others] if mine else others,
        mine=mine,
        far=far,
        finished={slug for slug, progress in far.items() if progress.finished},
        learner=learner(),
        customer=who,
        known=courses,
    )


@blueprint.get("/courses/<slug>")
def course(slug: str) -> AnyResponse:
    """Show what a course holds, and where the reader is in it."""
    found = course_at(slug)
    if found.slug != slug:
        return redirect(url_for("courses.course", slug=found.slug), code=301)
    recording.read(found.page)
    far, who = progress(found), customer()
    mine = (
        [one for one in desk().certificates.of([who.contact]) if one.course in found.slugs]
        if far and who
        else []
    )
    return make_response(
        render_template(
            "courses/course.html",
            course=found,
            progress=far,
            customer=who,
            certificate=mine[0] if mine else None,
            today=today(),
            next_steps=next_steps() if far and far.finished else (),
            first=[edition().library.courses[one] for one in found.prerequisites],
        )
    )


@blueprint.get("/courses/<slug>/<name>")
def lesson(slug: str, name: str) -> AnyResponse:
    """Show a lesson."""
    found, here = lesson_at(slug, name)
    if (found.slug, here.id) != (slug, name):
        return redirect(url_for("courses.lesson", slug=found.slug, name=here.id), code=301)
    recording.read(here.page)
    far = progress(found)
    return make_response(
        render_template(
            "courses/lesson.html",
            course=found,
            lesson=here,
            progress=far,
            step=far.step(here) if far else None,
            following=after(found, here),
        )
    )


@blueprint.post("/courses/<slug>/<name>/done")
def done(slug: str, name: str) -> AnyResponse:
    """Note that a lesson without a quiz is done, and go on."""
    found, here = lesson_at(slug, name)
    who = learner()
    if who is None:
        raise Forbidden("Please sign in first, so that we know whose lesson this is.")
    if here.quiz:
        return redirect(url_for("quizzes.ask", slug=found.slug, name=here.id), code=303)
    desk().learning.read(who.contact, [_read(found, here)], found.revision)
    far, following = progress(found), after(found, here)
    if following is None or (far and far.finished):
        return redirect(url_for("courses.course", slug=found.slug), code=303)
    return redirect(url_for("courses.lesson", slug=found.slug, name=following.id), code=303)


@blueprint.post("/account/progress")
def bring() -> AnyResponse:
    """Take over which lessons a browser says were read before its reader signed in.

    That is all that it is believed: a lesson with a quiz is read by it, and not done. A link of a mail does
    not do: whoever made somebody follow it would be told what they have read.
    """
    who = customer()
    if who is None:
        raise Forbidden("Please sign in first, so that we know whose lessons these are.")
    courses: dict[str, list[Lesson]] = {}
    for claim in request.form.getlist("read")[:_MOST_CLAIMS]:
        slug, _, name = claim.partition("/")
        found = edition().course(slug)
        here = found.lesson(name) if found else None
        if found and here:
            courses.setdefault(found.slug, []).append(here)
    for slug, lessons in courses.items():
        found = course_at(slug)
        desk().learning.read(who.contact, [_read(found, here) for here in lessons], found.revision)
    return make_response("", 204)


def course_at(slug: str) -> Course:
    """Return the course at an address; raises NotFound where the reader sees none there."""
    found = edition().course(slug)
    if found is None:
        raise NotFound("There is no course at this address.")
    return found


def lesson_at(slug: str, name: str) -> tuple[Course, Lesson]:
    """Return the lesson at an address, and its course; raises NotFound."""
    found = course_at(slug)
    here = found.lesson(name.casefold())
    if here is None:
        raise NotFound("There is no lesson at this address.")
    return found, here


def after(course: Course, lesson: Lesson) -> Lesson | None:
    """Return the lesson that comes next."""
    place = course.lessons.index(lesson) + 1
    return course.lessons[place] if place < len(course.lessons) else None


def _read(course: Course, lesson: Lesson) -> Learned:
    now = desk().store.now()
    return Learned(course=course.slug, lesson=lesson.id, read_at=now, done_at=None if lesson.quiz else now)
