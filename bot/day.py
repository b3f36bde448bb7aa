"""A day as people write it: `12 Aug`, `2027-08-12`, `tomorrow`, `Friday`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

WRITTEN = "12 August, 2027-08-12, tomorrow or Friday"
"""How a day may be written, for whoever wrote something else."""

_MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
_WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
_SHORTEST = 3
"""Letters of a month or a weekday that are enough."""
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
_DAY_FIRST = re.compile(
    r"(?P<day>\d{1,2})(?:st|nd|rd|th)?(?: of)? (?P<month>[a-z]+)\.?,?(?: (?P<year>\d{4}))?"
)
_MONTH_FIRST = re.compile(r"(?P<month>[a-z]+)\.? (?P<day>\d{1,2})(?:st|nd|rd|th)?,?(?: (?P<year>\d{4}))?")
_YEARS = 8
"""Years within which even a 29 February comes again."""


def read_day(written: str, today: date) -> date | None:
    """Return the day that somebody means, the next such day where there is no year; None where it is none.

    Nothing ambiguous is read: neither 8/12 nor "next Friday".
    """
    said = " ".join(written.casefold().removeprefix("on ").split())
    if said in ("today", "tomorrow"):
        return today + timedelta(days=said == "tomorrow")
    if _ISO.fullmatch(said):
        return _date(*(int(part) for part in said.split("-")))
    if matched := _DAY_FIRST.fullmatch(said) or _MONTH_FIRST.fullmatch(said):
        return _in_month(matched, today)
    if (weekday := _named(said, _WEEKDAYS)) is not None:
        return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)
    return None


def _in_month(matched: re.Match[str], today: date) -> date | None:
    month = _named(matched["month"], _MONTHS)
    if month is None:
        return None
    if matched["year"]:
        return _date(int(matched["year"]), month + 1, int(matched["day"]))
    return next(
        (found for found in _each_year(month + 1, int(matched["day"]), today) if found >= today), None
    )


def _each_year(month: int, day: int, today: date) -> Iterator[date]:
    for year in range(today.year, today.year + _YEARS + 1):
        if found := _date(year, month, day):
            yield found


def _named(word: str, names: list[str]) -> int | None:
    """Return the place of the name that a word is, or begins, among names."""
    found = [place for place, name in enumerate(names) if len(word) >= _SHORTEST and name.startswith(word)]
    return found[0] if len(found) == 1 else None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
