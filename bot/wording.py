"""The catalogue's wording as it stands in the content directory now: an edit takes effect at once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import structlog

from tiering.content import read_content
from tiering.domain.service import Prose

LOOK_EVERY = 1.0
"""Seconds between two looks at the files."""

log = structlog.get_logger(__name__)

_Signature = tuple[tuple[str, int, int], ...]


class Wording:
    """Gives the prose of the services; of an edit with mistakes the last good prose stays."""

    def __init__(self, content_dir: Path, prose: Prose, timer: Callable[[], float]) -> None:
        self._content_dir = content_dir
        self._prose = prose
        self._timer = timer
        self._lock = threading.Lock()
        self._looked = timer()
        self._signature = self._sign()

    def __call__(self) -> Prose:
        """Return the prose that is in force, reading it anew where a file has changed."""
        with self._lock:
            now = self._timer()
            if now - self._looked >= LOOK_EVERY:
                self._looked = now
                self._look()
            return self._prose

    def _look(self) -> None:
        signature = self._sign()
        if signature == self._signature:
            return
        self._signature = signature
        content = read_content(self._content_dir)
        if content.problems:
            log.warning("wording.kept", problems=[str(problem) for problem in content.problems])
        else:
            self._prose = content.prose

    def _sign(self) -> _Signature:
        """Tell one state of the files from another by their names, times and sizes."""
        files = sorted((self._content_dir / "services").glob("*.md"))
        found = []
        for path in files:
            try:
                state = path.stat()
            except OSError:
                # Deleted, or replaced, between the listing and now; the next look sees what became of it.
                continue
            found.append((path.name, state.st_mtime_ns, state.st_size))
        return tuple(found)
