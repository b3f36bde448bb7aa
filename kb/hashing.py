"""Hashes under the secret key: what stands in the record of codes, links and sessions; pure."""

from __future__ import annotations

import hmac
from hashlib import sha256

from pydantic import SecretStr


def hashed(secret: SecretStr, purpose: str, *parts: str) -> str:
    """Return 64 hex digits that nobody can make, or guess a code from, without the secret key.

    `purpose` keeps what was made for one end from being used for another.
    """
    text = "\0".join((purpose, *parts))
    return hmac.new(secret.get_secret_value().encode(), text.encode(), sha256).hexdigest()
