"""Joins translations to the articles that they translate, and finds what is wrong with them; pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from kb.article import Article
from kb.languages import is_known, language_of, own_name, without_language
from kb.versions import Version
from kb.visibility import STAFF_ONLY, Audience
from tiering.files import Problem


@dataclass(frozen=True, slots=True)
class Known:
    """What a file holds, whether or not it is published."""

    article: Article | None
    """None where no version of it could ever be read."""
    audience: Audience | None
    """None where the file does not say it."""
    language: str | None
    """None where the head does not say it."""


def join(
    served: Mapping[str, Article], known: Mapping[str, Known], languages: Sequence[str]
) -> tuple[dict[str, Article], list[Problem]]:
    """Give every published translation what it has of its original, and every version the others.

    The articles come by slug, what is known of the files by path. A translation has the audience, the
    category and the place of its original. Where it says another audience, or where nobody can know whom the
    original is for, it is closed to all but staff.
    """
    joined: dict[str, Article] = {}
    problems: list[Problem] = []
    works: dict[str, list[Article]] = {}
    for article in served.values():
        original = _original_of(article.path, known, languages)
        if original:
            article, wrong = _translated(article, known[article.path], known[original])
            problems += wrong
        elif language_of(article.path, languages):
            article, wrong = _alone(article, known[article.path])
            problems += wrong
        joined[article.slug] = article
        works.setdefault(original or article.path, []).append(article)
        problems += _doubts(article, known, languages)
    for path, articles in works.items():
        if len(articles) > 1:
            joined |= {article.slug: article for article in _with_versions(path, articles, languages)}
    return joined, problems


def outdated(articles: Mapping[str, Article]) -> Iterator[Problem]:
    """Yield a warning for each translation that was last reviewed before its original."""
    for article in articles.values():
        original = articles[article.work]
        reviewed, last = article.last_reviewed, original.last_reviewed
        if reviewed and last and reviewed < last and article.language != original.language:
            text = (
                f"this translation is older than {original.path}: "
                f"it was last reviewed on {reviewed}, and the original on {last}"
            )
            yield Problem(article.path, 1, text, warning=True)


def publish_on(article: Article, known: Mapping[str, Known], languages: Sequence[str]) -> date | None:
    """Return the day on which an article appears; a translation that names none waits for its original's."""
    original = _original_of(article.path, known, languages)
    there = known[original].article if original else None
    return article.publish_on or (there.publish_on if there else None)


def _original_of(path: str, known: Mapping[str, Known], languages: Sequence[str]) -> str | None:
    """Return the path of the article that a file translates; None where it translates none."""
    language = language_of(path, languages)
    original = without_language(path)
    if language is None or original not in known or language_of(original, languages):
        return None
    there = known[original].article
    return None if there and there.language == language else original


def _translated(article: Article, said: Known, original: Known) -> tuple[Article, list[Problem]]:
    """Return a translation with what it has of its original."""
    if original.article is None:
        return replace(
            article, audience=STAFF_ONLY
        ), []  # that the original cannot be read is its own problem
    audience, problems = original.article.audience, list[Problem]()
    if said.audience is not None and said.audience != audience:
        text = (
            f"`audience` differs from that of {original.article.path}, so that only staff see this "
            "translation; leave it out, since a translation has its original's"
        )
        audience, problems = STAFF_ONLY, [Problem(article.path, 1, text)]
    joined = replace(
        article,
        audience=audience,
        category=original.article.category,
        order=original.article.order,
        related=article.related or original.article.related,
    )
    return joined, problems


def _alone(article: Article, said: Known) -> tuple[Article, list[Problem]]:
    """Return a translation that translates nothing: an article by itself."""
    text = (
        f"there is no {without_language(article.path)} in another language that this translates; "
        f"give it a name without `.{article.language}` and write `language: {article.language}` in its head"
    )
    if said.audience is None:
        text += ". Until then only staff see it, since nobody knows whom its original was for"
        article = replace(article, audience=STAFF_ONLY)
    return article, [Problem(article.path, 1, text)]


def _with_versions(path: str, articles: Sequence[Article], languages: Sequence[str]) -> Iterator[Article]:
    """Give each the versions of all, the original first and then in the order of site.yaml."""
    places = {language: place for place, language in enumerate(languages, 1)}
    ordered = sorted(articles, key=lambda one: 0 if one.path == path else places[one.language])
    versions = tuple(Version(one.slug, one.language, one.audience) for one in ordered)
    return (replace(one, versions=versions) for one in ordered)


def _doubts(article: Article, known: Mapping[str, Known], languages: Sequence[str]) -> Iterator[Problem]:
    """Yield what a file says of its language that site.yaml knows nothing of."""
    if len(languages) < 2:
        return
    said, listed = known[article.path].language, ", ".join(languages)
    if said and said != article.language:
        text = f"`language` is `{said}`, and the file's name says `{article.language}`, which counts"
        yield Problem(article.path, 1, text)
    elif said and said not in languages:
        yield Problem(article.path, 1, f"`language` is `{said}`; site.yaml lists {listed}")
    suffix = article.path.removesuffix(".md").rpartition(".")[2].lower()
    if (
        language_of(article.path, languages) is None
        and without_language(article.path) in known
        and is_known(suffix)
    ):
        text = (
            f"this looks like {without_language(article.path)} in {own_name(suffix)}, and counts as an "
            f"article by itself: for translations site.yaml lists {', '.join(languages[1:])}"
        )
        yield Problem(article.path, 1, text)
