"""A made-up contact, so that a mail can be looked at before a customer gets it; pure."""

from __future__ import annotations

from datetime import datetime

from kb.calendar_file import Edition, as_calendar
from kb.office_hours import OfficeHours, in_words
from kb.programmes.person import Person
from kb.programmes.variables import NAMES, TEXTS


def made_up(address: str, hours: OfficeHours | None, now: datetime) -> Person:
    """Return a contact of whom everything is known: words such as [first_name] stand in for it."""
    said = {name: f"[{name}]" for name in NAMES}
    session, calendar = hours.next(now) if hours else None, None
    if hours and session:
        said["office_hours"] = in_words(session, hours.zone)
        calendar = as_calendar(hours, [session], Edition(0, "https://example.invalid", now))
    texts = {name: f"[{name}]" for name in TEXTS}
    return Person(id="", address=address, variables=said, texts=texts, calendar=calendar)
