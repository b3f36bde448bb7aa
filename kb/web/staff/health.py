"""How the articles fare: how much they are read, whether they help, and which wait for a review."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, render_template, request
from werkzeug.exceptions import BadRequest

from kb.article import Article
from kb.article_health import FEW, ORDERS, Health, days_overdue, in_order
from kb.storage import EVERYBODY, Reads
from kb.web.desk import desk, today
from kb.web.pages import pages_of
from kb.web.staff.tiers import shown, since, tier_names, tier_of_request

blueprint = Blueprint("health", __name__, url_prefix="/articles")

PAGE_SIZE = 50


@blueprint.get("")
def index() -> str:
    """List articles: `sort` says by what, `category`, `owner` and `tier` which and whose reading."""
    order, tier = request.args.get("sort", "reads"), tier_of_request()
    if order not in ORDERS:
        raise BadRequest(f"Articles are sorted by one of these: {', '.join(ORDERS)}.")
    category, owner = (request.args.get(name, "") for name in ("category", "owner"))
    articles = shown().library.articles.values()
    chosen = [
        article
        for article in articles
        if (not category or article.category == category) and (not owner or (article.owner or "") == owner)
    ]
    rows = in_order(_health(chosen, tier), order)
    pages = pages_of(len(rows), PAGE_SIZE)
    return render_template(
        "staff/articles.html",
        rows=rows[(pages.number - 1) * PAGE_SIZE : pages.number * PAGE_SIZE],
        total=len(rows),
        order=order,
        category=category,
        owner=owner,
        owners=sorted({article.owner for article in articles if article.owner}),
        tier=tier,
        tiers=tier_names(),
        everybody=EVERYBODY,
        since=since(),
        few=FEW,
        pages=pages,
    )


def _health(articles: Sequence[Article], tier: int) -> list[Health]:
    read, day = desk().readership.of_articles(since(), tier), today()
    votes = {(one.slug, one.revision): one for one in desk().votes.tallies([one.slug for one in articles])}
    found = []
    for article in articles:
        sums, vote = read.get(article.slug, Reads()), votes.get((article.slug, article.digest))
        found.append(
            Health(
                article=article,
                reads=sums.reads,
                searched=sums.searched,
                wrote=sums.wrote,
                helpful=vote.helpful if vote else 0,
                votes=vote.total if vote else 0,
                overdue=days_overdue(article, day),
            )
        )
    return found
