"""Accounts as the lines of a list, and the menu that opens one of them."""

from __future__ import annotations

from collections.abc import Iterable

from bot.blocks import Block, Choice, Run, bold, menu, says, tidy, words
from bot.card import PICK_ACCOUNT, question
from bot.way import SAY_BELOW
from tiering.domain.account import Status
from tiering.usecases.browsing import Listed


def account_line(one: Listed) -> list[Run]:
    """Say in one line which account it is, its tier, what it is worth, and who looks after it."""
    csm = f"CSM {tidy(one.csm)}" if one.csm else "no CSM"
    return [bold(one.name), says(": "), words(f"{_standing(one)}, {worth(one)}, {csm}")]


def book_line(one: Listed) -> list[Run]:
    """Say of an account what is not said already where it stands below its tier and its manager."""
    prospect = "prospect, " if one.status == Status.PROSPECT else ""
    provisional = ", provisional" if one.provisional else ""
    return [bold(one.name), says(f": {prospect}{worth(one)}{provisional}")]


def worth(one: Listed) -> str:
    """Return the recurring revenue within a line; what is unknown is never nothing."""
    return f"ARR {one.arr}" if one.arr else "ARR unknown"


def _standing(one: Listed) -> str:
    tier = f"tier {one.tier}{' (provisional)' if one.provisional else ''}"
    match one.status:
        case Status.PROSPECT:
            return f"prospect, would be {tier}"
        case Status.CHURNED:
            return f"churned, was {tier}"
    return tier


def opening(section: str, lines: Iterable[Choice], label: str = "Open an account") -> Block | None:
    """Make the menu that opens one of a section's accounts, each of them once, in place of the list."""
    return menu(question(place=section), f"{PICK_ACCOUNT}menu", label, _once(lines))


def opening_below(section: str, lines: Iterable[Choice]) -> Block | None:
    """Make the menu that opens one of the accounts below a message that must stay."""
    return menu(section, f"{SAY_BELOW}account", "Show an account", _once(lines))


def _once(lines: Iterable[Choice]) -> Iterable[Choice]:
    return {account_id: (account_id, name, more) for account_id, name, more in lines}.values()


def as_option(one: Listed) -> Choice:
    """Return an account as the option of a menu."""
    return one.id, one.name, f"Tier {one.tier}{f', CSM {one.csm}' if one.csm else ''}"
