"""Where the links of an article lead, and which of them lead nowhere; pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from posixpath import dirname, normpath
from posixpath import join as posixjoin
from urllib.parse import quote, unquote, urlsplit

from kb.article import Article, Link
from tiering.files import Problem

FILES_URL = "/files/"
"""Where the pages find attachments: this, then the file's path under `articles/`."""

ARTICLES_URL = "/articles/"
COURSES_URL = "/courses/"
"""Where the pages of courses are; with it begin their slugs, which no article's can."""

SAVED = frozenset({".csv", ".xlsx", ".ods", ".docx", ".odt", ".pptx", ".odp", ".zip"})
"""Kinds of files to take along; only those that an article links are served, since others just lie there."""

ATTACHMENTS = SAVED | {".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif", ".svg", ".pdf"}


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the links of one file lead."""

    name: str
    slugs: Mapping[str, str]
    files: Set[str]
    pages: Mapping[str, str] = field(default_factory=dict)
    """The addresses of files that are no articles."""

    def url(self, target: str) -> str:
        """Turn a relative path to an article or an attachment into its address; the rest stays."""
        try:
            parts = urlsplit(target)
        except ValueError:  # such as http://[ : nothing that we could know better
            return target
        if parts.scheme or parts.netloc or not parts.path or parts.path.startswith("/"):
            return target
        path = normpath(posixjoin(dirname(self.name), unquote(parts.path)))
        home = "articles/" if self.name.startswith(("articles/", "courses/")) else ""
        end = f"#{parts.fragment}" if parts.fragment else ""
        if path in self.pages:
            return self.pages[path] + end
        if path.endswith(".md"):
            slug = self.slugs.get(path, path.removeprefix(home).removesuffix(".md"))
            return path_of_page(slug) + end
        if PurePosixPath(path).suffix.lower() in ATTACHMENTS:
            return FILES_URL + quote(path.removeprefix(home)) + end
        return target


def path_of_page(slug: str) -> str:
    """Return the address on the pages of what search knows by a slug: an article, or a page of a course."""
    return slug if slug.startswith(COURSES_URL) else ARTICLES_URL + quote(slug)


def slug_in(url: str) -> str | None:
    """Return the slug that an address of one of our articles names, be it a present or an old one."""
    path = _below(ARTICLES_URL, url)
    return None if path is None else path.rstrip("/").removesuffix(".md")


def lesson_in(url: str) -> str | None:
    """Return the `course` or the `course/lesson` that an address of our pages names."""
    path = _below(COURSES_URL, url)
    return "/".join(path.strip("/").split("/")[:2]) or None if path else None


def _below(home: str, url: str) -> str | None:
    """Return what of an address of ours stands behind `home`."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    path = unquote(parts.path)
    ours = not parts.scheme and not parts.netloc and path.startswith(home)
    return path.removeprefix(home) if ours else None


def shown_in(articles: Iterable[Article]) -> Mapping[str, frozenset[str]]:
    """Return for each attachment that an article shows or links the paths of those articles."""
    found: dict[str, set[str]] = {}
    for article in articles:
        for link in article.links:
            if link.url.startswith(FILES_URL):
                name = unquote(urlsplit(link.url).path).removeprefix(FILES_URL)
                found.setdefault(name, set()).add(article.path)
    return {name: frozenset(paths) for name, paths in found.items()}


def broken_links(
    article: Article, served: Mapping[str, Article], redirects: Mapping[str, str], files: Mapping[str, Path]
) -> Iterator[Problem]:
    """Yield a problem for each link, picture and related article that a reader would not reach."""
    for link in article.links:
        path = link.path or article.path
        if link.picture and not link.described:
            text = f"the picture {link.target} has no description; write one between the brackets"
            yield Problem(path, link.line, text)
        wrong = _wrong_with(link, article, served, redirects, files)
        if wrong:
            yield Problem(path, link.line, wrong)
    for slug in article.related:
        if slug not in served and slug not in redirects:
            yield Problem(
                article.path, 1, f"`related` names `{slug}`, and there is no such published article"
            )


def _wrong_with(
    link: Link,
    article: Article,
    served: Mapping[str, Article],
    redirects: Mapping[str, str],
    files: Mapping[str, Path],
) -> str | None:
    try:
        parts = urlsplit(link.url)
    except ValueError:
        return f"the address {link.target} is malformed"
    path, anchor = unquote(parts.path), unquote(parts.fragment)
    if parts.scheme or parts.netloc:
        return None
    if path.startswith(FILES_URL):
        missing = path.removeprefix(FILES_URL) not in files
        return f"there is no file {link.target} of an allowed kind under articles/" if missing else None
    slug = slug_in(link.url)
    if slug is not None:
        leads_to = served.get(redirects.get(slug, slug))
        if leads_to is None:
            return f"the link {link.target} leads to no published article"
    elif path or not anchor:
        return None if path else f"the {'picture' if link.picture else 'link'} leads nowhere"
    else:
        leads_to = article
    if anchor and anchor not in {section.anchor for section in leads_to.sections}:
        return f"the link {link.target} names a heading that {leads_to.path} does not have"
    return None
