"""The command that sets what accounts were given against what they are owed."""

from __future__ import annotations

from typing import Any

import click
from rich.markup import escape
from rich.table import Table

from tiering.cli.desk import desk
from tiering.domain.policy import Rules
from tiering.domain.servicing import Balance
from tiering.domain.shape import money_shape
from tiering.terminal import console, print_json
from tiering.usecases import servicing as usecase

MOST_SHOWN = 20
"""How many accounts stand on the terminal; `--json` has all."""

_NOBODY = {
    "over": "No customer was given more than it is owed.",
    "under": "No customer was given less than it is owed.",
    None: "There are no customers.",
}
_COLUMNS = ("Owed h", "Given h", "Difference h", "Owed cost", "Given cost")


@click.command()
@click.option("--tier", type=click.IntRange(1, 9), help="Only this tier.")
@click.option("--over", "only", flag_value="over", help="Only accounts given more than they are owed.")
@click.option("--under", "only", flag_value="under", help="Only accounts given less.")
@click.option("--json", "as_json", is_flag=True, help="Print all of it for programs.")
def servicing(tier: int | None, only: Any, as_json: bool) -> None:
    """Set the hours given this year against those owed.

    In hours and money, by tier and by account.
    """
    here = desk()
    found = usecase.servicing(here.store, here.inquiry, tier, only)
    if as_json:
        print_json(_shape(found))
        return
    if not found.logged:
        click.echo("Nobody has logged any effort this year: what was given is not known.", err=True)
    out = console()
    tiers = _table("Tier", "Customers", "Over", "Under")
    for one in found.tiers:
        counts = (str(one.tier), str(one.customers), str(one.over), str(one.under))
        tiers.add_row(*counts, *_cells(one.balance, found.rules))
    out.print(tiers)
    if not found.accounts:
        click.echo(_NOBODY[only])
        return
    accounts = _table("Account", "Tier")
    for line in found.accounts[:MOST_SHOWN]:
        name = escape(f"{line.name} ({line.id})")
        accounts.add_row(name, str(line.tier), *_cells(line.balance, found.rules))
    out.print(accounts)
    if len(found.accounts) > MOST_SHOWN:
        click.echo(f"and {len(found.accounts) - MOST_SHOWN} more; --json has all", err=True)


def _table(first: str, *others: str) -> Table:
    table = Table()
    table.add_column(first)
    for heading in (*others, *_COLUMNS):
        table.add_column(heading, justify="right")
    return table


def _cells(balance: Balance, rules: Rules) -> tuple[str, ...]:
    hours = (balance.owed_hours, balance.given_hours, balance.difference)
    costs = (balance.owed_cost(rules), balance.given_cost(rules))
    return (*(f"{one:.1f}" for one in hours), *(str(one) if one else "–" for one in costs))


def _shape(found: usecase.Servicing) -> dict[str, Any]:
    return {
        "logged": found.logged,
        "tiers": [
            {
                "tier": one.tier,
                "customers": one.customers,
                "over": one.over,
                "under": one.under,
                **_balance(one.balance, found.rules),
            }
            for one in found.tiers
        ],
        "accounts": [
            {"id": one.id, "name": one.name, "tier": one.tier, **_balance(one.balance, found.rules)}
            for one in found.accounts
        ],
    }


def _balance(balance: Balance, rules: Rules) -> dict[str, Any]:
    return {
        "owed_hours": str(balance.owed_hours),
        "given_hours": str(balance.given_hours),
        "difference": str(balance.difference),
        "owed_cost": money_shape(balance.owed_cost(rules)),
        "given_cost": money_shape(balance.given_cost(rules)),
    }
