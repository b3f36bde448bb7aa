"""Commands that show accounts."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import asdict

import click
from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table

from tiering.cli.desk import desk
from tiering.domain.account import Status, partner_told
from tiering.domain.answer import AccountUnknown, Candidate, Card, Choice
from tiering.domain.entitlement import Entitlement
from tiering.domain.service import Level
from tiering.domain.shape import candidates_shape, card_shape, money_shape
from tiering.domain.training import training_told
from tiering.terminal import console, print_json
from tiering.usecases import ask
from tiering.usecases.browsing import listed

_GROUPS = (
    ("Included", (Level.INCLUDED, Level.ALLOWANCE)),
    ("On request", (Level.REQUEST,)),
    ("Paid add-on", (Level.PAID,)),
    ("Not included", (Level.NO,)),
)


@click.command()
@click.argument("account")
@click.option("--json", "as_json", is_flag=True, help="Print it for programs.")
def show(account: str, as_json: bool) -> None:
    """Show the tier of ACCOUNT, why, and what it gets.

    ACCOUNT is an id, a name, an alias, a domain or a contact's e-mail.
    """
    here = desk()
    answer = ask.show(here.store, account, here.inquiry)
    if isinstance(answer, Choice | AccountUnknown):
        if as_json:
            print_json(candidates_shape(answer))
        print_candidates(answer)
        sys.exit(1)
    if as_json:
        print_json(card_shape(answer.card))
    else:
        _print_card(answer.card)


@click.command("list")
@click.option("--tier", type=click.IntRange(1, 9), help="Only this tier.")
@click.option("--json", "as_json", is_flag=True, help="Print it for programs.")
def list_accounts(tier: int | None, as_json: bool) -> None:
    """List the accounts with their tiers, the highest first."""
    here = desk()
    lines = listed(here.store, here.who, tier)
    if as_json:
        print_json(
            [
                {**asdict(line), "arr": money_shape(line.arr), "decided_on": line.decided_on.isoformat()}
                for line in lines
            ]
        )
        return
    table = Table()
    for heading in ("Tier", "Rank", "Account", "Id", "Status", "CSM", "Since"):
        table.add_column(heading)
    for line in lines:
        number = f"{line.tier}{' (provisional)' if line.provisional else ''}"
        rank = f"{line.rank.place} of {line.rank.of}" if line.rank else "–"
        cells = (number, rank, line.name, line.id, line.status, line.csm or "–", line.decided_on.isoformat())
        table.add_row(*(escape(cell) for cell in cells))
    console().print(table)


def _print_card(card: Card) -> None:
    account, decision = card.account, card.decision
    out = console()
    out.print(f"[bold]{escape(account.name)}[/] ({escape(account.id)}): {escape(_standing(card))}")
    _print_block(out, "", [reason.sentence for reason in decision.reasons])
    _print_block(out, "What would move it up", card.up)
    for title, levels in _GROUPS:
        entitled = [_brief(one) for one in card.entitlements if one.level in levels]
        _print_block(out, title, [", ".join(entitled)] if entitled else [])
    if card.segment:
        _print_block(out, "Journey", [f"{card.segment.name}: {card.segment.journey}"])
    people = (("CSM", account.csm), ("sponsor", account.sponsor), ("engineer", account.engineer))
    named = [f"{title} {name}" for title, name in people if name]
    family = [f"Belongs to {card.parent}."] if card.parent else []
    partner = [f"Served by {served}."] if (served := partner_told(account)) else []
    sold = [f"Sold by {account.sold_by}."] if account.sold_by else []
    people_lines = [", ".join(named) or "Nobody is assigned.", *partner, *sold, *family]
    _print_block(out, "People and family", people_lines)
    if card.training:
        out.print(escape(f"Training: {training_told(card.training, card.today)}."))
    if card.rank:
        out.print(f"Rank {card.rank.place} of {card.rank.of} in tier {card.tier.id}.")
    since = f"Policy version {decision.policy_version}, decided on {decision.decided_on.isoformat()}"
    out.print(f"{since}{_confirmed(card)}.")


def _print_block(out: Console, title: str, lines: Sequence[str]) -> None:
    """Print indented lines under a title, nothing where there are none."""
    if lines and title:
        out.print(title)
    for line in lines:
        out.print(Padding(escape(line), (0, 0, 0, 2)))


def _confirmed(card: Card) -> str:
    if card.age is None:
        return ""
    days = "today" if card.age == 0 else "yesterday" if card.age == 1 else f"{card.age} days ago"
    return f"; data confirmed {days}"


def _standing(card: Card) -> str:
    tier = f"tier {card.tier.id} ({card.tier.name}), {card.tier.touch} touch"
    if card.decision.provisional:
        tier = f"provisionally {tier}"
    if card.account.status is Status.PROSPECT:
        return f"not a customer yet: would be {tier}; promise nothing"
    return f"not a customer any more; was {tier}" if card.account.status is Status.CHURNED else tier


def _brief(one: Entitlement) -> str:
    return f"{one.name} ({one.left} of {one.allowance} left this {one.period})" if one.allowance else one.name


def print_candidates(answer: Choice | AccountUnknown) -> None:
    """Say on stderr which accounts may have been meant."""
    if isinstance(answer, Choice):
        click.echo(f"{answer.total} accounts fit {answer.asked!r}; ask again with an id:", err=True)
        shown = answer.candidates
    else:
        click.echo(
            f"No account fits {answer.asked!r}." + (" The nearest:" if answer.nearest else ""), err=True
        )
        shown = answer.nearest
    for one in shown:
        click.echo(f"  {one.id}  {_described(one)}", err=True)


def _described(one: Candidate) -> str:
    return ", ".join(part for part in (one.name, one.domain, one.country, one.csm) if part)
