"""Writes sessions as a calendar file (RFC 5545), which calendars of every maker take in; pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from kb.office_hours import OfficeHours, Session


@dataclass(frozen=True, slots=True)
class Edition:
    """What a calendar must know of a file, besides the sessions."""

    number: int
    """Grows with every edit; of two files the higher one counts."""
    base: str
    """The public address of the pages; with its host the names of sessions are nobody else's too."""
    at: datetime
    """When the file was written."""


def as_calendar(hours: OfficeHours, sessions: Iterable[Session], edition: Edition) -> str:
    """Return the sessions as a calendar, in UTC; one that is cancelled takes itself out of calendars."""
    # It takes a tenth of a second to load, which only this is worth.
    from icalendar import Calendar, Event

    calendar = Calendar()
    calendar.add("prodid", "-//Longtail//Office hours//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", hours.title)
    host = urlsplit(edition.base).hostname or "localhost"
    for session in sessions:
        event = Event()
        event.add("uid", f"office-hours-{session.name}@{host}")
        event.add("sequence", edition.number)
        event.add("dtstamp", edition.at.astimezone(UTC))
        event.add("dtstart", session.starts_at.astimezone(UTC))
        event.add("dtend", session.ends_at.astimezone(UTC))
        event.add("summary", hours.title)
        event.add("location", hours.where)
        if hours.about:
            event.add("description", hours.about)
        if hours.where.startswith("https://"):
            event.add("url", hours.where)
        event.add("status", "CANCELLED" if session.cancelled else "CONFIRMED")
        calendar.add_component(event)
    return str(calendar.to_ical(), "utf-8")
