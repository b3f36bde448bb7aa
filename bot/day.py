"""A day that lies ahead, as people write it: `12 Aug`, `2027-08-12`, `tomorrow`, `Friday`."""

from __future__ import annotations

import re
from datetime import date, timedelta

from tiering.domain.written_day import DATE, WEEKDAY, date_of, weekday_of

WRITTEN = "12 August, 2027-08-12, tomorrow or Friday"
"""How a day may be written, for whoever wrote something else."""


def read_day(written: str, today: date) -> date | None:
    """Return the day that somebody means, the next such day where there is no year; None where it is none."""
    said = " ".join(written.casefold().removeprefix("on ").split())
    if said in ("today", "tomorrow"):
        return today + timedelta(days=said == "tomorrow")
    if found := re.fullmatch(DATE, said):
        return date_of(found, today, ahead=True)
    if found := re.fullmatch(WEEKDAY, said):
        return weekday_of(found, today, ahead=True)
    return None
