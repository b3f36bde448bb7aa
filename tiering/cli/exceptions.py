"""Commands that grant, end and list exceptions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import click
from rich.markup import escape
from rich.table import Table

from tiering.cli.desk import DAY, JSON, NAME, NUMBER, Desk, desk
from tiering.domain.exception import Grant, Request
from tiering.terminal import console, print_json
from tiering.usecases import exceptions as usecase
from tiering.usecases.ask import Inquiry

_BY = click.option(
    "--by", "who", type=NAME, help="Who asks, for the audit; by default the person at the terminal."
)


def _terms(command: Callable[..., None]) -> Callable[..., None]:
    """Add what every exception needs."""
    for option in (
        JSON,
        _BY,
        click.option("--approver", type=NAME, required=True, help="Who approved it; never the one who asks."),
        click.option("--reason", required=True, help="Why; staff read it as part of the answer."),
        click.option("--until", type=DAY, required=True, help="The last day on which it holds: 2027-03-31."),
    ):
        command = option(command)
    return command


@click.group("except")
def exceptions() -> None:
    """Grant, end and list exceptions.

    An exception is a tier or a service given by hand; it ends by itself.
    """


@exceptions.command("tier")
@click.argument("account")
@click.argument("tier", type=int)
@_terms
def except_tier(account: str, tier: int, **terms: Any) -> None:
    """Put ACCOUNT into TIER until a day, whatever the policy says."""
    _grant(account, {"tier": tier}, **terms)


@exceptions.command("service")
@click.argument("account")
@click.argument("service")
@_terms
def except_service(account: str, service: str, **terms: Any) -> None:
    """Include SERVICE (id, name or alias) for ACCOUNT until a day."""
    _grant(account, {"service": service}, **terms)


@exceptions.command("end")
@click.argument("number", metavar="ID", type=NUMBER)
@_BY
@JSON
def end(number: int, who: str | None, as_json: bool) -> None:
    """End the exception with this ID today.

    The account is decided without it at once.
    """
    here = desk()
    _print(usecase.end(here.store, number, asked_by(here, who)), as_json)


@exceptions.command("list")
@click.option("--ending", type=click.IntRange(0, 36600), metavar="DAYS", help="Only those that end by then.")
@JSON
def list_exceptions(ending: int | None, as_json: bool) -> None:
    """List the exceptions that hold, the next to end first."""
    here = desk()
    found = usecase.running(here.store, here.inquiry, ending)
    if as_json:
        print_json([{**_shape(one.grant), "name": one.name} for one in found])
        return
    table = Table()
    for heading in ("Id", "Account", "Exception", "Until", "Approver", "Reason"):
        table.add_column(heading)
    for one in found:
        held = one.grant
        cells = (str(held.id), one.name, _what(held), held.until.isoformat(), held.approver, held.reason)
        table.add_row(*(escape(cell) for cell in cells))
    console().print(table)


@exceptions.command("rate")
@JSON
def rate(as_json: bool) -> None:
    """Show how many customers of each tier live by exception.

    Where many do, the policy is not what people want: the rate is its health.
    """
    here = desk()
    rates = usecase.exception_rates(here.store, here.inquiry)
    if as_json:
        print_json(
            [
                {"tier": one.tier, "customers": one.customers, "excepted": one.excepted, "share": one.share}
                for one in rates
            ]
        )
        return
    table = Table()
    for heading in ("Tier", "Customers", "With an exception", "Share"):
        table.add_column(heading, justify="right")
    for one in rates:
        table.add_row(str(one.tier), str(one.customers), str(one.excepted), f"{one.share:.1%}")
    console().print(table)


def asked_by(here: Desk, who: str | None) -> Inquiry:
    """Return a question by this person today, or by whoever `--by` names."""
    return replace(here.inquiry, who=who) if who else here.inquiry


def _grant(
    account: str, what: dict[str, Any], *, until: date, who: str | None, as_json: bool, **words: Any
) -> None:
    here = desk()
    inquiry = asked_by(here, who)
    request = Request(**what, **words, until=until, by=inquiry.who)
    _print(usecase.grant(here.store, account, request, inquiry), as_json)


def _print(outcome: usecase.Outcome, as_json: bool) -> None:
    grant, moved = outcome.grant, outcome.moved
    if as_json:
        tiers = {"before": moved.before, "after": moved.after} if moved else None
        print_json({**_shape(grant), "name": outcome.name, "moved": tiers})
        return
    what = f"exception {grant.id}: {outcome.name}, {_what(grant)}"
    if grant.ended_on:
        click.echo(f"Ended {what}; it was granted {grant.told}.")
    else:
        click.echo(f"Granted {what}, {grant.told}.")
    if moved:
        click.echo(str(moved))


def _what(grant: Grant) -> str:
    return grant.service or f"tier {grant.tier}"


def _shape(grant: Grant) -> dict[str, Any]:
    return {
        "id": grant.id,
        "account": grant.account_id,
        "tier": grant.tier,
        "service": grant.service,
        "reason": grant.reason,
        "approver": grant.approver,
        "granted_by": grant.granted_by,
        "starts_on": grant.starts_on.isoformat(),
        "until": grant.until.isoformat(),
        "ended_on": grant.ended_on.isoformat() if grant.ended_on else None,
    }
