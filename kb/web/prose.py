"""What a page adds to an article's HTML: links at headings, room for pictures, scrolling tables and code."""

from __future__ import annotations

import re
from functools import partial
from html import unescape
from urllib.parse import quote, unquote, urlsplit

from flask import Blueprint, url_for
from markupsafe import Markup, escape

from kb.article import Article, Section
from kb.links import ARTICLES_URL, COURSES_URL, FILES_URL, lesson_in, slug_in
from kb.web.desk import edition, public_url
from kb.web.files import facts_of
from kb.web.pictures import size_of

blueprint = Blueprint("prose", __name__)

_HEADING = re.compile(r'<(h[2-6]) id="([^"]+)">(.*?)</\1>', re.DOTALL)
_INNER_LINK = re.compile(
    rf'<a (?:[^>]*? )?href="((?:{ARTICLES_URL}|{COURSES_URL}|{FILES_URL})[^"]*)"[^>]*>(.*?)</a>', re.DOTALL
)
_HERE = re.compile(r'\b(href|src)="([/#][^"]*)"')
_TABLE = re.compile(r"<table\b.*?</table>", re.DOTALL)
_PICTURE = re.compile(rf'<img (?![^>]*\b(?:width|height)=)[^>]*?src="{FILES_URL}([^"]+)"[^>]*')
_WRITTEN_LINKS = (
    (r"!?\[([^\]\n]*)\]\(\s*<?{}>?(?:\s[^)\n]*)?\)", r"\1"),
    (r"(?m)^ {{0,3}}\[[^\]\n]+\]:\s*<?{}>?(?:\s.*)?$", ""),
    (r"(href|src)=([\"']){}\2", r"\1=\2#\2"),
)
"""The ways in which a link is written in Markdown, and what is left of each that leads nowhere."""

_OF_OURS = re.compile(r"/(?:articles|categories|courses|files|feedback|search|static|api/v1)(?=/|\Z)")
"""Beginnings of addresses that we chose, so that they say nothing of what somebody looks for."""

_LINK = (
    '<{tag} id="{anchor}">{words}<a class="anchor" href="#{anchor}">'
    '<span class="visually-hidden">Link to this section</span></a></{tag}>'
)


@blueprint.app_template_filter("prose")
def prose(article: Article) -> Markup:
    """Return the article's HTML, which its reader has made safe, with what the page adds."""
    html = _HEADING.sub(lambda m: _LINK.format(tag=m[1], anchor=m[2], words=m[3]), article.html)
    html = _INNER_LINK.sub(partial(_where_it_leads, article), html)
    html = html.replace(' loading="lazy"', "", 1)  # the first picture is likely to be looked at at once
    html = _PICTURE.sub(_with_room, html)
    html = _TABLE.sub(r'<div class="scroll" role="region" aria-label="Table" tabindex="0">\g<0></div>', html)
    return Markup(html.replace("<pre>", '<pre tabindex="0">'))  # noqa: S704 (sanitised by kb.render)


@blueprint.app_template_filter("elsewhere")
def elsewhere(article: Article) -> str:
    """Return the article's HTML as it can be shown on other sites: all its addresses are whole ones."""
    here = public_url(url_for("articles.article", slug=article.slug))

    def whole(found: re.Match[str]) -> str:
        before = here if found[2].startswith("#") else public_url("")
        return f'{found[1]}="{before}{found[2]}"'

    return _HERE.sub(whole, _INNER_LINK.sub(partial(_where_it_leads, article), article.html))


def _with_room(found: re.Match[str]) -> str:
    path = edition().library.files.get(unquote(unescape(found[1])))
    size = size_of(path) if path else None
    return f'{found[0]} width="{size[0]}" height="{size[1]}"' if size else found[0]


def _where_it_leads(article: Article, found: re.Match[str]) -> str:
    """Let a link lead to the version that this reader is shown; where none is, leave the words alone."""
    url = unescape(found[1])
    if not _leads(url):
        return found[2]
    link = found[0].replace(found[1], str(escape(_in_language(url, article))), 1)
    path = edition().library.files.get(_file(found[1])) if "<img" not in found[2] else None
    return f'{link} <span class="file-facts">({escape(facts_of(path))})</span>' if path else link


def _in_language(url: str, article: Article) -> str:
    """Turn the address of an article into that of its version for this reader.

    An address that names a translation is meant, and one of another version of the article itself too.
    """
    slug = slug_in(url)
    named = edition().find(slug) if slug is not None else None
    if named is None or named.slug != named.work or named.work == article.work:
        return url
    shown, anchor = edition().library.shown(named), unquote(urlsplit(url).fragment)
    if shown is named:
        return url
    known = anchor in {section.anchor for section in shown.sections}
    return ARTICLES_URL + quote(shown.slug) + (f"#{quote(anchor)}" if known and anchor else "")


def _file(url: str) -> str:
    """Return the name of the file that an address in HTML is of; empty where it is of none."""
    path = unquote(unescape(url).partition("#")[0])
    return path.removeprefix(FILES_URL) if path.startswith(FILES_URL) else ""


def _leads(url: str) -> bool:
    """Whether an address is none of ours, or one of a page or a file that this reader sees."""
    path = unquote(re.split("[?#]", url, maxsplit=1)[0])
    if path.startswith(FILES_URL):
        return path.removeprefix(FILES_URL) in edition().library.files
    slug, lesson = slug_in(url), lesson_in(url)
    if lesson:
        return edition().course(lesson.partition("/")[0]) is not None
    return slug is None or edition().find(slug) is not None


@blueprint.app_template_filter("contents")
def contents(article: Article) -> list[Section]:
    """Return the headings for the table of contents; none where one heading would be all of it."""
    found = [section for section in article.sections if section.anchor and section.level in {2, 3}]
    return found if len(found) > 1 else []


def with_title(article: Article) -> str:
    """Return the article as Markdown that stands by itself."""
    source = article.source.lstrip()
    for target in {link.target for link in article.links if not _leads(link.url)}:
        for pattern, rest in _WRITTEN_LINKS:
            source = re.sub(pattern.format(re.escape(target)), rest, source)
    return source if source.startswith("# ") else f"# {article.title}\n\n{source}"


def words_of(path: str) -> str:
    """Guess from an address which words its writer had in mind."""
    path = _OF_OURS.sub("", path.removesuffix(".md"), count=1) if _OF_OURS.match(path) else path
    return " ".join(re.split(r"[^\w]+|_", path)).strip()
