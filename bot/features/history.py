"""History: what was decided and done about an account, as sentences, the newest first."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from bot.blocks import (
    Block,
    Message,
    actions,
    bold,
    button,
    context,
    divider,
    message,
    paragraphs,
    says,
    tidy,
    words,
)
from bot.card import PICK_ACCOUNT, question
from bot.choosing import unclear
from bot.day import day, readable
from bot.desk import Desk
from bot.ears import Ears
from bot.paging import SIZE, page_of, pages, place, turning
from bot.telling import BOT
from bot.turn import Answer, Reply, Turn
from bot.way import TITLE, in_phrase, say_button
from tiering.usecases.ask import Meant, NoSuchAccount, meant
from tiering.usecases.history import Event, History, Leaf, history

HISTORY, LOOKUPS = "history", "lookups"
"""The phrases for what was decided and done, and for the same with who only looked."""
SOMEBODY = "somebody in Slack"
"""Whoever Slack does not name just now."""
_SENTENCE = 800
"""Characters of one event; ten of them fit into a message."""
_REFERENCE = re.compile(r"slack:[A-Z0-9]+/[UW][A-Z0-9]+")
_COMMAND_LINE = "cli:"
_SERVICE = re.compile(r"(?<![\w-])[a-z0-9]+(?:-[a-z0-9]+)+(?![\w-])")
"""What may be a service's id; one of a single word reads well as it is."""


def register(ears: Ears) -> None:
    """Listen to phrases that begin with `history`."""
    ears.phrase(
        r"history(?: (?:of|for))?(?: (?P<rest>.+))?",
        asked,
        usage="history acme",
        summary="what was decided and done about it, and by whom",
    )
    ears.phrase(r"(?:what|who) changed (?:about |at |for )?(?P<rest>.+)", asked)
    ears.phrase(r"look-?ups(?: (?:of|for))?(?: (?P<rest>.+))?", asked_for_all)


def asked(turn: Turn, desk: Desk) -> Answer:
    """Tell a page of what was decided and done about an account."""
    return _told(turn, desk, HISTORY)


def asked_for_all(turn: Turn, desk: Desk) -> Answer:
    """Tell a page of the same, with who only looked."""
    return _told(turn, desk, LOOKUPS)


def _told(turn: Turn, desk: Desk, phrase: str) -> Answer:
    said, page = page_of(turn.words)
    here = desk.linked(turn.person, turn.spot)
    found = meant(desk.store, said, desk.inquiry(turn.person), here)
    if not isinstance(found, Meant):
        return unclear(found, f"{phrase} {{}}")
    leaf = Leaf(page, SIZE, lookups=phrase == LOOKUPS)
    told = _leaf(desk, found.account_id, turn.person.reference, leaf)
    if page > (last := pages(told.total)):
        page, leaf = last, replace(leaf, page=last)
        told = _leaf(desk, found.account_id, turn.person.reference, leaf)
    return Reply(history_view(told, page, _names(told.events, desk), phrase), "History")


def _leaf(desk: Desk, account_id: str, who: str, leaf: Leaf) -> History:
    told = history(desk.store, account_id, who, desk.zone, leaf)
    if not isinstance(told, History):
        raise NoSuchAccount(account_id)
    return told


def _names(events: Iterable[Event], desk: Desk) -> dict[str, str]:
    """Return what the people of events and the services are called, by their references and ids."""
    people = {
        one for event in events for text in (event.who, event.sentence) for one in _REFERENCE.findall(text)
    }
    called = {one: desk.called(one, SOMEBODY) for one in sorted(people)}
    return {service.id: service.name for service in desk.prose().catalogue.services} | called


def history_view(told: History, page: int, names: Mapping[str, str], phrase: str = HISTORY) -> Message:
    """Show a page of a history; `names` are what people and services are called, by reference or id.

    `phrase` says whether it is one with or without those who only looked.
    """
    all_of_it = say_button("Who looked it up", f"{LOOKUPS} {in_phrase(told.account_id)}")
    last = pages(told.total)
    count = "1 entry" if told.total == 1 else f"{told.total:,} entries"
    first = [says("The history of "), bold(told.name), says(f" has {count}.")]
    parts = ", ".join(told.parts)
    return message(
        paragraphs(first, [says(f"The newest first{place(page, last)}.")]),
        context(f"Merged into it: {tidy(parts, 300)}.") if parts else None,
        divider(),
        *(_event(event, told.account_id, names) for event in told.events),
        turning(f"{phrase} {in_phrase(told.account_id)}", page, last),
        actions(
            question(),
            [
                button("Show the account", f"{PICK_ACCOUNT}whole", told.account_id),
                *([all_of_it] if phrase == HISTORY else []),
            ],
        ),
    )


def _event(event: Event, account_id: str, names: Mapping[str, str]) -> Block:
    """Show who did what and when; of an account that was merged it says so."""
    when = f"{day(event.on)}, {event.at:%H:%M}" if event.at else day(event.on)
    of = [says(f", as {tidy(event.account)}")] if event.account != account_id else []
    return paragraphs(
        [bold(when), says(", "), words(_named(event.who, names)), *of],
        [words(readable(_named(event.sentence, names)), _SENTENCE)],
    )


def _named(text: str, names: Mapping[str, str]) -> str:
    """Put names in the place of references to people, and of services' ids."""
    if text == BOT:
        return TITLE
    if text.startswith(_COMMAND_LINE):
        return f"{text.removeprefix(_COMMAND_LINE)} at the command line"
    named = _REFERENCE.sub(lambda found: names.get(found[0], SOMEBODY), text)
    return _SERVICE.sub(lambda found: names.get(found[0], found[0]), named)
