"""The vectors of all pages of a snapshot, and which of them are nearest to a query's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kb.search.columns import Columns, Floats, Ints
from kb.search.meaning import SIZE, Vector, Vectors, unit

MOST = 50
"""Pages that are said to be near."""

_ROUGH = 128
"""Numbers of a head that choose the candidates; the embedding was trained so that its first half will do."""

_CANDIDATES = 100
"""Pages whose sections are looked at: those nearest by what they are about."""

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Near:
    """How near a page's meaning is to a query's."""

    page: int
    similarity: float
    """The mean of that of its head and that of its nearest section; 1 is the same, 0 is unrelated."""
    section: int
    """Which section is nearest; -1 where it has none."""


@dataclass(frozen=True, slots=True)
class Meanings:
    """What every page means."""

    heads: Vector
    """Roughly what each page is about; all zeros for one without vectors."""
    begins: NDArray[np.int64]
    """Where the vectors of each page begin in `rows`: first its head, then its sections."""
    counts: NDArray[np.int64]
    rows: Vectors
    lengths: Floats
    """The length of each row, by which it is divided to be of length 1."""

    def near(self, asked: Vector, mask: Mask | None, also: Sequence[int], weights: Floats) -> list[Near]:
        """Return the pages whose meaning is nearest to a query's, the nearest first.

        `also` are pages whose sections are looked at in any case; `weights` say what each page counts.
        Nothing is near to a query without a meaning, or where the index has no vectors.
        """
        if not len(self.rows) or not asked.any():
            return []
        pages = self._candidates(asked, mask, also)
        counts = self.counts[pages]
        pages, counts = pages[counts > 0], counts[counts > 0]
        if not len(pages):
            return []
        ends = np.cumsum(counts)
        starts = ends - counts
        chosen = np.arange(ends[-1]) + np.repeat(self.begins[pages] - starts, counts)
        alike = _products(self.rows[chosen].astype(np.float32), asked) / self.lengths[chosen]
        heads, alike[starts] = alike[starts], -1.0
        sections = np.where(counts > 1, np.maximum.reduceat(alike, starts), heads)
        mean = (heads + sections) / 2 * weights[pages]
        best = np.lexsort((pages, -mean))[:MOST]
        spans = zip(best.tolist(), starts[best].tolist(), ends[best].tolist(), strict=True)
        return [
            Near(int(pages[at]), float(mean[at]), int(alike[begin:end].argmax()) - 1)
            for at, begin, end in spans
        ]

    def _candidates(self, asked: Vector, mask: Mask | None, also: Sequence[int]) -> Ints:
        about = _products(self.heads, asked[:_ROUGH])
        if mask is not None:
            about[~mask] = -np.inf
        chosen = np.zeros(len(about), np.bool_)
        chosen[np.argpartition(-about, min(_CANDIDATES, len(about)) - 1)[:_CANDIDATES]] = True
        chosen[list(also)] = True
        if mask is not None:
            chosen &= mask
        return np.flatnonzero(chosen).astype(np.int32)


def _products(rows: Vector, asked: Vector) -> Vector:
    # Row by row: for a whole product the library wakes threads and spins until they come, which on a busy
    # machine takes fifty times as long as the product.
    return np.asarray(np.vecdot(rows, asked), np.float32)


def gather(homes: Sequence[tuple[Columns, int]]) -> Meanings:
    """Put together the vectors of pages; of each is told in which segment it stands, and where there."""
    segments = {id(columns): columns for columns, _ in homes}
    offsets, total = {}, 0
    for name, columns in segments.items():
        offsets[name] = total
        total += len(columns.vectors)
    parts = [columns.vectors for columns in segments.values()]
    rows = parts[0] if len(parts) == 1 else np.concatenate([np.zeros((0, SIZE), np.int8), *parts])
    spans = [columns.vector_begins[number : number + 2] for columns, number in homes]
    begins = np.array([span[0] for span in spans], np.int64)
    counts = np.array([span[1] - span[0] for span in spans], np.int64)
    begins += np.array([offsets[id(columns)] for columns, _ in homes], np.int64)
    heads = np.zeros((len(homes), _ROUGH), np.float32)
    heads[counts > 0] = rows[begins[counts > 0], :_ROUGH]
    squares = np.einsum("ij,ij->i", rows, rows, dtype=np.float32)
    return Meanings(unit(heads), begins, counts, rows, np.sqrt(np.maximum(squares, 1e-9)))
