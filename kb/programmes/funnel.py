"""How a programme stands: what was sent, and what those who got it did; pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
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
    step: str
    at: datetime
    fate: Fate


@dataclass(frozen=True, slots=True)
class Done:
    """What contacts did, by their ids."""

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


def funnel(programme: Programme, mailed: Iterable[Mailed], done: Done, zone: ZoneInfo) -> Funnel:
    """Count; the days of mails are those of the company's zone, as those of goals are."""
    mails = Counter[tuple[str, Fate]]()
    got: dict[str, list[Mailed]] = {}
    for one in mailed:
        mails[one.step, one.fate] += 1
        if one.fate is not Fate.FAILED:
            got.setdefault(one.contact, []).append(one)
    last = programme.steps[-1].id
    days = {contact: sorted(one.at.astimezone(zone).date() for one in some) for contact, some in got.items()}
    goals = {contact: done.goal[contact] for contact in got if contact in done.goal}
    return Funnel(
        mails=mails,
        begun=len(got),
        reached=sum(
            any(0 <= (day - one).days <= WITHIN for one in days[contact]) for contact, day in goals.items()
        ),
        ended=sum(
            day >= days[contact][0] and all(one.step != last for one in got[contact])
            for contact, day in goals.items()
        ),
        unsubscribed=sum(
            contact in done.unsubscribed and done.unsubscribed[contact] >= min(one.at for one in got[contact])
            for contact in got
        ),
    )
