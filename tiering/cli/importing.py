"""Commands that import what other systems export."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from tiering.cli.desk import Desk, desk, now
from tiering.config import MaybeSecretSettings, load_settings
from tiering.csvfile import CsvFile, open_csv
from tiering.domain.contact_row import ContactRow
from tiering.files import Problem
from tiering.mapping import (
    ColumnMap,
    account_layout,
    contact_columns,
    event_columns,
    metric_columns,
    read_mapping,
)
from tiering.terminal import print_json, print_problems
from tiering.usecases import events as events_usecase
from tiering.usecases import import_accounts as accounts_usecase
from tiering.usecases import import_contacts as contacts_usecase
from tiering.usecases import import_metrics as metrics_usecase
from tiering.usecases.deciding import Move
from tiering.usecases.import_accounts import Listener, NumberedRow, Order
from tiering.usecases.import_contacts import NumberedContact
from tiering.usecases.privacy import erased_among
from tiering.usecases.rows import account_rows, contact_rows, event_rows, metric_rows

MOST_SHOWN = 20
"""How many movers or vanished accounts stand on the terminal; `--json` has all."""

_FILE = click.Path(path_type=Path)


class Unusable(Exception):
    """The file or its mapping cannot be imported at all; the problems have been printed."""


@click.command("import")
@click.argument("file", type=_FILE)
@click.option("--map", "map_file", type=_FILE, help="A MAP.yaml that says what the columns mean.")
@click.option("--dry-run", is_flag=True, help="Say what would happen and change nothing.")
@click.option("--strict", is_flag=True, help="Import nothing when any row is rejected.")
@click.option("--full", is_flag=True, help="The file holds every account: mark those it lacks as churned.")
@click.option("--accept-moves", is_flag=True, help="Let the import move many accounts, or empty a criterion.")
@click.option("--json", "as_json", is_flag=True, help="Print the summary for programs.")
def import_accounts(file: Path, map_file: Path | None, as_json: bool, **how: bool) -> None:
    """Import accounts from FILE, a CSV export of the CRM."""
    here = desk()
    try:
        summary = land_accounts(here, file, map_file, Order(str(file), here.who, here.today, **how))
    except Unusable:
        sys.exit(1)
    if as_json:
        print_json({**asdict(summary), "waiting": [_waiting(move) for move in summary.waiting]})
    else:
        _print(summary, how["dry_run"])
    sys.exit(1 if summary.rejected or (summary.stopped and not how["dry_run"]) else 0)


@click.command("import-contacts")
@click.argument("file", type=_FILE)
@click.option("--json", "as_json", is_flag=True, help="Print the summary for programs.")
def import_contacts(file: Path, as_json: bool) -> None:
    """Import the people at the accounts from FILE, a CSV."""
    try:
        summary = land_contacts(desk(), file, str(file))
    except Unusable:
        sys.exit(1)
    if as_json:
        print_json(asdict(summary))
    else:
        click.echo(", ".join(f"{number} {name}" for name, number in asdict(summary).items()))
    sys.exit(1 if summary.rejected else 0)


@click.command("import-metrics")
@click.argument("file", type=_FILE)
@click.option("--dry-run", is_flag=True, help="Say what would happen and change nothing.")
@click.option("--accept-moves", is_flag=True, help="Let the measurements move many accounts.")
@click.option("--json", "as_json", is_flag=True, help="Print the summary for programs.")
def import_metrics(file: Path, as_json: bool, **how: bool) -> None:
    """Import measurements from FILE, a CSV.

    Its columns are account, metric, value, as_of and source; a metric is such as nps, csat, service_requests.
    """
    here = desk()
    try:
        summary = _land_metrics(here, file, Order(str(file), here.who, here.today, **how))
    except Unusable:
        sys.exit(1)
    if as_json:
        print_json({**asdict(summary), "waiting": [_waiting(move) for move in summary.waiting]})
    else:
        counts = [f"{getattr(summary, name)} {name}" for name in ("added", "unchanged", "rejected")]
        acceptable = bool(summary.movers or summary.waiting)
        _print_outcome(counts, summary, how["dry_run"], acceptable)
    sys.exit(1 if summary.rejected or (summary.stopped and not how["dry_run"]) else 0)


@click.command("import-events")
@click.argument("file", type=_FILE)
@click.option("--dry-run", is_flag=True, help="Say what would happen and change nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the summary for programs.")
def import_events(file: Path, dry_run: bool, as_json: bool) -> None:
    """Import what people at the accounts did from FILE, a CSV.

    Its columns are id, contact (an id or an address), name, at and value; a name is such as signed_up,
    nps_answered or invoice.sent. What is in the record already is not taken twice.
    """
    try:
        summary = land_events(desk(), file, str(file), dry_run=dry_run)
    except Unusable:
        sys.exit(1)
    if as_json:
        print_json(asdict(summary))
    else:
        counts = ", ".join(f"{number} {name}" for name, number in asdict(summary).items())
        click.echo(f"Would be: {counts}" if dry_run else counts)
    sys.exit(1 if summary.rejected else 0)


def land_accounts(here: Desk, file: Path, map_file: Path | None, order: Order) -> accounts_usecase.Summary:
    """Import a file of accounts, showing progress on a terminal; raises Unusable."""
    mapping = _mapping(map_file)
    with open_csv(
        file, encoding=mapping.encoding if mapping else None, delimiter=mapping.delimiter if mapping else None
    ) as csv:
        rules = here.content.rules
        layout, problems = account_layout(csv, mapping, rules.currency if rules else "USD")
        print_problems([*csv.problems, *problems])
        if layout is None:
            raise Unusable
        with _progress(csv) as progress:
            decided = progress.add_task("Deciding", total=None, start=False)
            listener = Listener(
                problem=lambda problem: click.echo(str(problem), err=True),
                decided=lambda count: progress.advance(decided, count),
                confirm=_confirm_churn,
            )
            rows = account_rows(csv, layout)
            return accounts_usecase.import_accounts(
                here.store, _watched(rows, csv, progress), order, listener
            )


def land_contacts(here: Desk, file: Path, source: str) -> contacts_usecase.Summary:
    """Import a file of contacts; raises Unusable."""
    with open_csv(file) as csv:
        columns, problems = contact_columns(csv)
        if print_problems([*csv.problems, *problems]) or columns is None:
            raise Unusable
        landed = dict[str, tuple[int, tuple[str, ...]]]()
        summary = contacts_usecase.import_contacts(
            here.store,
            _noted(contact_rows(csv, columns), landed),
            source,
            here.who,
            lambda problem: click.echo(str(problem), err=True),
        )
    print_problems(_erased_before(here, landed, source))
    return summary


def _noted(
    rows: Iterable[NumberedContact], landed: dict[str, tuple[int, tuple[str, ...]]]
) -> Iterator[NumberedContact]:
    """Note each contact's line and addresses while the rows stream by."""
    for one in rows:
        if isinstance(one.row, ContactRow):
            landed[one.row.id] = one.line, one.row.emails
        yield one


