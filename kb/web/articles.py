"""Articles, the shelves they stand on, their Markdown and the files that belong to them."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, send_file, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from kb.article import Article
from kb.links import FILES_URL
from kb.site import LOGO_KINDS
from kb.web.assets import SANDBOX
from kb.web.desk import edition, public_url
from kb.web.guard import CONTENT_POLICY
from kb.web.prose import with_title

blueprint = Blueprint("articles", __name__)

_KINDS = {**LOGO_KINDS, ".gif": "image/gif", ".avif": "image/avif", ".pdf": "application/pdf"}

_PDF_POLICY = "frame-ancestors 'none'"
"""Browsers' own PDF readers refuse to work under anything stricter."""


@blueprint.get("/articles")
def everything() -> str:
    """List every article, shelf by shelf."""
    return render_template("articles/all.html", shelves=edition().shelves)


@blueprint.get("/categories/<slug>")
def category(slug: str) -> str:
    """List the articles of one shelf."""
    now = edition()
    if slug not in now.categories:
        raise NotFound("There is no such category.")
    return render_template(
        "articles/category.html", category=now.categories[slug], articles=now.shelves[slug]
    )


@blueprint.get("/articles/<path:slug>")
def article(slug: str) -> AnyResponse:
    """Show an article; its address with `.md` behind it gives the Markdown."""
    articles, redirects = edition().library.articles, edition().library.redirects
    if slug in articles:
        return make_response(_page(articles[slug]))
    bare = slug.removesuffix(".md")
    if bare in articles:
        return _markdown(articles[bare])
    tidy = slug.strip("/")
    target = redirects.get(tidy, tidy)
    if target in articles:
        return redirect(url_for("articles.article", slug=target), code=301)
    raise NotFound("There is no article at this address.")


@blueprint.get(f"{FILES_URL}<path:name>")
def attachment(name: str) -> Response:
    """Send a picture or another file that stands beside the articles."""
    path = edition().library.files.get(name)
    if path is None or not path.is_file():
        raise NotFound("There is no file at this address.")
    # A kind that is not listed here is downloaded, because no answer of ours may be guessed at.
    kind = _KINDS.get(path.suffix.lower(), "application/octet-stream")
    response = send_file(path.resolve(), mimetype=kind, max_age=3600)
    response.headers[CONTENT_POLICY] = _PDF_POLICY if kind == "application/pdf" else SANDBOX
    return response


def _page(article: Article) -> str:
    now = edition()
    shelf = now.shelves.get(article.category, ())
    place = next((number for number, other in enumerate(shelf) if other is article), 0)
    articles = now.library.articles
    return render_template(
        "articles/article.html",
        article=article,
        lead="" if _opens_with_summary(article) else article.summary,
        category=now.categories.get(article.category),
        shelf=shelf,
        previous=shelf[place - 1] if place else None,
        following=shelf[place + 1] if place + 1 < len(shelf) else None,
        related=[articles[slug] for slug in article.related if slug in articles],
    )


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
