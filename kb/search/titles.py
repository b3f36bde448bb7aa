"""Titles that complete what a person is typing."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from kb.search.words import fold, words

_MOST_LOOKED_AT = 2_000
"""Entries of the table; a prefix that fits more of them tells so little that any of them will do."""


class Titles:
    """A table of what follows every beginning of a word in every title, in the order of the alphabet."""

    def __init__(self, titles: Sequence[str]) -> None:
        self._words = [tuple(word for word, _, _ in words(fold(title))) for title in titles]
        self._whole = sorted((" ".join(said), at) for at, said in enumerate(self._words))
        self._tails = sorted(
            (" ".join(said[start:]), at)
            for at, said in enumerate(self._words)
            for start in range(1, len(said))
        )

    def completing(self, query: str, limit: int, allowed: Callable[[int], bool]) -> list[int]:
        """Return the numbers of titles that go on as the query ends, those that begin with it first."""
        typed = [word for word, _, _ in words(fold(query))]
        if not typed:
            return []
        ways = (
            _from(self._whole, " ".join(typed)),
            _from(self._tails, " ".join(typed)),
            self._scattered(typed),
        )
        found: dict[int, None] = {}
        for way in ways:
            for at in way:
                if at not in found and allowed(at):
                    found[at] = None
                    if len(found) == limit:
                        return list(found)
        return list(found)

    def _scattered(self, typed: Sequence[str]) -> Iterator[int]:
        """Yield titles that hold all the words, in any order; the last may be unfinished."""
        if len(typed) < 2:
            return
        rarest = max(typed, key=len)
        for at in (*_from(self._whole, rarest), *_from(self._tails, rarest)):
            said = self._words[at]
            if all(any(word.startswith(part) for word in said) for part in typed):
                yield at


def _from(table: Sequence[tuple[str, int]], prefix: str) -> Iterator[int]:
    begin = bisect_left(table, (prefix, -1))
    for text, at in islice(table, begin, begin + _MOST_LOOKED_AT):
        if not text.startswith(prefix):
            return
        yield at
