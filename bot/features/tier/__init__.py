"""The `/tier` conversation: which tier, why, what is owed, and what to offer instead of a no."""

from __future__ import annotations

import re

from slack_bolt import App

from bot.blocks import Message
from bot.conversation import Command, Desk, Reply, Turn, answering
from bot.features.tier.account import offer_view, tier_view, why_view
from bot.features.tier.finding import account_unknown_view, choice_view, help_view
from bot.features.tier.parts import COMMAND, PICK_ACCOUNT, PICK_SERVICE, read_question
from bot.features.tier.service import service_unknown_view, service_view
from bot.knowledge_base import Shelf
from tiering.domain.answer import (
    AccountUnknown,
    Answer,
    Choice,
    Help,
    OfferAnswer,
    ServiceAnswer,
    ServiceUnknown,
    TierAnswer,
)
from tiering.usecases.ask import about, ask

COMMANDS = (
    Command(
        COMMAND,
        usage="acme | can acme have a QBR? | why acme | help",
        summary="Ask for a customer's tier and what it is entitled to",
    ),
)

_ARTICLES = 3
"""Articles that are offered instead of a no, at most."""


def register(app: App, desk: Desk) -> None:
    """Listen to the command, and to the buttons and menus of its answers."""

    def typed(turn: Turn) -> Reply:
        return _reply(ask(desk.store, turn.words, desk.inquiry(turn.person)), desk)

    def picked(turn: Turn) -> Reply:
        service, why = _rest_of_question(turn)
        return _reply(about(desk.store, turn.words, desk.inquiry(turn.person), service, why), desk)

    app.command(COMMAND)(answering(desk, typed))
    app.action(re.compile(f"^({PICK_ACCOUNT}|{PICK_SERVICE})"))(answering(desk, picked))


def _reply(answer: Answer, desk: Desk) -> Reply:
    shelf = Shelf()
    if isinstance(answer, ServiceAnswer) and not answer.entitlement.granted:
        shelf = desk.knowledge_base.articles(answer.service.instead[:_ARTICLES])
    return Reply(answer_view(answer, shelf), type(answer).__name__)


def _rest_of_question(turn: Turn) -> tuple[str | None, bool]:
    """Read which service was asked about, and whether why, from what was pressed."""
    if turn.action_id.startswith(PICK_SERVICE):
        return turn.action_id.removeprefix(PICK_SERVICE), False
    return read_question(turn.block_id)


def answer_view(answer: Answer, shelf: Shelf) -> Message:
    """Show any answer; the shelf holds what to offer instead of a no."""
    match answer:
        case TierAnswer():
            return why_view(answer) if answer.why else tier_view(answer)
        case ServiceAnswer():
            return service_view(answer, shelf)
        case OfferAnswer():
            return offer_view(answer)
        case ServiceUnknown():
            return service_unknown_view(answer)
        case Choice():
            return choice_view(answer)
        case AccountUnknown():
            return account_unknown_view(answer)
        case Help():
            return help_view(answer)
