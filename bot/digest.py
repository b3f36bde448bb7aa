"""The weekly digest: what each manager is told of their accounts, and who is told now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.blocks import (
    Choice,
    Message,
    Run,
    actions,
    bold,
    button,
    context,
    divider,
    message,
    paragraphs,
    points,
    says,
    words,
)
from bot.book import Shown, counted
from bot.day import readable
from bot.desk import Desk
from bot.listing import opening_below
from bot.signal import taken_words
from bot.telling import BOT
from bot.turn import Notice
from bot.way import SAY_BELOW
from tiering.domain.names import fold
from tiering.people import Person
from tiering.usecases.ask import Inquiry
from tiering.usecases.deliveries import claim, confirm, delivered, delivered_among
from tiering.usecases.digest import Digest, digest, managers, moves_since
from tiering.usecases.signals import Raised

WEEK = timedelta(days=7)
SHOWN = 8
"""Moves and signals of a digest; more of them are counted."""


class Outcome(StrEnum):
    """What became of somebody's digest."""

    SENT = "is told"
    TOLD = "has it already"
    UNWANTED = "does not want it"
    NOBODY = "is no one colleague in Slack"
    CALM = "has nothing to be told"
    WAITS = "is not at work now; it comes in the morning"
    FAILED = "could not be told, since Slack refused it"
    UNCERTAIN = "may have been told; see `tiering deliveries`"


@dataclass(frozen=True, slots=True)
class Addressee:
    """A manager, and whether this week's digest is for them now."""

    name: str
    """As the accounts have it."""
    person: Person | None
    """None where nobody in Slack is called so, or two are."""
    key: str = ""
    """Under which the digest of this week goes out."""
    told: bool = False
    unwanted: bool = False
    rests: bool = False
    """Whether it is their quiet time."""

    @property
    def waits(self) -> bool:
        """Whether the digest is still to be sent."""
        return self.person is not None and not self.told and not self.unwanted


def addressees(desk: Desk) -> list[Addressee]:
    """Find out who is to have a digest this week; raises SlackRefused and OSError."""
    year, week, _ = desk.today.isocalendar()
    unwanted, slacks = desk.record.undigested(), desk.workspaces.everywhere()
    found = _once({name: desk.directory.called(slacks, name) for name in managers(desk.store)})
    keys = {one.id: f"digest:{year}-W{week:02}:to:{one.reference}" for one in found.values() if one}
    told = delivered_among(desk.store, keys.values())
    return [
        Addressee(
            name,
            person,
            keys[person.id],
            told=keys[person.id] in told and told[keys[person.id]].failure is None,
            unwanted=person.reference in unwanted,
            rests=desk.quiet_hours.cover(desk.clock(), person.time_zone, desk.zone),
        )
        if person
        else Addressee(name, None)
        for name, person in found.items()
    ]


def _once(found: Mapping[str, Person | None]) -> dict[str, Person | None]:
    """Leave out further names of one person; their full name stays, if accounts have it."""
    names: dict[str, str] = {}
    for name, person in found.items():
        if person and (person.id not in names or fold(name) == fold(person.name)):
            names[person.id] = name
    return {name: person for name, person in found.items() if person is None or names[person.id] == name}


def digests(desk: Desk, waiting: list[Addressee]) -> Iterator[tuple[Addressee, Digest]]:
    """Open the digests of those who wait for one."""
    if not waiting:
        return
    moves = moves_since(desk.store, desk.clock() - WEEK)
    inquiry = Inquiry(BOT, desk.today, desk.prose())
    for one in waiting:
        yield one, digest(desk.store, [one.name], moves, inquiry)


