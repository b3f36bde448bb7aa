"""Commands about the hours that services take."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

import click

from tiering.cli.desk import DAY, JSON, NUMBER, desk
from tiering.domain.effort import Entry, told
from tiering.terminal import print_json
from tiering.usecases import effort as usecase

_NOTE = click.option("--note", help="What was done, or why it is taken back.")


class _Hours(click.ParamType[Decimal]):
    """Hours as a decimal number; whether they make sense is for the use case to say."""

    name = "hours"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Decimal:
        try:
            return Decimal(str(value))
        except InvalidOperation:
            self.fail(f"{value!r} is no number of hours; expected 1.5", param, ctx)


class _LogGroup(click.Group):
    """Lets `log ACCOUNT SERVICE HOURS` stand beside `log reverse ID`."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Take words that name no command as a line to log."""
        if args and args[0] in self.commands:
            return super().resolve_command(ctx, args)
        return "add", self.commands["add"], args


@click.group(
    cls=_LogGroup,
    # What begins with a dash may be a negative number of hours, which deserves its own sentence.
    context_settings={"ignore_unknown_options": True},
)
def log() -> None:
    """Log hours, with `log ACCOUNT SERVICE HOURS`.

    `log ACCOUNT SERVICE HOURS` is short for `log add`; `log reverse ID` takes a line back.
    """


@log.command("add", context_settings={"ignore_unknown_options": True})
@click.argument("account")
@click.argument("service")
@click.argument("hours", type=_Hours())
@click.option("--team", help="Which team spent them; by default the one that delivers the service.")
@click.option("--on", "day", type=DAY, help="When; by default today.")
@_NOTE
@JSON
def add(
    account: str,
    service: str,
    hours: Decimal,
    day: date | None,
    as_json: bool,
    **words: str | None,
) -> None:
    """Log HOURS spent on SERVICE (id, name or alias) for ACCOUNT."""
    here = desk()
    done = usecase.Work(service=service, hours=hours, day=day or here.today, **words)
    logged = usecase.log(here.store, account, done, here.inquiry)
    if as_json:
        closed = str(logged.closed) if logged.closed else None
        shape = {**_shape(logged.entry), "name": logged.name, "entitlement": logged.left}
        print_json({**shape, "closed_quarter": closed})
        return
    entry = logged.entry
    click.echo(
        f"Logged line {entry.id}: {told(entry.hours)} of {entry.service} for {logged.name} on {entry.day}."
    )
    click.echo(logged.left)
    if logged.closed:
        click.echo(f"{logged.closed} is closed: its report stays as it is, without this line.")


@log.command("reverse")
@click.argument("number", metavar="ID", type=NUMBER)
@_NOTE
@JSON
def reverse(number: int, note: str | None, as_json: bool) -> None:
    """Take the line with this ID back by a second one.

    No line is ever edited.
    """
    here = desk()
    entry = usecase.reverse(here.store, number, here.inquiry, note)
    if as_json:
        print_json(_shape(entry))
        return
    click.echo(f"Line {entry.id} takes back line {number}: {told(-entry.hours)} of {entry.service}.")


def _shape(entry: Entry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "account": entry.account_id,
        "service": entry.service,
        "hours": str(entry.hours),
        "team": entry.team,
        "day": entry.day.isoformat(),
        "who": entry.who,
        "note": entry.note,
        "reverses": entry.reverses,
    }
