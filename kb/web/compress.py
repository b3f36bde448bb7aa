"""Makes answers smaller on their way, since a deployment without a proxy has nobody else who would."""

from __future__ import annotations

import gzip
from functools import lru_cache

from flask import Flask, Response, request

_LEAST = 1_000
"""Bytes; less fits into one packet anyway."""

_MOST_REMEMBERED = 200_000
_LEVEL = 5
_KINDS = {"image/svg+xml", "application/json", "application/xml", "application/atom+xml"}


def compress(app: Flask) -> None:
    """Compress text for whoever understands it, but nothing that is private.

    A page for one visitor can hold a secret beside words that somebody else has put into it, and its length
    would tell how alike they are (the attack is called BREACH).
    """

    @app.after_request
    def shrink(response: Response) -> Response:
        if not _is_text(response) or "no-store" in response.headers.get("Cache-Control", ""):
            return response
        response.vary.add("Accept-Encoding")
        if response.status_code != 200 or request.accept_encodings["gzip"] <= 0:
            return response
        if "attachment" in response.headers.get("Content-Disposition", ""):
            return response  # what is saved may be large, and be asked for in parts
        response.direct_passthrough = False
        body = response.get_data()
        if len(body) < _LEAST:
            return response
        response.set_data(_remembered(body) if len(body) <= _MOST_REMEMBERED else _smaller(body))
        response.content_encoding = "gzip"
        response.headers.pop("Accept-Ranges", None)
        if tag := response.get_etag()[0]:
            response.set_etag(tag, weak=True)  # the same words, but other bytes
        return response


def _is_text(response: Response) -> bool:
    kind = response.mimetype or ""
    return kind.startswith("text/") or kind in _KINDS


def _smaller(body: bytes) -> bytes:
    return gzip.compress(body, _LEVEL, mtime=0)


@lru_cache(maxsize=128)
def _remembered(body: bytes) -> bytes:
    return _smaller(body)
