"""Chores: what the bot looks after by itself, however many processes of it there are."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import timedelta

from bot.conversation import explained
from bot.desk import Desk
from bot.ears import Chore

EVERY_SECONDS = 60.0
REMEMBERED = timedelta(days=7)
"""Slack repeats a request within hours; so long it is known to have been answered."""


def forget(desk: Desk) -> None:
    """Forget the requests that Slack cannot repeat any more."""
    desk.record.forget_before(desk.clock() - REMEMBERED)


class Chores:
    """Runs the chores in a thread of its own until it is stopped; each must be safe to run twice."""

    def __init__(self, desk: Desk, chores: Sequence[Chore], every: float = EVERY_SECONDS) -> None:
        self.desk, self._chores, self._every = desk, (forget, *chores), every
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="chores", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End, after the chore that is being done."""
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopped.wait(self._every):
            self.run()

    def run(self) -> None:
        """Do every chore once; one that fails keeps no other from being done."""
        for chore in self._chores:
            try:
                chore(self.desk)
            except Exception as error:  # noqa: BLE001 (the boundary of this thread, which must not end)
                explained(error)
