"""The index in memory: arrays that ranking can walk, put together from the segments once a generation."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from kb.courses import SHELF
from kb.search.columns import Columns, Field, Floats, Ints
from kb.search.schema import FIELDS, FORMS, Page
from kb.search.spelling import Vocabulary
from kb.search.store import Segment
from kb.search.titles import Titles
from kb.search.vectors import Meanings, gather
from kb.search.words import terms, terms_of
from kb.versions import is_public, keys_shown
from kb.visibility import PUBLIC

WEIGHTS: Mapping[str, float] = {"title": 3.0, "headings": 1.0, "summary": 2.0, "keywords": 2.0, "body": 1.0}
K1 = 1.2
LESSON = 0.6
"""What a page of a course counts beside an article: it teaches much, and whoever asks wants one answer."""

B = 0.75
"""BM25's usual saturation and length normalisation (Robertson and Zaragoza, 2009)."""

_MOST_FORMS = 12
"""Written words of one term that a snippet looks for."""


@dataclass(frozen=True, slots=True)
class Postings:
    """Terms in alphabetical order, the pages that hold each of them, and how much it counts there."""

    place: Mapping[str, int]
    begins: NDArray[np.int64]
    pages: Ints
    impacts: Floats

    def of(self, term: str) -> tuple[Ints, Floats]:
        """Return the pages that hold a term, and its impacts; both are empty for a term of no page."""
        at = self.place.get(term)
        span = slice(0) if at is None else slice(self.begins[at], self.begins[at + 1])
        return self.pages[span], self.impacts[span]


@dataclass(frozen=True)
class Snapshot:
    """One generation of the index; it is never changed."""

    pages: Sequence[Page]
    homes: Sequence[tuple[Columns, int]]
    """The segment in which each page stands, and its number there."""
    terms: Postings
    forms: Postings
    """The same of words as they are written, whose impacts nobody asks for."""
    vocabulary: Vocabulary
    forms_of: Mapping[str, Sequence[str]]
    """The written words that each term stands for."""
    titles: Titles
    by_title: Mapping[tuple[str, ...], Sequence[int]]
    """Pages by all the terms of their title, in order."""
    meanings: Meanings
    brakes: Mapping[str, Floats]
    """By field and page: how many times a term must stand there to be worth half of the most it can be."""

    @cached_property
    def keys(self) -> frozenset[str]:
        """The keys of all pages."""
        return frozenset(page.key for page in self.pages)

    @cached_property
    def public(self) -> frozenset[str]:
        """The keys of what somebody is shown of whom nothing is known: the public originals."""
        return keys_shown(self.keys, (), PUBLIC.__eq__)

    @cached_property
    def categories(self) -> Sequence[str]:
        """The categories of all pages."""
        return sorted({page.category for page in self.pages})

    @cached_property
    def shelves(self) -> Ints:
        """The number of each page's category among `categories`."""
        place = {name: at for at, name in enumerate(self.categories)}
        return np.array([place[page.category] for page in self.pages], np.int32)

    @cached_property
    def weights(self) -> Floats:
        """What each page counts beside an article."""
        return np.where(self.within(SHELF), LESSON, 1.0).astype(np.float32)

    def within(self, category: str) -> NDArray[np.bool_]:
        """Return which pages stand in a category."""
        at = self.categories.index(category) if category in self.categories else -1
        return np.asarray(self.shelves == at)

    def mask(self, seen: frozenset[str]) -> NDArray[np.bool_] | None:
        """Return which pages are for somebody who is shown these keys; None stands for all of them."""
        if self.keys <= seen:
            return None
        kept = self.keys & seen
        if kept not in self._masks:
            self._masks[kept] = np.array([page.key in kept for page in self.pages], np.bool_)
        return self._masks[kept]

    @cached_property
    def _masks(self) -> dict[frozenset[str], NDArray[np.bool_]]:
        return {}

    @cached_property
    def similar(self) -> dict[tuple[str, frozenset[str]], tuple[str, ...]]:
        """The articles nearest to an article for readers of some audiences, as far as it was asked for."""
        return {}

    def points_in_fields(self, page: int, term: str) -> dict[str, float]:
        """Return of which fields the impact of a term on a page is made; slow, for explanations."""
        columns, number = self.homes[page]
        points = {}
        for name in FIELDS:
            docs, counts = columns.fields[name].find(term)
            for count in counts[docs == number]:
                points[name] = float(WEIGHTS[name] * count / (count + self.brakes[name][page]))
        return points


