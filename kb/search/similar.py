"""Which articles are about nearly the same as one: those that a search for its title ranks next."""

from __future__ import annotations

from bisect import bisect_left

import numpy as np

from kb.courses import SHELF
from kb.search.fusion import DEPTH, NEAR, fuse
from kb.search.meaning import SIZE, Vector, unit
from kb.search.ranking import rank, understand
from kb.search.snapshot import Snapshot, View
from kb.synonyms import Synonyms

MOST = 8
"""Articles that are said to be similar."""

_SHARED = 0.2
"""The share of what title and summary tell that another article must hold, unless its meaning is near."""

_NO_SYNONYMS = Synonyms()  # they are for customers' words, and these are ours


def similar(slug: str, snapshot: Snapshot, seen: frozenset[str]) -> tuple[str, ...]:
    """Return the slugs of the articles nearest to one, as somebody sees them; of an unknown one none.

    Neither the tokenizer nor the model is asked: the index holds what the article means.
    """
    view = View(snapshot, seen)
    at = bisect_left(snapshot.pages, slug, key=lambda page: page.slug)
    if at == len(snapshot.pages) or snapshot.pages[at].slug != slug or not view.sees(at):
        return ()
    page = snapshot.pages[at]
    matches = rank(understand(f"{page.title} {page.summary}", view, _NO_SYNONYMS), view)
    near = snapshot.meanings.near(_about(at, snapshot), view.mask, matches.best(DEPTH), snapshot.weights)
    found = [
        one.page
        for one in fuse(matches, near, MOST + 1)
        if one.page != at
        and snapshot.pages[one.page].category != SHELF  # a lesson is no article to read next
        and (matches.covered[one.page] >= _SHARED or (one.near and one.near.similarity >= NEAR))
    ]
    return tuple(snapshot.pages[one].slug for one in found[:MOST])


def _about(at: int, snapshot: Snapshot) -> Vector:
    """Return what an article is about; all zeros where the index has no vectors of it."""
    meanings = snapshot.meanings
    if not meanings.counts[at]:
        return np.zeros(SIZE, np.float32)
    return unit(meanings.rows[meanings.begins[at]].astype(np.float32))
