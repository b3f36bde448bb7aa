"""Tokens of the company's product, by which its customers come without signing in again; pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import jwt

_LEEWAY = 30
"""Seconds by which two clocks may differ."""

_REQUIRED = ["exp", "aud", "iss", "jti"]
_LONGEST_ID = 1000


class TokenRefused(Exception):
    """A token that proves nothing; the message is a sentence for the log, and holds nothing of the token."""


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who may sign tokens, how, and for whom."""

    key: str
    """A shared secret, or a public RSA key in PEM."""
    issuer: str
    audience: str

    @property
    def algorithm(self) -> str:
        """The one algorithm that the key is for; what a token says of itself is never believed."""
        return "RS256" if self.key.startswith("-----BEGIN ") else "HS256"


@dataclass(frozen=True, slots=True)
class Token:
    """What a token that holds says."""

    id: str
    email: str
    ends_at: datetime
    """When the token, leeway included, is over."""


def read_token(text: str, issuer: Issuer, now: datetime) -> Token:
    """Check a token and read it; raises TokenRefused."""
    try:
        claims = jwt.decode(
            text,
            issuer.key,
            algorithms=[issuer.algorithm],
            issuer=issuer.issuer,
            audience=issuer.audience,
            # The times are checked below, by the clock that everything else goes by.
            options={"require": _REQUIRED, "verify_exp": False, "verify_nbf": False, "verify_iat": False},
        )
    except (jwt.PyJWTError, ValueError, TypeError) as error:
        raise TokenRefused(f"The token does not hold: {type(error).__name__}.") from error
    ends_at = _moment(claims, "exp") + _LEEWAY
    if now.timestamp() >= ends_at:
        raise TokenRefused("The token is over.")
    if any(now.timestamp() + _LEEWAY < _moment(claims, name) for name in ("nbf", "iat") if name in claims):
        raise TokenRefused("The token is not valid yet.")
    return Token(_text(claims, "jti"), _text(claims, "email"), _day(ends_at))


def _moment(claims: dict[str, Any], name: str) -> float:
    value = claims[name]
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise TokenRefused(f"The token's {name} is no moment.")
    return float(value)


def _day(seconds: float) -> datetime:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError) as error:
        raise TokenRefused("The token's exp is no moment.") from error


def _text(claims: dict[str, Any], name: str) -> str:
    value = claims.get(name)
    if not isinstance(value, str) or not value.strip() or len(value) > _LONGEST_ID:
        raise TokenRefused(f"The token has no {name}.")
    return value
