"""Commands about the figures: tickets to compare with, and what colleagues changed on the pages."""

from __future__ import annotations

import getpass
import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from kb.edits import edited, write
from kb.storage import Edits, Readership
from kb.tickets import tickets_in
from tiering.config import Settings, load_settings
from tiering.terminal import WORLD, print_problems
from tiering.usecases.record import Store, open_store
from tiering.usecases.record import check as check_record


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
def tickets(file: Path) -> None:
    """Count the support desk's tickets, to compare the pages with.

    FILE is CSV with the columns day, tier and tickets; without the last every row is one ticket. What was
    counted for the same day and tier before is replaced; a file with a mistake changes nothing.
    """
    counted, problems = tickets_in(file, str(file), datetime.now(UTC).date())
    if print_problems(problems):
        sys.exit(WORLD)
    store = _record()
    try:
        Readership(store).count_tickets(counted, f"cli:{getpass.getuser()}")
    finally:
        store.close()
    click.echo(f"{sum(one.tickets for one in counted)} tickets of {len({one.day for one in counted})} days")


@click.command("export-edits")
@click.argument("folder", required=False, type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--forget", is_flag=True, help="Then take them out of the record; they count by the files alone."
)
def export_edits(folder: Path | None, *, forget: bool) -> None:
    """Write what colleagues changed on the pages into files.

    They stand below FOLDER then, or CONTENT_DIR. The record holds changes only where that cannot be written.
    """
    settings = load_settings(Settings)
    target = folder or settings.content_dir
    store = _record()
    try:
        changes = Edits(store).all()
        for path, text in sorted(edited(target, changes).items()):
            write(target / path, text)
            click.echo(str(target / path))
        if forget:
            Edits(store).forget(f"cli:{getpass.getuser()}")
    finally:
        store.close()


def _record() -> Store:
    store = open_store(load_settings(Settings).database, lambda: datetime.now(UTC))
    check_record(store)
    return store
