"""The files that stand beside the articles: pictures in the page, leaflets in the browser, the rest saved."""

from __future__ import annotations

import unicodedata
from pathlib import Path

from flask import Blueprint, Response, send_file
from werkzeug.exceptions import NotFound

from kb.links import FILES_URL
from kb.site import LOGO_KINDS
from kb.web.assets import SANDBOX
from kb.web.desk import edition
from kb.web.guard import CONTENT_POLICY

blueprint = Blueprint("files", __name__)

_PDF = "application/pdf"
_SHOWN = {**LOGO_KINDS, ".gif": "image/gif", ".avif": "image/avif", ".pdf": _PDF}
_SAVED = {".csv": "text/csv", ".zip": "application/zip"}
_UNKNOWN = "application/octet-stream"
"""Of office documents, too: the machine knows by their name what opens them."""

_PDF_POLICY = "frame-ancestors 'none'"
"""Browsers' own PDF readers refuse to work under anything stricter."""


@blueprint.get(f"{FILES_URL}<path:name>")
def attachment(name: str) -> Response:
    """Send a picture or another file that stands beside the articles.

    A browser asks every time whether it may still show its copy, since a file can become confidential.
    """
    path = edition().library.files.get(unicodedata.normalize("NFC", name))
    if path is None or not path.is_file():
        raise NotFound("There is no file at this address.")
    suffix = path.suffix.lower()
    # A kind that is not listed here is downloaded, because no answer of ours may be guessed at.
    kind = _SHOWN.get(suffix) or _SAVED.get(suffix, _UNKNOWN)
    saved_as = unicodedata.normalize("NFC", path.name)
    response = send_file(
        path.resolve(), mimetype=kind, as_attachment=suffix not in _SHOWN, download_name=saved_as
    )
    response.headers[CONTENT_POLICY] = _PDF_POLICY if kind == _PDF else SANDBOX
    return response


def facts_of(path: Path) -> str:
    """Return the kind and the size of a file as people say them; only the kind of one that went away."""
    kind = path.suffix.removeprefix(".").upper()
    try:
        return f"{kind}, {_size(path.stat().st_size)}"
    except OSError:
        return kind


def _size(count: int) -> str:
    if count < 1_000:
        return "1 byte" if count == 1 else f"{count} bytes"
    if count < 999_500:
        return f"{count / 1_000:.0f} KB"
    return f"{count / 1_000_000:.1f} MB"
