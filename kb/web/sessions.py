"""Who is signed in: finds it out before a page sees the request, begins sessions and ends them."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, cast

import structlog
from flask import Flask, Response, g, request, session
from werkzeug.wrappers import Response as AnyResponse

from kb.hashing import hashed
from kb.programmes.course_link import Pass
from kb.storage import Session
from kb.visibility import NOBODY, STAFF, Visitor, Who, visitor_like
from kb.web.desk import Desk, desk, today, whole_edition
from kb.web.health import bears_token
from kb.web.live import NotReadyError
from tiering.people import Role, user_of
from tiering.usecases.record import RecordUnavailable
from tiering.usecases.standing import Standing

log = structlog.get_logger(__name__)

_ALL, _COURSES = "", "-courses"
"""The two kinds of sessions, by how their cookies end: of who signed in, of who came by a mail's link."""

BY_LINK = "programme"
"""The way of whoever came by a link of a programme's mail."""

_LASTS = {"contact": timedelta(days=30), "staff": timedelta(hours=12)}
OPEN_BY_LINK = {"courses", "quizzes", "files"}
"""What knows whoever came by a mail's link, and only its courses; to all other pages they are nobody."""

WITHOUT_VISITOR = {"health", "assets", "discovery"}
"""What is the same for everybody, because nobody is asked who they are."""


@dataclass(frozen=True, slots=True)
class Person:
    """Whom a way in has proved somebody to be."""

    kind: Literal["contact", "staff"]
    subject: str
    name: str


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Somebody who is signed in."""

    session: Session
    standing: Standing | None = None
    """Of a contact."""

    @property
    def is_staff(self) -> bool:
        """Whether this is a colleague."""
        return self.standing is None

    @property
    def visitor(self) -> Visitor:
        """As whom they look at the pages."""
        if self.standing:
            return Visitor(Who.CONTACT, self.standing.tier, self.standing.segment, self.standing.partner)
        return self.preview or STAFF

    @property
    def preview(self) -> Visitor | None:
        """As whom a colleague looks at the pages for now; what cannot be understood shows the least."""
        written = self.session.preview
        return None if written is None else visitor_like(written) or NOBODY


def know_visitors(app: Flask) -> None:
    """Find out who asks, before every request that it matters to."""

    @app.before_request
    def find_out() -> None:
        if request.blueprint in WITHOUT_VISITOR or request.endpoint == "static":
            return
        if request.blueprint == "api" and bears_token():
            # What is not understood sees the least here, and is refused with the other parameters.
            g.visitor = visitor_like(request.args.get("audience", "public")) or NOBODY
        elif found := _held(_ALL):
            g.signed_in = found
            g.visitor = found.visitor
        elif request.blueprint in OPEN_BY_LINK and (came := _held(_COURSES)):
            g.by_link = came
            g.learns_as = came.visitor

    @app.after_request
    def keep_private(response: Response) -> Response:
        if request.endpoint != "static" and request.blueprint not in WITHOUT_VISITOR:
            response.vary.update(("Cookie", "Authorization"))
            # A page with a form holds a token for one visitor alone.
            if (
                "csrf_token" in g
                or any(cookie_name(desk(), kind) in request.cookies for kind in (_ALL, _COURSES))
                or "Authorization" in request.headers
            ):
                response.headers["Cache-Control"] = "private, no-store"
        return response


def signed_in() -> SignedIn | None:
    """Return who is signed in; None for whoever is not."""
    return cast("SignedIn | None", g.get("signed_in"))


def by_link() -> SignedIn | None:
    """Return who came by a link of a mail, on the pages that this opens; None for whoever is signed in."""
    return cast("SignedIn | None", g.get("by_link"))


def came_by_link() -> bool:
    """Whether somebody came by a mail's link, whatever page this is: to tell them why that is not enough."""
    return signed_in() is None and _held(_COURSES) is not None


