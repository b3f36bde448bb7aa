"""The door to search: opens the index, keeps it fresh, answers queries and suggestions."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from pathlib import Path

from kb.library import Library
from kb.search.results import Results, Suggestion


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What a refresh changed in the index."""

    added: int
    changed: int
    removed: int


class SearchIndex:
    """Answers from an immutable snapshot in memory; safe for any number of threads."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def ready(self) -> bool:
        """Whether a usable index is loaded."""
        raise NotImplementedError

    def refresh(self, library: Library) -> Refreshed:
        """Bring the index on disk up to the library (only what changed) and answer from it."""
        raise NotImplementedError

    def search(
        self,
        query: str,
        *,
        limit: int = 10,
        offset: int = 0,
        category: str | None = None,
        visible: Container[str] | None = None,
    ) -> Results:
        """Return a page of the best articles; `visible` holds the slugs that this reader may see (all: None)."""
        raise NotImplementedError

    def suggest(
        self, query: str, limit: int = 8, visible: Container[str] | None = None
    ) -> tuple[Suggestion, ...]:
        """Return titles that complete what a person is typing."""
        raise NotImplementedError


def open_index(data_dir: Path) -> SearchIndex:
    """Open the index under the data directory; where there is none yet, `ready` is false until a refresh."""
    return SearchIndex(data_dir / "search")
