"""Where somebody goes after signing in: a page of ours, whatever the address says."""

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