class View:
    """A snapshot as somebody sees it: what is not for them takes no part in anything, counts included."""

    def __init__(self, snapshot: Snapshot, seen: frozenset[str] | None) -> None:
        self.snapshot = snapshot
        self.mask = snapshot.mask(snapshot.public if seen is None else seen)
        self.size = len(snapshot.pages) if self.mask is None else int(np.count_nonzero(self.mask))

    def of(self, term: str) -> tuple[Ints, Floats]:
        """Return the pages that hold a term, and its impacts."""
        pages, impacts = self.snapshot.terms.of(term)
        if self.mask is None:
            return pages, impacts
        kept = self.mask[pages]
        return pages[kept], impacts[kept]

    def count(self, term: str) -> int:
        """How many pages hold a term."""
        return len(self.of(term)[0])

    def uses(self, form: str) -> int:
        """How many pages use a word just as it is written here."""
        pages = self.snapshot.forms.of(form)[0]
        return len(pages) if self.mask is None else int(np.count_nonzero(self.mask[pages]))

    def idf(self, term: str) -> float:
        """How much a term tells; BM25's inverse document frequency, which is never negative."""
        count = self.count(term)
        return math.log(1 + (self.size - count + 0.5) / (count + 0.5))

    def knows(self, term: str) -> bool:
        """Whether any page holds a term."""
        return self.count(term) > 0

    def sees(self, page: int) -> bool:
        """Whether a page is for this reader."""
        return self.mask is None or bool(self.mask[page])

    def forms(self, term: str) -> Sequence[str]:
        """Return the written words that a term stands for, the first few."""
        return self.snapshot.forms_of.get(term, ())[:_MOST_FORMS]

    def holding(self, form: str, pages: Ints) -> list[int]:
        """Return which of these pages use a word just as it is written."""
        users = self.snapshot.forms.of(form)[0]
        places = np.minimum(users.searchsorted(pages.astype(users.dtype)), len(users) - 1)
        return pages[users[places] == pages].tolist() if len(users) else []

    def completions(self, prefix: str) -> list[str]:
        """Return the most used words that begin so."""
        return self.snapshot.vocabulary.completions(prefix, self.mask)

    def correction(self, word: str) -> str | None:
        """Return the word that was probably meant."""
        return self.snapshot.vocabulary.correction(word, self.mask)


def assemble(segments: Sequence[Segment]) -> Snapshot:
    """Put the segments together to one snapshot."""
    live = [
        (page, segment.columns, number)
        for segment in segments
        for number, page in enumerate(segment.columns.pages)
        if page and number not in segment.deleted
    ]
    live.sort(key=lambda one: one[0].slug)  # so that the order of writing is no matter
    pages = [page for page, _, _ in live]
    homes = [(columns, number) for _, columns, number in live]
    parts = _places(segments, homes)
    public = np.array([is_public(page.key) for page in pages], np.bool_)
    brakes = {name: _brakes(parts, name, public) for name in FIELDS}
    forms = _forms(parts, len(pages))
    forms_of: dict[str, list[str]] = {}
    for form in forms.place:
        for term in terms_of(form):
            forms_of.setdefault(term, []).append(form)
    by_title: dict[tuple[str, ...], list[int]] = {}
    for at, page in enumerate(pages):
        by_title.setdefault(tuple(terms(page.title)), []).append(at)
    return Snapshot(
        pages=pages,
        homes=homes,
        terms=_impacts(parts, brakes, len(pages)),
        forms=forms,
        vocabulary=Vocabulary(list(forms.place), forms.begins, forms.pages),
        forms_of=forms_of,
        titles=Titles([page.title for page in pages]),
        by_title=by_title,
        meanings=gather(homes),
        brakes=brakes,
    )


