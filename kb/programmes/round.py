"""A round of the programmes: looks at every contact, and sends each at most the one mail that is due.

A mail is claimed in the record before it is sent, under its contact, programme, step and occasion, so that
none goes out twice however often and from wherever rounds are made.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from hashlib import blake2b

from kb.course import Course
from kb.mail import Mailer
from kb.programmes.due import Due, Running, due
from kb.programmes.letter import House, Ways, missing, write
from kb.programmes.meetings import Meetings
from kb.programmes.news import TEXT, News
from kb.programmes.people import done, person_of, sent_of
from kb.programmes.person import Person, Sent
from kb.programmes.programme import Programme, events_of
from kb.programmes.trigger import EVENT
from kb.programmes.variables import NEXT, QUIET
from kb.sending import Outcome, deliver
from kb.storage import Learning, Pauses, Suppressions
from kb.storage.suppressions import BOUNCED, contact_named
from tiering.domain.event import NPS_ANSWERED, SIGNED_UP
from tiering.domain.service import Prose
from tiering.usecases.deliveries import Delivery, claim_to_contact, delivered_to
from tiering.usecases.reach import Reached, reach, reached_among
from tiering.usecases.record import Store

KIND = "programme"
"""The kind of a delivery; its recipient is the contact's id, so that addresses may change."""

BACK_OFF = (1.0, 2.0, 4.0, 8.0)
"""Seconds to wait before a mail is tried again that the server did not take."""


PATIENCE = {Outcome.PUT_OFF: 20, Outcome.UNCERTAIN: 3}
"""So many mails in a row that come to nothing, or to nothing certain, are not about those mails any more."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A mail that is due to a contact, and what is missing to write it."""

    person: Person
    due: Due
    missing: tuple[str, ...]

    @property
    def key(self) -> str:
        """Under which it is claimed; nothing goes out twice under one key."""
        contact = blake2b(self.person.id.encode(), digest_size=16).hexdigest()
        rest = (self.due.step.id, self.due.occasion, contact)
        return keys_of(self.due.programme) + ":".join(rest)


def keys_of(programme: Programme) -> str:
    """Return what the keys of all mails of a programme begin with."""
    return f"{KIND}:{programme.name}:"


def step_and_contact(key: str) -> tuple[str, str]:
    """Return the step's id and the hash of the contact that a mail's key holds."""
    _, _, step, *_, contact = key.split(":")
    return step, contact


@dataclass(frozen=True)
class Plan:
    """What a round needs to find out what is due."""

    store: Store
    running: Sequence[Running]
    prose: Prose
    house: House
    suppressions: Suppressions
    courses: Mapping[str, Course] = field(default_factory=dict)
    """By slug; those that the programmes depend on."""
    news: Callable[[], News] | None = None
    """Returns what is new; asked only for a mail that tells of it, since all articles are read for that."""
    digests: frozenset[str] = frozenset()
    """The programmes whose mails tell of new articles, since the last of them that somebody got."""
    meetings: Meetings | None = None
    looked_at: Callable[[int], object] = field(default=lambda _: None)
    """Told how many more contacts were looked at."""

    @cached_property
    def events(self) -> tuple[str, ...]:
        """The product's events that matter to any programme."""
        known = {event for one in self.running for event in events_of(one.programme)}
        own = sorted(event.removeprefix(EVENT) for event in known if event.startswith(EVENT))
        return (SIGNED_UP, NPS_ANSWERED, *own)

    def due(self) -> Iterator[Planned]:
        """Find what is due now, contact by contact; raises RecordUnavailable."""
        for page in reach(self.store, self.prose, self.events):
            now = self.store.now()
            people = self._people(page, now)
            spared = self.suppressions.among([name for one in people for name in _names(one)])
            sent = self._sent(people)
            for person in people:
                if spared.isdisjoint(_names(person)):
                    yield from self._due(person, sent.get(person.id, ()), now)
            self.looked_at(len(page))

    def person(self, contact: str) -> Person | None:
        """Return one contact with all that a mail may say now; None for one to whom we may not write."""
        return next((self._with_news(one, sent) for one, sent in self._now(contact)), None)

    def still_due(self, planned: Planned) -> Person | None:
        """Return the contact as they are at this moment, if their mail is to be sent still.

        A round may last into the night, or beside another, and meanwhile they may do what the mail asks for.
        """
        running = [one for one in self.running if one.programme is planned.due.programme]
        zone, step = self.house.site.time_zone, planned.due.step
        for found, sent in self._now(planned.person.id):
            if due(running, found, sent, self.store.now(), zone) == planned.due:
                person = self._with_news(found, sent) if TEXT in step.needs else found
                return None if missing(step, person) else person
        return None

    def _now(self, contact: str) -> list[tuple[Person, Sequence[Sent]]]:
        """Return a contact as they are now, and what they were sent; empty where we may not write to them."""
        reached = list(reached_among(self.store, self.prose, [contact], self.events))
        people = self._people(reached, self.store.now())
        sent = self._sent(people)
        return [(one, sent.get(one.id, ())) for one in people]

    def _people(self, reached: Sequence[Reached], now: datetime) -> list[Person]:
        zone = self.house.site.time_zone
        people = self._with_courses([person_of(one, zone) for one in reached])
        return self.meetings.told(people, now, zone) if self.meetings else people

    def _with_courses(self, people: list[Person]) -> list[Person]:
        """Add what was learned, where that matters to anybody."""
        if not self.courses:
            return people
        zone = self.house.site.time_zone
        learned = Learning(self.store).of_all([one.id for one in people])
        days = {contact: done(some, self.courses, zone) for contact, some in learned.items() if some}
        return [
            replace(one, happened={**one.happened, **days[one.id]}) if one.id in days else one
            for one in people
        ]

    def _due(self, person: Person, sent: Sequence[Sent], now: datetime) -> Iterator[Planned]:
        """Find the mail to send to a contact; those that cannot be written stand in nobody's way."""
        running = list(self.running)
        while found := due(running, person, sent, now, self.house.site.time_zone):
            person = self._with_news(person, sent) if TEXT in found.step.needs else person
            lacking = missing(found.step, person)
            if QUIET.isdisjoint(lacking):
                yield Planned(person, found, lacking)
            if not lacking:
                return
            running = [one for one in running if one.programme is not found.programme]

    def _with_news(self, person: Person, sent: Sequence[Sent]) -> Person:
        """Add what was published since somebody heard of that last."""
        if self.news is None:
            return person
        last = max((one.at for one in sent if one.programme in self.digests), default=None)
        since = last.astimezone(self.house.site.time_zone).date() if last else None
        text = self.news().text(person.visitor, person.language, since)
        return replace(person, texts={**person.texts, TEXT: text}) if text else person

    def _sent(self, people: Sequence[Person]) -> dict[str, list[Sent]]:
        found: dict[str, list[Sent]] = {}
        for delivery in delivered_to(self.store, [one.id for one in people], KIND):
            found.setdefault(delivery.recipient, []).append(sent_of(delivery))
        return found


