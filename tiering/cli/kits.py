"""Commands about change kits."""

from __future__ import annotations

from typing import Any

import click
from rich.markup import escape
from rich.table import Table

from tiering.cli.desk import NAME, NUMBER, desk
from tiering.terminal import console, print_json
from tiering.usecases import kits as usecase
from tiering.usecases.kits import Kit

_BY = click.option("--by", "who", type=NAME, required=True, help="The person who answers for it.")


@click.group()
def kits() -> None:
    """Look after what customers are told of a new plan.

    Nothing is sent before a named person releases it.
    """


@kits.command("list")
@click.option("--version", type=click.IntRange(min=1), help="Only the kits of this version of the policy.")
@click.option("--json", "as_json", is_flag=True, help="Print it for programs.")
def list_kits(version: int | None, as_json: bool) -> None:
    """List the change kits and how far each has come."""
    here = desk()
    found = usecase.kits(here.store, here.who, version)
    if as_json:
        print_json([_shape(kit) for kit in found])
        return
    table = Table()
    for heading in ("Kit", "Account", "Version", "Tier", "Made", "State"):
        table.add_column(heading)
    for kit in found:
        moved = f"{kit.tier_before} to {kit.tier_after}"
        cells = (str(kit.id), kit.name, str(kit.policy_version), moved, kit.made_on.isoformat(), _state(kit))
        table.add_row(*(escape(cell) for cell in cells))
    console().print(table)


@kits.command()
@click.argument("kit_id", type=NUMBER, metavar="ID")
@click.option("--json", "as_json", is_flag=True, help="Print it for programs.")
def show(kit_id: int, as_json: bool) -> None:
    """Print a kit as the Markdown that the customer reads.

    Its state goes to stderr.
    """
    here = desk()
    kit = usecase.kit(here.store, here.who, kit_id)
    if as_json:
        print_json({**_shape(kit), "text": kit.text})
        return
    click.echo(kit.text, nl=False)
    click.echo(f"Kit {kit.id} for {kit.name} ({kit.account_id}): {_state(kit)}.", err=True)


@kits.command()
@click.argument("version", type=click.IntRange(min=1))
@_BY
@click.option("--json", "as_json", is_flag=True, help="Print it for programs.")
def release(version: int, who: str, as_json: bool) -> None:
    """Let the kits of VERSION that still hold be sent.

    Each is mailed once, and none that a later decision has overtaken.
    """
    released = usecase.release(desk().store, version, who)
    if as_json:
        print_json({"version": version, "released": released, "released_by": who})
    else:
        what = "kit" if released == 1 else "kits"
        click.echo(f"Released {released} {what} of version {version}.")


@kits.command()
@click.argument("kit_id", type=NUMBER, metavar="ID")
@_BY
@click.option("--json", "as_json", is_flag=True, help="Print it for programs.")
def acknowledge(kit_id: int, who: str, as_json: bool) -> None:
    """Note that the customer has read a kit that was released."""
    kit = usecase.acknowledge(desk().store, kit_id, who)
    if as_json:
        print_json(_shape(kit))
    else:
        click.echo(f"{kit.name} has acknowledged kit {kit.id}.")


def _state(kit: Kit) -> str:
    if kit.acknowledged_at:
        return f"acknowledged, noted by {kit.acknowledged_by}"
    if kit.released_at:
        return f"released by {kit.released_by}{', overtaken since' if kit.overtaken else ''}"
    return "overtaken, not sent" if kit.overtaken else "waits for release"


def _shape(kit: Kit) -> dict[str, Any]:
    return {
        "id": kit.id,
        "account": kit.account_id,
        "name": kit.name,
        "version": kit.policy_version,
        "from": kit.tier_before,
        "to": kit.tier_after,
        "made_on": kit.made_on.isoformat(),
        "released_by": kit.released_by,
        "released_at": kit.released_at.isoformat() if kit.released_at else None,
        "acknowledged_by": kit.acknowledged_by,
        "acknowledged_at": kit.acknowledged_at.isoformat() if kit.acknowledged_at else None,
        "overtaken": kit.overtaken,
    }
