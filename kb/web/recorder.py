"""Keeps what visitors do beside the pages: events wait in memory and go into the record together."""

from __future__ import annotations

import atexit
import threading
from collections import deque
from collections.abc import Callable, Sequence

import structlog

from kb.visit import Event
from tiering.usecases.record import RecordUnavailable

log = structlog.get_logger(__name__)

_PAUSE = 1.0
"""Seconds for which events wait for others; as much is lost when the process is killed."""

_PORTION = 500
"""Events of one transaction, so that nobody who writes waits long."""

_MOST = 20_000
"""Events that wait while the record is away; what comes then is not counted."""


class Recorder:
    """Takes events in microseconds, never waits and never fails; safe for any number of threads."""

    def __init__(self, keep: Callable[[Sequence[Event]], None]) -> None:
        self._keep = keep
        self._waiting: deque[Event] = deque()
        self._timer: threading.Timer | None = None
        self._starting = threading.Lock()
        self._flushing = threading.Lock()
        self._registered = False

    def add(self, event: Event) -> None:
        """Take an event; it is in the record about a second later."""
        if len(self._waiting) >= _MOST:
            return
        self._waiting.append(event)
        if self._starting.acquire(blocking=False):  # whoever holds it starts the timer for this one too
            try:
                self._start()
            finally:
                self._starting.release()

    def flush(self) -> None:
        """Put into the record what waits; where the record is away it goes on waiting."""
        with self._flushing:
            while events := [self._waiting[at] for at in range(min(_PORTION, len(self._waiting)))]:
                try:
                    self._keep(events)
                except RecordUnavailable as error:
                    log.warning("visits not recorded yet", waiting=len(self._waiting), reason=str(error))
                    return
                except Exception:  # the boundary of this thread; the same events would fail again
                    log.exception("visits lost", events=len(events))
                for _ in events:
                    self._waiting.popleft()

    def _start(self) -> None:
        """Let a thread flush in a moment; a fork has none, and starts its own with its first event."""
        if self._timer and self._timer.is_alive():
            return
        if not self._registered:
            self._registered = True
            atexit.register(self.flush)
        self._timer = threading.Timer(_PAUSE, self.flush)
        self._timer.daemon = True
        self._timer.start()
