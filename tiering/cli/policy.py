"""Commands about the policy and the catalogue."""

from __future__ import annotations

import sys
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import click
from rich.markup import escape
from rich.table import Table

from tiering.cli.desk import DAY, NAME, desk
from tiering.content import read_content
from tiering.domain.policy import Policy
from tiering.terminal import console, print_json, print_problems
from tiering.usecases import policy as usecase
from tiering.usecases.browsing import matrix as levels_of

_SHOWN = {"included": "yes", "allowance": "counted", "request": "on request", "paid": "paid", "no": "–"}


@click.command()
@click.option("--preset", help="The column of levels to show; by default the one that tiers.yaml names.")
@click.option("--json", "as_json", is_flag=True, help="Print it for programs.")
def matrix(preset: str | None, as_json: bool) -> None:
    """Show which tier gets which service.

    It shows what the content directory says now, published or not.
    """
    content = desk().content
    if print_problems(content.problems) or content.rules is None:
        sys.exit(1)
    policy = Policy(0, content.rules, content.catalogue)
    chosen, rows = levels_of(policy, preset)
    if as_json:
        print_json(
            {
                "preset": chosen,
                "tiers": [
                    {"id": tier.id, "name": tier.name, "public_name": tier.public_name, "touch": tier.touch}
                    for tier in policy.rules.tiers
                ],
                "services": [
                    {
                        "id": service.id,
                        "name": service.name,
                        "levels": {str(tier): level.value for tier, level in levels.items()},
                    }
                    for service, levels in rows
                ],
            }
        )
        return
    table = Table(title=f"Services by tier ({chosen})")
    table.add_column("Service")
    for tier in policy.rules.tiers:
        table.add_column(f"{tier.id} {tier.name}", justify="center")
    for service, levels in rows:
        shown = [
            str(service.allowance) if level == "allowance" else _SHOWN[level] for level in levels.values()
        ]
        table.add_row(service.name, *shown)
    console().print(table)


@click.command()
@click.argument("content_dir", type=click.Path(path_type=Path), required=False)
def check(content_dir: Path | None) -> None:
    """Check tiers.yaml and services/ of CONTENT_DIR.

    Every problem is printed on stderr with its line.
    """
    content = read_content(content_dir or desk().settings.content_dir)
    sys.exit(1 if print_problems(content.problems) else 0)


_WHO = click.option(
    "--by", "who", type=NAME, help="Who does it, for the audit; by default the person at the terminal."
)
_JSON = click.option("--json", "as_json", is_flag=True, help="Print it for programs.")


@click.command()
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option("--effective", type=DAY, help="The day from which it counts; by default at once.")
@click.option("--grandfather-until", type=DAY, help="Until this day nobody falls because of it.")
@click.option("--based-on", type=click.IntRange(min=0), help="Refuse if there is a newer version than this.")
@_WHO
@_JSON
def publish(file: Path | None, who: str | None, as_json: bool, **terms: Any) -> None:
    """Put tiers.yaml, or FILE, in force.

    The services' levels come with it, and every account is decided by them.
    """
    here = desk()
    based_on = usecase.newest(here.store) if terms["based_on"] is None else terms["based_on"]
    content = read_content(here.settings.content_dir, file)
    print_problems(content.problems)
    order = usecase.Terms(terms["effective"], terms["grandfather_until"], based_on)
    _tell(usecase.publish(here.store, content, who or here.who, here.today, order), as_json)


@click.command()
@_WHO
@_JSON
def rollback(who: str | None, as_json: bool) -> None:
    """Put the version before in force again.

    It becomes a new version. Where versions wait to take effect, they are withdrawn instead.
    """
    here = desk()
    _tell(usecase.rollback(here.store, who or here.who, here.today), as_json)


@click.command()
@_JSON
def policies(as_json: bool) -> None:
    """List the versions of the policy, the newest first."""
    here = desk()
    standing, found = usecase.editions(here.store, here.who)
    if as_json:
        print_json([{**_plain(asdict(one)), "state": _state(one, standing)} for one in found])
        return
    table = Table()
    for heading in ("Version", "Name", "Published", "By", "Takes effect", "State"):
        table.add_column(heading)
    for one in found:
        effect = one.effective_on.isoformat() if one.effective_on else "at once"
        name = f"{one.name} (version {one.restores} again)" if one.restores else one.name
        published = one.published_at.date().isoformat()
        cells = (str(one.version), name, published, one.published_by, effect, _state(one, standing))
        table.add_row(*(escape(cell) for cell in cells))
    console().print(table)


def _tell(published: usecase.Published, as_json: bool) -> None:
    if as_json:
        told = {**_plain(asdict(published)), "movers": [asdict(mover) for mover in published.movers]}
        print_json(told)
        return
    again = f", which is version {published.restores} again" if published.restores else ""
    click.echo(f"Published “{published.name}” as version {published.version}{again}.")
    for version in published.withdrawn:
        click.echo(f"Withdrew version {version}, which waited to take effect.")
    if published.waits:
        click.echo(
            f"It takes effect on {published.effective_on.isoformat()}: "
            f"{len(published.movers)} of {published.decided} accounts would move."
        )
    else:
        click.echo(f"Decided {published.decided} accounts; {len(published.movers)} moved.")
    if published.later:
        click.echo(f"{published.later} keep their tier for a time of grace.")
    if published.kits:
        what, them = ("change kit", "it") if published.kits == 1 else ("change kits", "them")
        click.echo(
            f"Wrote {published.kits} {what}; `tiering kits release {published.version} --by NAME` "
            f"lets {them} be sent."
        )


def _state(one: usecase.Edition, standing: int) -> str:
    if one.version == standing:
        until = f", tiers kept until {one.grandfathered_until}" if one.grandfathered_until else ""
        return f"in force{until}"
    if one.version > standing:
        return "waits"
    return "was in force" if one.in_force_since else "never in force"


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {key: one.isoformat() if isinstance(one, date) else one for key, one in values.items()}
