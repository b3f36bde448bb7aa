"""Privacy: what is held of one person is shown or erased, and what is kept long enough is forgotten."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from pydantic import SecretStr

from tiering.domain.refusal import Refusal
from tiering.retention import Retention
from tiering.storage.ageing import Ageing
from tiering.storage.personal import By, Whom
from tiering.storage.persons import Held, Mentioned
from tiering.storage.store import Store, TakenBack

__all__ = ["Found", "Held", "Mentioned", "erase", "erased_among", "find", "forget_old", "old"]


class OtherSecret(Refusal):
    """The hashes of the record were made under another secret key, so that nothing would be found by them."""

    def __init__(self) -> None:
        super().__init__(
            "The record's hashes were made under another SECRET_KEY, so that not all would be found: nothing "
            "was done. Set the one that the knowledge base runs with."
        )


@dataclass(frozen=True, slots=True)
class Found:
    """All that is held of one person."""

    whom: Whom
    held: Sequence[Held]
    mentioned: Sequence[Mentioned]
    """Texts of others that name them."""

    @property
    def contact(self) -> str | None:
        """The contact's id; None for whoever only typed an address."""
        return next((row["id"] for one in self.held if one.table == "contacts" for row in one.rows), None)

    @property
    def addresses(self) -> tuple[str, ...]:
        """Their addresses, former ones too, in order."""
        return tuple(sorted(self.whom.found[By.ADDRESS]))


def find(store: Store, address: str, secret: SecretStr, who: str, today: date) -> Found:
    """Find all that is held of the person with an address; raises OtherSecret and UnknownTables."""
    with store.reading() as work:
        if not work.persons.is_secret(secret):
            raise OtherSecret
        whom = work.persons.whom(address.strip().lower(), secret, today)
        found = Found(whom, work.persons.held(whom), work.persons.mentioned(whom))
    with store.begin() as work:
        count = sum(len(one.rows) for one in found.held)
        told = {"whom": _hash(address, secret), "rows": count}
        work.audit.add(work.at, who, "look into a contact", None, told)
    return found


def erase(store: Store, whom: Whom, who: str, *, only_try: bool = False) -> Mapping[str, int]:
    """Erase a person whom `find` found, all at once, and send them no more mails.

    Returns in how many rows of each table there was something.
    With `only_try` all of it is taken back. To be done again a moment later: what a page was just about to
    record is found by the same `whom`. Raises RecordUnavailable and UnknownTables.
    """
    rows: Mapping[str, int] = {}
    with suppress(TakenBack), store.begin() as work:
        work.persons.lock(whom)
        rows = work.persons.erase(whom, work.at)
        work.persons.remember(whom, work.at)
        if only_try:
            raise TakenBack
        if rows:
            hashes = sorted(_hash(address, whom.secret) for address in whom.found[By.ADDRESS])
            work.audit.add(work.at, who, "erase a contact", None, {"whom": hashes, "rows": dict(rows)})
    store.carry_over()
    return rows


def erased_among(store: Store, secret: SecretStr, contacts: Mapping[str, Iterable[str]]) -> set[str] | None:
    """Return those of contacts, each given with their addresses, that were erased before.

    None where nobody can tell, since the secret key is not the one of then. Raises UnknownTables.
    """
    with store.reading() as work:
        return work.persons.erased_among(secret, contacts)


def old(store: Store, retention: Retention) -> dict[str, int]:
    """Count what is kept long enough, by the nouns of `retention`; raises UnknownTables."""
    with store.reading() as work:
        return Ageing(work.connection, retention.days, work.at).old()


def forget_old(store: Store, retention: Retention, who: str) -> dict[str, int]:
    """Forget what is kept long enough, portion by portion; returns how many rows of each noun it were.

    Where it dies half-way the rest is forgotten the next time. Raises RecordUnavailable and UnknownTables.
    """
    total = dict.fromkeys(retention.days, 0)
    more = True
    while more:
        more = False
        with store.reading() as work:
            found = list(Ageing(work.connection, retention.days, work.at).look())
        for portion in found:
            with store.begin() as work:
                count = Ageing(work.connection, retention.days, work.at).forget(portion)
            total[portion.kept.noun] += count
            more = more or count > 0
    if any(total.values()):
        with store.begin() as work:
            work.audit.add(work.at, who, "forget", None, {"rows": total})
    return total


def _hash(address: str, secret: SecretStr) -> str:
    """Return what the audit holds of whom it was about: the same for the same address, and nobody's name."""
    text = f"privacy\0{address.strip().lower()}".encode()
    return hmac.new(secret.get_secret_value().encode(), text, sha256).hexdigest()
