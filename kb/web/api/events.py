"""Taking events: what people at customers did in the product, told by it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, WithJsonSchema

from kb.web.api.body import Body
from kb.web.api.operation import Answer, taking
from kb.web.desk import desk
from tiering.domain.event import parse_event
from tiering.usecases.events import Outcome, Taken
from tiering.usecases.events import add_events as usecase

MOST = 500

_LONGEST_ID = 200
_EVENT = {
    "type": "object",
    "description": "Whatever is wrong with one event is said of that event; the others are taken.",
    "properties": {
        "id": {"description": "Text that no other event has; telling it again changes nothing."},
        "contact": {"description": "The id or an address of the contact; they may be imported later."},
        "email": {"description": "Their address, instead of `contact`."},
        "name": {"description": "Such as `signed_up`, `nps_answered` or `invoice.sent`."},
        "at": {"description": "When it happened, as RFC 3339 has it: `2026-11-23T10:00:00Z`."},
        "value": {"description": "A number, for events that have one: of `nps_answered` from 0 to 10."},
    },
    "examples": [
        {"id": "e-1", "contact": "C-1001", "name": "invoice.sent", "at": "2026-11-23T10:00:00Z", "value": 3}
    ],
}


class Batch(Body):
    """Some events."""

    events: Annotated[list[Annotated[dict[str, Any], WithJsonSchema(_EVENT)]], Field(max_length=MOST)]
    """At most 500, in any order."""


class TakenEvent(Answer):
    """What became of an event."""

    id: str | None
    """Its id; null where it has none."""
    status: Literal["added", "known", "rejected"]
    """`known` where the very same was told before."""
    problem: str | None
    """What is wrong with it, and what was expected; null unless it is rejected."""


class TakenBatch(Answer):
    """What became of the events."""

    added: int
    known: int
    rejected: int
    events: list[TakenEvent]
    """In the order in which they were told."""


@taking("/events")
def add_events(told: Batch) -> TakenBatch:
    """Take events of people at customers.

    All of it is taken in one step, so that after a failure the whole batch can be told again.
    """
    store = desk().store
    now = store.now()
    taken = usecase(store, [parse_event(one, now) for one in told.events], "events")
    counts = {outcome.value: sum(one.outcome is outcome for one in taken) for outcome in Outcome}
    return TakenBatch(
        **counts,
        events=[_told(said.get("id"), one) for said, one in zip(told.events, taken, strict=True)],
    )


def _told(given: object, one: Taken) -> TakenEvent:
    known = isinstance(given, str) and len(given) <= _LONGEST_ID and given.isprintable()
    return TakenEvent(id=given if known else None, status=one.outcome.value, problem=one.problem)
