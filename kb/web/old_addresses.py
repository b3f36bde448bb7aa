"""Where the addresses of a Zendesk help centre lead, from which the articles once came."""

from __future__ import annotations

from flask import Blueprint, redirect, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from kb.web.desk import edition

blueprint = Blueprint("old_addresses", __name__, url_prefix="/hc")


@blueprint.get("/")
@blueprint.get("/<locale>")
def home(locale: str | None = None) -> AnyResponse:  # noqa: ARG001 (all languages begin on one page)
    """Lead home."""
    return redirect(url_for("home.index"), code=301)


@blueprint.get("/articles/<name>")
@blueprint.get("/<locale>/articles/<name>")
def article(name: str, locale: str = "") -> AnyResponse:
    """Lead to the article with this number, whatever its title was, in that language if there is one."""
    now, number = edition(), name.partition("-")[0]
    found = now.find(f"hc/{locale}/articles/{number}") or now.find(f"hc/articles/{number}")
    if not number.isdecimal() or found is None:
        raise NotFound("There is no article at this address.")
    return redirect(url_for("articles.article", slug=found.slug), code=301)
