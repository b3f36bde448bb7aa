"""Names of companies: how they are compared, and which of many is meant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Match:
    """A key that resembles a query."""

    key: str
    index: int
    """Its place among the keys."""
    score: float
    """From 0 to 100, where 100 is the same text."""


def fold(text: str) -> str:
    """Return text as words for comparison: no case, accents or punctuation; & and + are words."""
    raise NotImplementedError


def core(text: str) -> str:
    """Return the folded name without its legal form: `ACME, Inc.` is `acme`. Empty only if fold is."""
    raise NotImplementedError


def slug(text: str) -> str:
    """Return the folded words joined with hyphens."""
    raise NotImplementedError


def nearest(query: str, keys: Sequence[str], limit: int) -> list[Match]:
    """Return the keys (core names) most like the query, best first."""
    raise NotImplementedError


def clear_winner(matches: Sequence[Match]) -> Match | None:
    """Return the first of the matches when it is good and the second (another account's) clearly worse."""
    raise NotImplementedError
