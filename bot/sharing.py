"""Sharing: showing an answer, or only the public page to offer, to everybody in the channel."""

from __future__ import annotations

from bot.blocks import Block, Message, actions, bold, button, context, link, message, paragraphs, says, words
from bot.card import strongest, tier_line
from bot.desk import Desk
from bot.people import Person
from bot.places import Place
from bot.turn import Answer, Reply, Turn
from bot.way import SHARE
from tiering.domain.answer import Card, ServiceAnswer, TierAnswer
from tiering.domain.refusal import Refusal
from tiering.usecases.ask import about

SHARE_ANSWER = "share_answer:"
"""The action of a button that shows an answer to the channel; its end names the service, if there is one."""
SHARE_LINK = "share_link:"
"""The action of a button that shows a page of the knowledge base to the channel; its value is the slug."""

NOT_HERE = (
    "This channel is shared with another company, so the answer stays with you. "
    "What you can share here is a public page of the knowledge base."
)
NOT_SURE = (
    "I cannot see who else is in this channel, so the answer stays with you. "
    "Invite me to the channel first, then share it."
)

NOT_PUBLIC = "That page is not one that everybody can read, so it stays with you."


def sharing(card: Card, service: str = "", slugs: tuple[str, ...] = ()) -> Block | None:
    """Make the buttons that share an answer, or only a page that it offers."""
    answer = button("Share with the channel", f"{SHARE_ANSWER}{service}", card.account.id)
    only = [
        button("Share only the link", f"{SHARE_LINK}{number}", slug) for number, slug in enumerate(slugs[:1])
    ]
    return actions(SHARE, [answer, *only])


def share_answer(turn: Turn, desk: Desk) -> Answer:
    """Show everybody in the channel what one asked about, unless another company reads along."""
    place = desk.places.place(desk.slack, turn.spot.channel)
    if place is Place.CONNECTED:
        raise Refusal(NOT_HERE)
    if place is Place.UNKNOWN:
        raise Refusal(NOT_SURE)
    service = turn.action_id.removeprefix(SHARE_ANSWER) or None
    answer = about(desk.store, turn.words, desk.inquiry(turn.person), service)
    if not isinstance(answer, TierAnswer | ServiceAnswer):
        raise Refusal("That answer cannot be shared any more. Please ask again.")
    return Reply(shared_view(answer, turn.person), "SharedAnswer", public=True)


def share_link(turn: Turn, desk: Desk) -> Answer:
    """Show everybody in the channel a public page, and nothing about the account."""
    shelf = desk.knowledge_base.articles([turn.words], public=True)
    (page,) = shelf.articles
    if page.title is None and not shelf.away and not turn.words.startswith("/"):
        raise Refusal(NOT_PUBLIC)
    shared = message(
        paragraphs([link(page.url, page.title or "A page of the knowledge base")]),
        _by(turn.person),
    )
    return Reply(shared, "SharedLink", public=True)


def shared_view(answer: TierAnswer | ServiceAnswer, who: Person) -> Message:
    """Show an answer in short: what is so, and the one reason or sentence for it."""
    if isinstance(answer, TierAnswer):
        return message(paragraphs(tier_line(answer.card), [words(strongest(answer.card).sentence)]), _by(who))
    verdict = [bold("Yes." if answer.entitlement.granted else "No."), says(" "), words(answer.service.name)]
    return message(
        paragraphs(
            [*verdict, says(" for "), words(answer.card.account.name)], [words(answer.entitlement.sentence)]
        ),
        _by(who),
    )


def _by(who: Person) -> Block:
    return context(f"Shared by {who.name or 'a colleague'}.")
