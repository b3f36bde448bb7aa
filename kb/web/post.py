"""Sends mails beside the requests, so that no answer tells by its time whether a mail went out."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait

import structlog

log = structlog.get_logger(__name__)


class Post:
    """A thread that works through what it is given, in turn."""

    def __init__(self) -> None:
        self._threads: ThreadPoolExecutor | None = None
        self._waiting: set[Future[None]] = set()
        self._making = threading.Lock()

    def later(self, work: Callable[[], object]) -> None:
        """Do something soon; what goes wrong is logged."""
        with self._making:
            if self._threads is None:  # made late, since a thread does not live on in a forked worker
                self._threads = ThreadPoolExecutor(1, "post")
        future = self._threads.submit(_carefully, work)
        self._waiting.add(future)
        future.add_done_callback(self._waiting.discard)

    def finish(self) -> None:
        """Wait until everything that was given is done."""
        wait(tuple(self._waiting))


def _carefully(work: Callable[[], object]) -> None:
    try:
        work()
    except Exception:  # the boundary of this thread, which must live on for the next mail
        log.exception("work beside the requests failed")
