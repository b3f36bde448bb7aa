"""What people at customers did, told by the product or a file: taken once each, and what follows from it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from itertools import islice
from zoneinfo import ZoneInfo

from tiering.domain.event import Event
from tiering.domain.time_to_value import Way, way
from tiering.files import Problem
from tiering.storage.store import Store, TakenBack, UnitOfWork

KEPT = timedelta(days=90)
"""How long events wait for a contact whom nobody knows yet."""

_BATCH = 500


class Outcome(StrEnum):
    """What became of an event."""

    ADDED = "added"
    KNOWN = "known"
    """It is in the record already, word for word."""
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Taken:
    """An event that was told, and what became of it."""

    outcome: Outcome
    problem: str | None = None
    """Why it was rejected."""


@dataclass(frozen=True, slots=True)
class NumberedEvent:
    """A row with the line on which it begins, or what is wrong with it."""

    line: int
    row: Event | Sequence[Problem]


@dataclass(slots=True)
class Summary:
    """What an import of events did."""

    added: int = 0
    known: int = 0
    rejected: int = 0


def add_events(store: Store, told: Sequence[Event | Sequence[str]], who: str) -> list[Taken]:
    """Take a batch in one transaction, each event as it was read or with what is wrong with it, in order.

    Telling the same again changes nothing. Raises RecordUnavailable, and then nothing was taken.
    """
    sound = [one for one in told if isinstance(one, Event)]
    with store.begin() as work:
        taken = iter(_take(work, sound))
        found = [
            next(taken) if isinstance(one, Event) else Taken(Outcome.REJECTED, "; ".join(one)) for one in told
        ]
        if any(one.outcome is Outcome.ADDED for one in found):
            work.audit.add(work.at, who, "take events", None, _counts(found))
    return found


def import_events(
    store: Store,
    rows: Iterable[NumberedEvent],
    source: tuple[str, str],
    problem: Callable[[Problem], None],
    *,
    rehearse: bool = False,
) -> Summary:
    """Import rows as they stream in, all of them or, where it breaks, none; `source` is the path and who.

    Each rejected row is told to `problem`. With `rehearse` nothing is kept.
    """
    summary, (path, who) = Summary(), source
    stream = iter(rows)
    with suppress(TakenBack), store.begin() as work:
        while batch := list(islice(stream, _BATCH)):
            for one in sorted(_land(work, batch, path, summary)):
                problem(one)
        if rehearse:
            raise TakenBack
        details = {name: getattr(summary, name) for name in Summary.__slots__}
        work.audit.add(work.at, who, "import events", path, details)
    return summary


def ways_of_customers(store: Store, name: str, zone: ZoneInfo) -> Iterator[tuple[int, Way]]:
    """Yield the tier of each customer that came to the event `name`, and its way, in days of `zone`."""
    with store.reading() as work:
        found = work.events.reaching(name, work.contacts.of_customers())
    for tier, live, signed, first in found:
        yield tier, way(live, signed, first, zone)


def _land(work: UnitOfWork, batch: Sequence[NumberedEvent], path: str, summary: Summary) -> list[Problem]:
    """Take a batch of rows; returns why some of them were rejected."""
    problems: list[Problem] = []
    sound: list[tuple[int, Event]] = []
    for numbered in batch:
        if isinstance(numbered.row, Event):
            sound.append((numbered.line, numbered.row))
        else:
            summary.rejected += 1
            problems += numbered.row
    taken = _take(work, [event for _, event in sound])
    problems += [
        Problem(path, line, one.problem) for (line, _), one in zip(sound, taken, strict=True) if one.problem
    ]
    counts = _counts(taken)
    summary.added += counts["added"]
    summary.known += counts["known"]
    summary.rejected += counts["rejected"]
    return problems


def _take(work: UnitOfWork, told: Sequence[Event]) -> list[Taken]:
    """Add what is new, and say of each event what became of it; of two with one id the first counts."""
    first: dict[str, Event] = {}
    for event in told:
        first.setdefault(event.id, event)
    added = work.events.add(list(first.values()), work.at)
    stood = work.events.among([id_ for id_ in first if id_ not in added])
    taken = []
    for event in told:
        known = stood.get(event.id) or first[event.id]
        if event is known and event.id in added:
            taken.append(Taken(Outcome.ADDED))
        elif event == known:
            taken.append(Taken(Outcome.KNOWN))
        else:
            text = f"`id` is {event.id!r}; another event has it, and none is changed later"
            taken.append(Taken(Outcome.REJECTED, text))
    return taken


def _counts(taken: Iterable[Taken]) -> dict[str, int]:
    counts = Counter(one.outcome.value for one in taken)
    return {outcome.value: counts[outcome.value] for outcome in Outcome}