class ServerGone(Exception):
    """The mail server takes nothing; what was not sent is due again at the next round."""

    def __init__(self) -> None:
        super().__init__(
            "The mail server takes no mails; what was not sent is tried again at the next round."
        )


@dataclass
class Round:
    """How the mails of a plan go out."""

    plan: Plan
    mailer: Mailer
    ways: Callable[[Person], Ways]
    """Returns where the links lead that are a contact's alone."""
    wait: Callable[[float], object]
    pause: float = 0.0
    """Seconds between two mails."""
    next_for: Callable[[Person], str] = field(default=lambda _: "")
    """Returns as Markdown what they may learn or read next; asked only for a mail that says it."""
    _in_a_row: Counter[Outcome] = field(default_factory=Counter)
    """What became of the last mails, where nothing came of them."""

    def send(self, planned: Planned) -> Outcome | None:
        """Send a mail; None where it was sent before, or is not wanted now. Raises ServerGone.

        Raises RecordUnavailable; where that happens after the mail went, it is uncertain.
        """
        person, found, store = self.plan.still_due(planned), planned.due, self.plan.store
        if person is None or self.plan.suppressions.among(_names(person)):
            return None
        if NEXT in found.step.needs:
            person = replace(person, texts={**person.texts, NEXT: self.next_for(person)})
        letter = write(found.programme, found.step, person, self.plan.house, self.ways(person))
        about = {"programme": found.programme.name, "step": found.step.id, "occasion": found.occasion}
        for seconds in (*BACK_OFF, None):
            # Asked for each mail, so that a pause holds a round that is under way too.
            if Pauses(store).holds(found.programme.name):
                return None
            wanted = Delivery(planned.key, KIND, person.id, about, store.now(), None, None, None)
            if not claim_to_contact(store, wanted, person.address):
                return None
            outcome = deliver(store, self.mailer, planned.key, letter)
            if outcome is Outcome.REFUSED:
                self.plan.suppressions.add(BOUNCED, person.address)
            if outcome is not Outcome.NOT_SENT:
                self._bear(outcome)
                self.wait(self.pause)
                return outcome
            if seconds:
                self.wait(seconds)
        raise ServerGone

    def _bear(self, outcome: Outcome) -> None:
        """Count what comes to nothing; one mail stands in nobody's way, and a broken server gets no more."""
        if outcome is Outcome.SENT:
            self._in_a_row.clear()
        self._in_a_row[outcome] += 1
        if self._in_a_row[outcome] >= PATIENCE.get(outcome, math.inf):
            raise ServerGone


def _names(person: Person) -> tuple[str, str]:
    """Return how the list of those who get no mails may name a contact."""
    return person.address, contact_named(person.id)
