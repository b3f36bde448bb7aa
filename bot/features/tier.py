"""The `/tier` conversation: which tier, why, what is owed, and what to offer instead of a no."""

from __future__ import annotations

from bot.answers import replying
from bot.card import PICK_ACCOUNT, PICK_SERVICE, read_question
from bot.desk import Desk
from bot.ears import Command, Ears
from bot.sharing import SHARE_ANSWER, SHARE_LINK, share_answer, share_link
from bot.turn import Answer, Turn
from tiering.usecases.ask import about, ask


def register(ears: Ears) -> None:
    """Listen to questions, and to the buttons and menus of their answers."""
    ears.commands.append(
        Command(
            "tier",
            usage="acme | can acme have a QBR? | why acme | help",
            summary="Ask for a customer's tier and what it is entitled to",
            escape=True,
        )
    )
    ears.questions.append(asked)
    ears.action(PICK_ACCOUNT, picked)
    ears.action(PICK_SERVICE, picked)
    ears.action(SHARE_ANSWER, share_answer)
    ears.action(SHARE_LINK, share_link)


def asked(turn: Turn, desk: Desk) -> Answer:
    """Answer a question in somebody's own words; in a linked channel it is about that channel's account."""
    here = desk.linked(turn.person, turn.spot)
    return replying(ask(desk.store, turn.words, desk.inquiry(turn.person), here), desk)


def picked(turn: Turn, desk: Desk) -> Answer:
    """Answer about the account that was picked; the rest of the question stands beside the button."""
    service, why = _rest_of_question(turn)
    return replying(about(desk.store, turn.words, desk.inquiry(turn.person), service, why), desk)


def _rest_of_question(turn: Turn) -> tuple[str | None, bool]:
    """Read which service was asked about, and whether why, from what was pressed."""
    if turn.action_id.startswith(PICK_SERVICE):
        return turn.action_id.removeprefix(PICK_SERVICE), False
    return read_question(turn.block_id)
