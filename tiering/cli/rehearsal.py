"""The command that rehearses a policy, and the ways in which it tells what it found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table

from tiering.cli.desk import desk
from tiering.content import read_content
from tiering.domain.policy import Policy
from tiering.domain.rehearsal import Moved, Rehearsal
from tiering.domain.shape import money_shape
from tiering.domain.workload import Workload
from tiering.terminal import console, print_json, print_problems
from tiering.usecases.rehearsal import Simulated
from tiering.usecases.rehearsal import simulate as usecase

SHOWN_MOVERS = 20
"""How many movers the terminal tells of unless it is asked for all."""


@click.command()
@click.argument("draft", type=click.Path(path_type=Path), required=False, metavar="[CONTENT_DIR|TIERS.YAML]")
@click.option("--all", "every", is_flag=True, help=f"Tell of every mover, not of the first {SHOWN_MOVERS}.")
@click.option("--json", "as_json", is_flag=True, help="Print it for programs.")
def simulate(draft: Path | None, every: bool, as_json: bool) -> None:
    """Rehearse a draft: tell what would change, store nothing.

    It decides every account by the draft: who moves and why, revenue, services, hours, books, cost.
    """
    here = desk()
    folder = draft if draft and draft.is_dir() else here.settings.content_dir
    content = read_content(folder, draft if draft and not draft.is_dir() else None)
    print_problems(content.problems)
    done = usecase(here.store, content, here.who, here.today)
    if as_json:
        print_json(_shape(done))
    else:
        _print(console(), done, None if every else SHOWN_MOVERS)


def _print(out: Console, done: Simulated, most: int | None) -> None:
    found = done.rehearsal
    moved = len(found.movers)
    out.print(
        f"“{escape(done.draft.rules.name)}” against version {done.policy.version}: "
        f"{moved} of {found.accounts} accounts would move."
    )
    out.print(_movement(done))
    _print_movers(out, done, most)
    _print_services(out, done)
    _print_workload(out, found.workload, done.draft)
    out.print(
        f"Publish it with --based-on {done.newest}: then you are told if somebody publishes before you."
    )


def _movement(done: Simulated) -> Table:
    table = Table(title="From (row) to (column)", title_justify="left")
    table.add_column("Tier")
    for tier in done.draft.rules.tiers:
        table.add_column(escape(f"{tier.id} {tier.name}"), justify="right")
    for before in sorted({way[0] for way in done.rehearsal.movement}, key=lambda one: one or 0):
        cells = [_cell(done.rehearsal, (before, tier.id)) for tier in done.draft.rules.tiers]
        table.add_row("new" if before is None else escape(_named(before, done.policy)), *cells)
    return table


def _cell(found: Rehearsal, way: tuple[int | None, int]) -> str:
    count = found.movement.get(way, 0)
    revenue = found.revenue.get(way)
    return f"{count}\n{revenue}" if revenue else str(count or "–")


def _print_movers(out: Console, done: Simulated, most: int | None) -> None:
    movers = done.rehearsal.movers
    for one in movers[:most]:
        worth = f", {one.revenue} a year" if one.revenue else ""
        due = f" on {one.due.isoformat()}" if one.due else ""
        heading = f"{one.name} ({one.id}): tier {one.before} to tier {one.after}{due}{worth}"
        out.print(f"[bold]{escape(heading)}[/]")
        for title, lines in _told(one, done):
            out.print(Padding(escape(f"{title}: {' '.join(lines)}"), (0, 0, 0, 2)))
    if most is not None and len(movers) > most:
        out.print(f"… and {len(movers) - most} more; `--all` tells of every one.")


def _told(one: Moved, done: Simulated) -> Iterator[tuple[str, Sequence[str]]]:
    yield "Now", one.old_reasons
    yield "Then", one.new_reasons
    for title, services in (("Loses", one.changes.lost), ("Gains", one.changes.gained)):
        if services:
            yield title, [", ".join(_service(each, done) for each in services) + "."]


def _print_services(out: Console, done: Simulated) -> None:
    found = done.rehearsal
    if not found.lost and not found.gained:
        return
    table = Table(title="Customers who lose or gain a service", title_justify="left")
    table.add_column("Service")
    table.add_column("Lose", justify="right")
    table.add_column("Gain", justify="right")
    for service in dict.fromkeys((*found.lost, *found.gained)):
        lost, gained = found.lost.get(service, 0), found.gained.get(service, 0)
        table.add_row(escape(_service(service, done)), str(lost or "–"), str(gained or "–"))
    out.print(table)
    if found.changed:
        out.print(f"{found.changed} of them stay in their tier.")


def _print_workload(out: Console, work: Workload, draft: Policy) -> None:
    teams = list(dict.fromkeys(team for one in work.demand for team in one.hours))
    table = Table(title="Hours a year that the promises take", title_justify="left")
    table.add_column("Tier")
    for heading in ("Customers", *teams):
        table.add_column(escape(heading), justify="right")
    for one in work.demand:
        hours = [_hours(one.hours.get(team, Decimal(0))) for team in teams]
        table.add_row(escape(_named(one.tier, draft)), str(one.customers), *hours)
    out.print(table)
    share = f" ({work.needed / work.available:.0%})" if work.available else ""
    out.print(
        f"Customer success needs {_hours(work.needed)} hours{share}; "
        f"{work.csms} people have {_hours(work.available)}."
    )
    for book in work.over:
        tiers = ", ".join(f"{count} of tier {tier}" for tier, count in book.accounts.items())
        out.print(f"{escape(book.csm)} has too many accounts: {tiers}, {book.load:.0%} of the limits.")
    if work.unassigned:
        out.print(f"{work.unassigned} customers would need a customer success manager and have none.")
    if work.cost is None or work.cost_like_first is None:
        out.print("What it costs cannot be told: `costs` in tiers.yaml does not name every team.")
    else:
        out.print(f"A year of it costs {work.cost}; everyone like tier 1: {work.cost_like_first}.")


def _named(tier: int, policy: Policy) -> str:
    known = policy.rules.tier_by_id.get(tier)
    return f"{tier} {known.name}" if known else str(tier)


def _service(service_id: str, done: Simulated) -> str:
    for policy in (done.draft, done.policy):
        if service_id in policy.catalogue.by_id:
            return policy.catalogue.by_id[service_id].name
    return service_id


def _hours(hours: Decimal) -> str:
    return f"{hours:,.1f}".removesuffix(".0")


def _shape(done: Simulated) -> dict[str, Any]:
    found = done.rehearsal
    return {
        "policy": done.policy.version,
        "newest": done.newest,
        "draft": done.draft.rules.name,
        "accounts": found.accounts,
        "moved": len(found.movers),
        "movement": [
            {"from": way[0], "to": way[1], "accounts": count, "revenue": money_shape(found.revenue.get(way))}
            for way, count in sorted(found.movement.items(), key=lambda one: (one[0][0] or 0, one[0][1]))
        ],
        "movers": [_moved(one) for one in found.movers],
        "services": {"lost": dict(found.lost), "gained": dict(found.gained)},
        "changed_without_moving": found.changed,
        "workload": _workload(found.workload),
    }


def _moved(one: Moved) -> dict[str, Any]:
    return {
        "id": one.id,
        "name": one.name,
        "status": one.status.value,
        "from": one.before,
        "to": one.after,
        "due": one.due.isoformat() if one.due else None,
        "old_reasons": list(one.old_reasons),
        "new_reasons": list(one.new_reasons),
        "revenue": money_shape(one.revenue),
        "lost": list(one.changes.lost),
        "gained": list(one.changes.gained),
    }


def _workload(work: Workload) -> dict[str, Any]:
    return {
        "tiers": [
            {"tier": one.tier, "customers": one.customers, "hours": _plain(one.hours)} for one in work.demand
        ],
        "csm_hours": {"csms": work.csms, "available": str(work.available), "needed": str(work.needed)},
        "csms_over_limit": [
            {
                "csm": book.csm,
                "accounts": {str(tier): count for tier, count in book.accounts.items()},
                "load": round(book.load, 3),
            }
            for book in work.over
        ],
        "without_csm": work.unassigned,
        "cost": money_shape(work.cost),
        "cost_like_tier_1": money_shape(work.cost_like_first),
    }


def _plain(hours: Mapping[str, Decimal]) -> dict[str, str]:
    return {team: str(count) for team, count in hours.items()}
