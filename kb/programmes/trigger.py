"""What sets a programme off, and what its steps depend on, read from a few words; pure."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

SIGNED_UP, RENEWAL, TIER_CHANGED = "signed up", "renewal", "tier changed"
USAGE_FELL, NPS_ANSWERED, MONTH = "usage fell", "nps answered", "month"
OFFICE_HOURS = "office hours"
DONE = "done "
"""Before the id of a course or a lesson: that the contact has finished it."""
EVENT = "event "
"""Before the name of a product's event: that the contact has done it."""

_EXPECTED_EVENT = (
    f"{SIGNED_UP}, {TIER_CHANGED}, {USAGE_FELL}, NPS answered, course finished: COURSE, done COURSE/LESSON"
)

_ID = r"[a-z0-9][a-z0-9-]*(?:/[a-z0-9][a-z0-9-]*)*"
_COURSE = re.compile(_ID)
_FINISHED = re.compile(rf"course finished:? ({_ID})")
_DONE = re.compile(r"done (\S+)")
_SINCE = re.compile(r"(\d{1,4}) days? (?:since|after) (.+)")
_BEFORE_RENEWAL = re.compile(r"renewal in (\d{1,4}) days?")
_BEFORE_OFFICE_HOURS = re.compile(r"([1-9]|1\d|2[0-8]) days? before office hours")
_NOT_YET = re.compile(r"not yet (done \S+?),? (\d{1,4}) days? (?:since|after) (.+)")
_PLAIN = {SIGNED_UP, TIER_CHANGED, USAGE_FELL, NPS_ANSWERED}


@dataclass(frozen=True, slots=True)
class Trigger:
    """An event, and how many days after it, or with a negative number before it, the programme begins."""

    event: str
    days: int = 0
    unless: str | None = None
    """The event after which it is no longer wanted."""

    @property
    def recurs(self) -> bool:
        """Whether the event can happen to somebody more than once."""
        return not happens_once(self.event)


def happens_once(event: str) -> bool:
    """Whether an event happens to a contact once and for ever."""
    return event == SIGNED_UP or event.startswith((DONE, EVENT))


def expected_event(declared: Collection[str]) -> str:
    """Say what may happen, where these events of the product are declared."""
    product = f" ({', '.join(sorted(declared))})" if declared else ", which has none yet"
    return f"{_EXPECTED_EVENT}, or one of the `events` in site.yaml{product}"


def expected_trigger(declared: Collection[str]) -> str:
    """Say what may set a programme off, where these events of the product are declared."""
    return (
        f"{expected_event(declared)}; N days since one of these, renewal in N days, "
        "N days before office hours, "
        "not yet done COURSE/LESSON or EVENT N days after one of these, or every month"
    )


def read_event(written: str, declared: Collection[str] = ()) -> str | None:
    """Read the name of an event; None for what is none.

    The product's events are those that are declared. Of a course and an event of one name it is the event.
    """
    text = " ".join(written.casefold().split())
    if found := _FINISHED.fullmatch(text):
        return DONE + found[1]
    done = _DONE.fullmatch(text)
    name = done[1] if done else text
    if name in declared:
        return EVENT + name
    if done:
        return DONE + name if _COURSE.fullmatch(name) else None
    return text if text in _PLAIN else None


def read_trigger(written: str, declared: Collection[str] = ()) -> Trigger | None:
    """Read what sets a programme off; None for what cannot be understood."""
    text = " ".join(written.casefold().split())
    if text == "every month":
        return Trigger(MONTH)
    if found := _BEFORE_RENEWAL.fullmatch(text):
        return Trigger(RENEWAL, -int(found[1]))
    if found := _BEFORE_OFFICE_HOURS.fullmatch(text):
        return Trigger(OFFICE_HOURS, -int(found[1]))
    if found := _NOT_YET.fullmatch(text):
        event, unless = read_event(found[3], declared), read_event(found[1], declared)
        return Trigger(event, int(found[2]), unless) if event and unless else None
    if found := _SINCE.fullmatch(text):
        event = read_event(found[2], declared)
        return Trigger(event, int(found[1])) if event else None
    event = read_event(text, declared)
    return Trigger(event) if event else None
