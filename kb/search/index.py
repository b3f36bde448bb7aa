"""The door to search: opens the index, keeps it fresh, answers queries and suggestions."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Container
from pathlib import Path

from kb.library import Library
from kb.search.ranking import points_of, rank, understand
from kb.search.results import ExplainedHit, ExplainedWord, Explanation, Hit, Results, Suggestion
from kb.search.snapshot import Snapshot, read_snapshot
from kb.search.snippets import snippet
from kb.search.store import (
    FORMAT,
    DamagedIndexError,
    IndexBusyError,
    Refreshed,
    Stamp,
    Store,
    noticing_damage,
)

__all__ = ["IndexBusyError", "Refreshed", "SearchIndex", "open_index"]

_LOOK_EVERY = 0.25
"""Seconds between two looks for a newer generation."""

_log = logging.getLogger(__name__)


class SearchIndex:
    """Answers from an immutable snapshot in memory; safe for any number of threads."""

    def __init__(self, folder: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self._store = Store(folder)
        self._clock = clock
        self._snapshot: Snapshot | None = None
        self._stamp: Stamp = ()
        self._looked = clock()
        self._loading = threading.Lock()
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

    def refresh(self, library: Library, wait: float = 60.0) -> Refreshed:
        """Bring the index on disk up to the library (only what changed) and answer from it.

        A damaged index is written anew. Raises IndexBusyError when another process has been writing it for
        `wait` seconds, and OSError when the disk is full or read-only; the last good generation stays.
        """
        with self._store.lock(wait):
            try:
                self._load()
                done = self._store.write(library.articles)
                self._load()
            except DamagedIndexError as error:
                _log.warning("the search index is damaged and is written anew: %s", error)
                self._store.wipe()
                done = self._store.write(library.articles)
                self._load()
        return done

    def search(
        self,
        query: str,
        *,
        limit: int = 10,
        offset: int = 0,
        category: str | None = None,
        visible: Container[str] | None = None,
    ) -> Results:
        """Return a page of the best articles; `visible` holds the slugs this reader may see (all: None)."""
        snapshot = self._current()
        if snapshot is None:
            return Results(query, 0, ())
        pages = snapshot.pages
        may_see = _permit(snapshot, visible)
        allowed = may_see
        if category is not None:

            def allowed(at: int) -> bool:
                return pages[at].category == category and (may_see is None or may_see(at))

        understood = understand(query, snapshot, may_see)
        best, total = rank(understood, snapshot, offset + limit, allowed)
        weights = {term: snapshot.idf(term) for term in understood.terms}
        forms = {term: snapshot.vocabulary.forms(term) for term in understood.terms}
        hits = []
        for scored in best[offset:]:
            page = pages[scored.page]
            found = snippet(page, weights, forms)
            title, anchor = (found.place.title, found.place.anchor) if found.place else (None, "")
            hits.append(
                Hit(page.slug, page.title, page.category, title, anchor, found.html, round(scored.score, 4))
            )
        return Results(query, total, tuple(hits), understood.did_you_mean())

    def suggest(
        self, query: str, limit: int = 8, visible: Container[str] | None = None
    ) -> tuple[Suggestion, ...]:
        """Return titles that complete what a person is typing."""
        snapshot = self._current()
        if snapshot is None:
            return ()
        allowed = _permit(snapshot, visible)
        found = snapshot.titles.completing(query, limit, allowed or (lambda _: True))
        return tuple(Suggestion(snapshot.pages[at].slug, snapshot.pages[at].title) for at in found)

    def explain(self, query: str, limit: int = 10) -> Explanation:
        """Return why the best articles rank as they do; for staff, who may see everything."""
        snapshot = self._current()
        if snapshot is None:
            return Explanation((), ())
        understood = understand(query, snapshot, None)
        said = (ExplainedWord(part.word, part.how, part.terms, part.idf) for part in understood.parts)
        best, _ = rank(understood, snapshot, limit, None)
        hits = []
        for one in best:
            page, points = snapshot.pages[one.page], points_of(one.page, understood, snapshot)
            hits.append(ExplainedHit(page.slug, page.title, one.score, one.covered, one.is_title, points))
        return Explanation(tuple(said), tuple(hits))

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

    def _load(self) -> None:
        """Read the newest generation, unless it is the one that is held."""
        with self._loading:
            stamp = self._store.stamp()
            if stamp == self._stamp:
                return
            index = self._store.read()
            if index is None:
                return
            with noticing_damage(), index.reader() as reader:
                self._snapshot = read_snapshot(reader)
            self._stamp = stamp


def open_index(data_dir: Path) -> SearchIndex:
    """Open the index under the data directory; where there is none yet, `ready` is false until a refresh."""
    return SearchIndex(data_dir / f"search-{FORMAT}")


def _permit(snapshot: Snapshot, visible: Container[str] | None) -> Callable[[int], bool] | None:
    if visible is None:
        return None
    pages = snapshot.pages
    return lambda at: pages[at].slug in visible
