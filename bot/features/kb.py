"""Searching the knowledge base for an article to read or to share."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot import text
from bot.blocks import (
    Block,
    Message,
    Run,
    actions,
    aside,
    bold,
    code,
    divider,
    link,
    message,
    paragraphs,
    points,
    says,
    words,
)
from bot.card import ASKED
from bot.desk import Desk
from bot.ears import Command, Ears
from bot.knowledge_base import Article, Hit, Hits
from bot.sharing import link_button
from bot.turn import Answer, Reply, Turn
from bot.way import SHARE, say_button

SHOWN = 5
"""Articles of an answer at most."""
_SNIPPET = 220
_HELP = frozenset({"", "help", "?"})
_LINK = re.compile(r"<(?:mailto:|https?://)?([^|<>]*)(?:\|([^<>]*))?>")
"""What Slack makes of an address or a mention within a message."""


def register(ears: Ears) -> None:
    """Listen to the command, and to those who ask in other ways."""
    ears.commands.append(
        Command("kb", usage="reset a password", summary="Search the articles for customers", handler=searched)
    )
    ears.phrase(
        r"(?:kb|(?:search|look) (?:for )?(?:(?:an )?articles?|the knowledge base|the kb)(?: for| about| on)?)"
        r"(?: (?P<rest>.+))?",
        searched,
        usage="kb reset a password",
        summary="search the articles for customers, and share one",
    )


def searched(turn: Turn, desk: Desk) -> Answer:
    """Show the articles that answer some words, as everybody may read them."""
    asked = _plain(turn.words)
    if asked.casefold() in _HELP:
        return Reply(help_view(desk.commands["kb"], desk.knowledge_base.page("/")), "ArticlesHelp")
    found = desk.knowledge_base.search(asked, SHOWN)
    return Reply(articles_view(asked, found, desk.knowledge_base.page("/contact")), "Articles")


def _plain(typed: str) -> str:
    """Return the words as they were typed: Slack writes addresses as links, and `&` as `&amp;`."""
    named = _LINK.sub(lambda found: found[2] or found[1], typed)
    return " ".join(text.unescaped(named).split()).strip("\"'“”„«» ")


def articles_view(asked: str, found: Hits, contact: Article) -> Message:
    """Show what was found, each with a button that shares it."""
    if found.away:
        return message(
            paragraphs(
                [bold("The knowledge base does not answer just now.")],
                [says("Nothing was searched; please try again in a moment.")],
            )
        )
    if not found.hits:
        return message(
            paragraphs(
                [says("No article answers “"), words(asked, ASKED), says("”.")],
                [says("Try fewer or other words, or send the customer to "), _contact(contact), says(".")],
            ),
            _did_you_mean(found),
        )
    return message(
        paragraphs(
            [bold(_how_many(found)), says(" for “"), words(asked, ASKED), says("”.")],
            [says("Only you see them. What you share is the title and the link.")],
        ),
        _did_you_mean(found),
        divider(),
        *(block for number, hit in enumerate(found.hits, start=1) for block in _hit(number, hit)),
    )


def help_view(command: str, home: Article) -> Message:
    """Show how to search."""
    ways = {
        f"{command} reset a password": "the articles that answer it, one of which you can share",
        f"{command} how do I invite a colleague?": "the same, in your customer's own words",
    }
    return message(
        paragraphs(
            [bold(f"Type {command} and what the customer wants to know.")],
            [says("Or browse the "), link(home.url, "knowledge base"), says(" as customers read it.")],
        ),
        points("For example", [[code(typed), says(f": {gives}")] for typed, gives in ways.items()]),
    )


def _how_many(found: Hits) -> str:
    shown = len(found.hits)
    if found.total > shown:
        return f"The best {shown} of {found.total:,} articles"
    return "One article" if shown == 1 else f"{shown} articles"


def _contact(page: Article) -> Run:
    return link(page.url, "the contact page")


def _did_you_mean(found: Hits) -> Block | None:
    if not found.did_you_mean:
        return None
    meant = found.did_you_mean
    return actions("did_you_mean", [say_button(f"Did you mean “{meant[:40]}”?", f"kb {meant}", "meant")])


def _hit(number: int, hit: Hit) -> Iterator[Block | None]:
    """Show an article: its title, the passage that answers, and a button that shares it."""
    passage: list[Run] = [words(hit.snippet, _SNIPPET)] if hit.snippet.strip() else []
    if hit.section:
        passage = [aside(f"{hit.section}:", ASKED), says(" "), *passage]
    lines = [[link(hit.url, hit.title)], *([passage] if passage else [])]
    yield paragraphs(*lines)
    page = Article(hit.url, hit.title)
    yield actions(f"{SHARE}:{number}", [link_button("Share with the channel", page)])
