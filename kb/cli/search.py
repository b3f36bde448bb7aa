"""Commands about the search: the index, a query, and how good the answers are."""

from __future__ import annotations

import dataclasses
import html
import re
import sys
from pathlib import Path

import click
from rich.table import Table
from rich.text import Text

from kb.cli.desk import missing_answers, need, opened, placed, read
from kb.courses import pages_of
from kb.evaluate import Evaluation, evaluate, read_questions
from kb.links import path_of_page
from kb.search.index import SearchIndex
from kb.search.results import Explanation, Results
from kb.site import Site, read_site
from kb.synonyms import read_synonyms
from kb.versions import keys_shown
from tiering.config import Settings, load_settings
from tiering.terminal import WORLD, console, print_json, print_problems


@click.command()
def index() -> None:
    """Bring the search index up to articles and courses.

    Only what changed is written.
    """
    settings = load_settings(Settings)
    need(settings.content_dir)
    _, library, problems = read(settings.content_dir)
    print_problems(problems)
    done = opened(settings).refresh(library)
    counts = f"{done.added} added, {done.changed} changed, {done.removed} removed"
    lessons = len(pages_of(library.courses))
    besides = f" and {lessons} pages of courses" if lessons else ""
    click.echo(f"{len(library.articles)} articles{besides}: {counts}")


@click.command()
@click.argument("query")
@click.option(
    "--limit", type=click.IntRange(1, 100), default=10, show_default=True, help="How many articles."
)
@click.option("--lang", "language", default=None, help="The reader's language; default the house's.")
@click.option("--explain", is_flag=True, help="Say why each article ranks where it does.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
def search(query: str, limit: int, language: str | None, explain: bool, as_json: bool) -> None:
    """Search the index; without one it is made first."""
    settings = load_settings(Settings)
    index = opened(settings)
    if not index.ready:
        need(settings.content_dir)
        index.refresh(read(settings.content_dir)[1])
    index.use(read_synonyms(settings.content_dir)[0])
    site = read_site(settings.content_dir)[0]
    seen = _everything(index, site, language or site.language)
    if explain:
        explained = index.explain(query, seen=seen, limit=limit)
        if as_json:
            print_json(dataclasses.asdict(explained))
        else:
            _print_explanation(explained)
        return
    results = index.search(query, seen=seen, limit=limit)
    if as_json:
        print_json(dataclasses.asdict(results))
    else:
        _print_results(results)


@click.command("evaluate")
@click.argument("golden", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
def evaluate_command(golden: Path, as_json: bool) -> None:
    """Say how high the right articles stand for GOLDEN's queries.

    GOLDEN is YAML, or JSON lines.
    """
    settings = load_settings(Settings)
    need(settings.content_dir)
    questions, problems = read_questions(golden)
    site, library, _ = read(settings.content_dir)
    problems += missing_answers(questions, library, str(golden))
    synonyms, wrong = read_synonyms(settings.content_dir)
    problems += [placed(settings.content_dir, problem) for problem in wrong]
    print_problems(problems)
    index = opened(settings)
    index.refresh(library)
    index.use(synonyms)
    seen = _everything(index, site, site.language)
    result = evaluate(questions, lambda query: [hit.slug for hit in index.search(query, seen=seen).hits])
    if as_json:
        print_json(result.as_json())
    else:
        _print_evaluation(result)
    sys.exit(WORLD if problems else 0)


def _everything(index: SearchIndex, site: Site, language: str) -> frozenset[str]:
    """Return the keys of what a colleague is shown who reads a language."""
    return keys_shown(index.keys, site.preferred(language), lambda _: True)


def _print_results(results: Results) -> None:
    if results.did_you_mean:
        click.echo(f"Searched for: {results.did_you_mean}")
    if results.nearest:
        click.echo(f"Nothing says exactly: {results.query}. Nearest to it:")
    elif not results.hits:
        click.echo(f"Nothing was found for: {results.query}")
    for number, hit in enumerate(results.hits, 1):
        anchor = f"#{hit.anchor}" if hit.anchor else ""
        click.echo(f"{number:2}. {click.style(hit.title, bold=True)}  {path_of_page(hit.slug)}{anchor}")
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
