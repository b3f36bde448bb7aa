"""Pictures and other attachments of an import: what kind they are, and what they are to be called; pure."""

from __future__ import annotations

import base64
import binascii
import re
from pathlib import PurePosixPath
from urllib.parse import unquote_to_bytes

from kb.links import SAVED
from kb.stub import slug_of

MAX_BYTES = 20_000_000
"""Of one attachment; what help centres take themselves."""

_DATA = re.compile(r"data:image/[\w.+-]+(;[\w=-]+)*?(?P<base64>;base64)?,", re.IGNORECASE)
_SVG = rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*(?:<!DOCTYPE svg[^>]*>\s*)?<svg[\s>]"
_SIGNS = (
    (re.compile(rb"\x89PNG\r\n\x1a\n"), ".png"),
    (re.compile(rb"\xff\xd8\xff"), ".jpg"),
    (re.compile(rb"GIF8[79]a"), ".gif"),
    (re.compile(rb"RIFF....WEBP", re.DOTALL), ".webp"),
    (re.compile(rb"....ftypavi[fs]", re.DOTALL), ".avif"),
    (re.compile(rb"%PDF-"), ".pdf"),
    (re.compile(_SVG, re.DOTALL), ".svg"),
)
"""How the content of each kind begins, and its suffix."""


def kind_of(content: bytes) -> str | None:
    """Return the suffix that the content itself deserves; None for what we do not show."""
    return next((suffix for sign, suffix in _SIGNS if sign.match(content[:2000])), None)


def is_good(name: str, content: bytes) -> bool:
    """Whether a file may lie beside the articles: of a kind that we show, and what it claims to be."""
    suffix = PurePosixPath(name).suffix.lower().replace(".jpeg", ".jpg")
    return len(content) <= MAX_BYTES and (suffix in SAVED or kind_of(content) == suffix)


def file_name(name: str, content: bytes) -> str | None:
    """Return a plain name for an attachment, with the suffix of what it is; None for what we do not show."""
    suffix = PurePosixPath(name).suffix.lower()
    kind = kind_of(content) or (suffix if suffix in SAVED else None)
    if kind is None or len(content) > MAX_BYTES:
        return None
    return (slug_of(PurePosixPath(name).stem) or "picture") + kind


def inline_picture(address: str) -> bytes | None:
    """Return the picture that an address of the form `data:` holds itself; None for any other address."""
    found = _DATA.match(address)
    if not found or len(address) > 2 * MAX_BYTES:
        return None
    rest = address[found.end() :]
    if not found["base64"]:
        return unquote_to_bytes(rest)
    try:
        return base64.b64decode(unquote_to_bytes(rest), validate=False)
    except (binascii.Error, ValueError):
        return None
