"""Commands about who may see what: the visitors of an article, and the way in for colleagues."""

from __future__ import annotations

from datetime import UTC, datetime

import click
from rich.table import Table
from rich.text import Text

from kb.cli.desk import need, read
from kb.who_can_see import who_can_see
from tiering.config import Settings, load_settings
from tiering.content import read_content
from tiering.terminal import console, print_json, print_problems
from tiering.usecases.record import check as check_record
from tiering.usecases.record import open_store


class NoSuchArticle(Exception):
    """A slug that no published article has."""

    def __init__(self, slug: str) -> None:
        super().__init__(f"There is no published article {slug!r}.")


@click.command("who-can-see")
@click.argument("slug")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
def who_can_see_command(slug: str, as_json: bool) -> None:
    """Say which visitors can see the article SLUG.

    An old address counts too.
    """
    folder = load_settings(Settings).content_dir
    need(folder)
    _, library, problems = read(folder)
    article = library.articles.get(library.redirects.get(slug, slug))
    if article is None:
        raise NoSuchArticle(slug)
    path = str(folder / article.path)
    print_problems([problem for problem in problems if problem.path == path and "audience" in problem.text])
    lines = who_can_see(article, read_content(folder).rules)
    if as_json:
        seen = {line.visitor: line.sees for line in lines}
        print_json({"slug": article.slug, "audience": article.audience.key, "visitors": seen})
        return
    click.echo(f"{article.path} is for: {article.audience.key.replace('+', ', ')}")
    table = Table(box=None, show_header=False)
    for line in lines:
        table.add_row(line.visitor, "sees it" if line.sees else Text("does not", style="dim"))
    console().print(table)


@click.command("staff-link")
def staff_link() -> None:
    """Print a link that lets one colleague in, once.

    It works for twelve hours. Whoever can run this can read the record anyway.
    """
    from kb.config import KbSettings
    from kb.invitations import invite, link_path
    from kb.storage import Door

    settings = load_settings(KbSettings)
    store = open_store(settings.database, lambda: datetime.now(UTC))
    try:
        check_record(store)
        invited = invite(settings.secret_key, store.now(), "/staff/")
        Door(store).invite(invited.invitation, store.now())
    finally:
        store.close()
    click.echo(f"{settings.kb_url}{link_path(invited.link)}")
