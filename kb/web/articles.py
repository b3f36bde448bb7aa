"""Articles, the shelves they stand on and their Markdown."""

from __future__ import annotations

from urllib.parse import quote

from flask import Blueprint, Response, make_response, redirect, render_template, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from kb.article import Article
from kb.site import PATH
from kb.web import recording, structured
from kb.web.desk import desk, edition, public_url, seen_now
from kb.web.live import as_address
from kb.web.prose import with_title
from kb.web.sessions import signed_in
from kb.web.staff.writing import proof

blueprint = Blueprint("articles", __name__)

_MARKDOWN = ".md"
_RELATED = 3
"""So many articles to read next; those that an article names are all shown, and the nearest fill up."""


@blueprint.get("/articles")
def everything() -> str:
    """List every article, shelf by shelf."""
    return render_template("articles/all.html", shelves=edition().shelves)


@blueprint.get("/categories/<path:slug>")
def category(slug: str) -> AnyResponse:
    """List the articles of one shelf."""
    now = edition()
    if slug in now.categories:
        found = now.categories[slug]
        return make_response(
            render_template(
                "articles/category.html",
                category=found,
                articles=now.shelves[slug],
                trail=structured.trail((found.title, url_for(".category", slug=slug))),
            )
        )
    for known in now.categories:
        if as_address(known) == as_address(slug):
            return redirect(url_for("articles.category", slug=known), code=301)
    raise NotFound("There is no such category.")


@blueprint.get("/articles/<path:slug>")
def article(slug: str) -> AnyResponse:
    """Show an article; its address with `.md` behind it gives the Markdown.

    Old addresses, and such as people write them, lead in one step to the one of today.
    """
    now = edition()
    if written := _written(slug):
        recording.read(written)
        return make_response(_page(written))
    if written := _written(slug.removesuffix(_MARKDOWN)):
        return _markdown(written)
    if found := now.find(slug):
        return redirect(url_for("articles.article", slug=found.slug), code=301)
    address = as_address(slug)
    found = now.find(address.removesuffix(_MARKDOWN))
    if found and address.endswith(_MARKDOWN):
        return redirect(url_for("articles.article", slug=found.slug + _MARKDOWN), code=301)
    raise NotFound("There is no article at this address.")


def _written(slug: str) -> Article | None:
    """Return the article with this slug; for colleagues one that is not published yet, too."""
    library = edition().library
    return library.at(slug) or library.drafts.get(slug)


def _page(article: Article) -> str:
    now = edition()
    is_draft = article.slug in now.library.drafts
    shelf = () if is_draft else now.shelves.get(article.category, ())
    place = next((number for number, other in enumerate(shelf) if other.work == article.work), 0)
    previous = shelf[place - 1] if place else None
    following = shelf[place + 1] if place + 1 < len(shelf) else None
    return render_template(
        "articles/article.html",
        article=article,
        lead="" if _opens_with_summary(article) else article.summary,
        category=now.categories.get(article.category),
        shelf=shelf,
        previous=previous,
        following=following,
        related=_related(article, previous, following),
        edit_url=_edit_url(article),
        proof=proof(article),
        structured=structured.article(article, now.categories.get(article.category)),
    )


def _related(article: Article, *beside: Article | None) -> list[Article]:
    """Return what to read next: what the article names, filled up with the nearest that stand elsewhere."""
    now = edition()
    here, named = now.library.shown(article), filter(None, map(now.find, article.related))
    found = {other.slug: other for other in map(now.library.shown, named) if other is not here}
    elsewhere = {here.slug, *(other.slug for other in beside if other)}
    for slug in desk().live.index.similar(here.slug, seen=seen_now()):
        if len(found) >= _RELATED:
            break
        if slug in now.library.articles and slug not in elsewhere:
            found.setdefault(slug, now.library.articles[slug])
    return list(found.values())


def _edit_url(article: Article) -> str | None:
    """Return where to edit the article, for colleagues who look at the pages as themselves."""
    template, who = edition().site.edit_url, signed_in()
    if template is None or who is None or not who.is_staff or who.preview:
        return None
    return template.replace(PATH, quote(article.path))


def _opens_with_summary(article: Article) -> bool:
    """Whether the text says at once what the summary does, so that saying both would be odd."""
    said = article.summary.rstrip(" .…")
    return article.text.startswith(said)


def _markdown(article: Article) -> Response:
    response = make_response(with_title(article))
    response.mimetype = "text/markdown"
    canonical = public_url(url_for("articles.article", slug=article.slug))
    response.headers["Link"] = f'<{canonical}>; rel="canonical"'
    return response
