"""The knowledge base as a Flask application: the parts of kb.web put together."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Flask, g, request
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from kb.config import KbSettings
from kb.search.index import open_index
from kb.web import api, articles, assets, contact, discovery, health, home, prose, search, services
from kb.web.desk import Desk, desk_of, edition, open_desk, public_url
from kb.web.errors import handle_errors
from kb.web.guard import guard
from kb.web.live import LiveLibrary
from kb.web.log import log_requests
from tiering.usecases.record import Clock, open_store

_NOUNS = (home, articles, search, services, contact, api, health, discovery, assets, prose)
_LARGEST_REQUEST = 64 * 1024


def create_app(settings: KbSettings, *, clock: Clock) -> Flask:
    """Make the application. It answers 503 until its library has been read.

    Call `live(app).start()` to read it and keep it fresh in a thread, or `.refresh()` to read it once.
    """
    app = Flask(__name__)
    app.config.update(
        SECRET_KEY=settings.secret_key.get_secret_value(),
        MAX_CONTENT_LENGTH=_LARGEST_REQUEST,
        PROPAGATE_EXCEPTIONS=False,
        SESSION_COOKIE_SECURE=settings.secure,
        SESSION_COOKIE_SAMESITE="Lax",
    )
    app.url_map.strict_slashes = False
    app.url_map.merge_slashes = False  # its redirects would repeat the Host header
    library = LiveLibrary(settings.content_dir, open_index(settings.data_dir), clock)
    open_desk(app, Desk(settings, library, open_store(settings.database, clock)))
    log_requests(app)  # first, so that it times the others too
    _prepare_pages(app)
    guard(app, settings)
    handle_errors(app)
    assets.version_static_files(app)
    for noun in _NOUNS:
        app.register_blueprint(noun.blueprint)
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
            "categories": now.categories,
            "popular": now.popular,
            "theme_url": assets.theme_url(now.site),
            "public_url": public_url,
        }


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
