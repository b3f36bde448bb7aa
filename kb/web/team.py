"""What the people of a customer have learned, for their manager alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from kb.certificate import Certificate
from kb.course import Course
from kb.progress import Progress, progress_in
from kb.web.desk import desk, edition, today
from kb.web.learning import customer
from kb.web.sessions import signed_in
from tiering.domain.account import Contact
from tiering.usecases.standing import team_of

blueprint = Blueprint("team", __name__)


@dataclass(frozen=True, slots=True)
class _Member:
    """Somebody of the team in one course."""

    contact: Contact
    progress: Progress
    certified_until: date | None


@blueprint.get("/account/team")
def index() -> AnyResponse | str:
    """Show course by course how far everybody is; the record is asked who they are, since roles change."""
    if signed_in() is None:
        return redirect(url_for("sign_in.index", next=url_for(".index")), code=303)
    who = customer()
    team = team_of(desk().store, who.contact) if who else ()
    if who is None or not team:
        raise NotFound("This page is for those who manage a team.")
    ids = [contact.id for contact in team]
    learned, certificates = desk().learning.of_all(ids), desk().certificates.of(ids)
    courses = [
        (
            course,
            [
                _Member(one, progress_in(course, learned[one.id]), _until(one, course, certificates))
                for one in team
            ],
        )
        for course in edition().library.courses.values()
    ]
    return render_template("courses/team.html", courses=courses, account=who.account)


def _until(contact: Contact, course: Course, certificates: tuple[Certificate, ...]) -> date | None:
    """Return the last day of somebody's valid certificate."""
    mine = (
        one.ends_on
        for one in certificates
        if one.contact == contact.id and one.course in course.slugs and one.is_valid(today())
    )
    return max(mine, default=None)
