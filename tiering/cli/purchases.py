"""Commands about what accounts pay for beside their plan."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

import click
from rich.markup import escape
from rich.table import Table

from tiering.cli.desk import DAY, JSON, NUMBER, Desk, desk
from tiering.domain.money import Money
from tiering.domain.purchase import Order, Purchase
from tiering.terminal import console, print_json
from tiering.usecases import purchases as usecase

_UNTIL = click.option("--until", type=DAY, required=True, help="The last day on which it holds: 2027-03-31.")
_PRICE = click.option("--price", metavar="AMOUNT", help="What it costs altogether: 1200, or 1200 EUR.")


@click.command()
@click.argument("account")
@click.argument("service")
@_UNTIL
@click.option("--times", type=int, help="How many deliveries; without it, as many as are needed.")
@_PRICE
@JSON
def buy(account: str, service: str, times: int | None, as_json: bool, **terms: Any) -> None:
    """Record that ACCOUNT bought SERVICE on top of its plan.

    SERVICE is an id, a name or an alias.
    """
    _buy(account, {"service": service, "times": times}, as_json, **terms)


@click.command("buy-tier")
@click.argument("account")
@click.argument("tier", type=int)
@_UNTIL
@_PRICE
@JSON
def buy_tier(account: str, tier: int, as_json: bool, **terms: Any) -> None:
    """Record that ACCOUNT pays for TIER.

    It has that tier while it pays.
    """
    _buy(account, {"tier": tier}, as_json, **terms)


@click.group()
def purchases() -> None:
    """List and cancel what accounts pay for beside their plan."""


@purchases.command("cancel")
@click.argument("number", metavar="ID", type=NUMBER)
@JSON
def cancel(number: int, as_json: bool) -> None:
    """Cancel the purchase with this ID from today on."""
    here = desk()
    _print(usecase.cancel(here.store, number, here.inquiry), as_json)


@purchases.command("list")
@JSON
def list_purchases(as_json: bool) -> None:
    """List the purchases that hold, the next to end first."""
    here = desk()
    deals = usecase.running(here.store, here.inquiry)
    if as_json:
        print_json([{**_shape(deal.purchase), "name": deal.name} for deal in deals])
        return
    table = Table()
    for heading in ("Id", "Account", "What", "Until", "Price"):
        table.add_column(heading)
    for deal in deals:
        one = deal.purchase
        cells = (str(one.id), deal.name, _what(one), one.until.isoformat(), str(one.price or "–"))
        table.add_row(*(escape(cell) for cell in cells))
    console().print(table)


def _buy(account: str, what: dict[str, Any], as_json: bool, *, until: date, price: str | None) -> None:
    here = desk()
    order = Order(**what, until=until, price=_money(here, price), by=here.who)
    _print(usecase.buy(here.store, account, order, here.inquiry), as_json)


def _money(here: Desk, written: str | None) -> Money | None:
    if written is None:
        return None
    amount, _, currency = written.strip().partition(" ")
    rules = here.content.rules
    code = currency.strip().upper() or (rules.currency if rules else "USD")
    try:
        value = Decimal(amount.replace(",", ""))
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or abs(value) >= 10**12:
        raise click.BadParameter(
            f"{written!r} is no amount; expected 1200, or 1200 EUR", param_hint="--price"
        )
    return Money.of(value, code)


def _print(deal: usecase.Deal, as_json: bool) -> None:
    purchase, moved = deal.purchase, deal.moved
    if as_json:
        tiers = {"before": moved.before, "after": moved.after} if moved else None
        print_json({**_shape(purchase), "name": deal.name, "moved": tiers})
        return
    what = f"purchase {purchase.id}: {deal.name}, {_what(purchase)}"
    if purchase.cancelled_on:
        click.echo(f"Cancelled {what}; it was bought until {purchase.until}.")
    else:
        click.echo(f"Recorded {what}, until {purchase.until}.")
    if moved:
        click.echo(str(moved))


def _what(purchase: Purchase) -> str:
    times = f" ({purchase.times} times)" if purchase.times else ""
    return f"{purchase.service}{times}" if purchase.service else f"tier {purchase.tier}"


def _shape(purchase: Purchase) -> dict[str, Any]:
    price = purchase.price
    return {
        "id": purchase.id,
        "account": purchase.account_id,
        "tier": purchase.tier,
        "service": purchase.service,
        "times": purchase.times,
        "starts_on": purchase.starts_on.isoformat(),
        "until": purchase.until.isoformat(),
        "price": {"amount": str(price.amount), "currency": price.currency} if price else None,
        "cancelled_on": purchase.cancelled_on.isoformat() if purchase.cancelled_on else None,
    }
