"""The `/tier` conversation: which tier, why, what is owed, and what to offer instead of a no."""

from __future__ import annotations

from bot.blocks import Message
from bot.card import PICK_ACCOUNT, PICK_SERVICE, read_question
from bot.choosing import account_unknown_view, asking, choice_view
from bot.desk import Desk
from bot.ears import Command, Ears
from bot.features.tier.account import offer_view, tier_view, why_view
from bot.features.tier.help import help_view
from bot.features.tier.service import service_unknown_view, service_view
from bot.features.tier.sharing import SHARE_ANSWER, SHARE_LINK, share_answer, share_link
from bot.features.tier.surroundings import Surroundings
from bot.knowledge_base import Shelf
from bot.turn import Answer, Reply, Turn
from tiering.domain import answer as answers
from tiering.usecases.ask import about, ask

COMMAND = "tier"
_ARTICLES = 3
"""Articles that are offered instead of a no, at most."""


def register(ears: Ears) -> None:
    """Listen to questions, and to the buttons and menus of their answers."""
    ears.commands.append(
        Command(
            COMMAND,
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
    return _reply(ask(desk.store, turn.words, desk.inquiry(turn.person), here), desk)


def picked(turn: Turn, desk: Desk) -> Answer:
    """Answer about the account that was picked; the rest of the question stands beside the button."""
    service, why = _rest_of_question(turn)
    return _reply(about(desk.store, turn.words, desk.inquiry(turn.person), service, why), desk)


def _reply(answer: answers.Answer, desk: Desk) -> Reply:
    shelf = Shelf()
    if isinstance(answer, answers.ServiceAnswer) and not answer.entitlement.granted:
        shelf = desk.knowledge_base.articles(answer.service.instead[:_ARTICLES])
    around = Surroundings(shelf, desk.away(), desk.commands[COMMAND], desk.usages)
    return Reply(answer_view(answer, around), type(answer).__name__)


def _rest_of_question(turn: Turn) -> tuple[str | None, bool]:
    """Read which service was asked about, and whether why, from what was pressed."""
    if turn.action_id.startswith(PICK_SERVICE):
        return turn.action_id.removeprefix(PICK_SERVICE), False
    return read_question(turn.block_id)


def answer_view(answer: answers.Answer, around: Surroundings) -> Message:
    """Show any answer."""
    match answer:
        case answers.TierAnswer():
            return why_view(answer) if answer.why else tier_view(answer, around.away)
        case answers.ServiceAnswer():
            return service_view(answer, around.shelf)
        case answers.OfferAnswer():
            return offer_view(answer)
        case answers.ServiceUnknown():
            return service_unknown_view(answer)
        case answers.Choice():
            return choice_view(answer, asking(answer.service, answer.why))
        case answers.AccountUnknown():
            return account_unknown_view(answer, asking())
        case answers.Help():
            return help_view(answer, around)
