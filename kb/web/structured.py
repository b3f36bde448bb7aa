"""What pages tell search engines about themselves, in the words of schema.org (JSON-LD)."""

from __future__ import annotations

from typing import Any, TypeAlias

from flask import url_for

from kb.article import Article, Category
from kb.web.desk import edition, public_url

Data: TypeAlias = dict[str, Any]

_CONTEXT = "https://schema.org"


def website() -> Data:
    """Return what the home page is, and how to search it."""
    site = edition().site
    search = public_url(url_for("search.results"))
    return {
        "@context": _CONTEXT,
        "@type": "WebSite",
        "name": f"{site.name} help",
        "description": site.tagline or f"Help with {site.product}",
        "url": public_url(url_for("home.index")),
        "inLanguage": site.language,
        "publisher": _publisher(),
        "potentialAction": {
            "@type": "SearchAction",
            "target": {"@type": "EntryPoint", "urlTemplate": search + "?q={search_term_string}"},
            "query-input": "required name=search_term_string",
        },
    }


def trail(*steps: tuple[str, str]) -> Data:
    """Return the breadcrumbs of a page, from the home page to the page itself; of each its name and path."""
    named = [(edition().site.name, url_for("home.index")), *steps]
    return {
        "@context": _CONTEXT,
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": place, "name": name, "item": public_url(path)}
            for place, (name, path) in enumerate(named, 1)
        ],
    }


def article(article: Article, category: Category | None) -> list[Data]:
    """Return what an article is and where it stands; its owner and its keywords are ours alone."""
    path = url_for("articles.article", slug=article.slug)
    about = {
        "@context": _CONTEXT,
        "@type": "TechArticle",
        "headline": article.title,
        "description": article.summary or None,
        "url": public_url(path),
        "mainEntityOfPage": public_url(path),
        "inLanguage": article.language,
        "datePublished": article.publish_on.isoformat() if article.publish_on else None,
        "dateModified": article.dated.isoformat() if article.dated else None,
        "articleSection": category.title if category else None,
        "publisher": _publisher(),
    }
    above = (
        (category.title, url_for("articles.category", slug=category.slug))
        if category
        else ("All articles", url_for("articles.everything"))
    )
    known = {key: value for key, value in about.items() if value is not None}
    return [known, trail(above, (article.title, path))]


def _publisher() -> Data:
    site = edition().site
    logo = {"logo": public_url(url_for("assets.logo"))} if site.logo else {}
    return {"@type": "Organization", "name": site.name, **logo}
