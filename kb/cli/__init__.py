"""The `kb` command: checks and indexes the content, searches it, measures search, serves the pages."""

from __future__ import annotations

import click

from kb.cli.access import NoSuchArticle, staff_link, who_can_see_command
from kb.cli.check import check
from kb.cli.figures import export_edits, tickets
from kb.cli.importing import import_
from kb.cli.learning import learning
from kb.cli.running import clock, serve
from kb.cli.search import evaluate_command, index, search
from kb.cli.sending import bounces, send, try_mails
from kb.cli.writing import new, stale
from kb.importing.batch import LandingError, NothingToImportError
from kb.programmes.round import ServerGone
from kb.search.index import IndexBusyError
from kb.storage import OtherKey
from tiering.terminal import Boundary


class KnowledgeBase(Boundary):
    """The boundary of the `kb` command."""

    refusals = (IndexBusyError, NoSuchArticle, NothingToImportError, LandingError, OtherKey, ServerGone)


@click.group(cls=KnowledgeBase)
@click.version_option(package_name="longtail")
def main() -> None:
    """Check and index the content of the knowledge base, search it, serve it."""


for command in (
    new,
    check,
    stale,
    import_,
    index,
    search,
    evaluate_command,
    serve,
    clock,
    send,
    try_mails,
    bounces,
    who_can_see_command,
    staff_link,
    tickets,
    learning,
    export_edits,
):
    main.add_command(command)
