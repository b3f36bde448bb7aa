"""A customer success manager's book: their accounts, and what in it needs looking at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tiering.storage.store import Store
from tiering.usecases.ask import Inquiry
from tiering.usecases.browsing import Page
from tiering.usecases.exceptions import Running
from tiering.usecases.servicing import Serviced

__all__ = ["Book", "Renewal", "book", "csms"]


@dataclass(frozen=True, slots=True)
class Renewal:
    """An account whose contract is renewed soon."""

    id: str
    name: str
    tier: int
    renewal_on: date


@dataclass(frozen=True, slots=True)
class Book:
    """The accounts of one manager, churned ones left out."""

    csm: str | None
    """The manager's name as the accounts have it; None where no account has it."""
    page: Page
    renewals: tuple[Renewal, ...]
    """The next five within 90 days."""
    ending: tuple[Running, ...]
    """Exceptions that end within the days that the policy nudges before."""
    over: tuple[Serviced, ...]
    """Up to five that were given more this year than they are owed, who was given most first."""


def book(store: Store, csm_names: Sequence[str], inquiry: Inquiry, page: int = 1) -> Book:
    """Open the book of whoever has one of these names, whatever the case and accents; raises NoPolicy."""
    raise NotImplementedError


def csms(store: Store, inquiry: Inquiry) -> list[tuple[str, int]]:
    """List the managers with how many accounts their books have, most first, at most 100."""
    raise NotImplementedError
