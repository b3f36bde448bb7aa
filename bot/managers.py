"""Customer success managers: whom somebody means by a name or a mention, and a menu of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from bot.blocks import Message, bold, menu, message, paragraphs, says, words
from bot.card import ASKED
from bot.desk import Desk
from bot.text import MENTION
from bot.way import SAY, quoted
from tiering.domain.names import fold
from tiering.domain.question import typed
from tiering.people import Person, Refused

Counted = tuple[str, int]
"""A manager's name as the accounts have it, and how many accounts they look after."""


def names_of(person: Person) -> tuple[str, ...]:
    """Return the names under which accounts may have a colleague."""
    return tuple(name for name in (person.name, person.display_name) if name)


def names_in(said: str, desk: Desk) -> tuple[str, ...]:
    """Return the names that are said: those of whoever is mentioned, or the words themselves."""
    if mention := re.search(MENTION, said):
        person = desk.directory.person(desk.slack.client, mention["user"])
        return () if isinstance(person, Refused) else names_of(person)
    words = typed(said).strip(" \"'“”")
    return (words,) if words else ()


def named(managers: Sequence[Counted], names: Sequence[str]) -> tuple[Counted, ...]:
    """Return the managers who are called so, or else of whose names a word begins so."""
    wanted = [folded for name in names if (folded := fold(name))]
    exact = tuple(one for one in managers if fold(one[0]) in wanted)
    return exact or tuple(one for one in managers if any(_begins(fold(one[0]), start) for start in wanted))


def _begins(name: str, start: str) -> bool:
    return name.startswith(start) or f" {start}" in name


def managers_view(
    asked: Sequence[str],
    managers: Sequence[Counted],
    fitting: Sequence[Counted],
    phrase: Callable[[str], str],
) -> Message:
    """Let one of the managers be chosen, of those that fit or else of all of them.

    Choosing says the phrase about the name, which stands in quotes.
    """
    first = [says("Whose accounts do you mean?")]
    second = [says("Choose one of those who look after accounts.")]
    if fitting:
        first = [bold(f"{len(fitting)} people"), says(" fit “"), words(asked[0], ASKED), says("”.")]
        second = [says("Whose accounts do you mean?")]
    elif asked:
        first = [says("No account has a CSM called “"), words(asked[0], ASKED), says("”.")]
    if not managers:
        second = [says("No account has a CSM yet; who it is comes with the accounts from the CRM.")]
    options = [(phrase(quoted(name)), name, accounts_words(count)) for name, count in fitting or managers]
    return message(paragraphs(first, second), menu("managers", f"{SAY}manager", "Choose a CSM", options))


def accounts_words(count: int) -> str:
    """Return a number of accounts within a sentence."""
    return "1 account" if count == 1 else f"{count:,} accounts"
