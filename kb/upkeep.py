"""What the clock does about searches: tells of those in vain on Mondays, forgets single visits in time."""

from __future__ import annotations

from datetime import date, timedelta

from kb.storage import Gaps, Visits
from tiering.usecases.news import searches_failed
from tiering.usecases.record import Store

KEPT = timedelta(days=90)
"""For how long a single visit is kept; its sums by month stay."""

_WEEK = timedelta(days=7)
_MOST = 10


def tend_searches(store: Store, who: str, today: date) -> int:
    """Do the day's work; returns how many searches it told of. Raises RecordUnavailable."""
    Visits(store).forget(today - KEPT)
    if today.weekday() != 0:
        return 0
    return searches_failed(store, Gaps(store).worst(today - _WEEK, _MOST), who)
