"""An indexer that kills itself at a chosen moment of its work on the disk."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Any

from kb.library import read_library
from kb.search.index import open_index
from tests.conftest import TODAY


def index_until(content: Path, data: Path, moment: int) -> None:
    """Index the content; at the step of this number that touches the data, die."""
    steps = 0

    def trace(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal steps
        if event in {"open", "os.rename", "os.remove"} and str(data) in str(arguments[0]):
            steps += 1
            if steps == moment:
                os.kill(os.getpid(), signal.SIGKILL)

    index, library = open_index(data), read_library(content, TODAY)
    sys.addaudithook(trace)
    index.refresh(library)
