"""Sharing: showing an answer, or only the public page to offer, to everybody in the channel."""

from __future__ import annotations

from collections.abc import Sequence

from bot.blocks import Block, Message, actions, bold, button, context, link, message, paragraphs, says, words
from bot.card import strongest, tier_line
from bot.day import readable
from bot.desk import Desk
from bot.knowledge_base import Article
from bot.places import Place, place
from bot.turn import Answer, Reply, Turn
from bot.way import SHARE
from tiering.domain.answer import Card, ServiceAnswer, TierAnswer
from tiering.domain.refusal import Refusal
from tiering.people import Person
from tiering.usecases.ask import about

SHARE_ANSWER = "share_answer:"
"""The action of a button that shows an answer to the channel; its end names the service, if there is one."""
SHARE_LINK = "share_link:"
"""The action of a button that shows a page of the knowledge base to the channel.

Its value is the page's address and, in a second line, its title.
"""

NOT_HERE = (
    "This channel is shared with another company, so the answer stays with you. "
    "What you can share here is a public page of the knowledge base."
)
NOT_SURE = (
    "I cannot see who else is in this channel, so the answer stays with you. "
    "Invite me to the channel first, then share it."
)

NOT_PUBLIC = "That page is not one that everybody can read, so it stays with you."
AWAY = (
    "The knowledge base does not answer just now, so nobody can tell whether everybody may read that page. "
    "Please press again in a moment."
)
_UNTITLED = "A page of the knowledge base"


def sharing(card: Card, service: str = "", pages: Sequence[Article] = ()) -> Block | None:
    """Make the buttons that share an answer, or only the first page that it offers."""
    answer = button("Share with the channel", f"{SHARE_ANSWER}{service}", card.account.id)
    return actions(SHARE, [answer, *(link_button("Share only the link", page) for page in pages[:1])])


def link_button(label: str, page: Article) -> Block:
    """Make a button that shows a page's title and link to the channel, and nothing else."""
    return button(label, SHARE_LINK, f"{page.url}\n{page.title or ''}")


def share_answer(turn: Turn, desk: Desk) -> Answer:
    """Show everybody in the channel what one asked about, unless another company reads along."""
    match place(desk.slack, turn.spot.channel):
        case Place.CONNECTED:
            raise Refusal(NOT_HERE)
        case Place.UNKNOWN:
            raise Refusal(NOT_SURE)
    service = turn.action_id.removeprefix(SHARE_ANSWER) or None
    answer = about(desk.store, turn.words, desk.inquiry(turn.person), service)
    if not isinstance(answer, TierAnswer | ServiceAnswer):
        raise Refusal("That answer cannot be shared any more. Please ask again.")
    return Reply(shared_view(answer, turn.person), "SharedAnswer", public=True)


def share_link(turn: Turn, desk: Desk) -> Answer:
    """Show everybody in the channel a page, if everybody may read it now, and nothing about any account.

    So a page may be shared with another company too.
    """
    url, _, title = turn.words.partition("\n")
    public = desk.knowledge_base.is_public(url)
    if public is None:
        raise Refusal(AWAY)
    if not public:
        raise Refusal(NOT_PUBLIC)
    shared = message(paragraphs([link(url, title or _UNTITLED)]), _by(turn.person))
    return Reply(shared, "SharedLink", public=True)


def shared_view(answer: TierAnswer | ServiceAnswer, who: Person) -> Message:
    """Show an answer in short: what is so, and the one reason or sentence for it."""
    if isinstance(answer, TierAnswer):
        return message(
            paragraphs(tier_line(answer.card), [words(readable(strongest(answer.card.decision).sentence))]),
            _by(who),
        )
    verdict = [bold("Yes." if answer.entitlement.granted else "No."), says(" "), words(answer.service.name)]
    return message(
        paragraphs(
            [*verdict, says(" for "), words(answer.card.account.name)],
            [words(readable(answer.entitlement.sentence))],
        ),
        _by(who),
    )


def _by(who: Person) -> Block:
    return context(f"Shared by {who.name or 'a colleague'}.")
