"""The digest of a week: what happened to a manager's accounts, and what in them needs looking at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from tiering.storage.signals import Raised
from tiering.storage.store import Store
from tiering.usecases.ask import Inquiry
from tiering.usecases.book import Book, book
from tiering.usecases.deciding import TIER_CHANGED, Mover

Moves = Mapping[str, tuple[int, int]]
"""The tier before and the tier after, by the account's id."""

_MANAGERS = 10_000
"""How many managers are told at most."""


@dataclass(frozen=True, slots=True)
class Digest:
    """A manager's week."""

    book: Book
    moves: tuple[Mover, ...]
    """By name; who moved and is back did not move."""
    signals: tuple[Raised, ...]
    """Those that hold, the latest first."""

    @property
    def is_calm(self) -> bool:
        """Whether there is nothing to tell."""
        return not (self.moves or self.signals or self.book.renewals or self.book.ending or self.book.over)


def managers(store: Store) -> list[str]:
    """Return the names of those who look after accounts, as the accounts have them."""
    with store.begin() as work:
        return [name for name, _ in work.listing.csms(_MANAGERS)]


def moves_since(store: Store, moment: datetime) -> Moves:
    """Return which accounts are in another tier now than at a moment."""
    moves: dict[str, tuple[int, int]] = {}
    with store.begin() as work:
        for message in work.outbox.messages(TIER_CHANGED, moment):
            before, _ = moves.get(message["account"], (message["before"], 0))
            moves[message["account"]] = (before, message["after"])
    return {account: move for account, move in moves.items() if move[0] != move[1]}


def digest(store: Store, csm_names: Sequence[str], moves: Moves, inquiry: Inquiry) -> Digest:
    """Open the digest of whoever has one of these names, the first that any account has.

    Raises NoPolicy and UnknownCurrency.
    """
    opened = book(store, csm_names, inquiry)
    with store.begin() as work:
        spellings = work.listing.spelled("csm", *csm_names)
        accounts = work.accounts.among(work.listing.ids_of(spellings) & moves.keys())
        moved = [Mover(one.id, one.name, *moves[one.id]) for one in accounts.values()]
        signals = work.signals.open_of(spellings)
        return Digest(opened, tuple(sorted(moved, key=lambda one: (one.name, one.id))), tuple(signals))
