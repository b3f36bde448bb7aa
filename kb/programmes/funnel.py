"""How a programme stands: what was sent, and what those who got it did; pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from kb.programmes.programme import Programme

WITHIN = 30
"""Days after a mail within which a goal that was reached counts as reached after it."""


class Fate(StrEnum):
    """What became of a mail."""

    SENT = "sent"
    UNCERTAIN = "uncertain"
    """It may have arrived."""
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Mailed:
    """A mail to a contact."""

    contact: str
    """By what the mail's key holds of them, which stays when nobody is named any more."""
    step: str
    at: datetime
    fate: Fate


@dataclass(frozen=True, slots=True)
class Done:
    """What contacts did, each named as their mails name them."""

    goal: Mapping[str, date]
    """When they reached the goal last, as far as they did."""
    unsubscribed: Mapping[str, datetime]
    """Since when they want no mails."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Funnel:
    """The numbers of one programme."""

    mails: Mapping[tuple[str, Fate], int]
    """By step, those that are gone from the file too."""
    begun: int
    """Contacts who got at least one mail, or may have."""
    reached: int
    """Of these, who reached the goal on the day of a mail or within 30 days after one."""
    ended: int
    """Of these, who reached the goal before the last mail went to them, so that it did not."""
    unsubscribed: int
    """Of these, who have ended all such mails since the first."""


@dataclass(slots=True)
class _Got:
    """What a contact got, and no more of it than counts: there may be millions of mails."""

    first_at: datetime
    days: list[date] = field(default_factory=list)
    whole: bool = False
    """Whether the last mail was among it."""


def funnel(
    programme: Programme, mailed: Iterable[Mailed], did: Callable[[Sequence[str]], Done], zone: ZoneInfo
) -> Funnel:
    """Count; the days of mails are those of the company's zone, as those of goals are.

    `did` returns what contacts did; it is asked once, of those who got a mail.
    """
    mails, got, last = Counter[tuple[str, Fate]](), dict[str, _Got](), programme.steps[-1].id
    for one in mailed:
        mails[one.step, one.fate] += 1
        if one.fate is not Fate.FAILED:
            theirs = got.setdefault(one.contact, _Got(one.at))
            theirs.first_at = min(theirs.first_at, one.at)
            theirs.days.append(one.at.astimezone(zone).date())
            theirs.whole = theirs.whole or one.step == last
    done = did(sorted(got))
    goals = [(got[contact], day) for contact, day in done.goal.items() if contact in got]
    ends = [(got[contact], at) for contact, at in done.unsubscribed.items() if contact in got]
    return Funnel(
        mails=mails,
        begun=len(got),
        reached=sum(any(0 <= (day - one).days <= WITHIN for one in theirs.days) for theirs, day in goals),
        ended=sum(day >= min(theirs.days) and not theirs.whole for theirs, day in goals),
        unsubscribed=sum(at >= theirs.first_at for theirs, at in ends),
    )
