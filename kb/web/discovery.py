"""What search engines, feed readers and language models read: what a stranger sees, whoever asks.

Nobody is asked who they are, so that one answer serves everybody and nothing private can be in it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import TypeVar, cast

from flask import Blueprint, Response, render_template, url_for
from markupsafe import escape
from werkzeug.exceptions import NotFound

from kb.article import Article
from kb.web.desk import edition, public_url

blueprint = Blueprint("discovery", __name__)

T = TypeVar("T")

MOST_ADDRESSES = 50_000
MOST_BYTES = 50_000_000
"""What one site map may hold (sitemaps.org)."""

_FEED_LENGTH = 20
_NEVER = date(1970, 1, 1)
"""When a feed without any entry was changed, since it must say a day and there is none."""

_FRAME = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<{tag} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
    'xmlns:xhtml="http://www.w3.org/1999/xhtml">\n',
    "</{tag}>\n",
)
_FRAME_BYTES = 200
_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_MARKS = re.compile(r"([\\\[\]<>*_`])")


@blueprint.get("/robots.txt")
def robots() -> Response:
    """Keep robots away from endless pages of results and show them what was made for them."""
    closed = (
        "/search", "/suggest", "/api/", "/sign-in", "/account", "/feedback/", "/staff/", "/shared/",
        "/language/",
    )  # fmt: skip
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed), ""]
    lines += [f"Sitemap: {public_url(url_for('discovery.sitemap'))}"]
    lines += [f"# New and reviewed articles: {public_url(url_for('discovery.feed'))}"]
    lines += [f"# For language models: {public_url(url_for('discovery.llms'))}", ""]
    return Response("\n".join(lines), mimetype="text/plain")


@blueprint.get("/sitemap.xml")
def sitemap() -> Response:
    """List every page that is worth finding, or the site maps that together do."""
    sheets = _sheets()
    if len(sheets) == 1:
        return _xml(_framed("urlset", sheets[0]))
    places = [public_url(url_for("discovery.sheet", number=at)) for at in range(1, len(sheets) + 1)]
    index = "".join(f"<sitemap><loc>{escape(place)}</loc></sitemap>\n" for place in places)
    return _xml(_framed("sitemapindex", index))


@blueprint.get("/sitemap-<int:number>.xml")
def sheet(number: int) -> Response:
    """Give one of the site maps of a site that is too large for one."""
    sheets = _sheets()
    if len(sheets) == 1 or not 1 <= number <= len(sheets):
        raise NotFound("There is no such site map.")
    return _xml(_framed("urlset", sheets[number - 1]))


@blueprint.get("/feed.xml")
def feed() -> Response:
    """Give the articles that are newest, or were reviewed last, to those who follow them (RFC 4287)."""
    return _xml(_once("feed", _feed), "application/atom+xml")


@blueprint.get("/llms.txt")
def llms() -> Response:
    """Show language models where each article is in Markdown (llmstxt.org)."""
    return Response(_once("llms", _llms), mimetype="text/plain")


def _once(name: str, write: Callable[[], T]) -> T:
    """Write something once for an edition, since thousands of addresses take a while."""
    written = edition().written
    if name not in written:
        written[name] = write()
    return cast(T, written[name])


def _sheets() -> list[str]:
    return _once("sitemap", lambda: list(sheets_of(_entries(), MOST_ADDRESSES, MOST_BYTES)))


def _feed() -> str:
    dated = [article for article in edition().library.articles.values() if article.dated]
    dated.sort(key=lambda article: (article.dated or _NEVER, article.slug), reverse=True)
    newest = dated[:_FEED_LENGTH]
    updated = next((article.dated for article in newest), _NEVER)
    return render_template("discovery/feed.xml", articles=newest, updated=updated)


def _llms() -> str:
    now = edition()
    shelves = [
        (now.categories[slug].title if slug else "More articles", [_listed(article) for article in articles])
        for slug, articles in now.shelves.items()
        if articles
    ]
    courses = [
        (_line(one.title), public_url(url_for("courses.course", slug=one.slug)), _line(one.summary))
        for one in now.library.courses.values()
    ]
    return render_template("discovery/llms.txt", shelves=shelves, courses=courses, line=_line)


def sheets_of(entries: Iterable[str], most: int, largest: int) -> Iterator[str]:
    """Put entries together, in their order, to as few site maps as may hold so many and so many bytes."""
    held: list[str] = []
    size = _FRAME_BYTES
    for entry in entries:
        length = len(entry.encode())
        if held and (len(held) == most or size + length > largest):
            yield "".join(held)
            held, size = [], _FRAME_BYTES
        held.append(entry)
        size += length
    yield "".join(held)


def _entries() -> Iterator[str]:
    now = edition()
    for name in ("home.index", "articles.everything", "services.index", "contact.index"):
        yield _entry(url_for(name))
    for slug in now.categories:
        yield _entry(url_for("articles.category", slug=slug))
    courses = now.library.courses.values()
    if courses:
        yield _entry(url_for("courses.index"))
    for course in courses:
        yield _entry(url_for("courses.course", slug=course.slug))
        for lesson in course.lessons:
            yield _entry(url_for("courses.lesson", slug=course.slug, name=lesson.id))
    for article in (*now.library.articles.values(), *now.library.elsewhere.values()):
        yield _entry(url_for("articles.article", slug=article.slug), article.dated, _versions(article))


def _entry(path: str, changed: date | None = None, versions: str = "") -> str:
    lastmod = f"<lastmod>{changed.isoformat()}</lastmod>" if changed else ""
    return f"<url><loc>{escape(public_url(path))}</loc>{lastmod}{versions}</url>\n"


def _versions(article: Article) -> str:
    """Name an article in all its languages, and the one for whoever reads none of them."""
    named = [(one.language, one.slug) for one in article.versions]
    if named:
        named.append(("x-default", article.work))
    links = ((language, public_url(url_for("articles.article", slug=slug))) for language, slug in named)
    return "".join(
        f'<xhtml:link rel="alternate" hreflang="{language}" href="{escape(address)}"/>'
        for language, address in links
    )


def _framed(tag: str, inside: str) -> str:
    before, after = _FRAME
    return before.format(tag=tag) + inside + after.format(tag=tag)


def _xml(text: str, kind: str = "application/xml") -> Response:
    """Answer with XML, in which not even an escape may stand for most control characters."""
    return Response(_NOT_IN_XML.sub("", text), mimetype=kind)


def _listed(article: Article) -> tuple[str, str, str]:
    address = public_url(url_for("articles.article", slug=f"{article.slug}.md"))
    return _line(article.title), address, _line(article.summary)


def _line(text: str) -> str:
    """Return text as one line of Markdown in which nothing of it is markup."""
    return _MARKS.sub(r"\\\1", " ".join(text.split()))
