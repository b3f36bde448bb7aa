"""The door to the knowledge base: asks its JSON API for the titles of articles, and knows their addresses."""

from __future__ import annotations

import http.client
import time
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlencode, urlsplit

from pydantic import BaseModel, ValidationError

TIMEOUT = 2.0
"""Seconds for all questions of one answer together."""
_MAX_BYTES = 1_000_000
_SHELVES = ("/articles/", "/courses/")


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


class _Result(BaseModel):
    slug: str
    title: str
    url: str


class _Found(BaseModel):
    results: list[_Result]


class KnowledgeBase:
    """The knowledge base at its address; `timer` gives seconds that never run backwards."""

    def __init__(
        self, base_url: str, token: str | None = None, timer: Callable[[], float] = time.monotonic
    ) -> None:
        self._base_url = base_url.rstrip("/")
        self._token = token
        self._timer = timer

    def articles(self, slugs: Sequence[str], public: bool = False) -> Shelf:
        """Look up articles and courses by slug; a slug that begins with a slash is a page of its own.

        Where they are for the public, only the titles that anybody may read are learned.
        """
        deadline = self._timer() + TIMEOUT
        away = False
        shelf: list[Article] = []
        for slug in slugs:
            if slug.startswith("/"):
                shelf.append(Article(self._base_url + quote(slug)))
                continue
            found = None if away else self._search(slug, deadline, public)
            away = found is None
            shelf.append(self._article(slug, found or []))
        return Shelf(tuple(shelf), away)

    def _article(self, slug: str, results: Sequence[_Result]) -> Article:
        for result in results:
            path = urlsplit(result.url).path
            if result.slug == slug and path.startswith(_SHELVES):
                return Article(self._base_url + quote(path, safe="/%"), result.title)
        return Article(f"{self._base_url}/articles/{quote(slug)}")

    def _search(self, slug: str, deadline: float, public: bool) -> list[_Result] | None:
        """Search for the words of a slug; None when there is no usable answer in time."""
        left = deadline - self._timer()
        if left <= 0:
            return None
        query = urlencode({"q": slug.rpartition("/")[2].replace("-", " "), "limit": 10})
        request = urllib.request.Request(f"{self._base_url}/api/v1/search?{query}")  # noqa: S310 (the address is checked as the bot starts)
        if self._token and not public:
            request.add_header("Authorization", f"Bearer {self._token}")
        try:
            with urllib.request.urlopen(request, timeout=left) as response:  # noqa: S310
                return _Found.model_validate_json(response.read(_MAX_BYTES)).results
        except (OSError, http.client.HTTPException, ValidationError):
            return None
