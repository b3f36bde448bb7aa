"""Searching the articles and the courses."""

from __future__ import annotations

import time
from typing import Annotated

from pydantic import Field

from kb.links import COURSES_URL
from kb.search.results import Hit
from kb.web.api.operation import Answer, Page, next_page, operation, pages_of
from kb.web.api.parameters import DIGITS, Paged, Text, Viewed
from kb.web.desk import desk, public_url
from kb.web.search import LAST_PAGE, LONGEST, ask, page_url


class Question(Viewed, Paged):
    """What to search for."""

    q: Annotated[Text, Field(max_length=LONGEST)]
    """What to search for, in anybody's own words."""
    page: Annotated[int, Field(ge=1, le=LAST_PAGE), DIGITS] = 1
    """Which page, from 1; after the last one every page is empty."""
    limit: Annotated[int, Field(ge=1, le=50), DIGITS] = 10
    """How many results there are on a page."""


class Result(Answer):
    """An article, a course or a lesson that answers."""

    slug: str
    """Of a course its own, of a lesson the course's and its id; `url` tells them from articles."""
    title: str
    url: str
    section: str | None
    """The title of the section that answers; null where the opening does."""
    snippet: str
    """The passage that answers: escaped HTML in which the words that matched stand in `mark`."""
    score: float
    """Only for comparing the results of one search."""


class Found(Page):
    """What a search finds, the best first."""

    query: str
    took_ms: float
    """Milliseconds that the search took."""
    did_you_mean: str | None
    """The same question without a slip; null where nothing seems to be misspelt."""
    results: list[Result]


@operation("/search")
def search(asked: Question) -> Found:
    """Search the articles, the courses and their lessons."""
    query = " ".join(asked.q.split())
    began = time.perf_counter()
    found = ask(query, limit=asked.limit, offset=asked.before)
    took = (time.perf_counter() - began) * 1000
    desk().metrics.searches.labels("api", "found" if found.total else "nothing").inc()
    pages = min(LAST_PAGE, pages_of(found.total, asked))
    return Found(
        query=query,
        total=found.total,
        page=asked.page,
        pages=pages,
        next=next_page(asked, pages),
        took_ms=round(took, 2),
        did_you_mean=found.did_you_mean,
        results=[_result(hit) for hit in found.hits],
    )


def _result(hit: Hit) -> Result:
    return Result(
        slug=hit.slug.removeprefix(COURSES_URL),
        title=hit.title,
        url=public_url(page_url(hit.slug)),
        section=hit.section,
        snippet=hit.snippet,
        score=hit.score,
    )
