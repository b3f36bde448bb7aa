"""Commands for those who write: a new article, and which ones somebody should look at again."""

from __future__ import annotations

from pathlib import Path

import click
from rich.table import Table
from rich.text import Text

from kb.cli.desk import need, read, today
from kb.reviews import Stale
from kb.reviews import stale as overdue
from kb.site import Site, read_site
from kb.stub import LONGEST_TITLE, slug_of, stub
from tiering.config import Settings, load_settings
from tiering.content import read_prose
from tiering.terminal import console, end, print_json


@click.command()
@click.argument("title")
@click.option("--category", help="The shelf it stands on, by its slug; without one it stands on none.")
@click.option("--owner", help="Who answers for it.")
@click.option("--service", help="The id of the service that it helps with.")
def new(title: str, category: str | None, owner: str | None, service: str | None) -> None:
    """Begin an article as a draft, and print its path.

    It never overwrites a file. Only colleagues see a draft, at the address that it will have.
    """
    folder = load_settings(Settings).content_dir
    need(folder)
    title = " ".join(title.split())
    slug = slug_of(title)
    if not slug or not title.isprintable():
        end(f"{title!r} is no title; expected words such as 'Move a visit'")
    if len(title) > LONGEST_TITLE:
        end(f"the title has {len(title)} characters; expected {LONGEST_TITLE} at most")
    if owner is not None and not (owner.strip() and owner.isprintable() and len(owner) <= 300):
        end(f"{owner!r} is no owner; expected a name such as 'Priya Nair'")
    site, _ = read_site(folder)
    path = _home(folder, category, site) / f"{slug}.md"
    text = stub(title, owner.strip() if owner else None, _service(folder, service), today(site))
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        end(f"{path} is there already; choose another title, or edit that file")
    click.echo(str(path))
    if service:
        click.echo(f"To offer it instead of a no, add it to `instead` in services/{service}.md", err=True)


def _home(folder: Path, category: str | None, site: Site) -> Path:
    """Return the folder that a new article belongs in; ends the command where there is none."""
    articles = folder / "articles"
    flat = not articles.is_dir() and any(path.name != "README.md" for path in folder.glob("*.md"))
    home = folder if flat else articles
    if category is None:
        return home
    if flat:
        end(f"the articles lie in {folder} itself, where there are no categories; leave --category out")
    known = {one.slug for one in site.categories}
    if articles.is_dir():
        known |= {one.name for one in articles.iterdir() if one.is_dir() and not one.name.startswith(".")}
    if category not in known - {"images"}:
        expected = ", ".join(sorted(known - {"images"})) or "none yet"
        end(f"there is no category {category!r}; expected one of site.yaml's: {expected}")
    return home / category


def _service(folder: Path, wanted: str | None) -> tuple[str, str] | None:
    if wanted is None:
        return None
    services = {one.id: one.name for one in read_prose(folder).catalogue.services}
    if wanted not in services:
        end(f"there is no service {wanted!r}; expected one of {', '.join(sorted(services))}")
    return wanted, services[wanted]


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
def stale(as_json: bool) -> None:
    """List the articles whose review is overdue.

    Those that were never reviewed come first, then the longest overdue.
    """
    folder = load_settings(Settings).content_dir
    need(folder)
    site, library, _ = read(folder)
    found = overdue(library.articles.values(), today(site))
    if as_json:
        print_json([_as_json(one) for one in found])
    elif not found:
        click.echo("Every article has been reviewed in time.")
    else:
        table = Table(box=None)
        for name in ("review was due", "days ago", "article", "owner"):
            table.add_column(name, justify="right" if name == "days ago" else "left")
        for one in found:
            owner = Text(one.article.owner) if one.article.owner else Text("nobody", style="dim")
            due = str(one.due) if one.due else "never reviewed"
            table.add_row(due, str(one.days or ""), Text(one.article.path), owner)
        console().print(table)


def _as_json(one: Stale) -> dict[str, object]:
    article = one.article
    return {
        "slug": article.slug,
        "path": article.path,
        "title": article.title,
        "owner": article.owner,
        "last_reviewed": str(article.last_reviewed) if article.last_reviewed else None,
        "review_every": article.review_every,
        "due": str(one.due) if one.due else None,
        "days": one.days,
    }
