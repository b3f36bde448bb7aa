"""The `kb` command: checks and indexes the content, searches it, measures search, serves the pages."""

from __future__ import annotations

import dataclasses
import html
import os
import re
import socket
import sys
from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from pathlib import Path
from time import sleep

import click
from rich.table import Table
from rich.text import Text

from kb.audiences import links_for_fewer, unknown_in
from kb.clock import Job, run_forever, tick
from kb.config import ClockSettings
from kb.evaluate import Evaluation, Question, evaluate, read_questions
from kb.library import Library, read_library
from kb.search.index import IndexBusyError, SearchIndex, open_index
from kb.search.results import Explanation, Results
from kb.site import FILE as SITE_FILE
from kb.site import Site, read_site
from kb.synonyms import read_synonyms
from kb.who_can_see import who_can_see
from tiering.config import ConfigError, Settings, load_settings
from tiering.content import read_content, read_time_zone
from tiering.files import Problem, read_front_matter, read_yaml
from tiering.terminal import WORLD, Boundary, console, print_json, print_problems
from tiering.usecases.daily import daily as decide_daily
from tiering.usecases.record import check as check_record
from tiering.usecases.record import open_store

_GOLDEN = "golden.yaml"


class NoSuchArticle(Exception):
    """A slug that no published article has."""

    def __init__(self, slug: str) -> None:
        super().__init__(f"There is no published article {slug!r}.")


class KnowledgeBase(Boundary):
    """The boundary of the `kb` command."""

    refusals = (IndexBusyError, NoSuchArticle)


@click.group(cls=KnowledgeBase)
@click.version_option(package_name="longtail")
def main() -> None:
    """Check and index the content of the knowledge base, search it, serve it."""


@main.command()
def index() -> None:
    """Bring the search index up to the articles.

    Only what changed is written.
    """
    settings = load_settings(Settings)
    _need(settings.content_dir)
    _, library, problems = _read(settings.content_dir)
    print_problems(problems)
    done = _opened(settings).refresh(library)
    counts = f"{done.added} added, {done.changed} changed, {done.removed} removed"
    click.echo(f"{len(library.articles)} articles: {counts}")


@main.command()
@click.argument(
    "content_dir", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path), default=None
)
def check(content_dir: Path | None) -> None:
    """Check the articles and settings of CONTENT_DIR.

    Links, pictures, site.yaml, synonyms.yaml and golden.yaml too; every problem is printed on stderr with its
    line. A link that some readers of an article cannot follow is only a warning.
    """
    folder = content_dir or load_settings(Settings).content_dir
    _need(folder)
    site, library, problems = _read(folder)
    problems += [
        _in(folder, problem)
        for problem in (
            *_unpopular(site, library, folder),
            *_ungolden(library, folder),
            *_unknown_readers(site, library, folder),
            *read_synonyms(folder)[1],
        )
    ]
    found = print_problems(problems)
    # It may be meant so, and who cannot follow such a link reads its words without it: no reason to fail.
    print_problems(_in(folder, problem) for problem in links_for_fewer(library))
    sys.exit(WORLD if found else 0)


