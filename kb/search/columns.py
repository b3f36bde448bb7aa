"""A segment of the index as columns of numbers, read from Whoosh once and kept as long as it lives."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from whoosh.reading import IndexReader

from kb.search.meaning import Vectors, unpacked
from kb.search.schema import FIELDS, FORMS, Page, page_of

Ints: TypeAlias = NDArray[np.integer[Any]]
Floats: TypeAlias = NDArray[np.float32]


_MOST = 65_535
"""A term that stands in a field more often counts as this often."""


@dataclass(frozen=True, slots=True)
class Field:
    """The postings of one field: those of `terms[i]` stand from `begins[i]` to `begins[i + 1]`."""

    terms: Sequence[str]
    begins: Ints
    docs: Ints
    counts: NDArray[np.uint16]

    def find(self, term: str) -> tuple[Ints, NDArray[np.uint16]]:
        """Return documents and counts of one term; slow, for explanations only."""
        at = self.terms.index(term) if term in self.terms else -1
        span = slice(self.begins[at], self.begins[at + 1]) if at >= 0 else slice(0)
        return self.docs[span], self.counts[span]


@dataclass(frozen=True, slots=True)
class Columns:
    """What a segment holds, deleted documents included; documents are numbered within it."""

    pages: Sequence[Page | None]
    """None where the document was deleted before the segment was read."""
    vectors: Vectors
    """Those of all documents, one below the other."""
    vector_begins: NDArray[np.int64]
    """Where those of each document begin, and behind the last where they end."""
    fields: dict[str, Field]


def read_columns(reader: IndexReader) -> Columns:
    """Read a segment whole; raises whatever Whoosh raises over damaged files."""
    size = reader.doc_count_all()
    pages: list[Page | None] = [None] * size
    vectors = [unpacked(None)] * size
    for number, stored in reader.iter_docs():
        pages[number] = page_of(stored["page"])
        vectors[number] = unpacked(stored.get("vectors"))
    fields = {name: _field(reader, name) for name in (*FIELDS, FORMS)}
    begins = np.cumsum([0, *map(len, vectors)])
    return Columns(pages, np.concatenate([unpacked(None), *vectors]), begins, fields)


def _field(reader: IndexReader, name: str) -> Field:
    terms, begins = [], [0]
    docs, counts = array("i"), array("H")  # a tenth of what lists of numbers take
    for raw in reader.lexicon(name):
        for found, weights in _blocks(reader.postings(name, raw)):
            docs.extend(found)
            counts.extend(int(min(weight, _MOST)) for weight in weights)
        terms.append(raw.decode())
        begins.append(len(docs))
    small = np.min_scalar_type(reader.doc_count_all())
    return Field(terms, np.array(begins, np.int32), np.array(docs, small), np.array(counts, np.uint16))


def _blocks(matcher: Any) -> Iterator[tuple[Sequence[int], Sequence[float]]]:
    docs, counts = [], []
    while matcher.is_active():
        docs.append(matcher.id())
        counts.append(matcher.weight())
        matcher.next()
    yield docs, counts
