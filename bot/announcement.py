"""Announcements as blocks: what happened in the first line, what can be done about it below."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from bot.blocks import (
    Block,
    Message,
    Run,
    actions,
    bold,
    link,
    message,
    paragraphs,
    points,
    says,
    tidy,
    words,
)
from bot.card import strongest, thing_of
from bot.day import day, readable
from bot.footnote import Footnote
from bot.listing import opening_below
from bot.managers import accounts_words
from bot.news import CONTACTS, EXCEPTIONS, REVIEWS, SEARCHES, TIERS, Letter
from bot.signal import signals_view
from bot.way import show_button
from tiering.usecases.news import News

SHOWN = 20
"""Lines of a list; more of them are counted."""
ServiceName = Callable[[str], str]


def announcement(letter: Letter, service_name: ServiceName, zone: ZoneInfo) -> tuple[Message, dict[str, Any]]:
    """Write a letter; returns it, and what is to be kept about it."""
    note = Footnote(letter.public, tuple(letter.strangers), letter.orphaned)
    news = letter.news
    about = {"news": [one.id for one in news[:SHOWN]], **note.kept()}
    match letter.topic:
        case topic if topic == TIERS:
            return moves_view(news, note), about
        case topic if topic == EXCEPTIONS:
            return endings_view(news, service_name, note), about
        case topic if topic == REVIEWS:
            return reviews_view(news, note), about
        case topic if topic == SEARCHES:
            return searches_view(news, note), about
        case topic if topic == CONTACTS:
            return contacts_view(news, note), about
    raised = sorted((one.signal for one in news if one.signal), key=lambda one: one.id)
    return signals_view(raised, zone, note), {"signals": [one.id for one in raised], **note.kept()}


def moves_view(news: Sequence[News], note: Footnote) -> Message:
    """Tell who moved to another tier."""
    if len(news) == 1:
        return message(
            paragraphs([bold(_name(news[0])), says(f" moved from {_from_to(news[0])}.")], *_why(news[0])),
            _one(news[0]),
            note.block(),
        )
    up = [one for one in news if one.payload["after"] < one.payload["before"]]
    down = [one for one in news if one.payload["after"] > one.payload["before"]]
    return message(
        paragraphs([bold(accounts_words(len(news))), says(" moved to another tier.")]),
        _list("Up", [[bold(_name(one)), says(f": {_from_to(one)}")] for one in up]),
        _list("Down", [[bold(_name(one)), says(f": {_from_to(one)}")] for one in down]),
        _many(news, lambda one: f"Now tier {one.payload['after']}"),
        note.block(),
    )


def endings_view(news: Sequence[News], service_name: ServiceName, note: Footnote) -> Message:
    """Tell which exceptions end soon."""

    def thing(one: News) -> str:
        return tidy(thing_of(one.grant, service_name)) if one.grant else "an exception"

    def until(one: News) -> str:
        return day(one.grant.until) if one.grant else ""

    if len(news) == 1:
        first = [
            says("The exception of "),
            bold(_name(news[0])),
            says(f" ends: {thing(news[0])} until {until(news[0])}."),
        ]
        return message(paragraphs(first, *_reason(news[0])), _one(news[0]), note.block())
    return message(
        paragraphs([bold(f"{len(news):,} exceptions"), says(" end soon.")]),
        _list(
            "They end by themselves",
            [[bold(_name(one)), says(f": {thing(one)} until {until(one)}")] for one in news],
        ),
        _many(news, lambda one: f"Until {until(one)}"),
        note.block(),
    )


def reviews_view(news: Sequence[News], note: Footnote) -> Message:
    """Tell which articles should have been reviewed."""
    count = "1 article is" if len(news) == 1 else f"{len(news):,} articles are"
    return message(
        paragraphs(
            [bold(f"{count} due for a review."), says(" Go through every step, then set last_reviewed.")]
        ),
        _list(
            "Due since",
            [
                [says(f"{day(one.payload['due_on'])}: "), _page(one.payload["url"], one.payload["title"])]
                for one in sorted(news, key=lambda one: (one.payload["due_on"], one.id))
            ],
        ),
        note.block(),
    )


def searches_view(news: Sequence[News], note: Footnote) -> Message:
    """Tell which searches of customers found nothing."""
    count = "1 search" if len(news) == 1 else f"{len(news):,} searches"
    return message(
        paragraphs(
            [bold(f"{count} found nothing."), says(" Another word for it in synonyms.yaml, or an article?")]
        ),
        _list(
            "What was typed",
            [
                [
                    bold(one.payload["query"]),
                    says(f": {_times(one.payload['times'])} since {day(one.payload['since'])}"),
                ]
                for one in sorted(news, key=lambda one: (-one.payload["times"], one.id))
            ],
        ),
        note.block(),
    )


def contacts_view(news: Sequence[News], note: Footnote) -> Message:
    """Tell who wants to talk to somebody."""
    return message(*(block for one in news[:SHOWN] for block in _contact(one)), note.block())


def _contact(one: News) -> Iterable[Block | None]:
    payload = one.payload
    decision = one.about.decision if one.about else None
    tier = f" (tier {decision.tier}, {tidy(one.about.tier_name)})" if one.about and decision else ""
    who = payload.get("account_name") or "Somebody who is not signed in"
    yield paragraphs(
        [bold(who), says(f"{tier} wants to talk to us.")],
        [says("“"), words(payload["subject"]), says("”")],
        [_page(payload["url"], f"Request {payload['number']}")],
    )
    if one.about:
        yield actions(f"news:{one.id}", [show_button(one.about.id)])


def _why(one: News) -> list[list[Run]]:
    """Say why an account moved, as long as it is where it moved to."""
    decision = one.about.decision if one.about else None
    if decision is None or decision.tier != one.payload["after"]:
        return []
    return [[words(readable(strongest(decision).sentence))]]


def _page(url: str, title: str) -> Run:
    """Link a page of the knowledge base; what is no address stays words."""
    return link(url, title) if url.startswith(("https://", "http://")) and len(url) < 2000 else words(title)


def _reason(one: News) -> list[list[Run]]:
    return [[says("It was granted because: "), words(one.grant.reason)]] if one.grant else []


def _list(heading: str, items: Sequence[Sequence[Run]]) -> Block | None:
    rest = len(items) - SHOWN
    return points(heading, [*items[:SHOWN], *([[says(f"and {rest:,} more")]] if rest > 0 else [])])


def _one(one: News) -> Block | None:
    return actions(f"news:{one.id}", [show_button(one.about.id)]) if one.about else None


def _many(news: Sequence[News], more: Callable[[News], str]) -> Block | None:
    """Make a menu that shows one of the accounts below the message."""
    named = [(one.about.id, one.about.name, more(one)) for one in news if one.about]
    return opening_below(f"news:{news[0].id}", named)


def _name(one: News) -> str:
    return one.about.name if one.about else "An account"


def _from_to(one: News) -> str:
    return f"tier {one.payload['before']} to tier {one.payload['after']}"


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count:,} times"
