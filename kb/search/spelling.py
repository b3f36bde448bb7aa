"""The words that the articles use, and the ones a person probably meant."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA

_SHORTEST_PREFIX = 3
_SHORTEST_CORRECTED = 4
_LONGEST_CORRECTED = 24
_MOST_COMPLETIONS = 4

Mask = NDArray[np.bool_]


class Vocabulary:
    """Every word as it is written in the articles, and the pages that use it.

    A mask of pages leaves out all words, and all uses of words, of the pages outside it.
    """

    def __init__(
        self, words: Sequence[str], begins: NDArray[np.int64], pages: NDArray[np.integer[Any]]
    ) -> None:
        self._words = words  # in alphabetical order
        self._begins = begins
        self._pages = pages

    def completions(self, prefix: str, mask: Mask | None) -> list[str]:
        """Return the most used words that begin so."""
        if len(prefix) < _SHORTEST_PREFIX:
            return []
        first = bisect_left(self._words, prefix)
        last = bisect_left(self._words, prefix + "\U0010ffff", first)
        used = ((self._uses(at, mask), self._words[at]) for at in range(first, last))
        found = sorted((-uses, word) for uses, word in used if uses)
        return [word for _, word in found[:_MOST_COMPLETIONS]]

    def correction(self, word: str, mask: Mask | None) -> str | None:
        """Return the most used word that is one slip away: a letter more, less, another, or two swapped."""
        if not _SHORTEST_CORRECTED <= len(word) <= _LONGEST_CORRECTED:
            return None
        near = [
            (other[0] != word[0], -uses, other)
            for other in self._one_slip_from(word)
            if (uses := self._uses(bisect_left(self._words, other), mask))
        ]
        return min(near)[2] if near else None

    def _one_slip_from(self, word: str) -> Iterable[str]:
        # A slip leaves the first letter as it is, or the last. A table of every word less a letter would be
        # quicker than comparing, and larger than all the rest of the index.
        sizes = range(len(word) - 1, len(word) + 2)
        ends = [(size, place, word[place]) for size in sizes for place in (0, -1)]
        near = dict.fromkeys(other for end in ends for other in self._by_end.get(end, ()))
        found = process.extract(word, list(near), scorer=OSA.distance, score_cutoff=1, limit=None)
        return [other for other, _, _ in found]

    def _uses(self, at: int, mask: Mask | None) -> int:
        begin, end = self._begins[at], self._begins[at + 1]
        return int(end - begin if mask is None else np.count_nonzero(mask[self._pages[begin:end]]))

    @cached_property
    def _by_end(self) -> dict[tuple[int, int, str], list[str]]:
        """Words by length and first letter, and by length and last letter."""
        ends: dict[tuple[int, int, str], list[str]] = {}
        for word in self._words:
            if _SHORTEST_CORRECTED - 1 <= len(word) <= _LONGEST_CORRECTED and word.isalpha():
                for place in (0, -1):
                    ends.setdefault((len(word), place, word[place]), []).append(word)
        return ends
