"""How to reach the company when no article helps: a form that looks for answers while somebody writes."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from functools import partial

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import NotFound, TooManyRequests
from werkzeug.wrappers import Response as AnyResponse

from kb.article import Article
from kb.contact import FIRST_TRY, Written, new_number, read_written
from kb.contact_mail import House, send_letters
from kb.hashing import hashed
from kb.mail import is_address
from kb.search.results import Hit
from kb.storage import Request
from kb.web import recording
from kb.web.desk import desk, edition, whole_edition
from kb.web.plan import help_of
from kb.web.search import LONGEST, ask, query_of_request
from kb.web.sessions import SignedIn, signed_in
from tiering.usecases.record import RecordUnavailable

blueprint = Blueprint("contact", __name__)

_ROOM = 480 * 1024
"""Bytes of a form: enough that whoever pastes a whole log is told how much a message may hold."""

_ANSWERS = 3
_MOST_SLUGS = 20
_SENT = "request"
"""Where the browser keeps the number of what it sent last."""

_AWAY = "We could not keep your message just now. Nothing is lost: it still stands here."
_TOO_FAST = "Those were many messages in a short time. Yours still stands here: please wait a few minutes."
_STALE = "This page was open for very long. Your message still stands here: please send it once more."


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where somebody comes from."""

    article: Article | None = None
    query: str = ""
    service: str | None = None
    """The id of a service that they want to add."""

    @property
    def service_name(self) -> str | None:
        """How that service is called."""
        found = edition().services.catalogue.by_id.get(self.service or "")
        return found.name if found else None


@blueprint.before_app_request
def leave_room() -> None:
    """Let a form be larger than any other, before anything reads it."""
    if request.blueprint == "contact" and request.method == "POST":
        request.max_content_length = _ROOM


@blueprint.get("/contact")
def index() -> str:
    """Show the form, filled in with who somebody is and where they come from: `q`, `article` or `service`."""
    origin = _origin(query_of_request(), request.args.get("article", ""), request.args.get("service", ""))
    here = signed_in()
    name = here.standing.name if here and here.standing else None
    subject = f"Add {origin.service_name} to our plan" if origin.service else origin.query
    return _page(Written(name=name or "", address=_proved(here) or "", subject=subject), origin)


@blueprint.post("/contact")
def send() -> AnyResponse | str | tuple[str, int]:
    """Keep what somebody wrote, and mail it; without JavaScript a first step looks for answers."""
    if edition().site.contact_email is None:
        raise NotFound
    written, origin = _typed()
    if request.form.get("step") == "look":
        return _page(written, origin, looked=True)
    if problems := written.problems:
        return _page(written, origin, problems=problems, looked=True), 400
    at = desk()
    kept = at.requests.take(_request(written, origin), at.settings.kb_url)
    recording.wrote()
    if at.mailer:
        now_there = whole_edition()
        house = House(now_there.site.name, now_there.site.contact_email, at.settings.kb_url, now_there.roles)
        at.post.later(partial(send_letters, at.requests, at.mailer, house, kept))
    session[_SENT] = kept.number
    return redirect(url_for("contact.sent"), code=303)


@blueprint.post("/contact/answers")
def answers() -> str:
    """Return the articles that may answer what somebody is writing, as a part of the page."""
    return render_template("contact/answers.html", found=_found(_typed()[0]))


@blueprint.get("/contact/sent")
def sent() -> AnyResponse | str:
    """Say what happens now; a reload sends nothing."""
    number = session.get(_SENT)
    if not isinstance(number, str):
        return redirect(url_for("contact.index"), code=303)
    here = signed_in()
    return render_template(
        "contact/sent.html",
        number=number,
        address=_proved(here),
        help=help_of(here.standing if here else None),
        by_mail=desk().mailer is not None,
    )


@blueprint.errorhandler(RecordUnavailable)
def keep_without_record(_: RecordUnavailable) -> tuple[str, int, dict[str, str]]:
    """Show what was typed again, and the address to write to."""
    return *_again(_AWAY, 503), {"Retry-After": "60"}


