"""When the open sessions are that everybody may join, as `office-hours.yaml` of the content directory says.

Times are those of a clock on the wall in one zone, so that a session at ten stays at ten when daylight saving
begins or ends.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from hashlib import blake2b
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from kb.site import Site
from kb.visibility import Audience, Visitor, Who, may_see, parse_audience
from tiering.files import Problem, read_yaml, validate

FILE = "office-hours.yaml"
SERVICE = "office-hours"
"""The service of the catalogue that says whose plan has them."""

AHEAD = timedelta(weeks=12)
"""So far calendars are told of sessions."""

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WEEKLY = re.compile(rf"({'|'.join(_DAYS)})s? ([01]?\d|2[0-3]):([0-5]\d)")
_DATED = re.compile(r"(\d{4}-\d\d-\d\d) ([01]?\d|2[0-3]):([0-5]\d)")


@dataclass(frozen=True, slots=True)
class Session:
    """One session. Its name is its day and its place among those of that day, whatever else is edited."""

    name: str
    starts_at: datetime
    """In the zone of the office hours."""
    ends_at: datetime
    cancelled: bool = False

    def seen_in(self, zone: ZoneInfo) -> Session:
        """Return the same session on the clock of another zone."""
        starts_at, ends_at = self.starts_at.astimezone(zone), self.ends_at.astimezone(zone)
        return replace(self, starts_at=starts_at, ends_at=ends_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeHours:
    """The open sessions: some every week, some on a day."""

    title: str
    about: str
    where: str
    """The link by which one joins, or a place."""
    minutes: int
    zone: ZoneInfo
    audience: Audience
    weekly: tuple[tuple[int, time], ...] = ()
    """The day of the week, Monday being 0, and the time of day."""
    dates: tuple[tuple[date, time], ...] = ()
    without: frozenset[date] = frozenset()
    """Days on which there is none after all."""

    @property
    def digest(self) -> str:
        """A hash of everything; two with one digest are equal."""
        parts = (self.title, self.about, self.where, self.minutes, self.zone.key, self.audience.key)
        days = (self.weekly, self.dates, sorted(self.without))
        return blake2b(repr((*parts, *days)).encode(), digest_size=16).hexdigest()

    def between(self, first: date, last: date) -> Iterator[Session]:
        """Yield the sessions of some days, those that are cancelled too, in their order."""
        for day in (first + timedelta(days=number) for number in range((last - first).days + 1)):
            times = {at for weekday, at in self.weekly if weekday == day.weekday()}
            times |= {at for one, at in self.dates if one == day}
            for number, at in enumerate(sorted(times), 1):
                # By way of UTC, since adding minutes to a clock on the wall knows nothing of daylight saving.
                starts = datetime.combine(day, at, self.zone)
                ends = (starts.astimezone(UTC) + timedelta(minutes=self.minutes)).astimezone(self.zone)
                yield Session(f"{day.isoformat()}-{number}", starts, ends, day in self.without)

    def coming(self, now: datetime) -> Iterator[Session]:
        """Yield the sessions of the next weeks that are not over, those that are cancelled too."""
        today = now.astimezone(self.zone).date()
        days = self.between(today - timedelta(days=1), (now + AHEAD).astimezone(self.zone).date())
        return (one for one in days if one.ends_at > now)

    def next(self, now: datetime) -> Session | None:
        """Return the first session that has not begun; None where none is planned."""
        return next((one for one in self.coming(now) if one.starts_at > now and not one.cancelled), None)


def may_join(hours: OfficeHours, visitor: Visitor, *, entitled: bool) -> bool:
    """Whether a visitor may know of the sessions; of customers only those who are entitled to the service."""
    return may_see(visitor, hours.audience) and (entitled or visitor.who is not Who.CONTACT)


def in_words(session: Session, zone: ZoneInfo) -> str:
    """Say when a session is, on the clock of a zone."""
    starts, ends = session.starts_at.astimezone(zone), session.ends_at.astimezone(zone)
    return f"{starts:%A}, {starts.day} {starts:%B %Y}, {starts:%H:%M} to {ends:%H:%M} ({place(zone)} time)"


def place(zone: ZoneInfo) -> str:
    """Return how people call the clock of a zone: `London` of `Europe/London`."""
    return zone.key.rpartition("/")[2].replace("_", " ")


def read_office_hours(content_dir: Path, site: Site) -> tuple[OfficeHours | None, list[Problem]]:
    """Read the file; None where there is none, or anything in it is wrong."""
    if not (content_dir / FILE).exists():
        return None, []
    document, problems = read_yaml(content_dir / FILE, FILE)
    if problems:
        return None, problems
    head, problems = validate(_File, document)
    if head is None:
        return None, problems
    audience, wrong = parse_audience(head.audience)
    if wrong:
        return None, [document.problem(["audience"], f"`audience`: {wrong}")]
    return OfficeHours(
        title=head.title,
        about=head.about,
        where=head.where,
        minutes=head.minutes,
        zone=head.time_zone or site.time_zone,
        audience=audience,
        weekly=head.weekly,
        dates=head.dates,
        without=head.without,
    ), []


def _weekly(value: object) -> object:
    found = _WEEKLY.fullmatch(" ".join(value.casefold().split())) if isinstance(value, str) else None
    if found is None:
        raise ValueError(f'{value!r} is no time of the week; expected one such as "Tuesday 10:00"')
    return _DAYS.index(found[1]), time(int(found[2]), int(found[3]))


def _dated(value: object) -> object:
    text = f"{value:%Y-%m-%d %H:%M}" if isinstance(value, datetime) else value
    found = _DATED.fullmatch(" ".join(text.split())) if isinstance(text, str) else None
    try:
        day = date.fromisoformat(found[1]) if found else None
    except ValueError:
        day = None
    if found is None or day is None:
        raise ValueError(f'{value!r} is no day with a time; expected one such as "2026-12-22 10:00"')
    return day, time(int(found[2]), int(found[3]))


def _on_a_line(text: str) -> str:
    if not text.isprintable():
        raise ValueError("expected one line of text")
    return text


_Line = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), AfterValidator(_on_a_line)
]
_About = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)]


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    title: _Line = "Office hours"
    about: _About = ""
    where: _Line
    minutes: int = Field(ge=5, le=480)
    time_zone: ZoneInfo | None = None
    audience: object = "signed-in"
    weekly: tuple[Annotated[tuple[int, time], BeforeValidator(_weekly)], ...] = ()
    dates: tuple[Annotated[tuple[date, time], BeforeValidator(_dated)], ...] = ()
    without: frozenset[date] = frozenset()