def _erased_before(
    here: Desk, landed: Mapping[str, tuple[int, tuple[str, ...]]], source: str
) -> Iterator[Problem]:
    """Warn of contacts that were erased and are there again, as far as the secret key lets anybody tell."""
    secret = load_settings(MaybeSecretSettings).secret_key
    contacts = {contact: emails for contact, (_, emails) in landed.items()}
    found = erased_among(here.store, secret, contacts) if secret else None
    for contact in sorted(found or (), key=lambda one: landed[one][0]):
        text = "this contact was erased before and is there again; programmes send them no mails"
        yield Problem(source, landed[contact][0], text, warning=True)


def land_events(here: Desk, file: Path, source: str, *, dry_run: bool = False) -> events_usecase.Summary:
    """Import a file of events; raises Unusable."""
    with open_csv(file) as csv:
        columns, problems = event_columns(csv)
        if print_problems([*csv.problems, *problems]) or columns is None:
            raise Unusable
        return events_usecase.import_events(
            here.store,
            event_rows(csv, columns, now()),
            (source, here.who),
            lambda problem: click.echo(str(problem), err=True),
            rehearse=dry_run,
        )


def _land_metrics(here: Desk, file: Path, order: Order) -> metrics_usecase.Summary:
    with open_csv(file) as csv:
        columns, problems = metric_columns(csv)
        if print_problems([*csv.problems, *problems]) or columns is None:
            raise Unusable
        return metrics_usecase.import_metrics(
            here.store,
            metric_rows(csv, columns, here.today),
            order,
            lambda problem: click.echo(str(problem), err=True),
        )