@blueprint.errorhandler(TooManyRequests)
def keep_when_too_fast(_: TooManyRequests) -> tuple[str, int, dict[str, str]]:
    """Show what was typed again, and that it is to be sent later."""
    return *_again(_TOO_FAST, 429), {"Retry-After": "600"}


@blueprint.errorhandler(CSRFError)
def keep_of_a_stale_form(_: CSRFError) -> tuple[str, int]:
    """Show what was typed again, in a form that can be sent."""
    return _again(_STALE, 400)


def _again(problem: str, status: int) -> tuple[str, int]:
    written, origin = _typed()
    return _page(written, origin, problem=problem, looked=True), status


def _page(
    written: Written,
    origin: Origin,
    *,
    problems: dict[str, str] | None = None,
    problem: str = "",
    looked: bool = False,
) -> str:
    here, found = signed_in(), _found(written) if looked else ()
    return render_template(
        "contact/index.html",
        written=written,
        origin=origin,
        problems=problems or {},
        problem=problem,
        looked=looked,
        found=found,
        form=request.form.get("form") or secrets.token_urlsafe(16),
        shown=tuple(dict.fromkeys((*_slugs("shown"), *(hit.slug for hit in found)))),
        opened=_slugs("opened"),
        here=here,
        address=_proved(here),
        help=help_of(here.standing if here else None),
    )


def _typed() -> tuple[Written, Origin]:
    """Return what a form holds; who is signed in writes from the address that we know."""
    form, here = request.form.to_dict(), signed_in()
    if address := _proved(here):
        form["email"] = address
    if here and here.standing:
        form["name"] = here.standing.name or ""
    query = " ".join(form.get("q", "").split())[:LONGEST]
    return read_written(form), _origin(query, form.get("article", ""), form.get("service", ""))


def _origin(query: str, article: str, service: str) -> Origin:
    """Return where somebody comes from, as far as it exists for them."""
    now = edition()
    return Origin(
        article=now.library.at(article),
        query=query,
        service=service if service in now.services.catalogue.by_id else None,
    )


def _proved(here: SignedIn | None) -> str | None:
    """Return the address of a contact who is signed in: the one they came by, or the one they prefer."""
    if here is None or here.standing is None:
        return None
    emails = here.standing.emails
    return here.session.name if here.session.name in emails else next(filter(is_address, emails), None)


def _found(written: Written) -> tuple[Hit, ...]:
    question = written.question(LONGEST)
    if not question or not desk().live.index.ready:
        return ()
    articles = edition().library.articles  # a lesson teaches, and whoever writes to us wants an answer
    hits = ask(question, limit=2 * _ANSWERS).hits
    return tuple(hit for hit in hits if hit.slug in articles)[:_ANSWERS]


def _slugs(field: str) -> tuple[str, ...]:
    """Return the articles that a form says were suggested or opened, as far as they exist for the visitor."""
    said = dict.fromkeys(request.form.getlist(field))
    return tuple(slug for slug in said if edition().library.at(slug))[:_MOST_SLUGS]


def _request(written: Written, origin: Origin) -> Request:
    at, here = desk(), signed_in()
    now, standing = at.store.now(), here.standing if here else None
    # What stands in the form counts too, so that a form that is changed and sent again is another request.
    who = here.session.subject if here else ""
    typed = (request.form.get("form", ""), who, written.address, written.subject, written.message)
    return Request(
        number=new_number(),
        form=hashed(at.settings.secret_key, "contact form", *typed),
        asked_at=now,
        kind=here.session.kind if here else "visitor",
        contact=standing.contact if standing else None,
        name=written.name,
        address=written.address,
        account_id=standing.account_id if standing else None,
        account=standing.account if standing else None,
        tier=standing.tier if standing else None,
        csm=standing.csm if standing else None,
        subject=written.subject,
        message=written.message,
        article=origin.article.slug if origin.article else None,
        query=origin.query or None,
        service=origin.service,
        shown=_slugs("shown"),
        opened=_slugs("opened"),
        mail_due_at=now + FIRST_TRY,
    )