def send(desk: Desk) -> Iterator[tuple[Addressee, Outcome, Message | None]]:
    """Send this week's digest to everybody who is to have it, each once; gives what became of it."""
    for one, outcome, shown in plan(desk, at_rest=False):
        became = outcome
        if outcome is Outcome.CALM and claim(desk.store, one.key, "digest", one.name, {}):
            # So that it is not looked into again every minute of the week.
            confirm(desk.store, one.key, "there was nothing to tell")
        if one.person and shown:
            notice = Notice(one.key, one.person.reference, shown, in_person=True, patient=True)
            became = _arrived(desk, one.key) if desk.notify(notice) else Outcome.WAITS
        yield one, became, shown


def plan(desk: Desk, *, at_rest: bool) -> Iterator[tuple[Addressee, Outcome, Message | None]]:
    """Give who is to have this week's digest, and the digest; or why they have none.

    With `at_rest` also the digests of those whose quiet time it is.
    """
    waiting = []
    for one in addressees(desk):
        if one.waits and (at_rest or not one.rests):
            waiting.append(one)
        elif one.waits:
            yield one, Outcome.WAITS, None
        elif one.person is None:
            yield one, Outcome.NOBODY, None
        else:
            yield one, Outcome.TOLD if one.told else Outcome.UNWANTED, None
    for one, week in digests(desk, waiting):
        if week.is_calm:
            yield one, Outcome.CALM, None
        else:
            yield one, Outcome.SENT, digest_view(Shown(week.book, desk.service_name), week, desk.zone)


def _arrived(desk: Desk, key: str) -> Outcome:
    found = delivered(desk.store, key)
    if found is None or found.failure:
        return Outcome.FAILED
    return Outcome.SENT if found.sent_at else Outcome.UNCERTAIN


def digest_view(shown: Shown, week: Digest, zone: ZoneInfo) -> Message:
    """Tell of a manager's week: what moved, what holds, what is due."""
    moves = [[bold(one.name), says(f": tier {one.before} to tier {one.after}")] for one in week.moves]
    signals = [
        [bold(one.account), says(": "), words(readable(one.sentence)), *_care(one, zone)]
        for one in week.signals
    ]
    return message(
        paragraphs([bold("Your week"), says(f": {summary(week)}")], shown.headline(mine=True)),
        divider() if not week.is_calm else None,
        points("Moved to another tier in the last seven days", _first(moves)),
        points("Signals", _first(signals)),
        *shown.attention_lists(),
        opening_below("digest:accounts", _options(shown, week)),
        actions(
            "digest",
            [
                button("My book", f"{SAY_BELOW}book", "book"),
                *([button("Signals", f"{SAY_BELOW}signals", "signals")] if signals else []),
            ],
        ),
        context("Once a week, in the morning. To have it no more, say “digest off” to me."),
    )


def summary(week: Digest) -> str:
    """Say in one line what there is, or that there is nothing."""
    parts = [
        counted(len(week.moves), "account moved", "accounts moved"),
        counted(len(week.signals), "signal holds", "signals hold"),
        counted(len(week.book.renewals), "renewal is due", "renewals are due"),
        counted(len(week.book.ending), "exception ends soon", "exceptions end soon"),
        counted(
            len(week.book.over), "account was given more than owed", "accounts were given more than owed"
        ),
    ]
    known = [part for part in parts if part]
    return f"{', '.join(known)}." if known else "nothing needs a look."


def _options(shown: Shown, week: Digest) -> list[Choice]:
    """Return every account that the digest names, for a menu."""
    return [
        *((one.id, one.name, f"Tier {one.before} to {one.after}") for one in week.moves[:SHOWN]),
        *((one.account_id, one.account, "A signal") for one in week.signals[:SHOWN]),
        *shown.attention_options(),
    ]


def _care(one: Raised, zone: ZoneInfo) -> list[Run]:
    return [says(" "), words(taken_words(one, zone))] if one.taken_by else []


def _first(items: list[list[Run]]) -> list[list[Run]]:
    rest = len(items) - SHOWN
    return [*items[:SHOWN], [says(f"and {rest:,} more")]] if rest > 0 else items
