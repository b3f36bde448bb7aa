"""Two rankings made one: by words and by meaning, joined by reciprocal rank."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kb.search.ranking import Matches
from kb.search.vectors import Near

K = 7
"""How soon a lower rank counts less: 1/8 for the first, 1/9 for the second."""

DEPTH = 50
"""Ranks of either list that are joined; below them words alone decide."""

NEAR = 0.25
"""The similarity from which an article is shown though it holds no word of the query."""

MOST_NEAR = 10
"""Articles that are shown for their meaning alone."""


@dataclass(frozen=True, slots=True)
class Fused:
    """An article with its place in both rankings."""

    page: int
    score: float
    word_rank: int | None = None
    meaning_rank: int | None = None
    near: Near | None = None


def fuse(matches: Matches, near: Sequence[Near], count: int) -> list[Fused]:
    """Return at least `count` articles, best first, if there are so many; without `near` by words alone.

    An article stands there when it holds a word of the query, or when its meaning is near. A rank by words
    counts by the share of the query that the article covers: words alone know best where all of them stand
    in one article, and least where a question shares a single word with it.
    """
    by_words = list(enumerate(matches.best(max(count, DEPTH)), 1))
    if not near:
        return [Fused(page, 1 / (K + rank), rank) for rank, page in by_words]
    close = {one.page: (rank, one) for rank, one in enumerate(near, 1)}
    fused = []
    for word_rank, page in by_words[:DEPTH]:
        rank, one = close.get(page, (None, None))
        score = matches.covered[page] / (K + word_rank) + (1 / (K + rank) if rank else 0)
        fused.append(Fused(page, float(score), word_rank, rank, one))
    for one in admitted(matches, near):
        rank = close[one.page][0]
        fused.append(Fused(one.page, 1 / (K + rank), None, rank, one))
    fused.sort(key=lambda one: (one.page not in matches.titled, -one.score))
    below = [Fused(page, float(matches.covered[page]) / (K + rank), rank) for rank, page in by_words[DEPTH:]]
    return fused + below


def admitted(matches: Matches, near: Sequence[Near]) -> list[Near]:
    """Return the articles that are shown for their meaning alone."""
    strangers = [one for one in near if one.similarity >= NEAR and not matches.scores[one.page]]
    return strangers[:MOST_NEAR]
