"""The index in memory: plain arrays that ranking can walk, read from Whoosh's postings once a generation."""

from __future__ import annotations

import math
from array import array
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from whoosh.reading import IndexReader

from kb.search.spelling import Vocabulary
from kb.search.store import FIELDS, Page, pages
from kb.search.titles import Titles
from kb.search.words import terms, terms_of

WEIGHTS: Mapping[str, float] = {"title": 3.0, "headings": 1.0, "summary": 2.0, "keywords": 2.0, "body": 1.0}
K1 = 1.2
B = 0.75
"""BM25's usual saturation and length normalisation (Robertson and Zaragoza, 2009)."""


class Postings(NamedTuple):
    """Where a term stands: numbers of documents, and how much it counts in each."""

    docs: array[int]
    impacts: array[float]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One generation of the index; it is never changed."""

    pages: Sequence[Page]
    postings: Mapping[str, Postings]
    vocabulary: Vocabulary
    titles: Titles
    by_title: Mapping[tuple[str, ...], Sequence[int]]
    """Pages by all the terms of their title, in order."""

    def idf(self, term: str) -> float:
        """How much a term tells; BM25's inverse document frequency, which is never negative."""
        count = len(self.postings[term].docs) if term in self.postings else 0
        return math.log(1 + (len(self.pages) - count + 0.5) / (count + 0.5))


def read_snapshot(reader: IndexReader) -> Snapshot:
    """Read everything that ranking needs."""
    numbered = sorted(pages(reader), key=lambda one: one[1].slug)  # so that the order of writing is no matter
    place = {number: at for at, (number, _) in enumerate(numbered)}
    held = [page for _, page in numbered]
    forms: dict[str, list[str]] = defaultdict(list)
    counts: dict[str, int] = {}
    for raw, info in reader.iter_field("words"):
        form = raw.decode()
        counts[form] = int(info.doc_frequency())
        for term in terms_of(form):
            forms[term].append(form)
    by_title: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for at, page in enumerate(held):
        by_title[tuple(terms(page.title))].append(at)
    return Snapshot(
        pages=held,
        postings=_impacts(reader, place),
        vocabulary=Vocabulary(counts, forms),
        titles=Titles([page.title for page in held]),
        by_title=dict(by_title),
    )


def _impacts(reader: IndexReader, place: Mapping[int, int]) -> dict[str, Postings]:
    """Sum BM25 over the fields, for every term and every document in which it stands."""
    sums: dict[str, dict[int, float]] = defaultdict(dict)
    for name in FIELDS:
        lengths = [0.0] * len(place)
        found = [(raw.decode(), _counts(reader, name, raw, place, lengths)) for raw in reader.lexicon(name)]
        filled = [length for length in lengths if length]
        average = sum(filled) / len(filled) if filled else 1.0
        brakes = [K1 * (1 - B + B * length / average) for length in lengths]
        for term, counted in found:
            into = sums[term]
            for at, count in counted:
                into[at] = into.get(at, 0.0) + WEIGHTS[name] * count / (count + brakes[at])
    return {term: _packed(into) for term, into in sums.items() if into}


def _counts(
    reader: IndexReader, name: str, raw: bytes, place: Mapping[int, int], lengths: list[float]
) -> list[tuple[int, float]]:
    counted = []
    matcher = reader.postings(name, raw)
    while matcher.is_active():
        at, count = place[matcher.id()], matcher.weight()
        lengths[at] += count
        counted.append((at, count))
        matcher.next()
    return counted


def _packed(into: Mapping[int, float]) -> Postings:
    docs = sorted(into)
    return Postings(array("I", docs), array("f", (into[at] for at in docs)))
