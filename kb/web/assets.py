"""Stylesheets, scripts and pictures of the pages: their addresses change with their content, so they keep."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, Response, make_response, render_template, request, send_file, url_for
from werkzeug.exceptions import NotFound

from kb.site import LOGO_KINDS, Site
from kb.web.desk import edition

FOREVER = "public, max-age=31536000, immutable"
SANDBOX = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
"""For pictures that could carry a script when they are opened by themselves."""

blueprint = Blueprint("assets", __name__)


def version_static_files(app: Flask) -> None:
    """Put a hash of the content behind the address of each static file; what is asked by it may be kept."""
    static = Path(app.static_folder or "")
    hashes = {
        path.relative_to(static).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()[:12]
        for path in static.rglob("*")
        if path.is_file()
    }

    @app.url_defaults
    def add_version(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static" and values.get("filename") in hashes:
            values.setdefault("v", hashes[values["filename"]])

    @app.after_request
    def keep(response: Response) -> Response:
        if request.endpoint == "static" and response.status_code in {200, 304}:
            name = (request.view_args or {}).get("filename", "")
            # Fonts carry their version in their name, because a stylesheet cannot ask for a hash.
            fresh = request.args.get("v") == hashes.get(name) or name.endswith(".woff2")
            response.headers["Cache-Control"] = FOREVER if fresh else "no-cache"
        return response


@blueprint.get("/theme.css")
def theme() -> Response:
    """Send the accent colour of the company as custom properties for both themes."""
    response = make_response(render_template("theme.css", site=edition().site))
    response.mimetype = "text/css"
    if request.args.get("v") == _theme_version(edition().site):
        response.headers["Cache-Control"] = FOREVER
    return response


@blueprint.get("/logo")
def logo() -> Response:
    """Send the company's logo."""
    path = edition().site.logo
    if path is None or not path.is_file():
        raise NotFound
    response = send_file(path, mimetype=LOGO_KINDS[path.suffix.lower()], max_age=3600)
    response.headers["Content-Security-Policy"] = SANDBOX
    return response


@blueprint.get("/favicon.ico")
def favicon() -> Response:
    """Send browsers that ask for this address by habit to the logo."""
    return logo()


def theme_url(site: Site) -> str:
    """Return the address of the company's colours."""
    return url_for("assets.theme", v=_theme_version(site))


def _theme_version(site: Site) -> str:
    return hashlib.sha256(repr((site.light, site.dark)).encode()).hexdigest()[:12]
