"""Time spent: the hours and the day in words such as `2 hours of training yesterday`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from tiering.domain.written_day import DATE, WEEKDAY, date_of, weekday_of

_NUMBER = r"-?\d{1,6}(?:[.,]\d{1,4})?"
_HOUR, _MINUTE = r"(?:hours?|hrs?|h)", r"(?:minutes?|mins?|m)"

_TIME = re.compile(
    rf"""
    # What is quoted is a name.
    ["\u201c\u201d\u201e\u00ab\u00bb][^"\u201c\u201d\u201e\u00ab\u00bb]*["\u201c\u201d\u00ab\u00bb]
    | (?<!\S)(?:
        (?: (?P<hours>{_NUMBER})\ ?{_HOUR}
            (?:(?P<and>\d{{1,2}}){_MINUTE}? | \ (?:and\ )?(?P<more>\d{{1,2}})\ ?{_MINUTE})?
          | (?P<minutes>\d{{1,4}})\ ?(?:minutes?|mins?)
          | (?P<said>half\ an\ hour | (?:an|one)\ hour\ and\ a\ half | (?:an|one)\ hour)
        )(?:\ (?:of|on|for|with|at))?
      | (?:on\ )? (?:
            (?P<word>today|yesterday)
          | {DATE}
      )
      | (?:on|last)\ {WEEKDAY}
    )(?=[.,;:!]?(?:\s|$))
    """,
    re.IGNORECASE | re.VERBOSE,
)
_LAST_NUMBER = re.compile(rf"(?:^|\s)(?P<number>{_NUMBER})$")
_SAID = {"half an hour": Decimal("0.5"), "an hour": Decimal(1), "one hour": Decimal(1)}
_AN_HOUR_AND_A_HALF = Decimal("1.5")
_HOUR_OF_MINUTES = Decimal(60)
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class TimeSpent:
    """One way to understand how long, and on which day."""

    hours: Decimal | None
    day: date | None
    rest: str
    """What else was said: the account, the service."""


def readings(text: str, today: date) -> tuple[TimeSpent, ...]:
    """Return the ways to understand words, the likeliest first and each once.

    A number at the end is hours, unless it is part of a name: `training for plant 7` may be about Plant 7.
    """
    words = " ".join(text.split())
    timed = _timed(words, today)
    found = [timed] if timed.hours is not None else [*_numbered(timed), timed]
    return tuple(dict.fromkeys([*found, *_numbered(TimeSpent(None, None, words))]))


def _numbered(spent: TimeSpent) -> Iterator[TimeSpent]:
    if number := _LAST_NUMBER.search(spent.rest):
        yield TimeSpent(_decimal(number["number"]), spent.day, spent.rest[: number.start()])


def _timed(words: str, today: date) -> TimeSpent:
    """Take the first hours and the first day out of words."""
    hours: Decimal | None = None
    day: date | None = None

    def taken(found: re.Match[str]) -> str:
        nonlocal hours, day
        if hours is None and (spent := _hours(found)) is not None:
            hours = spent
        elif day is None and (on := _day(found, today)) is not None:
            day = on
        else:
            return found[0]
        return " "

    rest = " ".join(_TIME.sub(taken, words).split())
    return TimeSpent(hours, day, rest)


def _hours(found: re.Match[str]) -> Decimal | None:
    if found["said"]:
        return _SAID.get(found["said"].lower(), _AN_HOUR_AND_A_HALF)
    if found["minutes"]:
        return (int(found["minutes"]) / _HOUR_OF_MINUTES).quantize(_CENT)
    if found["hours"]:
        minutes = int(found["and"] or found["more"] or 0)
        return _decimal(found["hours"]) + (minutes / _HOUR_OF_MINUTES).quantize(_CENT)
    return None


def _decimal(number: str) -> Decimal:
    return Decimal(number.replace(",", "."))


def _day(found: re.Match[str], today: date) -> date | None:
    """Return the day that is said; one without a year, or a day of the week, is the last that there was."""
    if found["word"]:
        return today if found["word"].lower() == "today" else today - timedelta(days=1)
    if found["weekday"]:
        return weekday_of(found, today, ahead=False)
    return date_of(found, today, ahead=False)
