"""What a search answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Hit:
    """One article that answers a query."""

    slug: str
    title: str
    category: str
    section: str | None
    """The title of the section that answers, if it is not the opening text."""
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
    nearest: bool = False
    """Whether no article holds any word of the query, so that these are only nearest to what it means."""
    categories: Mapping[str, int] = field(default_factory=dict)
    """How many articles of each category answer, whichever category was asked for."""


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
    """`as written`, `begins so`, `corrected`, `synonym` or `unknown`."""
    terms: tuple[str, ...]
    """What was looked up for it, synonyms included; a name as it is written begins with `=`."""
    idf: float
    """How much it tells; a word of every article tells nothing."""
    meant: str
    """The word that it was corrected to, or the word itself."""
    forms: tuple[str, ...]
    """What was found for it, as it is written in articles, synonyms left out."""
    synonyms: tuple[str, ...]
    """What counts like it, by synonyms.yaml, as it is written in articles."""
    articles: int
    """How many articles hold it in one way or another."""


@dataclass(frozen=True, slots=True)
class ExplainedPoints:
    """What one word of a query adds to the score of an article, before the factor."""

    points: float
    fields: Mapping[str, float]
    """How often and how prominently the best of its terms stands in each field."""


@dataclass(frozen=True, slots=True)
class ExplainedHit:
    """What the place of one article is made of."""

    slug: str
    title: str
    score: float
    """By which the articles are ordered: the sum of 1 / (7 + rank) over both rankings."""
    by_words: float
    """What of the score comes from the place by words; `by_meaning` likewise."""
    by_meaning: float
    is_title: bool
    """Whether the query is its title, word for word; then it stands first."""
    word_rank: int | None
    """Its place by words; none where it holds no word of the query."""
    word_score: float
    covered: float
    """The share of what the query tells that the article holds, 0 to 1."""
    words: Mapping[str, ExplainedPoints]
    meaning_rank: int | None
    """Its place by meaning; none where it is far, or where there is no meaning layer."""
    similarity: float | None
    """Of its meaning to the query's, where it has a place by meaning; 1 is the same."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a search answers what it answers."""

    words: tuple[ExplainedWord, ...]
    hits: tuple[ExplainedHit, ...]
    left_out: tuple[str, ...] = ()
    """Words of the query that were not looked up: little ones, and those of a long query's end."""
    size: int = 0
    """How many articles the reader may find at all."""
