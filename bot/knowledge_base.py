"""The door to the knowledge base: asks its JSON API for the titles of articles, and knows their addresses."""

from __future__ import annotations

import html
import http.client
import re
import time
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from http import HTTPStatus
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote, urldefrag, urlencode, urlsplit

from pydantic import BaseModel, ValidationError

TIMEOUT = 1.5
"""Seconds for all questions of one answer together, so that whoever asks waits less than two."""
LONGEST = 300
"""Characters of a question; the knowledge base refuses more."""
_MAX_BYTES = 1_000_000
_SHELVES = ("/articles/", "/courses/")
_ARTICLES = "/articles/"
_MARK = re.compile("</?mark>")


@dataclass(frozen=True, slots=True)
class Article:
    """An article, a course or a page to read; the title is None where it could not be learned."""

    url: str
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Shelf:
    """The articles that were asked for, in that order, and whether the knowledge base was away."""

    articles: tuple[Article, ...] = ()
    away: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """An article that answers a search, with the passage that does."""

    url: str
    title: str
    section: str | None
    """The title of the section in which the passage stands."""
    snippet: str
    """The passage, as plain words."""


@dataclass(frozen=True, slots=True)
class Hits:
    """What a search found, the best first, and whether the knowledge base was away."""

    hits: tuple[Hit, ...] = ()
    total: int = 0
    did_you_mean: str | None = None
    away: bool = False


@dataclass(frozen=True, slots=True)
class Preview:
    """What an article says of itself to whoever shows a link to it."""

    title: str
    summary: str


class _Head(HTMLParser):
    """Reads what a page says of itself in its head (https://ogp.me)."""

    def __init__(self) -> None:
        super().__init__()
        self.said: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if tag == "meta" and (name := named.get("property")):
            self.said.setdefault(name, named.get("content") or "")


class _Result(BaseModel):
    slug: str
    title: str
    url: str
    section: str | None = None
    snippet: str = ""


class _Found(BaseModel):
    results: list[_Result]
    total: int = 0
    did_you_mean: str | None = None


class _Staying(urllib.request.HTTPRedirectHandler):
    """Follows no redirect: a page that leads elsewhere, such as to a sign-in, is not the page."""

    def redirect_request(self, *_: Any) -> None:
        return None


_staying = urllib.request.build_opener(_Staying)


class KnowledgeBase:
    """The knowledge base at its address; `timer` gives seconds that never run backwards."""

    def __init__(
        self, base_url: str, token: str | None = None, timer: Callable[[], float] = time.monotonic
    ) -> None:
        self._base_url = base_url.rstrip("/")
        self._token = token
        self._timer = timer

    def page(self, path: str) -> Article:
        """Give the address of a page of its own; its path begins with a slash."""
        return Article(self._base_url + quote(path))

    def search(self, words: str, limit: int) -> Hits:
        """Search the articles that everybody may read, since what is found may be shared with anybody."""
        found = self._ask(words[:LONGEST], limit, TIMEOUT, public=True)
        if found is None:
            return Hits(away=True)
        hits = tuple(
            Hit(address, result.title, result.section, html.unescape(_MARK.sub("", result.snippet)))
            for result in found.results[:limit]
            if (address := self._address(result))
        )
        return Hits(hits, max(found.total, len(hits)), found.did_you_mean)

    def is_public(self, url: str) -> bool | None:
        """Tell whether everybody may read a page of ours now; None where the knowledge base is away."""
        if not url.startswith(f"{self._base_url}/"):
            return False
        request = urllib.request.Request(url, method="HEAD")  # noqa: S310 (the address is checked as the bot starts)
        try:
            with _staying.open(request, timeout=TIMEOUT) as response:
                return bool(response.status == HTTPStatus.OK)
        except HTTPError as error:
            error.close()
            busy = error.code == HTTPStatus.TOO_MANY_REQUESTS
            return None if busy or error.code >= HTTPStatus.INTERNAL_SERVER_ERROR else False
        except (OSError, http.client.HTTPException):
            return None

    def is_article(self, url: str) -> bool:
        """Tell whether an address is one that an article of ours may have."""
        return url.startswith(f"{self._base_url}{_ARTICLES}")

    def previews(self, urls: Sequence[str]) -> dict[str, Preview]:
        """Return what those of some articles say of themselves that everybody may read now, by address.

        One that leads elsewhere, cannot be read or is not answered in time is left out.
        """
        deadline = self._timer() + TIMEOUT
        found = {url: self._preview(url, deadline - self._timer()) for url in urls if self.is_article(url)}
        return {url: preview for url, preview in found.items() if preview}

    def _preview(self, url: str, seconds: float) -> Preview | None:
        """Read the head of an article as a stranger would."""
        if seconds <= 0:
            return None
        head = _Head()
        try:
            request = urllib.request.Request(urldefrag(url).url)  # noqa: S310 (it begins with the knowledge base's own)
            with _staying.open(request, timeout=seconds) as response:
                head.feed(response.read(_MAX_BYTES).decode(errors="replace"))
        except (OSError, http.client.HTTPException, ValueError):
            return None
        if head.said.get("og:type") != "article" or not head.said.get("og:title", "").strip():
            return None
        return Preview(head.said["og:title"], head.said.get("og:description", ""))

    def articles(self, slugs: Sequence[str]) -> Shelf:
        """Look up articles and courses by slug; a slug that begins with a slash is a page of its own."""
        deadline = self._timer() + TIMEOUT
        away = False
        shelf: list[Article] = []
        for slug in slugs:
            if slug.startswith("/"):
                shelf.append(self.page(slug))
                continue
            words = slug.rpartition("/")[2].replace("-", " ")
            found = None if away else self._ask(words, 10, deadline - self._timer())
            away = found is None
            shelf.append(self._article(slug, found.results if found else []))
        return Shelf(tuple(shelf), away)

    def _article(self, slug: str, results: Sequence[_Result]) -> Article:
        for result in results:
            if result.slug == slug and (address := self._address(result)):
                return Article(address, result.title)
        return Article(f"{self._base_url}/articles/{quote(slug)}")

    def _address(self, result: _Result) -> str | None:
        """Return where a result is on our own pages; an address elsewhere is never taken over."""
        path = urlsplit(result.url).path
        return self._base_url + quote(path, safe="/%") if path.startswith(_SHELVES) else None

    def _ask(self, words: str, limit: int, seconds: float, public: bool = False) -> _Found | None:
        """Search for words; None when there is no usable answer in time."""
        if seconds <= 0:
            return None
        query = urlencode({"q": words, "limit": limit}, errors="replace")
        request = urllib.request.Request(f"{self._base_url}/api/v1/search?{query}")  # noqa: S310 (the address is checked as the bot starts)
        if self._token and not public:
            request.add_header("Authorization", f"Bearer {self._token}")
        try:
            with urllib.request.urlopen(request, timeout=seconds) as response:  # noqa: S310
                return _Found.model_validate_json(response.read(_MAX_BYTES))
        except (OSError, http.client.HTTPException, ValidationError):
            return None
