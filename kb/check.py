"""What `kb check` finds beyond the library's own problems: what to mend, and what to look at."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from urllib.parse import unquote, urlsplit

from kb.article import Article
from kb.course_names import course_named, unknown
from kb.duplicates import same_texts, same_titles
from kb.headings import heading_problems
from kb.library import Library
from kb.links import lesson_in
from kb.quiz import split_quiz, unexplained
from kb.reviews import stale
from kb.site import FILE as SITE_FILE
from kb.site import Site
from kb.visibility import folded
from tiering.content import read_prose
from tiering.files import Problem, nearest, read_front_matter, read_text, read_yaml

LONGEST_TITLE = 80
"""Characters; lists and search results cut what is longer."""

LONGEST_SUMMARY = 200

_SERVICES = "/services"


def inspect(content_dir: Path, site: Site, library: Library, today: date) -> list[Problem]:
    """Return what is wrong beyond `library.problems`, in the order of the files.

    What a reader would meet is a problem; what somebody should look at is a warning. The paths are relative
    to the content directory.
    """
    written = [*library.articles.values(), *library.drafts.values()]
    pages = [*written, *(page for course in library.courses.values() for page in course.pages)]
    texts = {article.path: read_text(content_dir / article.path)[0] for article in written}
    places = _Places(texts)
    found = [problem for path, text in texts.items() for problem in heading_problems(path, text)]
    found += _wrong_services(pages, content_dir)
    found += _wrong_lessons(pages, library)
    found += _unexplained(content_dir, library)
    found += _unanswered(content_dir, library)
    found += _too_long(written, places)
    found += _alike(library.articles.values(), places)
    found += _aimless(content_dir, library, site)
    found += _orphans(content_dir, library, site, places)
    found += _forgotten(library, today, places)
    return sorted(found)


class _Places:
    """Finds the line of a file's head at which a key stands."""

    def __init__(self, texts: dict[str, str]) -> None:
        self._texts = texts

    def warning(self, article: Article, key: str, text: str) -> Problem:
        """Make a warning that points at a key, or at the file where the key is missing."""
        source = self._texts[article.path]
        head = source[: source.find("\n---", 3)] if source.startswith("---") else ""
        found = re.search(rf"^{key}[ \t]*:", head, re.MULTILINE)
        line = head.count("\n", 0, found.start()) + 1 if found else 1
        return Problem(article.path, line, text, warning=True)


def _wrong_services(articles: Iterable[Article], content_dir: Path) -> Iterator[Problem]:
    ids = {service.id for service in read_prose(content_dir).catalogue.services}
    for article in articles:
        for link in article.links:
            if not link.url.startswith(_SERVICES):
                continue
            parts = urlsplit(link.url)
            service = unquote(parts.fragment)
            if parts.path.rstrip("/") == _SERVICES and service and service not in ids:
                text = f"the link {link.target} names a service that the catalogue does not have"
                yield Problem(link.path or article.path, link.line, text)


def _wrong_lessons(pages: Iterable[Article], library: Library) -> Iterator[Problem]:
    for page in pages:
        for link in page.links:
            named = lesson_in(link.url)
            if named and (text := unknown(library.courses, named)):
                text = f"the link {link.target} leads nowhere: {text}"
                yield Problem(link.path or page.path, link.line, text)


def _unexplained(content_dir: Path, library: Library) -> Iterator[Problem]:
    """Yield the questions of quizzes from whose answers nobody learns anything."""
    for course in library.courses.values():
        for path in (lesson.page.path for lesson in course.lessons if lesson.quiz):
            document, _ = read_front_matter(content_dir / path, path)
            for line in unexplained(document.body, split_quiz(document.body)[1]):
                text = "the question has no explanation; say why the answer is right in a line with `> `"
                yield Problem(path, document.body_line + line - 1, text, warning=True)


