"""The command that checks the articles and the settings of a content directory."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Iterable
from pathlib import Path

import click

from kb.audiences import courses_for_fewer, links_for_fewer, unknown_in
from kb.check import inspect
from kb.cli.desk import missing_answers, need, placed, read, today
from kb.evaluate import read_questions
from kb.library import Library
from kb.office_hours import read_office_hours
from kb.programmes.lessons import unknown_lessons
from kb.programmes.links import dead_links
from kb.programmes.reading import read_programmes
from kb.site import FILE as SITE_FILE
from kb.site import Site
from kb.synonyms import read_synonyms
from kb.translations import outdated
from tiering.config import Settings, load_settings
from tiering.content import read_content
from tiering.files import Problem, read_front_matter, read_yaml
from tiering.terminal import WORLD, print_problems

_GOLDEN = "golden.yaml"


@click.command()
@click.argument(
    "content_dir", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path), default=None
)
def check(content_dir: Path | None) -> None:
    """Check everything in CONTENT_DIR that customers read.

    Articles, courses, programmes, links, pictures, headings, duplicates, reviews, site.yaml, synonyms.yaml
    and golden.yaml; every problem is printed on stderr with its line. Warnings alone end with 0.
    """
    folder = content_dir or load_settings(Settings).content_dir
    need(folder)
    site, library, problems = read(folder)
    programmes, wrong = read_programmes(folder, site)
    problems += [
        placed(folder, problem)
        for problem in (
            *_unpopular(site, library, folder),
            *_ungolden(library, folder),
            *_unknown_readers(site, library, folder),
            *read_synonyms(folder)[1],
            *wrong,
            *(one for programme in programmes for one in unknown_lessons(folder, programme, library.courses)),
            *read_office_hours(folder, site)[1],
            *dead_links(programmes, library),
            *links_for_fewer(library),
            *_hidden_beginnings(library, folder),
            *outdated(library.articles),
            *inspect(folder, site, library, today(site)),
        )
    ]
    sys.exit(WORLD if print_problems(problems) else 0)


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
    for article in (*library.articles.values(), *(course.page for course in library.courses.values())):
        if article.audience != site.audience and (unknown := unknown_in(article.audience, rules)):
            document, _ = read_front_matter(folder / article.path, article.path)
            for text in unknown:
                yield document.problem(["audience"], text)


def _hidden_beginnings(library: Library, folder: Path) -> Iterable[Problem]:
    for path, text in courses_for_fewer(library):
        document, _ = read_front_matter(folder / path, path)
        yield Problem(path, document.line(["prerequisites"]), text, warning=True)


def _ungolden(library: Library, folder: Path) -> list[Problem]:
    if not (folder / _GOLDEN).is_file():
        return []
    questions, problems = read_questions(folder / _GOLDEN)
    problems = [dataclasses.replace(problem, path=_GOLDEN) for problem in problems]
    return problems + missing_answers(questions, library, _GOLDEN)
