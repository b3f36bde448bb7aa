"""The door to search: opens the index, keeps it fresh, answers queries and suggestions."""

from __future__ import annotations

import ctypes
import logging
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cached_property
from pathlib import Path

import numpy as np

from kb.library import Library
from kb.search.explain import explanation
from kb.search.fusion import DEPTH, Fused, admitted, fuse
from kb.search.meaning import SIZE, Model, load_model
from kb.search.ranking import Matches, Understood, rank, understand
from kb.search.results import Explanation, Hit, Results, Suggestion
from kb.search.schema import FORMAT
from kb.search.similar import similar
from kb.search.snapshot import Snapshot, View, assemble
from kb.search.snippets import Needle, opening, snippet
from kb.search.store import (
    DamagedIndexError,
    IndexBusyError,
    Refreshed,
    Segment,
    Stamp,
    Store,
    noticing_damage,
)
from kb.search.vectors import Near
from kb.synonyms import Synonyms

__all__ = ["IndexBusyError", "Refreshed", "SearchIndex", "open_index"]

_LOOK_EVERY = 0.25
"""Seconds between two looks for a newer generation."""

_MOST_KNOWN = 20_000
"""Articles, each for one kind of reader, of which it is remembered which ones are similar."""

_log = logging.getLogger(__name__)


class SearchIndex:
    """Answers from an immutable snapshot in memory; safe for any number of threads.

    Every answer is made of the articles whose key is among `seen`, as if there were no others. Without `seen`
    it is made of what everybody may see, of each article the original.
    """

    def __init__(
        self,
        folder: Path,
        clock: Callable[[], float] = time.monotonic,
        load: Callable[[], Model | None] = load_model,
    ) -> None:
        self._store = Store(folder)
        self._clock = clock
        self._load_model = load
        self._segments: tuple[Segment, ...] = ()
        self._snapshot: Snapshot | None = None
        self._stamp: Stamp = ()
        self._synonyms = Synonyms()
        self._looked = clock()
        self._loading = threading.Lock()
        self.damaged = False
        """Whether the files on disk cannot be read, so that a refresh must write them anew."""
        self._load_if_whole()

    @property
    def ready(self) -> bool:
        """Whether a usable index is loaded."""
        return self._current() is not None

    @property
    def size(self) -> int:
        """How many articles can be found."""
        snapshot = self._current()
        return len(snapshot.pages) if snapshot else 0

    @property
    def keys(self) -> frozenset[str]:
        """The keys of all articles."""
        snapshot = self._current()
        return snapshot.keys if snapshot else frozenset()

    @cached_property
    def model(self) -> Model | None:
        """What the words mean; loaded when it is first needed."""
        return self._load_model()

    def use(self, synonyms: Synonyms) -> None:
        """Take these synonyms from the next query on."""
        self._synonyms = synonyms

    def refresh(self, library: Library, wait: float = 60.0) -> Refreshed:
        """Bring the index on disk up to the library (only what changed) and answer from it.

        A damaged index is written anew. Raises IndexBusyError when another process has been writing it for
        `wait` seconds, and OSError when the disk is full or read-only; the last good generation stays.
        """
        with self._store.lock(wait):
            try:
                self._load()
                if self._store.stamp():
                    done = self._store.write(library.pages, self.model, self._segments)
                else:
                    done = self._store.create(library.pages, self.model)
                self._load()
            except DamagedIndexError as error:
                _log.warning("the search index is damaged and is written anew: %s", error)
                done = self._store.create(library.pages, self.model)
                self._load()
        _give_back()  # what reading the library took, too
        return done

    def search(
        self,
        query: str,
        *,
        seen: frozenset[str] | None = None,
        limit: int = 10,
        offset: int = 0,
        category: str | None = None,
    ) -> Results:
        """Return a page of the best articles, of one category or of all."""
        snapshot = self._current()
        if snapshot is None:
            return Results(query, 0, ())
        view = View(snapshot, seen)
        understood, matches, near = self._ask(query, view)
        exact = bool(matches.scores.any())
        shelves = _by_category(matches, near, snapshot)
        total = sum(shelves.values()) if category is None else shelves.get(category, 0)
        if category is not None:
            kept = snapshot.within(category)
            matches, near = matches.within(kept), [one for one in near if kept[one.page]]
        found = fuse(matches, near, offset + limit)[offset : offset + limit]
        hits = _hits(found, understood, view)
        return Results(query, total, hits, understood.did_you_mean(), bool(hits) and not exact, shelves)

    def suggest(
        self, query: str, *, seen: frozenset[str] | None = None, limit: int = 8
    ) -> tuple[Suggestion, ...]:
        """Return titles that complete what a person is typing."""
        snapshot = self._current()
        if snapshot is None:
            return ()
        found = snapshot.titles.completing(query, limit, View(snapshot, seen).sees)
        return tuple(Suggestion(snapshot.pages[at].slug, snapshot.pages[at].title) for at in found)

    def similar(self, slug: str, *, seen: frozenset[str] | None = None) -> tuple[str, ...]:
        """Return the slugs of the articles nearest to one, nearest first; looked for once a generation."""
        snapshot = self._current()
        if snapshot is None:
            return ()
        known, seen = snapshot.similar, snapshot.public if seen is None else seen
        if (slug, seen) not in known:
            if len(known) >= _MOST_KNOWN:
                known.clear()
            known[slug, seen] = similar(slug, snapshot, seen)
        return known[slug, seen]

    def explain(self, query: str, *, seen: frozenset[str] | None = None, limit: int = 10) -> Explanation:
        """Return why the best articles rank as they do; for staff."""
        snapshot = self._current()
        if snapshot is None:
            return Explanation((), ())
        view = View(snapshot, seen)
        understood, matches, near = self._ask(query, view)
        return explanation(understood, matches, fuse(matches, near, limit)[:limit], view)

    def _ask(self, query: str, view: View) -> tuple[Understood, Matches, list[Near]]:
        understood = understand(query, view, self._synonyms)
        matches = rank(understood, view)
        asked = self.model.embed(understood.asked) if self.model else np.zeros(SIZE, np.float32)
        snapshot = view.snapshot
        near = snapshot.meanings.near(asked, view.mask, matches.best(DEPTH), snapshot.weights)
        return understood, matches, near

    def _current(self) -> Snapshot | None:
        """Return the snapshot to answer from; a newer generation is read in a thread meanwhile."""
        now = self._clock()
        if now - self._looked >= _LOOK_EVERY:
            self._looked = now
            if self._store.stamp() != self._stamp and not self._loading.locked():
                threading.Thread(target=self._load_if_whole, name="search-index", daemon=True).start()
        return self._snapshot

    def _load_if_whole(self) -> None:
        try:
            self._load()
        except (DamagedIndexError, OSError) as error:
            # It may be in the middle of being written anew; the next look tries again.
            _log.warning("the search index cannot be read; what was read before stays: %s", error)
            self.damaged = isinstance(error, DamagedIndexError)

    def _load(self) -> None:
        """Read the newest generation, unless it is the one that is held."""
        with self._loading:
            stamp = self._store.stamp()
            if stamp == self._stamp:
                return
            segments = self._store.read(self._segments)
            if segments is None:
                return
            with noticing_damage():
                self._snapshot = assemble(segments)
            self._segments, self._stamp, self.damaged = segments, stamp, False
            _give_back()


