"""The command that sends the mails of programmes, rehearses that, and tries them out."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from time import sleep

import click
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn
from rich.table import Table

from kb.cli.advice import next_for
from kb.cli.desk import need, placed, read
from kb.config import SendSettings
from kb.courses import read_outlines
from kb.includes import read_includes
from kb.mail import FolderMailer, Mailer, MailNotSent, MailUncertain, is_address, open_mailer
from kb.office_hours import read_office_hours
from kb.programmes.bounce import bounced
from kb.programmes.course_link import course_token
from kb.programmes.lessons import with_lessons
from kb.programmes.letter import House, Ways, write
from kb.programmes.made_up import made_up
from kb.programmes.person import Person
from kb.programmes.planning import Material, plan_now
from kb.programmes.programme import about_courses
from kb.programmes.reading import read_programmes
from kb.programmes.round import Plan, Round
from kb.programmes.tally import Tally, tally
from kb.programmes.unsubscribing import PATH, unsubscribe_path
from kb.sending import Outcome
from kb.site import read_site
from kb.storage import Suppressions
from kb.storage.suppressions import BOUNCED
from tiering.config import ConfigError, load_settings
from tiering.content import read_content
from tiering.files import Problem
from tiering.terminal import WORLD, console, end, print_json, print_problems
from tiering.usecases.record import check as check_record
from tiering.usecases.record import open_store

_NOT_SIMPLY_SENT = {
    Outcome.UNCERTAIN: "Mails that may have arrived or not, as `tiering deliveries` lists: {:,}.",
    Outcome.PUT_OFF: "Mails that the server did not take, and that are tried again at the next round: {:,}.",
    Outcome.REFUSED: "Mails to addresses that nobody has, which get no more of them: {:,}.",
}

_keep = click.option("--keep", is_flag=True, help="Keep the mails in DATA_DIR/mails instead.")


@click.command()
@click.option("--dry-run", is_flag=True, help="Say what would be sent, and send nothing.")
@click.option("--backfill", metavar="NAME", multiple=True, help="Let it begin for triggers of the past too.")
@_keep
@click.option(
    "--per-minute", type=click.IntRange(1, 1_000_000), default=600, help="Mails at most; 600 without it."
)
@click.option("--json", "as_json", is_flag=True, help="Print the counts for programs.")
def send(dry_run: bool, backfill: tuple[str, ...], keep: bool, per_minute: int, as_json: bool) -> None:
    """Send the mails of programmes that are due.

    Each goes out at most once: it may be run at any time, by several at once, and be killed; what may have
    arrived is listed by `tiering deliveries` and never sent again. A contact gets one mail a day at most.
    """
    settings = load_settings(SendSettings)
    material, grave = _read(settings, backfill)
    material, lost = _with_lessons(material, settings.content_dir)
    grave += lost
    mailer = None if dry_run else _mailer(settings, keep)
    store = open_store(settings.database, lambda: datetime.now(UTC))
    try:
        check_record(store)
        suppressions = Suppressions(store, settings.secret_key)
        suppressions.check()
        plan = plan_now(store, suppressions, material, backfill, launching=mailer is not None)
        with _progress() as looked_at:
            plan = replace(plan, looked_at=looked_at)
            done = tally(plan.due()) if mailer is None else _sent(plan, mailer, settings, per_minute)
    finally:
        store.close()
    _print(done, as_json=as_json, verb="would be sent" if dry_run else "sent")
    if paused := [one.programme.name for one in plan.running if one.programme.paused]:
        click.echo(f"Paused: {', '.join(paused)}.", err=True)
    grave += print_problems(_lacking(settings.content_dir, done))
    sys.exit(WORLD if grave else 0)


@click.command("try-mails")
@click.argument("address")
@click.argument("programme", nargs=-1)
@_keep
def try_mails(address: str, programme: tuple[str, ...], keep: bool) -> None:
    """Send the mails of each PROGRAMME to ADDRESS.

    Without a programme those of all: a look at them before a customer gets one. They are about a made-up
    customer, of whom words such as [first_name] stand in for what is known.
    """
    settings = load_settings(SendSettings)
    if not is_address(address):
        raise click.UsageError(f"{address!r} is no address such as you@example.com.")
    material, grave = _read(settings, programme)
    steps = [
        (one, step)
        for one in material.programmes
        if one.name in programme or not programme
        for step in one.steps
    ]
    mailer = _mailer(settings, keep)
    person, house = made_up(address, material.hours, datetime.now(UTC)), material.house
    for one, step in steps:
        try:
            mailer.send(write(one, step, person, house, Ways(f"{house.base}{PATH}")))
        except (MailNotSent, MailUncertain) as error:
            end(str(error))
    click.echo(f"{len(steps)} {'mail' if len(steps) == 1 else 'mails'} for {address}.", err=True)
    sys.exit(WORLD if grave else 0)


@click.command()
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False)
)
def bounces(files: tuple[Path, ...]) -> None:
    """Note addresses that mail servers report unknown.

    FILES are the reports as mails (.eml); those whom they name get no more mails of programmes.
    """
    settings = load_settings(SendSettings)
    problems, addresses = [], dict[str, None]()
    for path in files:
        found = bounced(path.read_bytes())
        if found is None:
            text = "this is no report of a mail server; expected one with message/delivery-status"
            problems.append(Problem(str(path), 1, text))
        addresses |= dict.fromkeys(found or ())
    store = open_store(settings.database, lambda: datetime.now(UTC))
    try:
        check_record(store)
        suppressions = Suppressions(store, settings.secret_key)
        suppressions.check()
        new = sum(suppressions.add(BOUNCED, address) for address in addresses)
    finally:
        store.close()
    click.echo(f"{new} {'address gets' if new == 1 else 'addresses get'} no more mails")
    sys.exit(WORLD if print_problems(problems) else 0)


def _read(settings: SendSettings, named: Sequence[str]) -> tuple[Material, int]:
    """Return what programmes are made of, and how many problems were printed of what is not sound."""
    need(settings.content_dir)
    site, _ = read_site(settings.content_dir)
    programmes, problems = read_programmes(settings.content_dir, site)
    hours, wrong = read_office_hours(settings.content_dir, site)
    grave = print_problems(placed(settings.content_dir, problem) for problem in (*problems, *wrong))
    known = [one.name for one in programmes]
    for name in named:
        if name not in known:
            raise click.UsageError(
                f"There is no sound programme {name}; expected one of {', '.join(known) or 'none'}."
            )
    house = House(site, settings.kb_url, read_includes(settings.content_dir, {})[0])
    prose = read_content(settings.content_dir).prose
    return Material(programmes, house, prose, hours, {}, lambda: read(settings.content_dir)[1]), grave


def _with_lessons(material: Material, content_dir: Path) -> tuple[Material, int]:
    """Add the courses, and leave out what asks for a lesson that is not there; print and count that."""
    needs_them = any(map(about_courses, material.programmes))
    courses = read_outlines(content_dir, material.house.site) if needs_them else {}
    programmes, problems = with_lessons(content_dir, material.programmes, courses)
    grave = print_problems(placed(content_dir, problem) for problem in problems)
    return replace(material, programmes=programmes, courses=courses), grave


def _mailer(settings: SendSettings, keep: bool) -> Mailer:
    if keep:
        return FolderMailer(settings.data_dir / "mails", settings.mail_from or "help@localhost")
    found = open_mailer(settings)
    if found is None:
        raise ConfigError("SMTP_URL is not set; with --keep the mails are kept in DATA_DIR/mails")
    return found


def _sent(plan: Plan, mailer: Mailer, settings: SendSettings, per_minute: int) -> Tally:
    def ways(person: Person) -> Ways:
        secret = settings.secret_key
        return Ways(
            settings.kb_url + unsubscribe_path(secret, person.id),
            course_token(secret, person.id, plan.store.now()),
        )

    done, fates = Tally(), Counter[Outcome | None]()
    advice = next_for(settings, plan.store)
    out = Round(plan, mailer, ways, sleep, 60 / per_minute, next_for=advice)
    try:
        for planned in plan.due():
            fate = None if planned.missing else out.send(planned)
            fates[fate] += 1
            if planned.missing or fate in {Outcome.SENT, Outcome.UNCERTAIN}:
                done.add(planned)
    finally:
        for fate, said in _NOT_SIMPLY_SENT.items():
            if fates[fate]:
                click.echo(said.format(fates[fate]), err=True)
    return done


def _lacking(content_dir: Path, done: Tally) -> Iterator[Problem]:
    for (path, line, name), count in sorted(done.lacking.items()):
        who = "1 contact" if count == 1 else f"{count} contacts"
        text = f"not sent to {who} without `{name}`; {{{{ {name} | words }}}} says something else instead"
        yield placed(content_dir, Problem(path, line, text))


def _print(done: Tally, *, as_json: bool, verb: str) -> None:
    counts = done.mails
    if as_json:
        rows = [{"programme": name, "step": step, "mails": n} for (name, step), n in sorted(counts.items())]
        print_json({"mails": counts.total(), "steps": rows})
        return
    if not counts:
        click.echo(f"No mails {verb}.", err=True)
        return
    table = Table("Programme", "Step", "Mails", box=None, header_style="bold")
    for (name, step), count in sorted(counts.items()):
        table.add_row(name, step, str(count))
    console().print(table)


@contextmanager
def _progress() -> Iterator[Callable[[int], object]]:
    """Show on a terminal how many contacts were looked at."""
    screen = Console(stderr=True)
    if not screen.is_terminal:
        yield lambda _: None
        return
    with Progress(SpinnerColumn(), TextColumn("{task.completed:,} contacts"), console=screen) as bar:
        task = bar.add_task("", total=None)
        yield lambda count: bar.advance(task, count)
