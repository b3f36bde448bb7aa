"""All articles of a content directory at one moment, and the problems found while reading them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from kb.article import Article, Category
from tiering.files import Problem

FILES_URL = "/files/"
"""Where the pages find attachments: this, then the file's path under `articles/`."""


@dataclass(frozen=True, slots=True)
class Library:
    """Everything that may be served, in reading order; never changed, only replaced by a newer one."""

    articles: Mapping[str, Article] = field(default_factory=dict)
    """By slug, in reading order: category by category, in each by `order` and then by title."""
    categories: tuple[Category, ...] = ()
    """The categories that hold an article. Articles at the top level belong to no category (`""`)."""
    redirects: Mapping[str, str] = field(default_factory=dict)
    """Old slugs and where they lead."""
    files: Mapping[str, Path] = field(default_factory=dict)
    """Attachments: the path under `articles/`, with slashes, and the file."""
    problems: tuple[Problem, ...] = ()

    def by_category(self, slug: str) -> tuple[Article, ...]:
        """Return the articles of a category in reading order; `""` are those outside every folder."""
        return tuple(article for article in self.articles.values() if article.category == slug)


def read_library(
    content_dir: Path, today: date, categories: Sequence[Category] = (), previous: Library | None = None
) -> Library:
    """Read `articles/**/*.md`; what is broken becomes a problem, and its last good version stays."""
    raise NotImplementedError
