"""What sets a programme off, and what its steps depend on, read from a few words; pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

SIGNED_UP, RENEWAL, TIER_CHANGED = "signed up", "renewal", "tier changed"
USAGE_FELL, NPS_ANSWERED, MONTH = "usage fell", "nps answered", "month"
DONE = "done "
"""Before the id of a course or a lesson: that the contact has finished it."""

EXPECTED_EVENT = (
    f"{SIGNED_UP}, {TIER_CHANGED}, {USAGE_FELL}, NPS answered, course finished: COURSE, done COURSE/LESSON"
)
EXPECTED_TRIGGER = (
    f"{EXPECTED_EVENT}, N days since one of these, renewal in N days, "
    "not yet done COURSE/LESSON N days after one of these, or every month"
)

_ID = r"[a-z0-9][a-z0-9-]*(?:/[a-z0-9][a-z0-9-]*)*"
_FINISHED = re.compile(rf"(?:course finished:? |done )({_ID})")
_SINCE = re.compile(r"(\d{1,4}) days? (?:since|after) (.+)")
_BEFORE_RENEWAL = re.compile(r"renewal in (\d{1,4}) days?")
_NOT_YET = re.compile(rf"not yet done ({_ID}),? (\d{{1,4}}) days? (?:since|after) (.+)")
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
    return event == SIGNED_UP or event.startswith(DONE)


def read_event(written: str) -> str | None:
    """Read the name of an event; None for what is none."""
    text = " ".join(written.casefold().split())
    if found := _FINISHED.fullmatch(text):
        return DONE + found[1]
    return text if text in _PLAIN else None


def read_trigger(written: str) -> Trigger | None:
    """Read what sets a programme off; None for what cannot be understood."""
    text = " ".join(written.casefold().split())
    if text == "every month":
        return Trigger(MONTH)
    if found := _BEFORE_RENEWAL.fullmatch(text):
        return Trigger(RENEWAL, -int(found[1]))
    if found := _NOT_YET.fullmatch(text):
        event = read_event(found[3])
        return Trigger(event, int(found[2]), DONE + found[1]) if event else None
    if found := _SINCE.fullmatch(text):
        event = read_event(found[2])
        return Trigger(event, int(found[1])) if event else None
    event = read_event(text)
    return Trigger(event) if event else None