def _mapping(map_file: Path | None) -> ColumnMap | None:
    if map_file is None:
        return None
    mapping, problems = read_mapping(map_file)
    if print_problems(problems) or mapping is None:
        raise Unusable
    return mapping


@contextmanager
def _progress(csv: CsvFile) -> Iterator[Progress]:
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(
        *columns, console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()
    ) as bar:
        bar.add_task("Reading", total=csv.size)
        yield bar


def _watched(rows: Iterator[NumberedRow], csv: CsvFile, progress: Progress) -> Iterator[NumberedRow]:
    """Move the bar along with the bytes that have been read."""
    reading = progress.task_ids[0]
    for number, row in enumerate(rows):
        if number % 1000 == 0:
            progress.update(reading, completed=csv.position)
        yield row
    progress.update(reading, completed=csv.size)


def _confirm_churn(vanished: Sequence[tuple[str, str]]) -> bool:
    click.echo(f"{len(vanished)} accounts are not in the file and would be marked as churned:", err=True)
    for account_id, name in vanished[:MOST_SHOWN]:
        click.echo(f"  {name} ({account_id})", err=True)
    if len(vanished) > MOST_SHOWN:
        click.echo(f"  and {len(vanished) - MOST_SHOWN} more", err=True)
    return sys.stdin.isatty() and click.confirm("Mark them as churned?", err=True)


def _waiting(move: Move) -> dict[str, object]:
    return {**asdict(move), "due": move.due.isoformat() if move.due else None}


def _print(summary: accounts_usecase.Summary, dry_run: bool) -> None:
    counts = [f"{getattr(summary, name)} {name}" for name in ("created", "changed", "unchanged", "rejected")]
    counts += [f"{summary.churned} churned"] if summary.churned else []
    acceptable = bool(summary.movers or summary.waiting or summary.emptied)
    _print_outcome(counts, summary, dry_run, acceptable)


def _print_outcome(
    counts: Sequence[str],
    summary: accounts_usecase.Summary | metrics_usecase.Summary,
    dry_run: bool,
    acceptable: bool,
) -> None:
    """Say what an import did, who moves by it, and why it stopped where somebody could accept that."""
    click.echo(("Would be: " if summary.stopped else "") + ", ".join(counts))
    if summary.movers and (summary.stopped or dry_run):
        click.echo(f"{len(summary.movers)} would change their tier:")
    for mover in summary.movers[:MOST_SHOWN]:
        click.echo(f"  {mover.name} ({mover.id}): tier {mover.before} to tier {mover.after}")
    if len(summary.movers) > MOST_SHOWN:
        click.echo(f"  and {len(summary.movers) - MOST_SHOWN} more")
    if summary.waiting:
        click.echo(f"{len(summary.waiting)} {'would' if summary.stopped else 'will'} move later:")
    for move in summary.waiting[:MOST_SHOWN]:
        click.echo(f"  {move.name} ({move.id}): tier {move.before} to tier {move.after} on {move.due}")
    if len(summary.waiting) > MOST_SHOWN:
        click.echo(f"  and {len(summary.waiting) - MOST_SHOWN} more")
    if summary.stopped:
        click.echo(summary.stopped, err=True)
        if acceptable and not dry_run:
            click.echo("If that is right, run it again with --accept-moves.", err=True)
