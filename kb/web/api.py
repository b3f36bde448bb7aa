"""The JSON interface for other programs, such as the bot."""

from __future__ import annotations

import time

from flask import Blueprint, Response, jsonify, request, url_for
from werkzeug.exceptions import BadRequest

from kb.search.results import Hit
from kb.web.desk import desk, public_url
from kb.web.search import ask, query_of_request

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")

_MOST = 50


@blueprint.get("/search")
def search() -> Response:
    """Answer `q` with at most `limit` (1 to 50, else 10) articles, best first."""
    if "q" not in request.args:
        raise BadRequest("The parameter `q`, what to search for, is missing.")
    query, limit = query_of_request(), _limit()
    began = time.perf_counter()
    found = ask(query, limit=limit)
    took = (time.perf_counter() - began) * 1000
    desk().metrics.searches.labels("api", "found" if found.total else "nothing").inc()
    return jsonify(
        query=query,
        total=found.total,
        took_ms=round(took, 2),
        did_you_mean=found.did_you_mean,
        results=[_shown(hit) for hit in found.hits],
    )


def _shown(hit: Hit) -> dict[str, object]:
    return {
        "slug": hit.slug,
        "title": hit.title,
        "url": public_url(url_for("articles.article", slug=hit.slug)),
        "section": hit.section,
        "snippet": hit.snippet,
        "score": hit.score,
    }


def _limit() -> int:
    written = request.args.get("limit", "10")
    if not (written.isascii() and written.isdigit() and len(written) < 6) or not 1 <= int(written) <= _MOST:
        raise BadRequest(f"The parameter `limit` must be a whole number from 1 to {_MOST}.")
    return int(written)