_Part = tuple[Columns, Ints]
"""A segment, and for each of its documents the number of its page, or -1."""


def _places(segments: Sequence[Segment], homes: Sequence[tuple[Columns, int]]) -> list[_Part]:
    places = {id(one.columns): np.full(len(one.columns.pages), -1, np.int32) for one in segments}
    for at, (columns, number) in enumerate(homes):
        places[id(columns)][number] = at
    return [(one.columns, places[id(one.columns)]) for one in segments]


def _brakes(parts: Sequence[_Part], name: str, public: NDArray[np.bool_]) -> Floats:
    """Return K1 × (1 - B + B × length / average) for every page.

    The average is that of the pages that everybody may see, so that a score tells nothing of the others.
    """
    lengths = np.zeros(len(public), np.float64)
    for columns, places in parts:
        field = columns.fields[name]
        at = places[field.docs]
        lengths += np.bincount(at[at >= 0], field.counts[at >= 0], len(public))
    filled = lengths[public & (lengths > 0)]
    average = filled.mean() if len(filled) else 1.0
    return (K1 * (1 - B + B * lengths / average)).astype(np.float32)


def _impacts(parts: Sequence[_Part], brakes: Mapping[str, Floats], size: int) -> Postings:
    """Sum BM25 over the fields, for every term and every page that holds it."""
    chosen = [(columns.fields[name], name, places) for name in FIELDS for columns, places in parts]
    ordered = sorted({term for field, _, _ in chosen for term in field.terms})
    place = {term: at for at, term in enumerate(ordered)}
    keys, values = [], []
    for field, name, places in chosen:
        key, pages, counts = _live(field, places, place, size)
        keys.append(key)
        values.append(WEIGHTS[name] * counts / (counts + brakes[name][pages]))
    return _packed(place, keys, values, size)


def _forms(parts: Sequence[_Part], size: int) -> Postings:
    fields = [(columns.fields[FORMS], places) for columns, places in parts]
    place = {
        form: at for at, form in enumerate(sorted({form for field, _ in fields for form in field.terms}))
    }
    found = [_live(field, places, place, size) for field, places in fields]
    packed = _packed(place, [key for key, _, _ in found], [counts for _, _, counts in found], size)
    return replace(packed, impacts=packed.impacts[:0].copy())


def _live(field: Field, places: Ints, place: Mapping[str, int], size: int) -> tuple[Ints, Ints, Floats]:
    """Return term × size + page, page and count of every posting whose document is live."""
    named = np.fromiter((place[term] for term in field.terms), np.int64, len(field.terms))
    pages = places[field.docs]
    kept = pages >= 0
    keys = np.repeat(named, np.diff(field.begins))[kept] * size + pages[kept]
    return keys, pages[kept], field.counts[kept].astype(np.float32)


def _packed(place: Mapping[str, int], keys: Sequence[Ints], values: Sequence[Floats], size: int) -> Postings:
    """Sort postings by term and page, and add up those of one term and one page."""
    empty = np.zeros(0, np.int64)
    key = np.concatenate([empty, *keys])
    value = np.concatenate([np.zeros(0, np.float32), *values]).astype(np.float32)
    order = np.argsort(key, kind="stable")
    key = key[order]
    first = np.flatnonzero(np.diff(key, prepend=-1))
    sums = np.add.reduceat(value[order], first) if len(first) else value
    key = key[first]
    begins = np.searchsorted(key, np.arange(len(place) + 1) * max(size, 1))
    pages = (key % max(size, 1)).astype(np.min_scalar_type(size))
    kept = np.diff(begins) > 0  # a term of deleted documents only is no term
    names = [term for term, held in zip(place, kept, strict=True) if held]
    begins = np.concatenate([begins[:-1][kept], begins[-1:]])
    return Postings({term: at for at, term in enumerate(names)}, begins, pages, sums)
