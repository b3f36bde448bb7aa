"""The changes to the content that the record holds, where the content directory cannot be written."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import structlog

from kb.edits import Edit
from tiering.usecases.record import RecordUnavailable

log = structlog.get_logger(__name__)

_LOOK_EVERY = 5.0
"""Seconds between two looks for what colleagues changed by way of another process."""


class PendingEdits:
    """The changes that the record holds, as of a few seconds ago; without the record as they were last.

    They are asked for in a thread, so that files are read at once while the record is slow or away.
    """

    def __init__(self, ask: Callable[[], tuple[Edit, ...]]) -> None:
        self._ask = ask
        self._known: tuple[Edit, ...] = ()
        self._asked: float | None = None
        self._asking = threading.Lock()

    def __call__(self) -> tuple[Edit, ...]:
        """Return the changes in the order in which they were made."""
        if self._asked is None or time.monotonic() - self._asked >= _LOOK_EVERY:
            self._asked = time.monotonic()
            threading.Thread(target=self._renew_unless_asking, name="edits", daemon=True).start()
        return self._known

    def renew(self) -> None:
        """Ask the record now."""
        with self._asking:
            self._look()

    def _renew_unless_asking(self) -> None:
        if self._asking.acquire(blocking=False):
            try:
                self._look()
            finally:
                self._asking.release()

    def _look(self) -> None:
        try:
            self._known = self._ask()
        except RecordUnavailable as error:
            log.warning("edits not looked up", reason=str(error))
