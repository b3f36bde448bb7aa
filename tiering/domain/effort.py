"""Effort: hours that a team spent on a service for an account."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tiering.domain.money import Money
from tiering.domain.policy import Rules
from tiering.domain.refusal import Refusal

MOST_HOURS = Decimal(200)
"""More in one line, five weeks of one person, is a slip of the pen."""

MOST_DAYS = 3660
"""Ten years: what was done before is no news."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A line of effort. A line that reverses another one has its hours with the sign turned."""

    id: int
    account_id: str
    service: str
    """The service's id."""
    hours: Decimal
    team: str
    day: date
    who: str
    note: str | None = None
    reverses: int | None = None
    """The number of the line that this one takes back."""


def checked(entry: Entry, today: date) -> Entry:
    """Return a line that makes sense, its words trimmed; raises Refusal."""
    hours, team = entry.hours, " ".join(entry.team.split()).casefold()
    if not hours.is_finite() or hours <= 0:
        raise Refusal(f"{hours} hours cannot be logged; expected more than zero.", "hours")
    if hours > MOST_HOURS:
        raise Refusal(f"{hours} hours are too many for one line; expected {MOST_HOURS} at most.", "hours")
    if hours != hours.quantize(Decimal("0.01")):
        raise Refusal(f"{hours} hours are too exact; expected two decimal places at most.", "hours")
    if entry.day > today:
        raise Refusal(f"{entry.day.isoformat()} is in the future; today is {today.isoformat()}.", "day")
    if (today - entry.day).days > MOST_DAYS:
        raise Refusal(
            f"{entry.day.isoformat()} is more than ten years ago; today is {today.isoformat()}.", "day"
        )
    if not 1 <= len(team) <= 60:
        raise Refusal("The team's name is empty or longer than 60 letters.", "team")
    note = " ".join((entry.note or "").split()) or None
    if note and len(note) > 500:
        raise Refusal(f"A note has at most 500 letters; this one has {len(note)}.", "note")
    return Entry(
        id=0,
        account_id=entry.account_id,
        service=entry.service,
        hours=hours,
        team=team,
        day=entry.day,
        who=entry.who,
        note=note,
    )


def told(hours: Decimal) -> str:
    """Write hours within a sentence: 1 hour, 2.5 hours."""
    return "1 hour" if hours == 1 else f"{hours.normalize():,f} hours"


def reversal(entry: Entry, who: str, note: str | None = None) -> Entry:
    """Return the line that takes another one back, on the same day; raises Refusal."""
    if entry.reverses is not None:
        raise Refusal(f"Line {entry.id} takes back line {entry.reverses}; it cannot be reversed itself.")
    return Entry(
        id=0,
        account_id=entry.account_id,
        service=entry.service,
        hours=-entry.hours,
        team=entry.team,
        day=entry.day,
        who=who,
        note=note,
        reverses=entry.id,
    )


def deliveries(entries: Iterable[Entry]) -> dict[str, tuple[date, ...]]:
    """Return for each service the days on which it was delivered, in their order.

    All that was logged for a service on one day, by whatever team, is one delivery; a day whose lines have
    all been taken back is none.
    """
    hours: dict[tuple[str, date], Decimal] = {}
    for entry in entries:
        key = (entry.service, entry.day)
        hours[key] = hours.get(key, Decimal(0)) + entry.hours
    days: dict[str, list[date]] = {}
    for (service, day), spent in sorted(hours.items()):
        if spent > 0:
            days.setdefault(service, []).append(day)
    return {service: tuple(found) for service, found in days.items()}


def cost(hours: Mapping[str, Decimal], rules: Rules) -> Money | None:
    """Return what the hours of each team cost; None, unknown, where a team's hour has no price."""
    total = Decimal(0)
    for team, spent in hours.items():
        if spent and team not in rules.costs:
            return None
        total += spent * rules.costs.get(team, Decimal(0))
    return Money.of(total, rules.currency)
