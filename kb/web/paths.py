"""What browsers send as a path or a file's name, made harmless: a page of ours, a name without folders."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_LOCAL = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]*\Z")
_LONGEST = 1000


def local_path(written: str | None) -> str:
    """Return a path on this host as it was written; `/` for everything that could lead elsewhere."""
    if not written or len(written) > _LONGEST or not _LOCAL.match(written):
        return "/"
    try:
        parts = urlsplit(written)
    except ValueError:
        return "/"
    return "/" if parts.scheme or parts.netloc or parts.path.startswith("//") else written


def file_name(written: str) -> str:
    """Return the name of a file that somebody sends, without its folders and in plain signs."""
    return re.sub(r"[^\w. -]", "_", re.split(r"[\\/]", written)[-1])[-80:] or "file"
