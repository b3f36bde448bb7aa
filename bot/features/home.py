"""The App Home: one's own accounts, what in them needs looking at, and what waits for an answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.absence import Absence
from bot.blocks import (
    Block,
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
    tidy,
    words,
)
from bot.book import Shown
from bot.card import PICK_ACCOUNT, question, thing_of
from bot.day import day
from bot.desk import Desk
from bot.ears import Ears
from bot.forms import live_field
from bot.managers import names_of
from bot.telling import waiting_for
from bot.turn import Answer, HomePage, Turn
from bot.way import SAY, say_button
from tiering.people import Person
from tiering.usecases.approvals import Named, open_approvals
from tiering.usecases.book import book
from tiering.usecases.browsing import Listed, recent_lookups

REFRESH = "home_refresh"
_ASK = f"{SAY}ask"
_REQUESTS = 5
"""Requests that are shown; a button leads to the others."""
_REASON = 160


def register(ears: Ears) -> None:
    """Listen to the opening of the App Home, and to its refreshing."""
    ears.events.append(("app_home_opened", opened))
    ears.action(REFRESH, opened)


@dataclass(frozen=True, slots=True)
class Desktop:
    """What lies on somebody's desk just now."""

    person: Person
    shown: Shown
    requests: Sequence[Named]
    """Those that wait for this person's answer."""
    lookups: Sequence[Listed]
    away: Sequence[Absence]
    now: datetime
    """On the company's clocks."""


def opened(turn: Turn, desk: Desk) -> Answer:
    """Write the App Home of whoever opened it."""
    person, inquiry = turn.person, desk.inquiry(turn.person)
    found = book(desk.store, names_of(person), inquiry)
    waiting = waiting_for(desk, person, open_approvals(desk.store, inquiry)) if person.manages else []
    return HomePage(
        home_view(
            Desktop(
                person,
                Shown(found, desk.service_name),
                waiting,
                recent_lookups(desk.store, inquiry),
                desk.away(),
                desk.clock().astimezone(desk.zone),
            )
        )
    )


def home_view(desktop: Desktop) -> Message:
    """Show what needs this person first, then their accounts."""
    return message(
        _headline(desktop.shown),
        *_absences(desktop),
        live_field("ask", _ASK, "Ask about any account", "acme, why acme, can acme have a QBR?"),
        *_requests(desktop),
        *_book(desktop.shown),
        *_lookups(desktop.lookups),
        actions(
            "home", [button("Refresh", REFRESH, "refresh"), say_button("Everything you can ask", "help")]
        ),
        context(f"As of {day(desktop.now.date())}, {desktop.now:%H:%M}. Only you see this page."),
    )


def _headline(shown: Shown) -> Block:
    if shown.book.csm is None:
        return paragraphs(
            [says("No account names you as its CSM.")],
            [says("You can open a colleague's book, or ask about any account below.")],
        )
    return paragraphs(shown.headline(mine=True), [says(shown.state())])


def _absences(desktop: Desktop) -> list[Block | None]:
    """Say that this person is away, and for whom they stand in."""
    me = desktop.person.reference
    own = [one for one in desktop.away if one.person == me]
    covered = [one for one in desktop.away if one.cover == me]
    lines: list[list[Run]] = [
        [says(f"You are away until {day(one.until)}; "), words(one.cover_name), says(" covers for you.")]
        for one in own
    ]
    lines += [[says("You cover for "), words(one.name), says(f" until {day(one.until)}.")] for one in covered]
    if not lines:
        return []
    return [paragraphs(*lines), actions("away", [say_button("I am back", "back")] if own else [])]


def _requests(desktop: Desktop) -> list[Block | None]:
    """Show what waits for an answer, only to those who may give one."""
    if not desktop.person.manages:
        return []
    if not desktop.requests:
        return [context("No request waits for your answer.")]
    lines = [_request(one, desktop.shown) for one in desktop.requests[:_REQUESTS]]
    count = len(desktop.requests)
    heading = "1 request waits for your answer" if count == 1 else f"{count:,} requests wait for your answer"
    return [
        divider(),
        points(heading, lines),
        actions("requests", [say_button("Answer it" if count == 1 else "Answer them", "requests")]),
    ]


def _request(one: Named, shown: Shown) -> list[Run]:
    asked = one.approval
    thing = thing_of(asked, shown.service_name)
    return [
        bold(one.name),
        says(f": {tidy(thing)} until {day(asked.until)}, asked by "),
        words(asked.asked_by_name),
        says(f": {tidy(asked.reason, _REASON)}"),
    ]


def _book(shown: Shown) -> list[Block | None]:
    """Show what needs looking at and the first accounts of the book."""
    if shown.book.csm is None:
        return [
            divider(),
            actions("book", [say_button("Choose a book", "book"), say_button("List all accounts", "list")]),
        ]
    attention = shown.attention()
    more = shown.book.page.pages > 1
    return [
        *([divider(), *attention] if attention else []),
        divider(),
        *shown.accounts(),
        actions("all", [say_button("Show all of my accounts", "my book")] if more else []),
    ]


def _lookups(lookups: Sequence[Listed]) -> list[Block | None]:
    if not lookups:
        return [divider(), context("The accounts that you ask about will stand here.")]
    buttons = [
        button(f"{tidy(one.name, 40)}, tier {one.tier}", f"{PICK_ACCOUNT}{number}", one.id)
        for number, one in enumerate(lookups)
    ]
    return [
        divider(),
        paragraphs([bold("You last asked about")]),
        actions(question(place="last"), buttons),
        divider(),
    ]
