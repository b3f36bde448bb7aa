"""The shortcuts: which customer a message speaks of, and looking one up from anywhere."""

from __future__ import annotations

from bot.answers import replying
from bot.blocks import paragraphs, says
from bot.choosing import offered_accounts
from bot.desk import Desk
from bot.ears import Ears, Shortcut
from bot.forms import search_field
from bot.text import unescaped
from bot.turn import Answer, FieldErrors, Modal, Turn
from bot.way import in_modal
from tiering.domain.answer import AccountUnknown
from tiering.usecases.ask import about
from tiering.usecases.mentions import mentioned

WHICH_TIER = "which_tier"
LOOK_UP = "look_up"
ACCOUNT = "look_up_account"
NAMES_NOBODY = "That message names no customer that the record knows."


def register(ears: Ears) -> None:
    """Listen to both shortcuts, and to the search that they lead to."""
    ears.shortcuts += [
        Shortcut(WHICH_TIER, "Which tier is this?", "Look up the customer of a message", True, which_tier),
        Shortcut(LOOK_UP, "Look up a customer", "Its tier, and what it is entitled to", False, look_up),
    ]
    ears.menu(ACCOUNT, offered_accounts)
    ears.form(LOOK_UP, looked_up)


def which_tier(turn: Turn, desk: Desk) -> Answer:
    """Answer about the customer that a message speaks of; where it names none, let one be searched for."""
    answer = mentioned(desk.store, unescaped(turn.message), desk.inquiry(turn.person))
    return search_form(NAMES_NOBODY) if isinstance(answer, AccountUnknown) else replying(answer, desk)


def look_up(_turn: Turn, _desk: Desk) -> Answer:
    """Let a customer be searched for."""
    return search_form()


def looked_up(turn: Turn, desk: Desk) -> Answer:
    """Show the customer that was chosen, in place of the search."""
    if ACCOUNT not in turn.fields:
        raise FieldErrors({ACCOUNT: "Choose a customer from the list."})
    answer = about(desk.store, turn.fields[ACCOUNT], desk.inquiry(turn.person))
    return in_modal(replying(answer, desk))


def search_form(first: str = "") -> Modal:
    """Make the form in which a customer is searched for."""
    field = search_field(
        ACCOUNT, "Customer", hint="Type the beginning of a name, a domain, an id or an e-mail address."
    )
    said = paragraphs([says(first)]) if first else None
    return Modal("Look up a customer", [said, field], "Search", LOOK_UP, submit="Look up")
