"""Commands that list and answer requests for exceptions, where Slack is not at hand."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import click
from rich.markup import escape
from rich.table import Table

from tiering.cli.desk import JSON, NAME, NUMBER, desk
from tiering.terminal import console, print_json
from tiering.usecases import approvals as usecase
from tiering.usecases.approvals import Approval, Verdict


@click.group()
def approvals() -> None:
    """List and answer the requests for exceptions."""


@approvals.command("list")
@JSON
def list_approvals(as_json: bool) -> None:
    """List the requests that wait for an answer, the oldest first."""
    here = desk()
    found = usecase.open_approvals(here.store, here.inquiry)
    if as_json:
        print_json([{**_shape(one.approval), "name": one.name} for one in found])
        return
    table = Table()
    for heading in ("Id", "Account", "Asked for", "Until", "By", "Reason"):
        table.add_column(heading)
    for one in found:
        asked = one.approval
        cells = (str(asked.id), one.name, asked.thing, asked.until.isoformat(), asked.asked_by_name)
        table.add_row(*(escape(cell) for cell in (*cells, asked.reason)))
    console().print(table)


@approvals.command("answer")
@click.argument("number", metavar="ID", type=NUMBER)
@click.option("--approve", is_flag=True, help="Grant the exception.")
@click.option("--decline", is_flag=True, help="Do not grant it.")
@click.option("--by", "by_name", type=NAME, required=True, help="Who answers; never the one who asked.")
@click.option("--note", help="What is to be said with it.")
@JSON
def answer(number: int, approve: bool, decline: bool, as_json: bool, **words: Any) -> None:
    """Answer the request with this ID.

    Approved, the exception is granted at once.
    """
    if approve == decline:
        raise click.UsageError("Say either --approve or --decline.")
    here = desk()
    answered = usecase.answer(here.store, number, Verdict(approve, **words), here.inquiry)
    approval, outcome = answered.approval, answered.outcome
    if as_json:
        print_json({**_shape(approval), "name": answered.name})
        return
    click.echo(f"{approval.state.capitalize()} request {number}: {answered.name}, {approval.thing}.")
    if outcome:
        click.echo(f"Granted exception {outcome.grant.id} {outcome.grant.told}.")
    if outcome and outcome.moved:
        click.echo(str(outcome.moved))


def _shape(approval: Approval) -> dict[str, Any]:
    return {
        name: value.isoformat() if hasattr(value, "isoformat") else value
        for name, value in asdict(approval).items()
    }
