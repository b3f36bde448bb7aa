"""Certificates: what they say, for how long, and when one may be issued; pure but for the number."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, timedelta

from kb.course import Course
from kb.progress import Progress

LONGEST_NAME = 80
RENEWABLE = timedelta(days=60)
"""So long before its end a certificate can be renewed."""

_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without characters that are mistaken for one another."""
_GROUPS, _GROUP = 4, 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """That a person finished a course."""

    number: str
    """Which nobody can guess, so that whoever knows it was shown it."""
    contact: str
    course: str
    title: str
    """The title of the course as it was then."""
    name: str
    """The holder, as they wrote it themselves to be shown."""
    revision: str
    """The revision of the course."""
    begins_on: date
    ends_on: date
    """The last day."""

    @property
    def is_shown(self) -> bool:
        """Whether it says whose it is; of whoever was erased only the number is left."""
        return bool(self.name)

    @property
    def renewable_from(self) -> date:
        """The first day on which it can be renewed."""
        return self.ends_on - RENEWABLE

    def is_valid(self, today: date) -> bool:
        """Whether it says something today; one that renews another begins when that one ends."""
        return today <= self.ends_on


@dataclass(frozen=True, slots=True)
class Term:
    """From when to when a certificate would be valid."""

    begins_on: date
    ends_on: date


def new_certificate_number() -> str:
    """Make a number that nobody can guess (of 98 bits), easy to read out."""
    groups = ("".join(secrets.choice(_ALPHABET) for _ in range(_GROUP)) for _ in range(_GROUPS))
    return "-".join(groups)


def term(
    course: Course, progress: Progress, before: Certificate | None, passed_on: date | None, today: date
) -> Term | str:
    """Return the term of the certificate that may be issued today, or a sentence why none may be.

    `before` is the newest that they have, `passed_on` when they last passed the course's last quiz.
    """
    if course.certificate is None:
        return "This course has no certificate."
    if not progress.finished:
        left = len(progress.steps) - progress.done
        return f"{left} {'lesson is' if left == 1 else 'lessons are'} still to do."
    begins = today
    if before:
        opens = before.renewable_from
        if today < opens:
            return f"Your certificate can be renewed from {opens.day} {opens:%B %Y}."
        if passed_on is not None and passed_on < opens:
            return "To renew your certificate, pass the last quiz of the course once more."
        begins = max(today, before.ends_on + timedelta(days=1))
    return Term(begins, begins + timedelta(days=course.certificate - 1))


def read_name(written: str) -> tuple[str, str]:
    """Return the name that is to be shown, and what is wrong with it."""
    name = " ".join(written.split())
    if not name:
        return "", "Please write your name as it is to be shown."
    if len(name) > LONGEST_NAME:
        return name[:LONGEST_NAME], f"A name has at most {LONGEST_NAME} characters here."
    return (name, "") if name.isprintable() else ("", "The name holds characters that cannot be shown.")
