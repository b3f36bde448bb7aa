"""Commands about the numbers by tier."""

from __future__ import annotations

import csv
import sys
from collections.abc import Sequence
from typing import Literal

import click
from rich.box import SIMPLE_HEAD
from rich.markup import escape
from rich.table import Table

from tiering.cli.desk import desk
from tiering.domain.figures import FIGURES
from tiering.domain.quarter import BadQuarter, Quarter
from tiering.domain.report import Column, report_shape
from tiering.domain.report_lines import report_lines
from tiering.domain.written_number import beside, plain
from tiering.terminal import console, end, print_json
from tiering.usecases import quarters as closing
from tiering.usecases.report import Comparison, NotYet
from tiering.usecases.report import report as draw_up

COLUMNS = 4
"""How many tiers, all together among them, stand beside one another within 100 columns."""


@click.command()
@click.option("--quarter", help="Such as 2026Q3; the current one by default.")
@click.option("--json", "form", flag_value="json", help="Print it for programs, with what each number means.")
@click.option("--csv", "form", flag_value="csv", help="Print it as CSV, a line for each number.")
def report(quarter: str | None, form: Literal["json", "csv"] | None) -> None:
    """Show a quarter's numbers by tier, and the one before."""
    here = desk()
    try:
        asked = Quarter.parse(quarter) if quarter else None
    except BadQuarter as error:
        raise click.BadParameter(str(error), param_hint="--quarter") from error
    try:
        found = draw_up(here.store, here.who, here.today, asked, here.company)
    except NotYet as error:
        end(str(error))
    if form == "json":
        print_json(report_shape(found.report, found.previous))
    elif form == "csv":
        csv.writer(sys.stdout, lineterminator="\n").writerows(report_lines(found.report, found.previous))
    else:
        _print(found)


@click.command("close-quarter")
@click.option("--json", "as_json", is_flag=True, help="Print it for programs.")
def close_quarter(as_json: bool) -> None:
    """Close the quarter that has ended, once.

    Its numbers never change afterwards.
    """
    here = desk()
    closed = closing.close_quarter(here.store, here.who, here.today, here.company)
    if as_json:
        print_json({"closed": str(closed) if closed else None})
    else:
        click.echo(f"Closed {closed}." if closed else "There is no quarter to close.")


def _print(found: Comparison) -> None:
    out, report = console(), found.report
    state = "closed" if report.closed_at else "open"
    compared = f"; in brackets {found.previous.quarter}" if found.previous else ""
    as_of = f"as of {report.as_of.isoformat()}, amounts in {report.currency}"
    out.print(f"[bold]{report.quarter}[/] ({state}), {as_of}{compared}")
    for start in range(0, len(report.columns), COLUMNS):
        out.print(_table(found, report.columns[start : start + COLUMNS]))
    known = [(share, value) for share, value in report.pareto if value is not None]
    if known:
        told = ", ".join(f"{plain(share)}% bring {plain(value)}%" for share, value in known)
        out.print(f"Pareto: of the customers, the largest {told} of the ARR.")
    for note in report.notes:
        out.print(escape(note))


def _table(found: Comparison, columns: Sequence[Column]) -> Table:
    table = Table(box=SIMPLE_HEAD)
    table.add_column(no_wrap=True)
    for column in columns:
        heading = column.name if column.tier is None else f"{column.tier} {column.name}"
        table.add_column(escape(heading), justify="right", overflow="fold")
    for one in FIGURES:
        unit = f", {one.unit}" if one.unit in ("hours", "days") else ""
        table.add_row(
            one.label + unit, *(beside(found.report, found.previous, column, one) for column in columns)
        )
    return table