def let_learn(found: Pass, token: str, response: AnyResponse) -> None:
    """Open the courses of a contact to whoever holds a link of their mails. Raises RecordUnavailable.

    The cookie stands beside that of a session, so that it can never take its place, and is made of the token:
    however often the link is used, and by whom, it is one session.
    """
    at, now = desk(), desk().store.now()
    secret = hashed(at.settings.secret_key, "courses by link", token)
    key = _key(at, _COURSES, secret)
    if at.door.session(key, now) is None:
        at.door.begin(
            Session(
                key=key,
                kind="contact",
                subject=found.contact,
                name="",
                way=BY_LINK,
                begun_at=now,
                ends_at=found.ends_at,
            )
        )
    _set_cookie(response, _COURSES, secret, found.ends_at - now)
    log.info("came by a link of a mail")


def let_in(person: Person, way: str, response: AnyResponse) -> None:
    """Begin a session and put its cookie on a response; the one before it ends. Raises RecordUnavailable.

    The cookie's value is made here and nowhere else, so nobody can be lured into a session of another.
    """
    at, now, token = desk(), desk().store.now(), secrets.token_urlsafe(32)
    if before := signed_in():
        at.door.end(before.session.key)
    lasts = _LASTS[person.kind]
    at.door.begin(
        Session(
            key=_key(at, _ALL, token),
            kind=person.kind,
            subject=person.subject,
            name=person.name,
            way=way,
            begun_at=now,
            ends_at=now + lasts,
        )
    )
    session.clear()
    _set_cookie(response, _ALL, token, lasts)
    _take_back(response, _COURSES)
    log.info("signed in", kind=person.kind, way=way)


def forget(response: AnyResponse) -> None:
    """Take the cookies back."""
    _take_back(response, _ALL)
    _take_back(response, _COURSES)
    session.clear()


def cookie_name(at: Desk, kind: str = "") -> str:
    """Return a cookie's name; with https no other host of the company's can set one of this name."""
    return f"__Host-longtail{kind}" if at.settings.secure else f"longtail{kind}"


def _set_cookie(response: AnyResponse, kind: str, value: str, lasts: timedelta) -> None:
    name, secure = cookie_name(desk(), kind), desk().settings.secure
    response.set_cookie(name, value, max_age=lasts, secure=secure, httponly=True, samesite="Lax")


def _take_back(response: AnyResponse, kind: str) -> None:
    name, secure = cookie_name(desk(), kind), desk().settings.secure
    response.delete_cookie(name, secure=secure, httponly=True, samesite="Lax")


def _held(kind: str) -> SignedIn | None:
    """Return who holds a session of this kind; in doubt, and without the record, that is nobody."""
    token = request.cookies.get(cookie_name(desk(), kind))
    if not token:
        return None
    now = desk().store.now()
    try:
        found = desk().door.session(_key(desk(), kind, token), now)
        if found is None or (found.way == BY_LINK) != (kind == _COURSES):
            return None
        return _standing_now(found, now)
    except RecordUnavailable as error:
        log.warning("a visitor is taken for nobody", reason=str(error))
    except NotReadyError:
        pass  # whatever is asked for will say so
    return None


def _standing_now(found: Session, now: datetime) -> SignedIn | None:
    if found.kind == "staff":
        return SignedIn(found) if _still_staff(found) else None
    now_there = whole_edition()
    standing = desk().standings.of(found.subject, now, today(), now_there.services)
    return SignedIn(found, standing) if standing else None


def _still_staff(found: Session) -> bool:
    """Whether people.yaml still lets a colleague in who came by mail or by Slack."""
    roles = whole_edition().roles
    if found.way == "mail":
        return roles.lists_address(found.subject.removeprefix("mail:"))
    return found.way != "slack" or roles.of(user_of(found.subject)) is not Role.NOBODY


def _key(at: Desk, kind: str, token: str) -> str:
    return hashed(at.settings.secret_key, f"session{kind}", token)
