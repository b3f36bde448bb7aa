"""The period for which an allowance is counted: a month, a quarter or a year."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, TypeAlias

from tiering.domain.account import Account

Per: TypeAlias = Literal["month", "quarter", "year"]

MONTHS: dict[Per, int] = {"month": 1, "quarter": 3, "year": 12}
"""How many months each period has."""


@dataclass(frozen=True, slots=True)
class Period:
    """Some days, the first and the last one counted."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    def holds(self, day: date) -> bool:
        """Whether a day lies in it."""
        return self.first <= day <= self.last


def period_of(account: Account, per: Per, day: date, rule: Literal["calendar", "contract"]) -> Period:
    """Return the period of an account in which a day lies.

    Under the rule `calendar` periods are those of the calendar. Under `contract` they are counted from the
    day on which the contract is renewed, back and forth, else from the day on which the account went live;
    of an account without either they are those of the calendar. A period that would begin on the 31st
    begins on the last day of a shorter month.
    """
    length = MONTHS[per]
    anchor = (account.renewal_on or account.went_live_on) if rule == "contract" else None
    if anchor is None:
        anchor = date(2000, 1, 1)
    apart = (day.year - anchor.year) * 12 + day.month - anchor.month
    start = apart // length * length
    if _later(anchor, start) > day:
        start -= length
    return Period(_later(anchor, start), _later(anchor, start + length) - timedelta(days=1))


def prorated(times: int, account: Account, period: Period) -> int:
    """Return how often an account may have in a period what it may have `times` in a whole one.

    An account that went live within the period has the part of it that was left then, counted in days with
    the day of going live, rounded to the nearest whole number (a half up), and never less than one.
    """
    live = account.went_live_on
    if live is None or live <= period.first:
        return times
    left = max((period.last - live).days + 1, 0)
    return max((2 * times * left + period.days) // (2 * period.days), 1)


def _later(day: date, months: int) -> date:
    """Return the day some months later, or earlier, at most the last of its month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
