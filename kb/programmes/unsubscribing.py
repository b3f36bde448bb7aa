"""The links by which contacts end the mails of programmes: signed, and for ever; pure."""

from __future__ import annotations

from itsdangerous import BadSignature, URLSafeSerializer
from pydantic import SecretStr

PATH = "/unsubscribe/"


def unsubscribe_path(secret: SecretStr, contact: str) -> str:
    """Return the path at which a contact ends such mails; nobody can make it without the secret key."""
    return PATH + _serializer(secret).dumps(contact)


def contact_in(secret: SecretStr, token: str) -> str | None:
    """Return the id of the contact that a link is for; None for one that we did not make."""
    try:
        found = _serializer(secret).loads(token)
    except BadSignature:
        return None
    return found if isinstance(found, str) else None


def _serializer(secret: SecretStr) -> URLSafeSerializer:
    return URLSafeSerializer(secret.get_secret_value(), salt="unsubscribe")
