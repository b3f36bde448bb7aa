"""The answers about accounts and services, as whichever conversation they belong to shows them."""

from __future__ import annotations

from bot.answers.account import offer_view, tier_view, why_view
from bot.answers.help import help_view
from bot.answers.service import service_unknown_view, service_view
from bot.answers.surroundings import Surroundings
from bot.blocks import Message
from bot.choosing import account_unknown_view, asking, choice_view
from bot.desk import Desk
from bot.knowledge_base import Shelf
from bot.turn import Reply
from tiering.domain import answer as answers

_ARTICLES = 3
"""Articles that are offered instead of a no, at most."""


def replying(answer: answers.Answer, desk: Desk) -> Reply:
    """Show an answer with what the bot knows beside it."""
    shelf = Shelf()
    if isinstance(answer, answers.ServiceAnswer) and not answer.entitlement.granted:
        shelf = desk.knowledge_base.articles(answer.service.instead[:_ARTICLES])
    around = Surroundings(shelf, desk.away(), desk.commands["tier"], desk.usages)
    return Reply(answer_view(answer, around), type(answer).__name__)


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
