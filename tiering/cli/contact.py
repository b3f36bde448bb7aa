"""Commands about what is held of one contact: shown, erased, and for how long it is kept."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import click
from rich.table import Table

from tiering.cli.desk import JSON, Desk, desk
from tiering.config import SecretSettings, load_settings
from tiering.domain.contact_row import email
from tiering.retention import Retention, read_retention
from tiering.terminal import console, end, print_json, print_problems
from tiering.usecases import privacy as usecase
from tiering.usecases.privacy import Found

A_MOMENT = 2.0
"""Seconds after which pages have recorded whatever they were about to."""

REMAINS = (
    "Numbers and days of their messages and certificates, without a word of what stood in them.",
    "Sums by month, in which nobody can be told from others.",
    "Hashes: those by which they get no mails again, and those under which mails of programmes went out.",
    "Outside the record: mails in mailboxes, messages in Slack, logs, backups and, where no mail server is "
    "set, DATA_DIR/mails.",
)


class _Address(click.ParamType[str]):
    """An e-mail address, however it is written."""

    name = "email"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        found = email(str(value).strip())
        if found is None:
            self.fail("that is no whole e-mail address such as jane@acme.com", param, ctx)
        return found


_ADDRESS = click.argument("address", metavar="EMAIL", type=_Address())


@click.group()
def contact() -> None:
    """Show or erase what is held of one contact.

    Only whoever is at this terminal can: no page and no message does it.
    """


@contact.command()
@_ADDRESS
@JSON
def export(address: str, as_json: bool) -> None:
    """Print everything that is held of the person with EMAIL.

    In Markdown, for them to read; what colleagues wrote of them stands at the end, to be looked over before.
    """
    here = desk()
    found, retention = _find(here, address), _retention(here)
    if as_json:
        print_json(_shape(found, retention))
    else:
        click.echo("\n".join(_pages(found, retention, here.today)))


@contact.command()
@_ADDRESS
@click.option("--dry-run", is_flag=True, help="Say what would be erased, and erase nothing.")
@JSON
def erase(address: str, dry_run: bool, as_json: bool) -> None:
    """Erase everything that is held of the person with EMAIL.

    Their sessions end at once and no mail is sent to them again, not even after another import. Running it
    twice changes nothing.
    """
    here = desk()
    whom = _find(here, address).whom
    done = usecase.erase(here.store, whom, here.who, only_try=dry_run)
    if done and not dry_run:
        time.sleep(A_MOMENT)
        late = usecase.erase(here.store, whom, here.who)
        done = {name: done.get(name, 0) + late.get(name, 0) for name in {**done, **late}}
    if as_json:
        print_json({"erased": dict(sorted(done.items())), "dry_run": dry_run, "remains": list(REMAINS)})
        return
    table = Table("Table", "Rows that would be erased" if dry_run else "Rows erased", box=None)
    for name, count in sorted(done.items()):
        table.add_row(name, str(count))
    if done:
        console().print(table)
    click.echo("What remains:" if done else "Nothing is held of this address. What remains in any case:")
    for sentence in REMAINS:
        click.echo(f"- {sentence}")


@contact.command()
@JSON
def retention(as_json: bool) -> None:
    """Say how long things are kept, and how much is older.

    `kb clock` forgets that in the night; `retention` in site.yaml says for how many days what is kept.
    """
    here = desk()
    days = _retention(here)
    counts = usecase.old(here.store, days)
    if as_json:
        print_json({noun: {"days": days.days[noun], "older": count} for noun, count in counts.items()})
        return
    table = Table("Kept", "Days", "Rows that are older", box=None)
    for noun, count in counts.items():
        table.add_row(noun, str(days.days[noun]), str(count))
    console().print(table)


def _find(here: Desk, address: str) -> Found:
    secret = load_settings(SecretSettings).secret_key
    return usecase.find(here.store, address, secret, here.who, here.today)


def _retention(here: Desk) -> Retention:
    found, problems = read_retention(here.settings.content_dir)
    if found is None:
        print_problems(problems)
        end("How long things are kept cannot be read.")
    return found


def _until(kept: str, retention: Retention) -> str:
    days = retention.days.get(kept)
    return kept if days is None else f"for {days} days"


def _pages(found: Found, retention: Retention, today: date) -> Iterator[str]:
    yield f"# What we hold of {', '.join(found.addresses)}"
    yield f"\nAs of {today.isoformat()}; times are UTC."
    if not found.held:
        yield "\nNothing but, where they were erased or want no mails, hashes that leave them in peace."
    for one in found.held:
        yield f"\n## {one.part.what}"
        yield f"\nFrom: {one.part.source}. Kept {_until(one.part.kept, retention)}.\n"
        for row in one.rows:
            said = {name.replace("_", " "): _said(value) for name, value in row.items() if value is not None}
            yield "- " + "\n  ".join(f"{name}: {words}" for name, words in said.items() if words)
    if found.mentioned:
        yield "\n---\n\n# Not for them as it is: what others wrote that names them\n"
        for text in found.mentioned:
            yield from (f"- {text.table} {text.row}: {_said(words)}" for words in text.texts)


def _said(value: object) -> str:
    """Write a value in one paragraph, so that a text cannot pass for a line of ours."""
    match value:
        case bool():
            return "yes" if value else "no"
        case datetime():
            return value.strftime("%Y-%m-%d %H:%M")
        case list():
            return ", ".join(map(_said, value)) or "none"
        case dict():
            return "; ".join(f"{name} {_said(inner)}" for name, inner in value.items())
    return " ".join(str(value).split())


def _shape(found: Found, retention: Retention) -> Mapping[str, Any]:
    return {
        "addresses": list(found.addresses),
        "contact": found.contact,
        "held": [
            {
                "what": one.part.what,
                "table": one.table,
                "source": one.part.source,
                "kept": _until(one.part.kept, retention),
                "rows": [_plain(row) for row in one.rows],
            }
            for one in found.held
        ],
        "mentioned": [
            {"table": one.table, "row": one.row, "texts": list(one.texts)} for one in found.mentioned
        ],
        "remains_when_erased": list(REMAINS),
    }


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value
