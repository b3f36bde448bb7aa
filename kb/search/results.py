"""What a search answers."""

from __future__ import annotations

from collections.abc import Mapping
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


@dataclass(frozen=True, slots=True)
class ExplainedWord:
    """What became of one word of a query."""

    word: str
    how: str
    """`as written`, `begins so`, `corrected` or `unknown`."""
    terms: tuple[str, ...]
    """What was looked up for it."""
    idf: float
    """How much it tells; a word of every article tells nothing."""


@dataclass(frozen=True, slots=True)
class ExplainedHit:
    """What the score of one article is made of."""

    slug: str
    title: str
    score: float
    covered: float
    """The share of what the query tells that the article holds, 0 to 1."""
    is_title: bool
    """Whether the query is its title, word for word; then it stands first."""
    points: Mapping[str, float]
    """What each word of the query adds, before the factors."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a search answers what it answers."""

    words: tuple[ExplainedWord, ...]
    hits: tuple[ExplainedHit, ...]
