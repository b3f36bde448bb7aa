"""Says in words what a programme does, for colleagues; pure."""

from __future__ import annotations

from kb.programmes.programme import Programme, Step
from kb.programmes.trigger import (
    DONE,
    EVENT,
    MONTH,
    NPS_ANSWERED,
    OFFICE_HOURS,
    RENEWAL,
    SIGNED_UP,
    TIER_CHANGED,
    USAGE_FELL,
    Trigger,
)

_EVENTS = {
    SIGNED_UP: "the account went live",
    TIER_CHANGED: "a named person has let out the kit about a changed plan",
    USAGE_FELL: "the usage of the account began to fall",
    NPS_ANSWERED: "the account answered how likely it recommends us",
    RENEWAL: "the renewal of the contract",
    OFFICE_HOURS: "the next office hours",
}


def event_in_words(event: str) -> str:
    """Say what has happened, as a clause."""
    if event.startswith(DONE):
        course, _, lesson = event.removeprefix(DONE).partition("/")
        return f"they did the lesson {lesson} of {course}" if lesson else f"they finished the course {course}"
    if event.startswith(EVENT):
        return f"they did {event.removeprefix(EVENT)} in the product"
    return _EVENTS[event]


def trigger_in_words(trigger: Trigger) -> str:
    """Say what begins a programme, as a sentence."""
    if trigger.event == MONTH:
        return "It begins anew every month."
    event = event_in_words(trigger.event)
    if trigger.days:
        side = "before" if trigger.days < 0 else "after"
        said = f"It begins {_days(abs(trigger.days))} {side} {event}"
    else:
        said = f"It begins when {event}"
    return f"{said}, unless {event_in_words(trigger.unless)} before that." if trigger.unless else f"{said}."


def step_in_words(step: Step, programme: Programme) -> str:
    """Say when a mail goes out, as a sentence."""
    subjects = {one.id: one.subject for one in programme.steps}
    before = f"“{subjects[step.after]}”" if step.after else "it begins"
    said = f"{_days(step.delay)} after {before}"
    if not step.delay:
        said = f"The day after {before}" if step.after else "At once"
    wanted, unwanted = (list(map(event_in_words, events)) for events in (step.only_if, step.unless))
    if wanted:
        said += f", if {' and '.join(wanted)}"
    if unwanted:
        said += f", unless {' or '.join(unwanted)}"
    return f"{said}."


def reader_in_words(programme: Programme) -> str:
    """Say who gets it."""
    words = sorted(programme.audience.words)
    who = (
        "contacts of customers" if words == ["signed-in"] else f"contacts of customers in {', '.join(words)}"
    )
    return f"{programme.role}s among {who}" if programme.role else who


def _days(days: int) -> str:
    return "1 day" if days == 1 else f"{days} days"
