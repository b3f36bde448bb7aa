"""The command that lists messages of which nobody knows whether they arrived."""

from __future__ import annotations

from datetime import timedelta

import click
from rich.markup import escape
from rich.table import Table

from tiering.cli.desk import JSON, desk, now
from tiering.terminal import console, print_json
from tiering.usecases.deliveries import uncertain

_UNDER_WAY = timedelta(minutes=10)
"""What was claimed later than this ago may still be under way."""


@click.command()
@JSON
def deliveries(as_json: bool) -> None:
    """List messages that may or may not have arrived.

    They are never sent again by themselves.
    """
    moment = now()
    claimed = uncertain(desk().store, moment)
    found = [one for one in claimed if one.claimed_at < moment - _UNDER_WAY]
    if young := len(claimed) - len(found):
        click.echo(f"Claimed within ten minutes, and perhaps still under way: {young:,}.", err=True)
    if as_json:
        print_json(
            [
                {
                    "key": one.key,
                    "kind": one.kind,
                    "recipient": one.recipient,
                    "claimed_at": one.claimed_at.isoformat(),
                }
                for one in found
            ]
        )
        return
    if not found:
        click.echo("Of no message it is uncertain whether it arrived.", err=True)
        return
    table = Table()
    for heading in ("Claimed (UTC)", "Kind", "Recipient", "Key"):
        table.add_column(heading)
    for one in found:
        cells = (one.claimed_at.strftime("%Y-%m-%d %H:%M"), one.kind, one.recipient, one.key)
        table.add_row(*(escape(cell) for cell in cells))
    console().print(table)
