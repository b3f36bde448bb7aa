"""The figures of programmes that one process counted last, since counting takes longer than a page may."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from kb.programmes.figures import Figures
from kb.programmes.programme import Programme

_FRESH = timedelta(minutes=10)


@dataclass
class Counted:
    """The newest figures, replaced as a whole; at worst they are counted twice."""

    figures: Figures | None = None
    programmes: tuple[Programme, ...] = ()
    """Of which the figures are."""

    def are_fresh(self, programmes: tuple[Programme, ...], now: datetime) -> bool:
        """Whether they are of these programmes as they are written, and of a moment ago."""
        if self.figures is None or self.programmes != programmes:
            return False
        return self.figures.at <= now < self.figures.at + _FRESH
