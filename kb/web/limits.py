"""How often a visitor may search, use the API, sign in, vote and write; each process counts by itself."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from http import HTTPStatus
from ipaddress import ip_address, ip_network
from typing import cast

from flask import Flask, Response, request
from flask_limiter import Limiter

from kb.hashing import hashed
from kb.web.desk import desk
from kb.web.health import bears_token
from kb.web.sessions import signed_in

_SEARCHES = "120 per minute"
_OPERATIONS = "120 per minute"
_BATCHES = "600 per minute"
_SUGGESTIONS = "600 per minute"
_MAILS_BY_VISITOR = "20 per 10 minutes"
_MAILS_BY_ADDRESS = "5 per 15 minutes"
_TRIES = "60 per 10 minutes"
_VOTES = "60 per 10 minutes"
_MESSAGES_BY_VISITOR = "20 per hour"
_MESSAGES_BY_WRITER = "6 per 15 minutes; 20 per day"
_TEST_MAILS = "20 per hour"
_SLOWER = "Please wait a moment and try again."


def limit(app: Flask) -> None:
    """Answer 429 to whoever asks too often."""
    limiter = Limiter(_visitor, app=app, storage_uri="memory://", strategy="moving-window")
    views = app.view_functions

    def at_most(
        often: str, *endpoints: str, key: Callable[[], str] = _visitor, spares_us: bool = False
    ) -> None:
        for endpoint in endpoints:
            views[endpoint] = limiter.limit(
                often,
                key_func=key,
                methods=None if spares_us else ["POST"],
                exempt_when=_is_us if spares_us else None,
                error_message=_SLOWER,
            )(cast(Callable[..., Response], views[endpoint]))

    at_most(_SEARCHES, "search.results", spares_us=True)
    at_most(_SUGGESTIONS, "search.suggest", spares_us=True)
    at_most(_MAILS_BY_VISITOR, "sign_in.ask")
    at_most(_MAILS_BY_ADDRESS, "sign_in.ask", key=_address)
    at_most(_TRIES, "sign_in.try_code", "sign_in.press", "product.come_in", "unsubscribe.end")
    at_most(_TRIES, "quizzes.answer", "courses.done", "courses.bring", "certificates.issue")
    at_most(_VOTES, "feedback.say")
    at_most(_SUGGESTIONS, "contact.answers")
    at_most(_TEST_MAILS, "staff.programmes.try_it", key=_writer)
    for often, key, free in (
        (_MESSAGES_BY_VISITOR, _visitor, lambda: _only_looks() or signed_in() is not None),
        (_MESSAGES_BY_WRITER, _writer, _only_looks),
    ):
        views["contact.send"] = limiter.limit(
            often, key_func=key, methods=["POST"], exempt_when=free, deduct_when=_is_taken
        )(cast(Callable[..., Response], views["contact.send"]))
    operations = limiter.shared_limit(
        _OPERATIONS, "api", key_func=_visitor, exempt_when=_is_us, error_message=_SLOWER
    )
    at_most(_BATCHES, "api.add_events", spares_us=True)
    for endpoint in [one for one in views if one.startswith("api.") and one != "api.add_events"]:
        views[endpoint] = operations(cast(Callable[..., Response], views[endpoint]))

    @app.after_request
    def tell_programs(response: Response) -> Response:
        now = limiter.current_limit
        if request.blueprint == "api" and now:
            seconds = str(max(1, math.ceil(now.window.reset_time - time.time())))
            response.headers["RateLimit-Limit"] = str(now.limit.amount)
            response.headers["RateLimit-Remaining"] = str(now.remaining)
            response.headers["RateLimit-Reset"] = seconds
            if now.breached:
                response.headers["Retry-After"] = seconds
        return response


def _visitor() -> str:
    """Return the network address that counts as one visitor; of IPv6 everybody has a whole /64."""
    try:
        address = ip_address(request.remote_addr or "")
    except ValueError:
        return "unknown"
    return str(ip_network((address, 64), strict=False)) if address.version == 6 else str(address)


def _address() -> str:
    """Return the e-mail address that a code is asked for, known to us or not, so that it tells nothing."""
    written = request.form.get("email", "").strip().lower()
    return hashed(desk().settings.secret_key, "limit", written)


def _writer() -> str:
    """Return who writes to us: whoever is signed in, else the address that they give."""
    here = signed_in()
    return f"{here.session.kind}:{here.session.subject}" if here else _address()


def _only_looks() -> bool:
    """Whether somebody without JavaScript looks for answers first."""
    return request.form.get("step") == "look"


def _is_taken(answer: Response) -> bool:
    """Whether a form was taken; mistakes count for nothing."""
    return answer.status_code == HTTPStatus.SEE_OTHER


def _is_us() -> bool:
    """Whether a machine of ours asks: by token, or from this host.

    From this host also comes everybody where a proxy stands in front that PROXY_HOPS says nothing of.
    """
    try:
        return ip_address(request.remote_addr or "").is_loopback or bears_token()
    except ValueError:
        return bears_token()
