"""Invitations: the codes and links by which somebody signs in, and the hashes that are kept of them; pure."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import SecretStr

from kb.hashing import hashed
from kb.storage import Invitation

LASTS = timedelta(minutes=15)
STAFF_LINK_LASTS = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Invited:
    """A new invitation, and what proves later that somebody holds it; only here does that stand readable."""

    invitation: Invitation
    key: str
    """For the browser in which the code will be typed."""
    code: str
    link: str


def invite(secret: SecretStr, now: datetime, going: str, address: str | None = None) -> Invited:
    """Make an invitation to an address or, without one, to whichever colleague gets the link."""
    key, link, code = secrets.token_urlsafe(32), secrets.token_urlsafe(32), f"{secrets.randbelow(10**6):06}"
    invitation = Invitation(
        key=key_of(secret, key),
        link=link_of(secret, link),
        code=code_of(secret, key, code) if address else None,
        address=address,
        next=going,
        ends_at=now + (LASTS if address else STAFF_LINK_LASTS),
    )
    return Invited(invitation, key, code, link)


def key_of(secret: SecretStr, key: str) -> str:
    """Return what is kept of the key that a browser holds."""
    return hashed(secret, "sign-in key", key)


def code_of(secret: SecretStr, key: str, code: str) -> str:
    """Return what is kept of a code, which counts in one browser only."""
    return hashed(secret, "sign-in code", key, code)


def link_of(secret: SecretStr, link: str) -> str:
    """Return what is kept of a link."""
    return hashed(secret, "sign-in link", link)


def link_path(link: str) -> str:
    """Return the path of the page with the button."""
    return f"/sign-in/link?token={link}"
