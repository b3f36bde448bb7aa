"""A book as blocks: a manager's accounts by tier, and what in them needs looking at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby

from bot.blocks import Block, Choice, Run, bold, points, says, tidy
from bot.card import thing_of
from bot.day import day
from bot.listing import as_option, book_line, opening
from bot.managers import accounts_words
from tiering.domain.effort import told
from tiering.usecases.book import Book
from tiering.usecases.exceptions import Running
from tiering.usecases.servicing import Serviced

CALM = "No renewal is due, no exception ends soon, and nobody was given more than they are owed."


@dataclass(frozen=True, slots=True)
class Shown:
    """A book, and how its services are called."""

    book: Book
    service_name: Callable[[str], str]

    def headline(self, mine: bool) -> list[Run]:
        """Say whose book it is and how many accounts it has."""
        count = accounts_words(self.book.page.total)
        if mine:
            return [says("You look after "), bold(count), says(".")]
        return [bold(self.book.csm or ""), says(f" looks after {count}.")]

    def state(self) -> str:
        """Say in one sentence what needs looking at."""
        parts = [
            counted(len(self.book.renewals), "renewal is due", "renewals are due"),
            counted(len(self.book.ending), "exception ends soon", "exceptions end soon"),
            counted(
                len(self.book.over),
                "account was given more than it is owed",
                "accounts were given more than they are owed",
            ),
        ]
        known = [part for part in parts if part]
        return f"{', '.join(known)}." if known else CALM

    def accounts(self) -> Iterator[Block | None]:
        """Show the accounts of the page, tier by tier, and a menu."""
        for tier, lines in groupby(self.book.page.lines, key=lambda line: line.tier):
            yield points(f"Tier {tier}", [book_line(line) for line in lines])
        yield opening("book", [as_option(line) for line in self.book.page.lines])

    def attention(self) -> list[Block]:
        """Show what needs looking at, each as a list of its own, and a menu; nothing where nothing does."""
        choose = opening("attention", self.attention_options(), "Open one of these")
        return [*self.attention_lists(), *([choose] if choose else [])]

    def attention_lists(self) -> list[Block]:
        """Show what needs looking at, each as a list of its own."""
        book = self.book
        lists = (
            points(
                "Renewals in the next 90 days",
                [
                    [bold(one.name), says(f": {day(one.renewal_on)}, tier {one.tier}")]
                    for one in book.renewals
                ],
            ),
            points("Exceptions that end soon", [self._ending(one) for one in book.ending]),
            points("Given more than they are owed this year", [_over(one) for one in book.over]),
        )
        return [block for block in lists if block is not None]

    def _ending(self, running: Running) -> list[Run]:
        thing = tidy(thing_of(running.grant, self.service_name))
        return [bold(running.name), says(f": {thing} until {day(running.grant.until)}")]

    def attention_options(self) -> list[Choice]:
        """Return the accounts that need looking at for a menu."""
        return [
            *((one.id, one.name, f"Renews on {day(one.renewal_on)}") for one in self.book.renewals),
            *((one.grant.account_id, one.name, "An exception ends soon") for one in self.book.ending),
            *((one.id, one.name, "Given more than it is owed") for one in self.book.over),
        ]


def _over(one: Serviced) -> list[Run]:
    given, owed = told(one.balance.given_hours), told(one.balance.owed_hours)
    return [bold(one.name), says(f": {given} given, {owed} owed, tier {one.tier}")]


def counted(count: int, one: str, many: str) -> str:
    """Return a number of things within a sentence; nothing where there are none."""
    return f"{count} {one if count == 1 else many}" if count else ""
