"""Words about an account that several conversations use, and the buttons that lead to it."""

from __future__ import annotations

from collections.abc import Callable

from bot.blocks import Block, Run, actions, bold, button, context, says, tidy
from bot.way import in_phrase, say_button
from tiering.domain.account import Status
from tiering.domain.answer import Card, Found
from tiering.domain.approval import Approval
from tiering.domain.decision import Decision, Reason
from tiering.domain.entitlement import Entitlement
from tiering.domain.exception import Grant

PICK_ACCOUNT = "tier_account:"
"""The action of a button or menu that names an account; its value is the account's id."""
PICK_SERVICE = "tier_service:"
"""The action of a button that names a service, by its end; its value is the account's id."""
LINK_GONE = (
    "The account that this channel is linked to is no longer in the record. "
    "Link the channel to another one, or unlink it."
)
ASKED = 60
"""Characters of what was asked that are repeated."""

_LOOKED_UP = {
    "contact": "Found by a contact's e-mail address.",
    "prefix": "Found by how a name begins: “{}”.",
    "spelling": "No account is called “{}”; this is the closest name.",
}


def question(service: str | None = None, why: bool = False, place: str = "tier") -> str:
    """Write what else was asked into the id of the block in which an account is picked.

    `place` tells several such blocks of one view apart.
    """
    return f"{place}:{'why' if why else ''}:{service or ''}"


def read_question(block_id: str) -> tuple[str | None, bool]:
    """Read the service that was asked about, and whether why, back from the id of a block.

    One of another making asks for nothing more.
    """
    why, _, service = block_id.partition(":")[2].partition(":")
    return service or None, why == "why"


def tier_line(card: Card) -> list[Run]:
    """Say in one line which tier an account is in, and what its customer reads."""
    name = bold(card.account.name)
    if card.account.status is not Status.CUSTOMER:
        return [name, says(f" {_no_customer(card)}")]
    stands = " is provisionally " if card.decision.provisional else " is "
    public = f". Customers read “{tidy(card.tier.public_name)}”."
    return [name, says(stands), bold(tier_words(card)), says(public)]


def _no_customer(card: Card) -> str:
    if card.account.status is Status.PROSPECT:
        return f"is not a customer yet: would be {tier_words(card)}; promise nothing."
    return f"is not a customer any more: it would be {tier_words(card)}; nothing is owed."


def thing_of(asked: Approval | Grant, service_name: Callable[[str], str]) -> str:
    """Return what a request or an exception is about, as people call it."""
    return f"tier {asked.tier}" if asked.tier is not None else service_name(asked.service or "")


def tier_words(card: Card) -> str:
    """Return the tier within a sentence."""
    return f"tier {card.tier.id}, {tidy(card.tier.name)}"


def strongest(decision: Decision) -> Reason:
    """Return the reason that the tier hangs on: the base, or what moved it from there.

    That is an adjustment or, last and above all, an exception or a purchase.
    """
    if decision.own_tier is not None:
        return decision.reasons[-1]
    base, *adjustments = decision.reasons
    first = int(base.effect.removeprefix("tier "))
    if first == decision.tier:
        return base
    direction = "up" if decision.tier < first else "down"
    return next((one for one in adjustments if one.effect.startswith(direction)), base)


def how_found(found: Found) -> Block | None:
    """Say how an account was found where its name was not typed as it is."""
    sentence = _LOOKED_UP.get(found.by)
    return context(sentence.format(tidy(found.asked, ASKED))) if sentence else None


def whole_account(card: Card) -> Block | None:
    """Offer everything about the account, in place of this answer."""
    return actions(question(), [_whole(card)])


def account_follow_ups(card: Card) -> Block | None:
    """Offer what one does next with an account."""
    account = in_phrase(card.account.id)
    history = say_button("History", f"history {account}")
    if card.account.status is not Status.CUSTOMER:
        return actions("next", [history])
    return actions("next", [_log(account), _ask(account), history])


def service_follow_ups(card: Card, service: Entitlement) -> Block | None:
    """Offer what one does next with a service; what it may have already, nobody need ask for."""
    if card.account.status is not Status.CUSTOMER:
        return whole_account(card)
    about = f"{in_phrase(card.account.id)} {service.service}"
    ask = [] if service.granted else [_ask(about)]
    return actions(question(), [*ask, _log(about), _whole(card)])


def _log(about: str) -> Block:
    return say_button("Log effort", f"log {about}")


def _ask(about: str) -> Block:
    return say_button("Ask for an exception", f"request {about}")


def _whole(card: Card) -> Block:
    return button("Show the whole account", f"{PICK_ACCOUNT}whole", card.account.id)


def ago(days: int) -> str:
    """Return an age in days within a sentence."""
    return "today" if days <= 0 else "yesterday" if days == 1 else f"{days:,} days ago"
