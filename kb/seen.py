"""What a visitor may see of a library: its articles, shelves, courses and attachments; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath
from types import MappingProxyType

from kb.article import Article
from kb.course import Course
from kb.library import Library
from kb.versions import keys_shown
from kb.visibility import Visitor, Who, may_see


def seen_by(
    library: Library, visitor: Visitor, languages: Sequence[str], learner: Visitor | None = None
) -> Library:
    """Return a library of what a visitor may see, each article in the first of the languages that it has.

    Its other versions stay at their addresses. Of the rest the library knows nothing. Its courses, with what
    these show, are those that a `learner` may see, where that is another than the visitor.
    """
    seen = {
        slug: _with_versions_seen(article, visitor)
        for slug, article in library.articles.items()
        if may_see(visitor, article.audience)
    }
    keys = keys_shown(library.keys, languages, lambda audience: may_see(visitor, audience))
    shown = {slug: article for slug, article in seen.items() if library.articles[slug].key in keys}
    learns = learner or visitor
    courses = {slug: one for slug, one in library.courses.items() if may_see(learns, one.audience)}
    shelves = {article.category for article in shown.values()}
    return Library(
        articles=MappingProxyType(shown),
        elsewhere=MappingProxyType({slug: seen[slug] for slug in seen if slug not in shown}),
        keys=keys,
        categories=tuple(category for category in library.categories if category.slug in shelves),
        redirects=MappingProxyType({old: slug for old, slug in library.redirects.items() if slug in seen}),
        files=library.files
        if visitor.who is Who.STAFF
        else MappingProxyType(_files_seen(library, seen, courses)),
        courses=MappingProxyType({slug: _with_courses_seen(one, courses) for slug, one in courses.items()}),
        drafts=library.drafts if visitor.who is Who.STAFF else MappingProxyType({}),
    )


def _with_versions_seen(article: Article, visitor: Visitor) -> Article:
    seen = tuple(one for one in article.versions if may_see(visitor, one.audience))
    if len(seen) == len(article.versions):
        return article
    return replace(article, versions=seen if len(seen) > 1 else ())


def _with_courses_seen(course: Course, seen: Mapping[str, Course]) -> Course:
    return replace(course, prerequisites=tuple(slug for slug in course.prerequisites if slug in seen))


def _files_seen(
    library: Library, articles: Mapping[str, Article], courses: Mapping[str, Course]
) -> dict[str, Path]:
    """Return the attachments of articles and lessons that are seen.

    One that no article shows lies beside some, and is as closed as the most closed of them.
    """
    seen = {article.path for article in articles.values()}
    every = {article.path for article in library.articles.values()}
    shelves, closed = _above(every), _above(every - seen)
    seen |= {page.path for course in courses.values() for page in course.pages}

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
