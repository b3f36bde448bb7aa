"""Quiet hours: when nobody is told anything that can wait until they are at work again."""

from __future__ import annotations

import re
from datetime import datetime, time
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, ConfigDict

_SATURDAY = 5


def _clock(value: object) -> time:
    if isinstance(value, time):
        return value
    found = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)", value) if isinstance(value, str) else None
    if found is None:
        raise ValueError(f'{value!r} is no time of day; expected one such as "18:00", in quotes')
    return time(int(found[1]), int(found[2]))


Clock = Annotated[time, BeforeValidator(_clock)]


class QuietHours(BaseModel):
    """From one time of day to another, and whole weekends; on the clocks of whoever is told."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    begin: Clock = time(18)
    end: Clock = time(8, 30)
    """The same as `begin` where there are no quiet hours."""
    weekends: bool = True

    def cover(self, moment: datetime, zone: str, otherwise: ZoneInfo) -> bool:
        """Whether a moment is quiet in a zone, or in another one where there is no such zone."""
        here = moment.astimezone(zone_of(zone, otherwise))
        if self.weekends and here.weekday() >= _SATURDAY:
            return True
        now = here.time()
        if self.begin <= self.end:
            return self.begin <= now < self.end
        return now >= self.begin or now < self.end


def zone_of(name: str | None, otherwise: ZoneInfo) -> ZoneInfo:
    """Return a zone by its name, or another one; what Slack says of people is not to be trusted."""
    try:
        return ZoneInfo(name) if name else otherwise
    except (KeyError, ValueError, OSError):
        return otherwise
