"""What search engines read."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, url_for

from kb.web.desk import edition, public_url

blueprint = Blueprint("discovery", __name__)


@blueprint.get("/robots.txt")
def robots() -> Response:
    """Keep robots away from endless pages of results and show them the site map."""
    lines = ["User-agent: *", "Disallow: /search", "Disallow: /suggest", "Disallow: /api/", ""]
    lines += [f"Sitemap: {public_url(url_for('discovery.sitemap'))}", ""]
    return Response("\n".join(lines), mimetype="text/plain")


@blueprint.get("/sitemap.xml")
def sitemap() -> Response:
    """List every page that is worth finding, and when each article was last reviewed."""
    now = edition()
    pages = [
        url_for(name) for name in ("home.index", "articles.everything", "services.index", "contact.index")
    ]
    pages += [url_for("articles.category", slug=slug) for slug in now.categories]
    entries = [(public_url(page), None) for page in pages] + [
        (public_url(url_for("articles.article", slug=article.slug)), article.last_reviewed)
        for article in now.library.articles.values()
    ]
    return Response(render_template("discovery/sitemap.xml", entries=entries), mimetype="application/xml")
