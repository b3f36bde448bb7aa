"""What a visitor may see of a library: its articles, shelves, old addresses and attachments; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath
from types import MappingProxyType

from kb.article import Article
from kb.library import Library
from kb.visibility import Visitor, Who, may_see


def seen_by(library: Library, visitor: Visitor) -> Library:
    """Return a library of what a visitor may see; of the rest it knows nothing."""
    articles = {
        slug: article for slug, article in library.articles.items() if may_see(visitor, article.audience)
    }
    shelves = {article.category for article in articles.values()}
    return Library(
        articles=MappingProxyType(articles),
        categories=tuple(category for category in library.categories if category.slug in shelves),
        redirects=MappingProxyType(
            {old: slug for old, slug in library.redirects.items() if slug in articles}
        ),
        files=MappingProxyType(_files_seen(library, articles)),
        drafts=library.drafts if visitor.who is Who.STAFF else MappingProxyType({}),
    )


def _files_seen(library: Library, articles: Mapping[str, Article]) -> dict[str, Path]:
    """Return the attachments of articles that are seen.

    One that no article shows lies beside some, and is as closed as the most closed of them.
    """
    seen = {article.path for article in articles.values()}
    every = {article.path for article in library.articles.values()}
    shelves, closed = _above(every), _above(every - seen)

    def may_be_seen(name: str) -> bool:
        if name in library.shown_in:
            return not seen.isdisjoint(library.shown_in[name])
        beside = next(
            (folder for folder in PurePosixPath("articles", name).parents if folder in shelves), None
        )
        return beside not in closed

    return {name: path for name, path in library.files.items() if may_be_seen(name)}


def _above(paths: Iterable[str]) -> set[PurePosixPath]:
    """Return every folder that holds one of these files, however deep."""
    return {folder for path in paths for folder in PurePosixPath(path).parents}
