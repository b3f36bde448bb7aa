"""Reads from the record how the programmes stand, and who would get a mail today."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time

from kb.programmes.due import Running
from kb.programmes.funnel import Done, Fate, Funnel, Mailed, funnel
from kb.programmes.people import done, person_of
from kb.programmes.programme import Programme
from kb.programmes.round import Plan, keys_of, step_and_contact
from kb.programmes.tally import Tally, tally
from kb.programmes.trigger import DONE
from kb.storage import Learning
from kb.storage.suppressions import contact_named
from tiering.quiet_hours import QuietHours
from tiering.usecases.deliveries import dispatched_under
from tiering.usecases.reach import reached_among

_AT_ANY_HOUR = QuietHours(begin=time(0), end=time(0), weekends=False)


@dataclass(frozen=True, slots=True)
class Figures:
    """How all programmes stood at a moment."""

    at: datetime
    due: Tally
    """What a round at any hour of this day would send."""
    funnels: Mapping[str, Funnel]
    """By programme."""


def figures(plan: Plan) -> Figures:
    """Count; takes seconds where there are many contacts. Raises RecordUnavailable."""
    awake = replace(plan, running=[_at_any_hour(one) for one in plan.running])
    return Figures(
        at=plan.store.now(),
        due=tally(awake.due()),
        funnels={one.programme.name: _funnel(plan, one.programme) for one in plan.running},
    )


def _at_any_hour(running: Running) -> Running:
    return replace(running, programme=replace(running.programme, quiet_hours=_AT_ANY_HOUR))


def _funnel(plan: Plan, programme: Programme) -> Funnel:
    """Count people by the hash that the keys hold, since older mails no longer name them."""
    named: dict[str, str] = {}

    def mailed() -> Iterator[Mailed]:
        for one in dispatched_under(plan.store, keys_of(programme)):
            step, hashed = step_and_contact(one.key)
            if one.recipient:
                named[hashed] = one.recipient
            fate = Fate.SENT if one.sent else Fate.FAILED if one.failed else Fate.UNCERTAIN
            yield Mailed(hashed, step, one.claimed_at, fate)

    def did(people: Sequence[str]) -> Done:
        contacts = {named[one]: one for one in people if one in named}
        names = {contact_named(contact): one for contact, one in contacts.items()}
        goals = _reached(plan, programme.goal, sorted(contacts)) if programme.goal else {}
        unsubscribed = plan.suppressions.unsubscribed(list(names))
        return Done(
            {contacts[contact]: day for contact, day in goals.items()},
            {names[name]: at for name, at in unsubscribed.items()},
        )

    return funnel(programme, mailed(), did, plan.house.site.time_zone)


def _reached(plan: Plan, goal: str, contacts: Sequence[str]) -> dict[str, date]:
    """Return when contacts reached a goal, of those that did."""
    zone = plan.house.site.time_zone
    if goal.startswith(DONE):
        learned = Learning(plan.store).of_all(contacts)
        events = ((contact, done(some, plan.courses, zone)) for contact, some in learned.items())
        return {contact: days[goal] for contact, days in events if goal in days}
    people = (person_of(one, zone) for one in reached_among(plan.store, plan.prose, contacts, plan.events))
    return {one.id: one.happened[goal] for one in people if goal in one.happened}
