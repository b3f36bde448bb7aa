"""The `kb` command as people run it."""

from __future__ import annotations

from collections.abc import Callable


class Ran:
    """What a command left behind."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err


Kb = Callable[..., Ran]
