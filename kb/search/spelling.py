"""The words that the articles use, and the ones a person probably meant."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence

from rapidfuzz.distance import OSA

_SHORTEST_PREFIX = 3
_SHORTEST_CORRECTED = 4
_LONGEST_CORRECTED = 24
_MOST_COMPLETIONS = 4


class Vocabulary:
    """Every word as it is written in the articles, with the number of articles that use it."""

    def __init__(self, counts: Mapping[str, int], forms: Mapping[str, Sequence[str]]) -> None:
        self._counts = counts
        self._forms = forms
        self._sorted = sorted(counts)
        self._deletes = _delete_table(counts)

    def forms(self, term: str) -> Sequence[str]:
        """Return the written words that a term stands for."""
        return self._forms.get(term, ())

    def completions(self, prefix: str, known: Callable[[str], bool]) -> list[str]:
        """Return the most used words that begin so and that the reader may know of."""
        if len(prefix) < _SHORTEST_PREFIX:
            return []
        at = bisect_left(self._sorted, prefix)
        found = []
        while at < len(self._sorted) and self._sorted[at].startswith(prefix):
            found.append(self._sorted[at])
            at += 1
        found.sort(key=lambda word: (-self._counts[word], word))
        return [word for word in found if known(word)][:_MOST_COMPLETIONS]

    def correction(self, word: str, known: Callable[[str], bool]) -> str | None:
        """Return the most used word that is one slip away: a letter more, less, another, or two swapped."""
        if not _SHORTEST_CORRECTED <= len(word) <= _LONGEST_CORRECTED:
            return None
        near = {other for key in (word, *_deletes_of(word)) for other in self._deletes.get(key, ())}
        best = None
        for other in sorted(near, key=lambda other: (other[0] != word[0], -self._counts[other], other)):
            if OSA.distance(word, other, score_cutoff=1) <= 1 and known(other):
                best = other
                break
        return best


def _delete_table(counts: Mapping[str, int]) -> dict[str, tuple[str, ...]]:
    """Map each word, and each word less one letter, to the words it may be a slip for (SymSpell's idea)."""
    table: dict[str, tuple[str, ...]] = defaultdict(tuple)
    for word in counts:
        if _SHORTEST_CORRECTED - 1 <= len(word) <= _LONGEST_CORRECTED and word.isalpha():
            for key in {word, *_deletes_of(word)}:
                table[key] += (word,)
    return dict(table)


def _deletes_of(word: str) -> Iterator[str]:
    return (word[:at] + word[at + 1 :] for at in range(len(word)))
