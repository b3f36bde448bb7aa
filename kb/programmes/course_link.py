"""The links of mails by which contacts come to their courses: signed, and good for 30 days; pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit, urlunsplit

from itsdangerous import BadData, URLSafeSerializer
from pydantic import SecretStr

PARAMETER = "mail"
"""What an address calls the token that says from whose mail somebody comes."""

LASTS = timedelta(days=30)

_PLACE = "/courses"
_CLOCKS_DIFFER = timedelta(days=1)
_WRITTEN = re.compile(rf"[?&]{PARAMETER}=[\w.-]+")


@dataclass(frozen=True, slots=True)
class Pass:
    """What a token says: whose mail it stood in, and until when it opens their courses."""

    contact: str
    ends_at: datetime


def course_token(secret: SecretStr, contact: str, now: datetime) -> str:
    """Return a token for the courses of a contact; nobody can make one without the secret key."""
    return _serializer(secret).dumps([contact, int(now.timestamp())])


def pass_in(secret: SecretStr, token: str, now: datetime) -> Pass | None:
    """Read a token; None for one that we did not make, and for one that is over.

    One from a day that is still to come was made by a clock that was wrong, and would be good for too long.
    """
    try:
        contact, made = _serializer(secret).loads(token)
        made_at = datetime.fromtimestamp(made, UTC)
    except (BadData, ValueError, TypeError, OverflowError, OSError):
        return None
    if not isinstance(contact, str) or not made_at - _CLOCKS_DIFFER <= now < made_at + LASTS:
        return None
    return Pass(contact, made_at + LASTS)


def with_token(url: str, base: str, token: str) -> str:
    """Add a token to an absolute address of courses below `base`; any other address stays as it is."""
    place = base + _PLACE
    if not token or not url.startswith(place) or url[len(place) :][:1] not in {"", "/", "?", "#"}:
        return url
    parts = urlsplit(url)
    query = f"{parts.query}&" if parts.query else ""
    return urlunsplit(parts._replace(query=f"{query}{PARAMETER}={token}"))


def without_tokens(text: str) -> str:
    """Return a text whose links open nothing, for the eyes of others."""
    return _WRITTEN.sub("", text)


def _serializer(secret: SecretStr) -> URLSafeSerializer:
    return URLSafeSerializer(secret.get_secret_value(), salt="courses of a mail")
