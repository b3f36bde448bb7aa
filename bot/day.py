"""A day as people write it: read from `12 Aug`, `tomorrow` or `Friday`, and written as `12 August 2027`."""

from __future__ import annotations

import re
from datetime import date, timedelta

from tiering.domain.written_day import DATE, WEEKDAY, date_of, weekday_of

WRITTEN = "12 August, 12 August 2027, tomorrow or Friday"
"""How a day may be written, for whoever wrote something else."""

_ISO = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")


def day(when: date) -> str:
    """Return a date within a sentence: `14 May 2027`."""
    return f"{when.day} {when:%B %Y}"


def readable(sentence: str) -> str:
    """Return a sentence of the record, whose days are written like 2027-05-14, as people write it.

    Digits that only look like a day stay as they are.
    """
    return _ISO.sub(_written, sentence)


def _written(found: re.Match[str]) -> str:
    try:
        return day(date.fromisoformat(found[0]))
    except ValueError:
        return found[0]


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
