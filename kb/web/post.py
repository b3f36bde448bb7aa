"""What is done beside the requests: mails, so that no answer's time tells of one, and long counting."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait

import structlog

log = structlog.get_logger(__name__)


class Post:
    """A thread that works through what it is given, in turn."""

    def __init__(self, name: str = "post") -> None:
        self._name = name
        self._keys: set[str] = set()
        self._threads: ThreadPoolExecutor | None = None
        self._waiting: set[Future[None]] = set()
        self._making = threading.Lock()

    def later(self, work: Callable[[], object]) -> None:
        """Do something soon; what goes wrong is logged."""
        with self._making:
            if self._threads is None:  # made late, since a thread does not live on in a forked worker
                self._threads = ThreadPoolExecutor(1, self._name)
        future = self._threads.submit(_carefully, work)
        self._waiting.add(future)
        future.add_done_callback(self._waiting.discard)

    def once(self, key: str, work: Callable[[], None]) -> None:
        """Do something soon, unless the same is waiting or under way."""
        with self._making:
            if key in self._keys:
                return
            self._keys.add(key)

        def and_forget() -> None:
            try:
                work()
            finally:
                self._keys.discard(key)

        self.later(and_forget)

    def finish(self) -> None:
        """Wait until everything that was given is done."""
        wait(tuple(self._waiting))


def _carefully(work: Callable[[], object]) -> None:
    try:
        work()
    except Exception:  # the boundary of this thread, which must live on for what comes next
        log.exception("work beside the requests failed")
