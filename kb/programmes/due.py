"""Which mails are due to a contact now; pure, so that a dry run says exactly what a run would send.

Days are counted on the contact's own calendar, so that neither daylight saving nor the hour of a run moves
them. What was sent in a future that the clock took back was sent; it holds up other mails for a week at most.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from kb.programmes.person import Person, Sent
from kb.programmes.programme import Programme, Step
from kb.programmes.trigger import MONTH, happens_once
from kb.visibility import may_see
from tiering.quiet_hours import zone_of

LATE = 30
"""Days after which a mail that did not go out is no longer sent, and a trigger no longer begins anything."""

_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Running:
    """A programme that runs, and since when."""

    programme: Programme
    launched_on: date
    backfill: bool = False
    """Whether it begins, too, for those whose trigger was before the launch or long ago."""


@dataclass(frozen=True, slots=True)
class Due:
    """A mail that is to be sent to a contact now."""

    programme: Programme
    step: Step
    occasion: str
    """What tells one trigger from the next: its day, or a name; empty where it comes only once."""


def due(
    running: Sequence[Running], person: Person, sent: Sequence[Sent], now: datetime, house: ZoneInfo
) -> Due | None:
    """Return the one mail that a contact is to get now, if any: nobody gets two on one day.

    `running` stand in the order in which they send; `house` is the zone of contacts who have none.
    """
    zone = zone_of(person.zone, house)
    today = now.astimezone(zone).date()
    of_the_week = [one.at for one in sent if now - _WEEK < one.at <= now + _WEEK]
    if any(at.astimezone(zone).date() >= today for at in of_the_week):
        return None
    for one in running:
        programme = one.programme
        if programme.paused or len(of_the_week) >= programme.cap:
            continue
        # What rules out most comes first, since this is asked of every contact and every programme.
        found = _next(one, person, _Past(sent, programme.name, zone), today)
        if found and _is_for(programme, person) and not programme.quiet_hours.cover(now, zone.key, house):
            return found
    return None


@dataclass(frozen=True, slots=True)
class _Past:
    """What a contact was sent."""

    sent: Sequence[Sent]
    programme: str
    zone: ZoneInfo

    def on(self, occasion: str | None = None) -> dict[str, date]:
        """Return when each step of the programme was sent last, on one occasion or on any."""
        return {
            one.step: one.at.astimezone(self.zone).date()
            for one in sorted(self.sent, key=lambda one: one.at)
            if one.programme == self.programme and occasion in {None, one.occasion}
        }


def _is_for(programme: Programme, person: Person) -> bool:
    return may_see(person.visitor, programme.audience) and programme.role in {None, person.role}


def _next(running: Running, person: Person, past: _Past, today: date) -> Due | None:
    programme, trigger = running.programme, running.programme.trigger
    day = today.replace(day=1) if trigger.event == MONTH else person.happened.get(trigger.event)
    if day is None or trigger.unless in person.happened:
        return None
    begins = day + timedelta(days=trigger.days)
    before_event = trigger.days < 0
    if begins > today or (before_event and today > day) or _reached(programme.goal, person, begins):
        return None
    occasion = person.occasions.get(trigger.event, day.isoformat()) if trigger.recurs else ""
    sent = past.on(occasion)
    if not sent and not _may_begin(running, past, begins, today):
        return None
    late = today - timedelta(days=LATE)
    step = _step(
        programme, person, sent, begins, (date.min if running.backfill and not sent else late, today)
    )
    return Due(programme, step, occasion) if step else None


def _reached(goal: str | None, person: Person, since: date) -> bool:
    """Whether a contact has reached a goal; one that can be reached again counts from the trigger on."""
    if goal is None or goal not in person.happened:
        return False
    return happens_once(goal) or person.happened[goal] >= since


def _may_begin(running: Running, past: _Past, begins: date, today: date) -> bool:
    again = max(past.on().values(), default=None)
    if again is not None and today < again + timedelta(days=running.programme.again_after):
        return False
    if running.backfill:
        return True
    return begins >= running.launched_on and begins >= today - timedelta(days=LATE)


def _step(
    programme: Programme, person: Person, sent: dict[str, date], begins: date, window: tuple[date, date]
) -> Step | None:
    """Return the step to send: nobody goes back to one before the last that they got.

    A step whose conditions do not hold is passed over, and whatever waits for it counts from its day.
    """
    ids = [step.id for step in programme.steps]
    first = max((ids.index(one) + 1 for one in sent if one in ids), default=0)
    planned: dict[str, date | None] = {}
    earliest, today = window
    for number, step in enumerate(programme.steps):
        since = planned[step.after] if step.after else begins
        on = since + timedelta(days=step.delay) if since else None
        open_ = number >= first and on is not None and on >= earliest and _holds(step, person)
        if open_ and on is not None and on <= today:
            return step
        # What waits for a mail that is still to come has no day yet.
        planned[step.id] = sent.get(step.id, None if open_ else on)
    return None


def _holds(step: Step, person: Person) -> bool:
    happened = person.happened.keys()
    return happened >= set(step.only_if) and happened.isdisjoint(step.unless)
