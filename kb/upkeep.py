"""What the clock looks after: tells of searches in vain on Mondays, forgets what is kept long enough."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import structlog

from kb.storage import Gaps
from tiering.retention import read_retention
from tiering.usecases.news import searches_failed
from tiering.usecases.privacy import forget_old
from tiering.usecases.record import Store

log = structlog.get_logger("clock")

_WEEK = timedelta(days=7)
_MOST = 10


def tend_searches(store: Store, who: str, today: date) -> int:
    """Tell of the week's searches in vain; returns of how many. Raises RecordUnavailable."""
    if today.weekday() != 0:
        return 0
    return searches_failed(store, Gaps(store).worst(today - _WEEK, _MOST), who)


def forget(store: Store, content_dir: Path, who: str) -> int:
    """Forget what is older than site.yaml says; nothing where that cannot be read.

    Returns how many rows it were. Raises RecordUnavailable.
    """
    retention, problems = read_retention(content_dir)
    if retention is None:
        log.warning("nothing forgotten", why=str(problems[0]))
        return 0
    return sum(forget_old(store, retention, who).values())
