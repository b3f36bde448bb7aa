"""The answers when no single account is clear yet: several fit, none fits, or nothing was asked."""

from __future__ import annotations

from collections.abc import Sequence

from bot.blocks import (
    Block,
    Message,
    actions,
    bold,
    button,
    code,
    menu,
    message,
    paragraphs,
    points,
    says,
    tidy,
    words,
)
from bot.features.tier.parts import ASKED, COMMAND, PICK_ACCOUNT, question
from tiering.domain.account import Status
from tiering.domain.answer import AccountUnknown, Candidate, Choice, Help

_BUTTONS = 5
"""Up to so many candidates are buttons; more are a menu."""


def choice_view(answer: Choice) -> Message:
    """Let one of several accounts be picked: by a button where they are few, else from a menu."""
    asked_for = question(answer.service, answer.why)
    first = [
        bold(f"{answer.total:,} accounts"),
        says(" fit “"),
        words(answer.asked, ASKED),
        says("”."),
    ]
    if answer.total <= _BUTTONS:
        return message(
            paragraphs(first, [says("Which one do you mean?")]),
            points("Candidates", [[bold(one.name), says(f": {_details(one)}")] for one in answer.candidates]),
            actions(asked_for, _candidate_buttons(answer.candidates)),
        )
    listed = len(answer.candidates)
    more = f"The first {listed} are in the menu; type more of the name for the others."
    options = [(one.id, one.name, _details(one)) for one in answer.candidates]
    return message(
        paragraphs(first, [says(more if listed < answer.total else "Which one do you mean?")]),
        menu(asked_for, f"{PICK_ACCOUNT}menu", "Choose an account", options),
    )


def account_unknown_view(answer: AccountUnknown) -> Message:
    """Say that no account is called so, and offer the nearest names."""
    first = [says("No account is called “"), words(answer.asked, ASKED), says("”.")]
    near = says("The nearest names are these. You can also ask by domain, id or a contact's e-mail address.")
    none = says("Try its domain, its id or a contact's e-mail address.")
    return message(
        paragraphs(first, [near if answer.nearest else none]),
        actions(question(), _candidate_buttons(answer.nearest)),
    )


def help_view(answer: Help) -> Message:
    """Show how to ask, with names of real accounts."""
    if not answer.accounts:
        return message(
            paragraphs(
                [bold("There is nothing to ask about yet.")],
                [says("Operations can bring in the accounts with "), code("tiering import"), says(".")],
            )
        )
    one = tidy(answer.examples[0] if answer.examples else "acme", 40)
    other = tidy(answer.examples[1] if len(answer.examples) > 1 else one, 40)
    examples = {
        one: "its tier, the reasons, and all it is entitled to",
        f"{one} QBR": "yes or no, what is left, and what to offer instead",
        f"can {other} have a health check?": "the same, in your own words",
        f"why {other}": "every reason, and what would move it up",
        f"what can I offer {one}?": "what it has, may ask for or may buy",
    }
    return message(
        paragraphs(
            [bold(f"Ask {COMMAND} about {_how_many(answer.accounts)}.")],
            [says("By name, domain, id or a contact's e-mail address. Only you see the answer.")],
        ),
        points(
            "For example", [[code(f"{COMMAND} {ask}"), says(f": {gives}")] for ask, gives in examples.items()]
        ),
    )


def _how_many(accounts: int) -> str:
    return "the one account there is" if accounts == 1 else f"any of {accounts:,} accounts"


def _candidate_buttons(candidates: Sequence[Candidate]) -> list[Block]:
    """Make a button for each account; accounts of one name are told apart by their details."""
    names = [tidy(one.name, 40) for one in candidates]
    return [
        button(
            f"{name}, {_details(one)}" if names.count(name) > 1 else name, f"{PICK_ACCOUNT}{number}", one.id
        )
        for number, (one, name) in enumerate(zip(candidates, names, strict=True))
    ]


def _details(one: Candidate) -> str:
    """Tell an account from others of its name; whatever else is unknown, its id is not."""
    status = one.status if one.status != Status.CUSTOMER else None
    known = [one.domain, one.country, f"CSM {one.csm}" if one.csm else None, status]
    return ", ".join(part for part in known if part) or f"id {one.id}"
