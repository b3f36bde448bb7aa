"""What a search answers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Hit:
    """One article that answers a query."""

    slug: str
    title: str
    category: str
    section: str | None
    """The title of the section in which the snippet stands, if it is not the opening text."""
    anchor: str
    """The id of that section's heading, or empty."""
    snippet: str
    """Escaped HTML in which the words that matched stand in <mark>."""
    score: float


@dataclass(frozen=True, slots=True)
class Results:
    """A page of hits, best first."""

    query: str
    total: int
    hits: tuple[Hit, ...]
    did_you_mean: str | None = None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A title that completes what a person is typing."""

    slug: str
    title: str