@main.command()
@click.argument("query")
@click.option(
    "--limit", type=click.IntRange(1, 100), default=10, show_default=True, help="How many articles."
)
@click.option("--explain", is_flag=True, help="Say why each article ranks where it does.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
def search(query: str, limit: int, explain: bool, as_json: bool) -> None:
    """Search the index; without one it is made first."""
    settings = load_settings(Settings)
    index = _opened(settings)
    if not index.ready:
        _need(settings.content_dir)
        index.refresh(_read(settings.content_dir)[1])
    index.use(read_synonyms(settings.content_dir)[0])
    if explain:
        explained = index.explain(query, seen=index.audiences, limit=limit)
        if as_json:
            print_json(dataclasses.asdict(explained))
        else:
            _print_explanation(explained)
        return
    results = index.search(query, seen=index.audiences, limit=limit)
    if as_json:
        print_json(dataclasses.asdict(results))
    else:
        _print_results(results)


@main.command("evaluate")
@click.argument("golden", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
def evaluate_command(golden: Path, as_json: bool) -> None:
    """Say how high the right articles stand for GOLDEN's queries.

    GOLDEN is YAML, or JSON lines.
    """
    settings = load_settings(Settings)
    _need(settings.content_dir)
    questions, problems = read_questions(golden)
    library = _read(settings.content_dir)[1]
    problems += _missing_answers(questions, library, str(golden))
    synonyms, wrong = read_synonyms(settings.content_dir)
    problems += [_in(settings.content_dir, problem) for problem in wrong]
    print_problems(problems)
    index = _opened(settings)
    index.refresh(library)
    index.use(synonyms)
    seen = index.audiences
    result = evaluate(questions, lambda query: [hit.slug for hit in index.search(query, seen=seen).hits])
    if as_json:
        print_json(result.as_json())
    else:
        _print_evaluation(result)
    sys.exit(WORLD if problems else 0)


@main.command()
@click.option("--port", type=click.IntRange(1, 65535), default=None, help="Instead of PORT, or 8000.")
def serve(port: int | None) -> None:
    """Serve the pages from this one process.

    That suits a laptop; gunicorn suits a server.
    """
    # The pages and all that they need are loaded by this one command only.
    from kb.config import KbSettings
    from kb.web.serving import serve as serve_pages

    settings = load_settings(KbSettings)
    settings = settings.model_copy(update={"port": port}) if port else settings
    click.echo(f"The knowledge base is on http://127.0.0.1:{settings.port}", err=True)
    serve_pages(settings)


@main.command("who-can-see")
@click.argument("slug")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
def who_can_see_command(slug: str, as_json: bool) -> None:
    """Say which visitors can see the article SLUG.

    An old address counts too.
    """
    folder = load_settings(Settings).content_dir
    _need(folder)
    _, library, problems = _read(folder)
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


@main.command("staff-link")
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


@main.command()
def clock() -> None:
    """Run the daily jobs at their times, for ever.

    Of several clocks one does the work.
    """
    settings = load_settings(ClockSettings)
    zone = read_time_zone(settings.content_dir)
    store = open_store(settings.database_url, lambda: datetime.now(UTC))
    check_record(store)
    holder = f"{socket.gethostname()}:{os.getpid()}"
    jobs = (Job("daily", time(3), lambda today: decide_daily(store, f"clock:{holder}", today)),)
    click.echo(f"The clock runs; the day begins at 03:00, {zone.key}.", err=True)
    try:
        run_forever(lambda: tick(store, jobs, holder, zone), sleep)
    finally:
        store.close()


# Reading


def _need(content_dir: Path) -> None:
    """End the command where there is nothing to read: a mistyped path must not empty the index."""
    if not content_dir.is_dir():
        raise ConfigError(f"there is no content directory {content_dir}; set CONTENT_DIR to yours")


def _read(content_dir: Path) -> tuple[Site, Library, list[Problem]]:
    site, problems = read_site(content_dir)
    library = read_library(content_dir, _today(site), site)
    return site, library, [_in(content_dir, problem) for problem in (*problems, *library.problems)]


def _today(site: Site) -> date:
    return datetime.now(site.time_zone).date()


def _opened(settings: Settings) -> SearchIndex:
    return open_index(settings.data_dir)


def _in(folder: Path, problem: Problem) -> Problem:
    """Name the file as the person named its directory."""
    return dataclasses.replace(problem, path=str(folder / problem.path))


def _unpopular(site: Site, library: Library, folder: Path) -> Iterable[Problem]:
    if not (folder / SITE_FILE).is_file():
        return  # the shipped one stands in, and names articles of its own
    document, _ = read_yaml(folder / SITE_FILE, SITE_FILE)
    for number, slug in enumerate(site.popular):
        if slug not in library.articles:
            yield document.problem(["popular", number], f"there is no published article `{slug}`")


def _unknown_readers(site: Site, library: Library, folder: Path) -> Iterable[Problem]:
    rules = read_content(folder).rules
    if rules is None:
        return  # of which `tiering check` says what is wrong
    if (folder / SITE_FILE).is_file():
        document, _ = read_yaml(folder / SITE_FILE, SITE_FILE)
        for text in unknown_in(site.audience, rules):
            yield document.problem(["audience"], text)
    for article in library.articles.values():
        if article.audience != site.audience and (unknown := unknown_in(article.audience, rules)):
            document, _ = read_front_matter(folder / article.path, article.path)
            for text in unknown:
                yield document.problem(["audience"], text)


def _ungolden(library: Library, folder: Path) -> list[Problem]:
    if not (folder / _GOLDEN).is_file():
        return []
    questions, problems = read_questions(folder / _GOLDEN)
    problems = [dataclasses.replace(problem, path=_GOLDEN) for problem in problems]
    return problems + _missing_answers(questions, library, _GOLDEN)


def _missing_answers(questions: Iterable[Question], library: Library, path: str) -> list[Problem]:
    return [
        Problem(path, question.line, f"there is no published article `{slug}`")
        for question in questions
        for slug in question.relevant
        if slug not in library.articles and slug not in library.redirects
    ]


# Printing


def _print_results(results: Results) -> None:
    if results.did_you_mean:
        click.echo(f"Searched for: {results.did_you_mean}")
    if results.nearest:
        click.echo(f"Nothing says exactly: {results.query}. Nearest to it:")
    elif not results.hits:
        click.echo(f"Nothing was found for: {results.query}")
    for number, hit in enumerate(results.hits, 1):
        anchor = f"#{hit.anchor}" if hit.anchor else ""
        click.echo(f"{number:2}. {click.style(hit.title, bold=True)}  /articles/{hit.slug}{anchor}")
        click.echo(f"    {_unmarked(hit.snippet)}")


def _unmarked(snippet: str) -> str:
    """Show a snippet's marked words in bold, which a pipe leaves out."""
    parts = re.split(r"<mark>(.*?)</mark>", snippet)
    return "".join(click.style(html.unescape(part), bold=bool(at % 2)) for at, part in enumerate(parts))


def _print_explanation(explained: Explanation) -> None:
    words = Table("word", "taken", "looked up as", "idf", box=None)
    for word in explained.words:
        words.add_row(word.word, word.how, " ".join(word.terms), f"{word.idf:.2f}")
    hits = Table("", "article", "score", "by words", "covered", "by meaning", box=None)
    for number, hit in enumerate(explained.hits, 1):
        by_words = f"{hit.word_rank}. ({hit.word_score:.2f})" if hit.word_rank else ""
        by_meaning = f"{hit.meaning_rank}. ({hit.similarity:.2f})" if hit.meaning_rank else ""
        score = f"{hit.score:.4f}"
        hits.add_row(str(number), hit.slug, score, by_words, f"{hit.covered:.0%}", by_meaning)
        if hit.is_title:
            hits.add_row("", Text("  the query is its title, so it stands first", style="dim"))
        for text, found in hit.words.items():
            fields = ", ".join(f"{name} {value:.2f}" for name, value in found.fields.items())
            hits.add_row("", Text(f"  {text} {found.points:.2f}: {fields}", style="dim"))
    out = console()
    out.print(words)
    out.print()
    out.print(hits)


def _print_evaluation(result: Evaluation) -> None:
    click.echo(f"questions  {result.questions}")
    click.echo(f"MRR@10     {result.mrr:.3f}")
    for depth, share in result.success.items():
        click.echo(f"{f'success@{depth}':10} {share:.0%}")
    click.echo(f"nothing    {len(result.nothing)}")
    for miss in result.misses:
        where = f"at {miss.rank}" if miss.rank else "not among ten"
        click.echo(f"\n{miss.query}\n  wanted {', '.join(miss.relevant)}: {where}")
        click.echo(f"  found  {', '.join(miss.found) or 'nothing'}")
