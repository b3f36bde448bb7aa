"""Commands about the policy and the catalogue."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from rich.table import Table

from tiering.cli.desk import console, desk, print_json, print_problems
from tiering.content import read_content
from tiering.domain.policy import Policy
from tiering.usecases import policy as usecase
from tiering.usecases.browsing import matrix as levels_of

_SHOWN = {"included": "yes", "allowance": "counted", "request": "on request", "paid": "paid", "no": "–"}


@click.command()
@click.option("--preset", help="The column of levels to show; by default the one that tiers.yaml names.")
@click.option("--json", "as_json", is_flag=True, help="Print it for programs.")
def matrix(preset: str | None, as_json: bool) -> None:
    """Show which tier gets which service, as the content directory says now."""
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
    """Check tiers.yaml and services/ of CONTENT_DIR; every problem is printed with its line."""
    content = read_content(content_dir or desk().settings.content_dir)
    sys.exit(1 if print_problems(content.problems) else 0)


@click.command()
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option("--by", "who", help="Who publishes, for the audit; by default the person at the terminal.")
def publish(file: Path | None, who: str | None) -> None:
    """Put tiers.yaml (or FILE) and the services' levels in force, and decide every account by them."""
    here = desk()
    content = read_content(here.settings.content_dir, file)
    print_problems(content.problems)
    published = usecase.publish(here.store, content, who or here.who, here.today)
    click.echo(f"Published “{published.name}” as version {published.version}.")
    click.echo(f"Decided {published.decided} accounts; {len(published.movers)} moved.")
