"""The articles that whoever asks may see."""

from __future__ import annotations

from datetime import date

from flask import url_for
from pydantic.json_schema import SkipJsonSchema
from werkzeug.exceptions import NotFound

from kb.article import Article
from kb.web.api.operation import Answer, Page, next_page, operation, pages_of
from kb.web.api.parameters import Paged, Text, Viewed
from kb.web.desk import edition, public_url
from kb.web.prose import prose, with_title


class WhichArticles(Viewed, Paged):
    """Which articles to list."""

    category: Text | SkipJsonSchema[None] = None
    """Only those of this category, a slug."""


class WhichArticle(Viewed):
    """Which article to give."""

    slug: Text
    """The article's slug, with its slashes; an old one leads to the article as well."""


class ListedArticle(Answer):
    """An article in a list."""

    slug: str
    title: str
    url: str
    summary: str
    category: str
    """The slug of its category; empty for an article outside all of them."""
    language: str
    last_reviewed: date | None


class Articles(Page):
    """A page of the articles, in reading order."""

    articles: list[ListedArticle]


class WholeArticle(ListedArticle):
    """An article with its text."""

    related: list[str]
    """The slugs of related articles."""
    html: str
    """The text as it is shown; its links begin at the root of the knowledge base."""
    markdown: str
    """The text as it was written, with its title."""


@operation("/articles")
def articles(asked: WhichArticles) -> Articles:
    """List the articles, category by category; without the token, those that everybody may read."""
    now = edition()
    if asked.category is None:
        every = tuple(now.library.articles.values())
    elif asked.category in now.categories:
        every = now.shelves[asked.category]
    else:
        raise NotFound("There is no such category.")
    pages = pages_of(len(every), asked)
    return Articles(
        total=len(every),
        page=asked.page,
        pages=pages,
        next=next_page(asked, pages),
        articles=[_listed(article) for article in every[asked.before :][: asked.limit]],
    )


@operation("/articles/<path:slug>")
def article(asked: WhichArticle) -> WholeArticle:
    """Give one article."""
    now = edition()
    found = now.find(asked.slug)
    if found is None:
        raise NotFound("There is no article of this slug.")
    return WholeArticle(
        **_listed(found).model_dump(),
        related=[other.slug for slug in found.related if (other := now.find(slug))],
        html=prose(found),
        markdown=with_title(found),
    )


def _listed(article: Article) -> ListedArticle:
    return ListedArticle(
        slug=article.slug,
        title=article.title,
        url=public_url(url_for("articles.article", slug=article.slug)),
        summary=article.summary,
        category=article.category,
        language=article.language,
        last_reviewed=article.last_reviewed,
    )
