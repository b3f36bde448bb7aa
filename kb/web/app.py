"""The knowledge base as a Flask application: the parts of kb.web put together."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from flask import Flask, g, request
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from kb.config import KbSettings
from kb.mail import open_mailer
from kb.search.index import open_index
from kb.storage import Edits
from kb.web import (
    account,
    api,
    articles,
    assets,
    certificates,
    contact,
    courses,
    discovery,
    feedback,
    files,
    health,
    home,
    language,
    office_hours,
    old_addresses,
    product,
    prose,
    quizzes,
    search,
    services,
    shared,
    sign_in,
    slack,
    staff,
    team,
    unsubscribe,
)
from kb.web.by_link import take_tokens
from kb.web.compress import compress
from kb.web.desk import Desk, desk_of, edition, open_desk, public_url
from kb.web.errors import handle_errors
from kb.web.guard import guard, protect_forms
from kb.web.language import know_languages
from kb.web.limits import limit
from kb.web.live import LiveLibrary, Overlay
from kb.web.log import log_requests
from kb.web.pending import PendingEdits
from kb.web.sessions import by_link, know_visitors, signed_in
from tiering.usecases.record import Clock, open_store

_NOUNS = (
    home, articles, courses, quizzes, certificates, files, search, services, contact, api, health,
    discovery, assets, prose, sign_in, product, slack, account, team, feedback, staff, shared,
    language, unsubscribe, office_hours, old_addresses,
)  # fmt: skip
_PLAIN_PATH = re.compile(r"/(articles|categories|courses|services|office-hours)[\w/.~+-]*\Z", re.ASCII)
"""Pages to which somebody comes back after signing in, whether or not they see them before."""

_LARGEST_REQUEST = 64 * 1024
"""Bytes; colleagues may send more to the pages that take files, see `guard`."""


def create_app(settings: KbSettings, *, clock: Clock) -> Flask:
    """Make the application. It answers 503 until its library has been read.

    Call `live(app).start()` to read it and keep it fresh in a thread, or `.refresh()` to read it once.
    """
    app = Flask(__name__)
    app.config.update(
        SECRET_KEY=settings.secret_key.get_secret_value(),
        MAX_CONTENT_LENGTH=_LARGEST_REQUEST,
        PROPAGATE_EXCEPTIONS=False,
        SESSION_COOKIE_NAME="__Host-longtail-form" if settings.secure else "longtail-form",
        SESSION_COOKIE_SECURE=settings.secure,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=None,  # as long as the browser is open: people leave forms for hours
        WTF_CSRF_SSL_STRICT=False,  # the token proves it, and not every browser says where it comes from
    )
    app.url_map.strict_slashes = False
    app.url_map.merge_slashes = False  # its redirects would repeat the Host header
    store = open_store(settings.database, clock)
    pending = PendingEdits(Edits(store).all)
    overlay = Overlay(pending, settings.data_dir / "edits")
    library = LiveLibrary(settings.content_dir, open_index(settings.data_dir), clock, overlay)
    open_desk(app, Desk(settings, library, store, open_mailer(settings), pending=pending))
    log_requests(app)  # first, so that it times the others too
    compress(app)  # after whoever decides about keeping, since they are asked in reverse
    guard(app, settings)
    know_visitors(app)
    know_languages(app)
    take_tokens(app)
    _prepare_pages(app)
    handle_errors(app)
    assets.version_static_files(app)
    for noun in _NOUNS:
        app.register_blueprint(noun.blueprint)
    protect_forms(app)
    limit(app)
    slack.prepare(app, settings)
    if settings.proxy_hops:
        hops = settings.proxy_hops
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    return app


def live(app: Flask) -> LiveLibrary:
    """Return the library that an application serves."""
    return desk_of(app).live


def _prepare_pages(app: Flask) -> None:
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters["day"] = _day

    @app.before_request
    def choose_edition() -> None:
        if request.blueprint != "health" and request.endpoint != "static":
            edition()

    @app.context_processor
    def what_every_page_shows() -> dict[str, Any]:
        if "edition" not in g:  # only the page that says so is shown before the content is read
            return {}
        now = edition()
        return {
            "site": now.site,
            "languages": now.languages,
            "categories": now.categories,
            "popular": now.popular,
            "courses": now.library.courses,
            "theme_url": assets.theme_url(now.site),
            "public_url": public_url,
            "signed_in": signed_in(),
            "by_link": by_link(),
            "coming_back": _coming_back(),
        }


def _coming_back() -> str | None:
    return request.path if _PLAIN_PATH.match(request.path) else None


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
