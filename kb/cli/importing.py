"""Commands that bring in articles from elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from kb.cli.desk import need, today
from kb.importing.batch import Batch, in_the_way, land
from kb.site import Site, read_site
from kb.stub import yaml_text
from kb.visibility import PUBLIC
from tiering.config import Settings, load_settings
from tiering.terminal import WORLD, print_json, print_problems

_Command = TypeVar("_Command", bound=Callable[..., Any])
_LISTED = 20


@click.group("import")
def import_() -> None:
    """Bring in articles from elsewhere, as a whole or not at all."""


def _options(command: _Command) -> _Command:
    into = click.Path(file_okay=False, path_type=Path)
    for option in (
        click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs."),
        click.option("--replace", is_flag=True, help="Overwrite what stands at the same places."),
        click.option("--dry-run", is_flag=True, help="Say what would be done, and write nothing."),
        click.option("--into", type=into, help="Instead of CONTENT_DIR/articles."),
    ):
        command = option(command)
    return command


@import_.command()
@click.argument("source", type=click.Path(exists=True, path_type=Path), metavar="FOLDER_OR_JSON")
@click.option("--fetch-pictures", is_flag=True, help="Fetch pictures from the web that the export lacks.")
@_options
def zendesk(source: Path, fetch_pictures: bool, **how: Any) -> None:
    """Import the export of a Zendesk help centre.

    That is the JSON of its public API: articles, sections, categories, attachments and translations, in any
    number of files. Old addresses go on working. What was for some readers only is for staff until you say
    for whom it is.
    """
    # BeautifulSoup and what comes with it is loaded by this one command only.
    from kb.importing.fetching import Fetcher
    from kb.importing.help_centre import House, convert
    from kb.importing.zendesk import read_export

    into, site = _place(how)
    fetch = Fetcher().fetch if fetch_pictures else None
    house = House(site.language, site.languages[1:], site.audience == PUBLIC, fetch)
    _finish(convert(read_export(source), house), into, site, how)


@import_.command("zip")
@click.argument("source", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE.zip")
@_options
def zip_(source: Path, **how: Any) -> None:
    """Import a zip of Markdown files with their pictures.

    Folders and links between files stay. The keys of Jekyll, Hugo and Docusaurus become ours, or are named.
    """
    from kb.importing.archive import read_archive
    from kb.importing.markdown import convert

    into, site = _place(how)
    _finish(convert(read_archive(source), str(source), today(site)), into, site, how)


def _place(how: dict[str, Any]) -> tuple[Path, Site]:
    folder = load_settings(Settings).content_dir
    if how["into"] is None:
        need(folder)
    return how["into"] or folder / "articles", read_site(folder)[0]


def _finish(batch: Batch, into: Path, site: Site, how: dict[str, Any]) -> None:
    """Write the batch unless something is in the way, and say what was done."""
    taken = [] if how["replace"] else in_the_way(batch, into)
    written = not taken and not how["dry_run"]
    if written:
        land(batch, into)
    grave = print_problems([*batch.problems, *taken])
    if how["as_json"]:
        print_json(
            {
                "written": written,
                "into": str(into),
                "files": sorted(batch.files),
                "counts": {name: count for name, count in batch.counts.items() if count},
                "elsewhere": batch.elsewhere,
                "problems": [str(problem) for problem in (*batch.problems, *taken)],
            }
        )
    else:
        _print(batch, site)
        done = "were written" if written else "nothing was written" if taken else "would be written"
        click.echo(
            f"{len(batch.files)} files {done} to {into}" if not taken else f"Nothing was written to {into}"
        )
    sys.exit(WORLD if grave else 0)


def _print(batch: Batch, site: Site) -> None:
    counts = [_counted(count, name) for name, count in batch.counts.items() if count]
    click.echo(", ".join(counts) or "no articles")
    known = {category.slug for category in site.categories}
    if missing := [shelf for shelf in batch.shelves if shelf[0] not in known]:
        click.echo("For site.yaml, under `categories:`:")
        for slug, title, summary in missing:
            click.echo(f"  - slug: {slug}\n    title: {yaml_text(title)}")
            if summary:
                click.echo(f"    summary: {yaml_text(summary)}")
    if batch.elsewhere:
        click.echo("These pictures and files stay where they are, and go when that help centre does:")
        for address in batch.elsewhere[:_LISTED]:
            click.echo(f"  {address}")
        if len(batch.elsewhere) > _LISTED:
            click.echo(f"  and {len(batch.elsewhere) - _LISTED} more; --json lists all")


def _counted(count: int, name: str) -> str:
    return f"{count} {name.removesuffix('s') if count == 1 else name}"
