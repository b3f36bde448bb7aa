"""What every request must satisfy before a page sees it, and the headers that every answer carries."""

from __future__ import annotations

from urllib.parse import unquote_to_bytes

import secure
from flask import Flask, Response, request
from flask_wtf.csrf import CSRFProtect
from werkzeug.exceptions import BadRequest

from kb.config import KbSettings
from kb.web import api
from kb.web.health import bears_events_token
from kb.web.sessions import signed_in

CONTENT_POLICY = "Content-Security-Policy"
SEALED = "sandbox; default-src 'none'; img-src 'self' https:; style-src 'unsafe-inline'"
"""What a mail may do on a page of its own: show itself, and nothing else."""

_YEAR = 365 * 24 * 3600
_LARGER = {"staff.policy.keep": 1024 * 1024, "staff.imports.keep": 64 * 1024 * 1024}
"""The forms of colleagues that take files, and how many bytes each takes."""
_LARGEST_BATCH = 512 * 1024
"""Bytes; 500 events of the longest names and ids have fewer."""
_METHODS_WITH_ETAG = {"GET", "HEAD"}


def guard(app: Flask, settings: KbSettings) -> None:
    """Refuse what cannot be meant well, and put the headers on everything."""
    headers = dict(_security(settings.secure).headers)

    @app.before_request
    def refuse_broken_text() -> None:
        path = request.environ.get("PATH_INFO", "").encode("latin-1", "replace")
        for raw in (path, unquote_to_bytes(request.query_string.replace(b"+", b" "))):
            if b"\0" in raw or not _is_utf8(raw):
                raise BadRequest("The address holds characters that no page here can have.")

    @app.after_request
    def add_headers(response: Response) -> Response:
        for name, value in headers.items():
            response.headers.setdefault(name, value)
        if "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "no-cache" if response.status_code < 400 else "no-store"
        stored = "no-store" not in response.headers["Cache-Control"]
        if (
            stored
            and response.status_code == 200
            and request.method in _METHODS_WITH_ETAG
            and not response.is_streamed
        ):
            response.add_etag()
            response.make_conditional(request)
        return response


def protect_forms(app: Flask) -> None:
    """Refuse every form that does not come from a page of ours; a signed token is its own proof."""

    @app.before_request
    def let_more_be_sent() -> None:  # before anything reads the form
        here = signed_in()
        if request.endpoint in _LARGER and here is not None and here.is_staff:
            request.max_content_length = _LARGER[request.endpoint]
        elif request.endpoint == "api.add_events" and bears_events_token():
            request.max_content_length = _LARGEST_BATCH

    protection = CSRFProtect(app)
    protection.exempt("kb.web.product.come_in")
    protection.exempt("kb.web.unsubscribe.end")
    protection.exempt(api.blueprint)  # it goes by a token that no browser sends by itself


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return True


def _security(https: bool) -> secure.Secure:
    return secure.Secure(
        csp=secure.ContentSecurityPolicy()
        .default_src("'none'")
        .script_src("'self'")
        .style_src("'self'")
        .img_src("'self'")
        .media_src("'self'")
        .font_src("'self'")
        .connect_src("'self'")
        .frame_src("'self'")
        .form_action("'self'")
        .base_uri("'none'")
        .frame_ancestors("'none'"),
        xcto=secure.XContentTypeOptions(),
        xfo=secure.XFrameOptions().deny(),
        referrer=secure.ReferrerPolicy().strict_origin_when_cross_origin(),
        coop=secure.CrossOriginOpenerPolicy().same_origin(),
        permissions=secure.PermissionsPolicy().geolocation().camera().microphone().payment(),
        hsts=secure.StrictTransportSecurity().max_age(_YEAR) if https else None,
    )
