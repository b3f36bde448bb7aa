"""How to reach the company when no article helps."""

from __future__ import annotations

from flask import Blueprint, render_template

from kb.web.search import query_of_request

blueprint = Blueprint("contact", __name__)


@blueprint.get("/contact")
def index() -> str:
    """Show the address to write to, and what to try first; what `q` says was searched for is filled in."""
    return render_template("contact/index.html", query=query_of_request())
