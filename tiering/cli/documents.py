"""Commands that write documents in Markdown: for customers, for Sales, for one account."""

from __future__ import annotations

from pathlib import Path

import click

from tiering.cli.desk import desk
from tiering.files import Problem
from tiering.terminal import end, print_json
from tiering.usecases import documents as usecase

_OUT = click.option("--out", type=click.Path(path_type=Path), help="Write to this file instead of stdout.")
_JSON = click.option("--json", "as_json", is_flag=True, help="Print it for programs.")


@click.group()
def document() -> None:
    """Write a document in Markdown."""


@document.command()
@_OUT
@_JSON
def matrix(out: Path | None, as_json: bool) -> None:
    """Write what each plan includes, for customers: public names only."""
    here = desk()
    _give(usecase.customer_matrix(here.store, here.inquiry), out, as_json)


@document.command()
@_OUT
@_JSON
def sales(out: Path | None, as_json: bool) -> None:
    """Write one page for Sales.

    It says who qualifies for which tier, and how to speak of it.
    """
    here = desk()
    _give(usecase.sales_page(here.store, here.inquiry), out, as_json)


@document.command()
@click.argument("account")
@click.option("--year", type=click.IntRange(2000, 2200), help="By default this year.")
@_OUT
@_JSON
def value(account: str, year: int | None, out: Path | None, as_json: bool) -> None:
    """Write what was delivered for ACCOUNT in a year.

    It is for the account to read.
    """
    here = desk()
    _give(usecase.yearly_value(here.store, account, year or here.today.year, here.inquiry), out, as_json)


def _give(text: str, out: Path | None, as_json: bool) -> None:
    """Print a document, or write it to a file."""
    if out is not None:
        try:
            out.write_text(text, encoding="utf-8")
        except OSError as error:
            end(str(Problem(str(out), 1, f"the file cannot be written: {error.strerror or error}")))
    if as_json:
        print_json({"path": str(out) if out else None, "markdown": text})
    elif out is None:
        click.echo(text, nl=False)
