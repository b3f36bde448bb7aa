"""The command that merges two accounts which are one company."""

from __future__ import annotations

from dataclasses import asdict

import click

from tiering.cli.desk import NAME, NUMBER, desk
from tiering.terminal import print_json
from tiering.usecases import merge as usecase
from tiering.usecases.merge import Merged


@click.command()
@click.argument("from_id", metavar="FROM", required=False)
@click.argument("into_id", metavar="INTO", required=False)
@click.option("--undo", type=NUMBER, metavar="NUMBER", help="Take the merge with this number back.")
@click.option(
    "--by", "who", type=NAME, help="Who merges, for the audit; by default the person at the terminal."
)
@click.option("--json", "as_json", is_flag=True, help="Print it for programs.")
def merge(from_id: str | None, into_id: str | None, undo: int | None, who: str | None, as_json: bool) -> None:
    """Merge the account FROM into the account INTO.

    Both are given by their ids. FROM's names, contacts and history come along; --undo takes it all back.
    """
    if [from_id, into_id].count(None) != (0 if undo is None else 2):
        raise click.UsageError("Give two ids, FROM and INTO, or --undo with the number of a merge.")
    here = desk()
    who = who or here.who
    if undo is not None:
        done = usecase.undo(here.store, undo, who, here.today)
    else:
        done = usecase.merge(here.store, from_id or "", into_id or "", who, here.today)
    if as_json:
        print_json(asdict(done))
        return
    click.echo(_told(done, undo is not None))
    for mover in done.movers:
        click.echo(str(mover))


def _told(done: Merged, undone: bool) -> str:
    moved = ", ".join(f"{name} {count}" for name, count in done.moved.items()) or "nothing but its names"
    gone, kept = f"{done.from_name} ({done.from_id})", f"{done.into_name} ({done.into_id})"
    if undone:
        return f"{gone} stands for itself again, apart from {kept}. Moved back: {moved}."
    return f"Merged {gone} into {kept}. Moved: {moved}. Undo with `tiering merge --undo {done.id}`."
