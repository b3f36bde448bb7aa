"""The office hours as mails tell of them: to whom, when on their clock, and as a calendar file; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from kb.calendar_file import Edition, as_calendar
from kb.office_hours import OfficeHours, Session, in_words, may_join
from kb.programmes.person import Person
from kb.programmes.trigger import OFFICE_HOURS
from tiering.quiet_hours import zone_of


@dataclass(frozen=True)
class Meetings:
    """The office hours, and whose plan has them."""

    hours: OfficeHours
    tiers: frozenset[int]
    """Those whose plan has them; what one account alone was granted or bought, only the pages know."""
    number: int
    """Of the edition of the calendar file."""
    base: str
    """The public address of the pages."""
    _files: dict[str, str] = field(default_factory=dict)
    _times: dict[tuple[str, str | None], tuple[date, str]] = field(default_factory=dict)
    """On which day each session is in each zone, and when in words; contacts live in a few zones."""

    def told(self, people: Sequence[Person], now: datetime, house: ZoneInfo) -> list[Person]:
        """Tell those who may join of the next session; `house` is the zone of contacts who have none."""
        session = self.hours.next(now)
        if session is None:
            return list(people)
        return [self._told(one, session, now, house) if self._may(one) else one for one in people]

    def _may(self, person: Person) -> bool:
        return may_join(self.hours, person.visitor, entitled=person.visitor.tier in self.tiers)

    def _told(self, person: Person, session: Session, now: datetime, house: ZoneInfo) -> Person:
        day, when = self._time(session, person.zone, house)
        return replace(
            person,
            happened={**person.happened, OFFICE_HOURS: day},
            variables={**person.variables, "office_hours": when},
            calendar=self._file(session, now),
        )

    def _time(self, session: Session, zone: str | None, house: ZoneInfo) -> tuple[date, str]:
        if (session.name, zone) not in self._times:
            day = session.starts_at.astimezone(zone_of(zone, house)).date()
            self._times[session.name, zone] = day, in_words(session, zone_of(zone, self.hours.zone))
        return self._times[session.name, zone]

    def _file(self, session: Session, now: datetime) -> str:
        if session.name not in self._files:
            edition = Edition(self.number, self.base, now)
            self._files[session.name] = as_calendar(self.hours, [session], edition)
        return self._files[session.name]
