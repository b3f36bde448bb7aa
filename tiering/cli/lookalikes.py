"""Commands that look beyond the tiers: look-alikes of the best customers, and bad fits by who sold them."""

from __future__ import annotations

from dataclasses import asdict

import click
from rich.markup import escape
from rich.table import Table

from tiering.cli.desk import desk
from tiering.terminal import console, print_json
from tiering.usecases import lookalikes as usecase


@click.command()
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="How many to list.")
@click.option("--json", "as_json", is_flag=True, help="Print it for programs.")
def lookalikes(limit: int, as_json: bool) -> None:
    """List customers that look like the high-touch ones.

    They are in lower tiers, and alike by industry, size and potential.
    """
    here = desk()
    found = usecase.lookalikes(here.store, here.who)[:limit]
    if as_json:
        print_json([asdict(one) for one in found])
        return
    table = Table("Account", "Id", "Distance", "Why")
    for one in found:
        table.add_row(escape(one.name), escape(one.id), f"{one.distance:.2f}", escape(one.sentence))
    console().print(table if found else "No customer of a lower tier looks like a high-touch one.")


@click.command("bad-fit")
@click.option("--json", "as_json", is_flag=True, help="Print it for programs.")
def bad_fit(as_json: bool) -> None:
    """List the customers that are a bad fit, by who sold them."""
    here = desk()
    sellers = usecase.bad_fits(here.store, here.who)
    if as_json:
        print_json([asdict(seller) for seller in sellers])
        return
    table = Table("Sold by", "Bad fits", "Account", "Why")
    for seller in sellers:
        share = f"{len(seller.misfits)} of {seller.sold}"
        for number, one in enumerate(seller.misfits):
            name = "" if number else escape(seller.sold_by or "unknown")
            table.add_row(
                name, "" if number else share, escape(f"{one.name} ({one.id})"), escape(one.because)
            )
    console().print(table if sellers else "No customer is a bad fit.")
