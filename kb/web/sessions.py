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
from kb.storage import Session
from kb.visibility import NOBODY, STAFF, Visitor, Who, visitor_like
from kb.web.desk import Desk, desk, today, whole_edition
from kb.web.health import bears_token
from kb.web.live import NotReadyError
from tiering.people import Role, user_of
from tiering.usecases.record import RecordUnavailable
from tiering.usecases.standing import Standing

log = structlog.get_logger(__name__)

_LASTS = {"contact": timedelta(days=30), "staff": timedelta(hours=12)}
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
        elif found := _signed_in():
            g.signed_in = found
            g.visitor = found.visitor

    @app.after_request
    def keep_private(response: Response) -> Response:
        if request.endpoint != "static" and request.blueprint not in WITHOUT_VISITOR:
            response.vary.update(("Cookie", "Authorization"))
            # A page with a form holds a token for one visitor alone.
            if (
                "csrf_token" in g
                or cookie_name(desk()) in request.cookies
                or "Authorization" in request.headers
            ):
                response.headers["Cache-Control"] = "private, no-store"
        return response


def signed_in() -> SignedIn | None:
    """Return who is signed in; None for whoever is not."""
    return cast("SignedIn | None", g.get("signed_in"))


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
            key=_key(at, token),
            kind=person.kind,
            subject=person.subject,
            name=person.name,
            way=way,
            begun_at=now,
            ends_at=now + lasts,
        )
    )
    session.clear()
    response.set_cookie(
        cookie_name(at),
        token,
        max_age=lasts,
        secure=at.settings.secure,
        httponly=True,
        samesite="Lax",
    )
    log.info("signed in", kind=person.kind, way=way)


def forget(response: AnyResponse) -> None:
    """Take the cookie back."""
    response.delete_cookie(cookie_name(desk()), secure=desk().settings.secure, httponly=True, samesite="Lax")
    session.clear()


def cookie_name(at: Desk) -> str:
    """Return the cookie's name; with https no other host of the company's can set one of this name."""
    return "__Host-longtail" if at.settings.secure else "longtail"


def _signed_in() -> SignedIn | None:
    """Return who holds the session of this request; in doubt, and without the record, that is nobody."""
    token = request.cookies.get(cookie_name(desk()))
    if not token:
        return None
    now = desk().store.now()
    try:
        found = desk().door.session(_key(desk(), token), now)
        return _standing_now(found, now) if found else None
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


def _key(at: Desk, token: str) -> str:
    return hashed(at.settings.secret_key, "session", token)
