"""What the commands share: the content that they are about, read as the pages read it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path

from kb.evaluate import Question
from kb.library import Library, read_library
from kb.search.index import SearchIndex, open_index
from kb.site import Site, read_site
from tiering.config import ConfigError, Settings
from tiering.files import Problem


def need(content_dir: Path) -> None:
    """End the command where there is nothing to read: a mistyped path must not empty the index."""
    if not content_dir.is_dir():
        raise ConfigError(f"there is no content directory {content_dir}; set CONTENT_DIR to yours")


def read(content_dir: Path) -> tuple[Site, Library, list[Problem]]:
    """Return the site, the library of today, and what is wrong with them."""
    site, problems = read_site(content_dir)
    library = read_library(content_dir, today(site), site)
    return site, library, [placed(content_dir, problem) for problem in (*problems, *library.problems)]


def today(site: Site) -> date:
    """Return what day it is for the company."""
    return datetime.now(site.time_zone).date()


def opened(settings: Settings) -> SearchIndex:
    """Return the index of this machine."""
    return open_index(settings.data_dir)


def placed(folder: Path, problem: Problem) -> Problem:
    """Name the file as the person named its directory."""
    return dataclasses.replace(problem, path=str(folder / problem.path))


def missing_answers(questions: Iterable[Question], library: Library, path: str) -> list[Problem]:
    """Return a problem for each answer to a golden query that nobody could read.

    A course is named by the path of its page.
    """
    return [
        Problem(path, question.line, f"there is no published article `{slug}`")
        for question in questions
        for slug in question.relevant
        if not library.page(slug) and slug not in library.redirects
    ]
