"""The search page and the suggestions while somebody types."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, render_template, request, url_for
from werkzeug.exceptions import BadRequest, NotFound, ServiceUnavailable

from kb.article import Article
from kb.courses import SHELF
from kb.links import COURSES_URL
from kb.search.results import Results
from kb.web import recording
from kb.web.desk import desk, edition, seen_now
from kb.web.pages import page_number, pages_of

blueprint = Blueprint("search", __name__)

PAGE_SIZE = 10
LONGEST = 300
"""Characters of a query; nobody types more, and more would only keep the machine busy."""

LAST_PAGE = 50
_NEAREST = 4
_MOST_POPULAR = 6


@blueprint.get("/search")
def results() -> str:
    """Show the articles and lessons that answer `q`, best first, perhaps of one category only."""
    query, category, number = query_of_request(), request.args.get("category") or None, page_number()
    now = edition()
    shelves = {slug: shelf.title for slug, shelf in now.categories.items()}
    if now.library.courses:
        shelves[SHELF] = "Courses"
    if category is not None and category not in shelves:
        raise NotFound("There is no such category.")
    found = Results(query, 0, ())
    if query:
        found = ask(query, limit=PAGE_SIZE, offset=(number - 1) * PAGE_SIZE, category=category)
        desk().metrics.searches.labels("page", "found" if found.total else "nothing").inc()
        recording.searched(found)
    pages = pages_of(found.total, PAGE_SIZE, LAST_PAGE)
    helpful = () if found.hits else _popular(category)
    return render_template(
        "search/results.html",
        found=found,
        page_of=now.library.page,
        course_of=_course_of,
        shelves=shelves,
        courses_shelf=SHELF,
        chosen=category,
        pages=pages,
        helpful=helpful,
    )


@blueprint.get("/suggest")
def suggest() -> Response:
    """Complete what somebody is typing with titles, as JSON."""
    query = query_of_request()
    live = desk().live
    titles = live.index.suggest(query, seen=seen_now()) if query and live.index.ready else ()
    known = edition().library.page
    shown = [{"title": one.title, "url": page_url(one.slug)} for one in titles if known(one.slug)]
    return jsonify(query=query, suggestions=shown)


@blueprint.app_template_filter("page_url")
def page_url(slug: str, anchor: str | None = None) -> str:
    """Return the address of what search knows by a slug: an article, or a page of a course."""
    if slug.startswith(COURSES_URL):
        course, _, lesson = slug.removeprefix(COURSES_URL).partition("/")
        if lesson:
            return url_for("courses.lesson", slug=course, name=lesson, _anchor=anchor or None)
        return url_for("courses.course", slug=course, _anchor=anchor or None)
    return url_for("articles.article", slug=slug, _anchor=anchor or None)


def query_of_request() -> str:
    """Return `q` without the space around it; raises BadRequest when it is too long to be a question."""
    query = " ".join(request.args.get("q", "").split())
    if len(query) > LONGEST:
        raise BadRequest(f"A search may have at most {LONGEST} characters; this one has {len(query):,}.")
    return query


def ask(query: str, *, limit: int, offset: int = 0, category: str | None = None) -> Results:
    """Search; raises ServiceUnavailable while the index is being made."""
    index = desk().live.index
    if not index.ready:
        raise ServiceUnavailable("Search is being prepared and will work in a moment.")
    return index.search(query, seen=seen_now(), limit=limit, offset=offset, category=category)


def nearest(words: str) -> list[Article]:
    """Return the articles and lessons that are nearest to the words of an address that leads nowhere."""
    live = desk().live
    if not words or not live.ready:
        return []
    hits = live.index.search(words, seen=seen_now(), limit=_NEAREST).hits
    return [page for hit in hits if (page := edition().library.page(hit.slug))]


def _course_of(slug: str) -> str | None:
    """Return the title of the course of which this slug is a lesson's."""
    course, _, lesson = slug.removeprefix(COURSES_URL).partition("/")
    found = edition().library.courses.get(course) if lesson and slug.startswith(COURSES_URL) else None
    return found.title if found else None


def _popular(category: str | None) -> tuple[Article, ...]:
    """Return what most people need, of one category or of all; a shelf without favourites shows its first."""
    now = edition()
    if category is None:
        return now.popular
    favourites = [article for article in now.popular if article.category == category]
    others = now.shelves.get(category) or [course.page for course in now.library.courses.values()]
    return tuple(dict.fromkeys([*favourites, *others]))[:_MOST_POPULAR]
