"""Processes that a test may kill, forked from one that has imported the code: fifty starts cost no minute."""

from __future__ import annotations

from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.context import ForkServerProcess

_FORKS = get_context("forkserver")
_FORKS.set_forkserver_preload(["kb.cli", "tests.kb.search.indexer", "tests.stories.test_killed_sending"])


def start(target: Callable[..., object], *arguments: object) -> ForkServerProcess:
    """Run a function of a module in a process of its own."""
    process = _FORKS.Process(target=target, args=arguments)
    process.start()
    return process
