"""How to reach the company when no article helps."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from kb.web.desk import edition
from kb.web.search import query_of_request

blueprint = Blueprint("contact", __name__)


@blueprint.get("/contact")
def index() -> str:
    """Show the address to write to, and what to try first.

    What `q` says was searched for is filled in, or the `article` that did not help.
    """
    article = edition().library.at(request.args.get("article", ""))
    return render_template("contact/index.html", query=query_of_request(), article=article)
