"""Books: the accounts that somebody looks after, and what in them needs looking at."""

from __future__ import annotations

from bot.blocks import Message, context, divider, message, paragraphs, says
from bot.book import Shown
from bot.desk import Desk
from bot.ears import Ears
from bot.managers import managers_view, named, names_in, names_of
from bot.paging import page_of, turning
from bot.turn import Answer, Reply, Turn
from bot.way import quoted
from tiering.usecases.book import book, csms

MINE = "my book"


def register(ears: Ears) -> None:
    """Listen to phrases about books."""
    ears.phrase(
        r"(?:my )?book(?: (?P<rest>page \d{1,6}))?",
        mine,
        usage="book",
        summary="the accounts you look after; “book dana” shows somebody else's",
    )
    ears.phrase(r"my accounts(?: (?P<rest>page \d{1,6}))?", mine)
    ears.phrase(r'book(?: of)? (?P<rest>"[^"]+"(?: page \d{1,6})?|(?!an? |.* for ).+)', theirs)


def mine(turn: Turn, desk: Desk) -> Answer:
    """Show the book of whoever asks, by the name they have in Slack."""
    _, page = page_of(turn.words)
    inquiry, names = desk.inquiry(turn.person), names_of(turn.person)
    found = book(desk.store, names, inquiry, page)
    if found.csm is None:
        return Reply(managers_view(names, csms(desk.store, inquiry), (), "book {}".format), "ManagerUnknown")
    return Reply(book_view(Shown(found, desk.service_name), MINE), "Book")


def theirs(turn: Turn, desk: Desk) -> Answer:
    """Show the book of whoever is named or mentioned."""
    said, page = page_of(turn.words)
    inquiry, names = desk.inquiry(turn.person), names_in(said, desk)
    found = book(desk.store, names, inquiry, page)
    if found.csm is None:
        managers = csms(desk.store, inquiry)
        fitting = named(managers, names)
        if len(fitting) != 1:
            return Reply(managers_view(names, managers, fitting, "book {}".format), "ManagerUnknown")
        found = book(desk.store, [fitting[0][0]], inquiry, page)
    return Reply(book_view(Shown(found, desk.service_name), f"book {quoted(found.csm or said)}"), "Book")


def book_view(shown: Shown, phrase: str) -> Message:
    """Show a page of a book; `phrase` is what says the same again."""
    page = shown.book.page
    attention = shown.attention() if page.page == 1 else []
    return message(
        paragraphs(shown.headline(phrase == MINE), [says(shown.state())]),
        context(f"Page {page.page:,} of {page.pages:,}.") if page.pages > 1 else None,
        divider(),
        *attention,
        divider() if attention else None,
        *shown.accounts(),
        turning(phrase, page.page, page.pages),
    )
