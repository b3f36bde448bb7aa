"""Choosing an account where several are meant or none is found; the question then goes on with that one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.blocks import (
    OPTIONS,
    Block,
    Message,
    actions,
    bold,
    button,
    menu,
    message,
    paragraphs,
    points,
    says,
    tidy,
    words,
)
from bot.blocks import Choice as Option
from bot.card import ASKED, PICK_ACCOUNT, question
from bot.desk import Desk
from bot.turn import Reply, Turn
from bot.way import SAY, in_phrase
from tiering.domain.account import Status
from tiering.domain.answer import AccountUnknown, Answer, Candidate, Choice, ServiceUnknown
from tiering.usecases.ask import Meant, meant
from tiering.usecases.browsing import Filter, Listed, search_accounts

_BUTTONS = 5
"""Up to so many candidates are buttons; more are a menu."""


@dataclass(frozen=True, slots=True)
class Pick:
    """What choosing an account does."""

    action: str
    """The action of each button or menu, by its beginning."""
    value: Callable[[str], str]
    """Makes a button's value of the account's id."""
    block_id: str = "choose"


def asking(service: str | None = None, why: bool = False) -> Pick:
    """Ask the same question about the chosen account."""
    return Pick(PICK_ACCOUNT, lambda account_id: account_id, question(service, why))


def saying(phrase: str) -> Pick:
    """Say a phrase with the id of the chosen account in place of `{}`."""
    return Pick(SAY, lambda account_id: phrase.replace("{}", in_phrase(account_id)))


def unclear(answer: Answer, phrase: str) -> Reply:
    """Ask what is meant where that is not clear; picking says the phrase with it in place of `{}`."""
    match answer:
        case Choice():
            both = phrase.replace("{}", f"{{}} {answer.service}") if answer.service else phrase
            view = choice_view(answer, saying(both))
        case AccountUnknown():
            view = account_unknown_view(answer, saying(phrase))
        case ServiceUnknown():
            view = _service_unknown_view(answer, phrase)
        case _:
            view = message(
                paragraphs(
                    [says("Which account is it about?")],
                    [
                        says("Say it with its name, such as “"),
                        words(phrase.replace("{}", "acme")),
                        says("”."),
                    ],
                )
            )
    return Reply(view, type(answer).__name__)


def offered_accounts(turn: Turn, desk: Desk) -> list[Option]:
    """Offer the accounts that may be meant by what is typed into a search field.

    Those whose names begin so come first; where there are none, whichever has this id, contact or spelling.
    """
    inquiry = desk.inquiry(turn.person)
    wanted = Filter(words=turn.words)
    if begin := search_accounts(desk.store, wanted, 1, inquiry, OPTIONS).lines:
        return [(one.id, one.name, _line_details(one)) for one in begin]
    match meant(desk.store, turn.words, inquiry):
        case Meant() as one:
            return [(one.account_id, one.name, "")]
        case Choice(candidates=candidates) | AccountUnknown(nearest=candidates):
            return [(one.id, one.name, details(one)) for one in candidates]
    return []


def _line_details(one: Listed) -> str:
    """Tell an account of the list from others of its name."""
    return ", ".join([f"tier {one.tier}", f"id {one.id}", *([f"CSM {one.csm}"] if one.csm else [])])


def choice_view(answer: Choice, pick: Pick) -> Message:
    """Let one of several accounts be picked: by a button where they are few, else from a menu."""
    first = [
        bold(f"{answer.total:,} accounts"),
        says(" fit “"),
        words(answer.asked, ASKED),
        says("”."),
    ]
    if answer.total <= _BUTTONS:
        return message(
            paragraphs(first, [says("Which one do you mean?")]),
            points("Candidates", [[bold(one.name), says(f": {details(one)}")] for one in answer.candidates]),
            actions(pick.block_id, _buttons(answer.candidates, pick)),
        )
    listed = len(answer.candidates)
    more = f"The first {listed} are in the menu; type more of the name for the others."
    options = [(pick.value(one.id), one.name, details(one)) for one in answer.candidates]
    return message(
        paragraphs(first, [says(more if listed < answer.total else "Which one do you mean?")]),
        menu(pick.block_id, f"{pick.action}menu", "Choose an account", options),
    )


def account_unknown_view(answer: AccountUnknown, pick: Pick) -> Message:
    """Say that no account is called so, and offer the nearest names."""
    first = [says("No account is called “"), words(answer.asked, ASKED), says("”.")]
    near = says("The nearest names are these. You can also ask by domain, id or a contact's e-mail address.")
    none = says("Try its domain, its id or a contact's e-mail address.")
    return message(
        paragraphs(first, [near if answer.nearest else none]),
        actions(pick.block_id, _buttons(answer.nearest, pick)),
    )


def _service_unknown_view(answer: ServiceUnknown, phrase: str) -> Message:
    first = [says("No service is called “"), words(answer.asked, ASKED), says("”.")]
    second = [says("For "), bold(answer.card.account.name), says(", did you mean one of these?")]
    account = in_phrase(answer.card.account.id)
    buttons = [
        button(service.name, f"{SAY}{number}", phrase.replace("{}", f"{account} {service.id}"))
        for number, service in enumerate(answer.nearest)
    ]
    return message(paragraphs(first, second), actions("choose", buttons))


def _buttons(candidates: Sequence[Candidate], pick: Pick) -> list[Block]:
    """Make a button for each account; accounts of one name are told apart by their details."""
    names = [tidy(one.name, 40) for one in candidates]
    return [
        button(
            f"{name}, {details(one)}" if names.count(name) > 1 else name,
            f"{pick.action}{number}",
            pick.value(one.id),
        )
        for number, (one, name) in enumerate(zip(candidates, names, strict=True))
    ]


def details(one: Candidate) -> str:
    """Tell an account from others of its name; whatever else is unknown, its id is not."""
    status = one.status if one.status != Status.CUSTOMER else None
    known = [one.domain, one.country, f"CSM {one.csm}" if one.csm else None, status]
    return ", ".join(part for part in known if part) or f"id {one.id}"