def _unanswered(content_dir: Path, library: Library) -> Iterator[Problem]:
    """Yield the services that offer an article which nobody can read; the contact page stands in for it."""
    for path in sorted((content_dir / "services").glob("*.md")):
        document, problems = read_front_matter(path, f"services/{path.name}")
        named = document.data.get("instead") if isinstance(document.data, dict) else None
        if problems or not isinstance(named, list):
            continue  # `tiering check` says what is wrong with it
        for number, slug in enumerate(named):
            if isinstance(slug, str) and not _leads_somewhere(slug, library):
                meant = nearest(slug, (*library.articles, *library.courses))
                text = (
                    f"`instead` names `{slug}`, which is no published article or course{meant}; "
                    "/contact stands in"
                )
                line = document.line(("instead", number))
                yield Problem(document.path, line, text, warning=True)


def _leads_somewhere(slug: str, library: Library) -> bool:
    return (
        slug.startswith("/")
        or slug in library.articles
        or slug in library.redirects
        or course_named(library.courses, slug) is not None
    )


def _too_long(articles: Iterable[Article], places: _Places) -> Iterator[Problem]:
    for article in articles:
        for key, text, most in (
            ("title", article.title, LONGEST_TITLE),
            ("summary", article.summary, LONGEST_SUMMARY),
        ):
            # A summary taken from the text was cut by us, which an ellipsis shows.
            if len(text) > most and not (key == "summary" and text.endswith(" …")):
                said = f"the {key} has {len(text)} characters; lists and search results show {most}"
                yield places.warning(article, key, said)


def _alike(articles: Iterable[Article], places: _Places) -> Iterator[Problem]:
    listed = list(articles)
    for article, other in same_titles(listed):
        yield places.warning(article, "title", f"{other.path} has the title `{other.title}` too")
    for article, other in same_texts(listed):
        text = f"the text is nearly that of {other.path}; keep one of them, with the other's slug as an alias"
        yield places.warning(article, "title", text)


def _orphans(content_dir: Path, library: Library, site: Site, places: _Places) -> Iterator[Problem]:
    """Yield what nobody comes across: files that no article shows, articles on a shelf without a name.

    Every article stands in a list, if only on the page of all articles, so that links need not lead there.
    """
    home = "articles/" if (content_dir / "articles").is_dir() else ""
    for name in library.files:
        if name not in library.shown_in:
            yield Problem(home + name, 1, "no article shows or links this file", warning=True)
    # Without a site.yaml the shipped one stands in, whose shelves are another company's.
    own = (content_dir / SITE_FILE).is_file()
    shelves = {category.slug for category in site.categories} if own else set()
    for article in library.articles.values():
        if shelves and article.category and article.category not in shelves:
            text = f"site.yaml lists no category `{article.category}`, so that it stands behind all others"
            yield places.warning(article, "category", text)


def _aimless(content_dir: Path, library: Library, site: Site) -> Iterator[Problem]:
    """Yield the learning paths on which no course lies."""
    document, problems = read_yaml(content_dir / SITE_FILE, SITE_FILE)
    if problems:
        return  # it is the shipped one, or whoever read it has said so
    goals = {folded(goal) for course in library.courses.values() for goal in course.goals}
    for number, aim in enumerate(site.aims):
        if folded(aim.goal) not in goals:
            text = f"no course has the goal `{aim.goal}`, so that this path is not shown"
            yield Problem(SITE_FILE, document.line(["paths", number]), text, warning=True)


def _forgotten(library: Library, today: date, places: _Places) -> Iterator[Problem]:
    for one in stale(library.articles.values(), today):
        if one.article.review_every:  # nobody asks for the others to be reviewed
            yield places.warning(one.article, "last_reviewed", one.sentence)
    for article in library.drafts.values():
        if article.status == "draft" and article.publish_on and article.publish_on <= today:
            text = f"`publish_on` was {article.publish_on}, but the article is a draft and stays one"
            yield places.warning(article, "publish_on", text)
