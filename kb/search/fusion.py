"""Two rankings made one: by words and by meaning, joined by reciprocal rank."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kb.search.meaning import Vector
from kb.search.ranking import Matches
from kb.search.snapshot import View

K = 7
"""How soon a lower rank counts less: 1/8 for the first, 1/9 for the second."""

DEPTH = 50
"""Ranks of either list that are joined; below them words alone decide."""

NEAR = 0.25
"""The similarity from which an article is shown though it holds no word of the query."""

MOST_NEAR = 10
"""Articles that are shown for their meaning alone."""

_CANDIDATES = 100
"""Articles whose sections are looked at: those nearest by what they are about."""


@dataclass(frozen=True, slots=True)
class Near:
    """How near an article's meaning is to a query's."""

    page: int
    similarity: float
    """The mean of that of its head and that of its nearest section; 1 is the same, 0 is unrelated."""
    section: int
    """Which section is nearest."""


@dataclass(frozen=True, slots=True)
class Fused:
    """An article with its place in both rankings."""

    page: int
    score: float
    word_rank: int | None = None
    meaning_rank: int | None = None
    near: Near | None = None


def nearest(asked: Vector, view: View, also: Sequence[int] = ()) -> list[Near]:
    """Return the articles whose meaning is nearest to a query's, the nearest first.

    `also` are pages whose sections are looked at in any case. Nothing is near to a query without a meaning,
    or where the index has no vectors.
    """
    heads = view.snapshot.heads
    if heads is None or not asked.any():
        return []
    about = heads @ asked
    if view.mask is not None:
        about[~view.mask] = -np.inf
    count = min(_CANDIDATES, view.size)
    chosen = np.union1d(np.argpartition(-about, count - 1)[:count] if count else [], also).astype(int)
    found = [(int(at), meant) for at in chosen if (meant := view.snapshot.vectors(int(at)))]
    if not found:
        return []
    begins = np.cumsum([0, *(len(meant.rows) for _, meant in found)])
    alike = np.concatenate([meant.rows for _, meant in found]).astype(np.float32) @ asked
    alike /= np.concatenate([meant.lengths for _, meant in found])
    heads, alike[begins[:-1]] = alike[begins[:-1]], -1.0
    sections = np.where(np.diff(begins) > 1, np.maximum.reduceat(alike, begins[:-1]), heads)
    mean = (heads + sections) / 2
    best = np.lexsort((np.arange(len(mean)), -mean))[:DEPTH]
    return [
        Near(found[at][0], float(mean[at]), int(alike[begins[at] : begins[at + 1]].argmax()) - 1)
        for at in best
    ]


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