def _give_back() -> None:
    """Give the system back what reading took for a moment, which glibc would keep for later."""
    with suppress(OSError, AttributeError):  # elsewhere nothing need be done
        ctypes.CDLL("libc.so.6").malloc_trim(0)


def open_index(data_dir: Path) -> SearchIndex:
    """Open the index under the data directory; where there is none yet, `ready` is false until a refresh."""
    return SearchIndex(data_dir / f"search-{FORMAT}")


def _by_category(matches: Matches, near: Sequence[Near], snapshot: Snapshot) -> dict[str, int]:
    answers = matches.scores > 0
    answers[[one.page for one in admitted(matches, near)]] = True
    counts = np.bincount(snapshot.shelves[answers], minlength=len(snapshot.categories)).tolist()
    return {name: count for name, count in zip(snapshot.categories, counts, strict=True) if count}


def _hits(found: Sequence[Fused], understood: Understood, view: View) -> tuple[Hit, ...]:
    weights = {term: view.idf(term) for term in understood.terms}
    needles = _needles(understood, [one.page for one in found], view)
    hits = []
    for one in found:
        page = view.snapshot.pages[one.page]
        alone = one.near if one.word_rank is None else None
        text = opening(page, alone.section) if alone else snippet(page, weights, needles[one.page])
        title, anchor = (text.place.title, text.place.anchor) if text.place else (None, "")
        score = round(one.score, 4)
        hits.append(Hit(page.slug, page.title, page.category, title, anchor, text.html, score))
    return tuple(hits)


def _needles(understood: Understood, pages: Sequence[int], view: View) -> dict[int, list[Needle]]:
    """Return the written words that each page is to be searched for: those that it holds."""
    needles: dict[int, list[Needle]] = {page: [] for page in pages}
    shown = np.array(pages, np.int32)
    for term in understood.terms:
        for form in view.forms(term):
            for page in view.holding(form, shown):
                needles[page].append((form, term))
    return needles
