"""The command that tells who changed an account, and when."""

from __future__ import annotations

import sys
from dataclasses import asdict

import click
from rich.markup import escape
from rich.padding import Padding

from tiering.cli.accounts import print_candidates
from tiering.cli.desk import desk
from tiering.domain.shape import candidates_shape
from tiering.terminal import console, print_json
from tiering.usecases import history as usecase
from tiering.usecases.history import Event, History


@click.command()
@click.argument("account")
@click.option("--json", "as_json", is_flag=True, help="Print it for programs.")
def history(account: str, as_json: bool) -> None:
    """Tell what was done about ACCOUNT, when and by whom."""
    here = desk()
    found = usecase.history(here.store, account, here.who, here.time_zone)
    if not isinstance(found, History):
        if as_json:
            print_json(candidates_shape(found))
        print_candidates(found)
        sys.exit(1)
    if as_json:
        print_json({**asdict(found), "events": [_shape(event) for event in found.events]})
        return
    out = console()
    out.print(f"[bold]{escape(found.name)}[/] ({escape(found.account_id)}), {found.status}")
    if found.parts:
        out.print(f"Merged into it: {escape(', '.join(found.parts))}")
    for event in found.events:
        whose = "" if event.account == found.account_id else f", about {event.account}"
        out.print(escape(f"{_when(event)}  {event.who}{whose}"))
        out.print(Padding(escape(event.sentence), (0, 0, 0, 2), expand=False))


def _when(event: Event) -> str:
    return event.at.strftime("%Y-%m-%d %H:%M") if event.at else event.on.isoformat()


def _shape(event: Event) -> dict[str, object]:
    at = event.at.isoformat() if event.at else None
    return {**asdict(event), "on": event.on.isoformat(), "at": at}
