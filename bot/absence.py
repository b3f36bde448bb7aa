"""Who is away, and who stands in for them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Absence:
    """Somebody is away until a day, and somebody else answers in their place. People are `slack:T1/U2`."""

    person: str
    name: str
    until: date
    """The last day of it."""
    cover: str
    cover_name: str


def stand_in(absences: Iterable[Absence], person: str) -> str:
    """Return who answers for a person: they themselves, or their cover, or the cover's cover.

    Where all of them are away and cover for one another, the person stays the one who is asked.
    """
    covers = {absence.person: absence.cover for absence in absences}
    passed = {person}
    asked = person
    while asked in covers:
        asked = covers[asked]
        if asked in passed:
            return person
        passed.add(asked)
    return asked
