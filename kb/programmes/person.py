"""Whom programmes write to: a contact with what is known and what happened, and what they were sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from kb.visibility import NOBODY, Visitor


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A contact of a customer, as programmes see them."""

    id: str
    """The contact's id."""
    address: str
    role: str = "member"
    zone: str | None = None
    """Their time zone, such as `Europe/Berlin`."""
    goal: str | None = None
    """What their account wants to reach, in the words of the CRM."""
    visitor: Visitor = NOBODY
    """Who they are on the pages, and so whom they are among."""
    happened: Mapping[str, date] = field(default_factory=dict)
    """When each event last happened, or for the renewal when it will; done courses and lessons too."""
    variables: Mapping[str, str] = field(default_factory=dict)
    """What a mail may say of them; unknown ones are absent."""
    texts: Mapping[str, str] = field(default_factory=dict)
    """Markdown that was written for them alone, by name: `kit`, what changes with their plan."""
    occasions: Mapping[str, str] = field(default_factory=dict)
    """What tells an event from the one before, where its day does not: two kits may come on one day."""
    language: str | None = None
    calendar: str | None = None
    """The next office hours that they may join, as a calendar file."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A mail of a programme that went out, or may have."""

    programme: str
    step: str
    occasion: str
    at: datetime
