"""A programme: whom it is for, what sets it off, and the mails that are its steps."""

from __future__ import annotations

from dataclasses import dataclass

from kb.programmes.trigger import DONE, Trigger
from kb.visibility import Audience
from tiering.quiet_hours import QuietHours


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A mail of a programme. Its id is what it is known by for ever; everything else may be edited."""

    id: str
    subject: str
    body: str
    """Markdown."""
    path: str
    subject_line: int
    body_line: int
    after: str | None
    """The id of the step from which its delay counts; None for the trigger."""
    delay: int
    """Days."""
    only_if: tuple[str, ...] = ()
    """Events that must all have happened."""
    unless: tuple[str, ...] = ()
    """Events none of which may have happened."""
    needs: frozenset[str] = frozenset()
    """Variables of the contact without which it cannot be written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """Mails to contacts, of which each gets each at most once on one occasion."""

    name: str
    """The name of its folder."""
    title: str
    about: str
    """What it is for, in Markdown, for colleagues."""
    trigger: Trigger
    audience: Audience
    role: str | None
    """`manager` or `member`; None for everybody."""
    goal: str | None
    """The event after which nothing more is sent."""
    cap: int
    """So many mails of all programmes a contact gets within a week, at which this one waits."""
    again_after: int
    """Days that must have gone by since its last mail before it begins anew."""
    order: int
    """Of several that are due the lowest is sent first."""
    reply_to: str | None
    quiet_hours: QuietHours
    paused: bool
    steps: tuple[Step, ...]


def needs(programme: Programme) -> frozenset[str]:
    """Return what the mails of a programme say of the contact that must be known."""
    return frozenset(name for step in programme.steps for name in step.needs)


def events_of(programme: Programme) -> frozenset[str]:
    """Return all that has to happen, or must not, for anything in a programme."""
    events = [programme.trigger.event, programme.trigger.unless, programme.goal]
    events += [event for step in programme.steps for event in (*step.only_if, *step.unless)]
    return frozenset(event for event in events if event is not None)


def about_courses(programme: Programme) -> bool:
    """Whether anything in a programme depends on what somebody has learned."""
    return any(event.startswith(DONE) for event in events_of(programme))
