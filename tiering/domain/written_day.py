"""Days as people write them: `12 Aug`, `August 12th, 2027`, `2027-08-12`, `Friday`.

Nothing ambiguous is one: neither 8/12 nor "next Friday".
"""

from __future__ import annotations

import re
from datetime import date, timedelta

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
WEEKDAY = r"(?P<weekday>(?:mon|tues?|wed(?:nes)?|thu(?:r|rs)?|fri|sat(?:ur)?|sun)(?:day)?)"
"""The pattern of a day of the week, such as `thurs`; upper and lower case are alike."""
DATE = (
    r"(?:(?P<iso>\d{4}-\d{2}-\d{2})"
    rf"|(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\ (?:of\ )?(?P<month>{_MONTH})\.?(?:,?\ (?P<year>\d{{4}}))?"
    rf"|(?P<us_month>{_MONTH})\.?\ (?P<us_day>\d{{1,2}})(?:st|nd|rd|th)?(?:,?\ (?P<us_year>\d{{4}}))?)"
)
"""The pattern of a date; upper and lower case are alike."""
_YEARS = 8
"""Years within which even a 29 February comes again."""


def date_of(found: re.Match[str], today: date, *, ahead: bool) -> date | None:
    """Return the day that a match of DATE means; None where there is none, such as 31 February.

    Without a year it is the next such day, today included, or the last one.
    """
    if found["iso"]:
        return _date(*map(int, found["iso"].split("-")))
    month, day, year = (found[name] or found[f"us_{name}"] for name in ("month", "day", "year"))
    if not month:
        return None
    place = _MONTHS.index(month[:3].lower()) + 1
    if year:
        return _date(int(year), place, int(day))
    step = 1 if ahead else -1
    each_year = (_date(today.year + step * years, place, int(day)) for years in range(_YEARS + 1))
    return next((one for one in each_year if one and (one - today).days * step >= 0), None)


def weekday_of(found: re.Match[str], today: date, *, ahead: bool) -> date:
    """Return the day that a match of WEEKDAY means: the next one or the last one, never today."""
    step = 1 if ahead else -1
    days = (_WEEKDAYS.index(found["weekday"][:3].lower()) - today.weekday()) * step % 7
    return today + timedelta(days=(days or 7) * step)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
