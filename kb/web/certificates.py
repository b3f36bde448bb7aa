"""Certificates: issued to whoever finished a course, and shown to anybody who has the number."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.exceptions import Forbidden, NotFound
from werkzeug.wrappers import Response as AnyResponse

from kb.certificate import Certificate, Term, new_certificate_number, read_name, term
from kb.course import Course
from kb.progress import progress_in
from kb.web.courses import course_at
from kb.web.desk import desk, edition, public_url, today
from kb.web.learning import customer
from tiering.usecases.standing import Standing

blueprint = Blueprint("certificates", __name__)


@blueprint.get("/certificates/for/<slug>")
def prepare(slug: str) -> AnyResponse | str:
    """Ask how the holder's name is to be shown; that it will be public stands there."""
    course = course_at(slug)
    who = customer()
    if who is None:
        return redirect(url_for("sign_in.index", next=url_for(".prepare", slug=course.slug)), code=303)
    return _form(course, _term(course, who), who.name or "")


@blueprint.post("/certificates/for/<slug>")
def issue(slug: str) -> AnyResponse | tuple[str, int]:
    """Issue a certificate, once; who sends the form again is shown the one that they have."""
    course = course_at(slug)
    who = customer()
    if who is None:
        raise Forbidden("Please sign in first, so that we know whose certificate this is.")
    allowed = _term(course, who)
    name, problem = read_name(request.form.get("name", ""))
    if isinstance(allowed, str):
        if (latest := _latest(course, who)) and latest.is_valid(today()):
            return redirect(url_for(".show", number=latest.number), code=303)
        return _form(course, allowed, name), 409
    if problem:
        return _form(course, allowed, name, problem), 422
    made = Certificate(
        number=new_certificate_number(),
        contact=who.contact,
        course=course.slug,
        title=course.title,
        name=name,
        revision=course.revision,
        begins_on=allowed.begins_on,
        ends_on=allowed.ends_on,
    )
    kept = desk().certificates.issue(made, f"contact:{who.contact}")
    return redirect(url_for(".show", number=kept.number), code=303)


@blueprint.get("/certificates/<number>")
def show(number: str) -> AnyResponse | str:
    """Show a certificate to whoever has its number, and whether it is valid."""
    found = _at(number)
    if found.number != number:
        return redirect(url_for(".show", number=found.number), code=301)
    who = customer()
    mine = who is not None and who.contact == found.contact
    return render_template(
        "courses/certificate.html",
        certificate=found,
        valid=found.is_valid(today()),
        mine=mine,
        course=edition().course(found.course) if mine else None,
    )


@blueprint.get("/certificates/<number>.svg")
def drawn(number: str) -> Response:
    """Draw a certificate."""
    found = _at(number)
    if not found.is_shown:
        raise NotFound("This certificate is no longer shown.")
    address = public_url(url_for(".show", number=found.number))
    svg = render_template("courses/certificate.svg", certificate=found, address=address)
    return Response(svg, mimetype="image/svg+xml")


def _form(course: Course, allowed: Term | str, name: str, problem: str = "") -> str:
    return render_template("courses/issue.html", course=course, allowed=allowed, name=name, problem=problem)


def _at(number: str) -> Certificate:
    """Return a certificate by its number, however it is typed; raises NotFound."""
    found = desk().certificates.get(number.strip().upper())
    if found is None:
        raise NotFound("There is no certificate with this number. Please compare it with what is printed.")
    return found


def _latest(course: Course, who: Standing) -> Certificate | None:
    mine = desk().certificates.of([who.contact])
    return next((one for one in mine if one.course in course.slugs), None)


def _term(course: Course, who: Standing) -> Term | str:
    last = next((lesson for lesson in reversed(course.lessons) if lesson.quiz), None)
    passed = desk().learning.passed_on(who.contact, course.slugs, last.ids) if last else None
    far = progress_in(course, desk().learning.of(who.contact))
    return term(course, far, _latest(course, who), passed, today())
