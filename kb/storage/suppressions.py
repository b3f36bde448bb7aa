"""Addresses that get no mails of programmes: whoever wants none, and those that a server refused.

Only hashes under the secret key are kept, and they stay when a contact is erased, so that nobody who wants no
mails gets some after the next import.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from pydantic import SecretStr
from sqlalchemy import Column, String, Table, delete, select

from kb.hashing import hashed
from tiering.storage.database import Moment, insert_new, metadata, portions
from tiering.storage.personal import Remembered, privacy
from tiering.usecases.record import Store

UNSUBSCRIBED, BOUNCED, ERASED = "unsubscribed", "bounced", "erased"
_NOBODY = ""
"""The address whose hash shows, as the list's first, under which secret key the list was made."""


def contact_named(contact: str) -> str:
    """Return how the list names a contact by id, so that a new address changes nothing."""
    return f"contact {contact}"


def key_of(secret: SecretStr, one: str) -> str:
    """Return what stands in the list for an address, or for a contact as `contact_named` has it."""
    return hashed(secret, "suppression", one.strip().lower())


def _keys(secret: SecretStr, addresses: Iterable[str], contacts: Iterable[str]) -> dict[str, str]:
    keys = {key_of(secret, address): address for address in addresses}
    return keys | {key_of(secret, contact_named(contact)): contact for contact in contacts}


suppressions = Table(
    "kb_suppressions",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("reason", String(20), nullable=False),
    Column("at", Moment, nullable=False),
    info=privacy(Remembered(rows=_keys, proof=lambda secret: key_of(secret, _NOBODY), reason=ERASED)),
)


class OtherKey(Exception):
    """The list was made under another secret key, so that it would hold back nothing."""

    def __init__(self) -> None:
        super().__init__(
            "Who wants no mails was noted under another SECRET_KEY, so that nobody could be spared now: "
            "nothing was sent. Set the one of before."
        )


@dataclass(frozen=True)
class Suppressions:
    """The list; every method is one transaction and raises RecordUnavailable."""

    store: Store
    secret: SecretStr

    def add(self, reason: str, *whom: str) -> bool:
        """Send addresses or contacts no more mails of programmes; false where that was so already."""
        with self.store.begin() as work:
            new = False
            for one in (_NOBODY, *whom):
                row = {"key": key_of(self.secret, one), "reason": reason, "at": work.at}
                new = insert_new(work.connection, suppressions, row) is not None or new
            return new

    def lift(self, *whom: str) -> None:
        """Send them mails again."""
        with self.store.begin() as work:
            keys = [key_of(self.secret, one) for one in whom]
            work.connection.execute(delete(suppressions).where(suppressions.c.key.in_(keys)))

    def among(self, whom: Collection[str]) -> set[str]:
        """Return those of some addresses and contacts that get no mails."""
        keys = {key_of(self.secret, one): one for one in whom}
        found: set[str] = set()
        with self.store.reading() as work:
            for portion in portions(list(keys)):
                query = select(suppressions.c.key).where(suppressions.c.key.in_(portion))
                found.update(keys[key] for key in work.connection.execute(query).scalars())
        return found

    def unsubscribed(self, whom: Collection[str]) -> dict[str, datetime]:
        """Return since when some addresses and contacts want no mails, of those that want none."""
        keys = {key_of(self.secret, one): one for one in whom}
        found: dict[str, datetime] = {}
        with self.store.reading() as work:
            for portion in portions(list(keys)):
                query = select(suppressions.c.key, suppressions.c.at).where(
                    suppressions.c.key.in_(portion), suppressions.c.reason == UNSUBSCRIBED
                )
                found |= {keys[row.key]: row.at for row in work.connection.execute(query)}
        return found

    def check(self) -> None:
        """Make sure that the list can be read; raises OtherKey."""
        with self.store.reading() as work:
            is_empty = work.connection.execute(select(suppressions.c.key).limit(1)).first() is None
        if not is_empty and not self.among([_NOBODY]):
            raise OtherKey
