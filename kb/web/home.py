"""The front page: one search field, what most people need, and the shelves."""

from __future__ import annotations

from flask import Blueprint, render_template

from kb.web import structured
from kb.web.desk import edition
from kb.web.learning import next_steps

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
def index() -> str:
    """Show the front page."""
    return render_template(
        "home/index.html",
        shelves=edition().shelves,
        structured=structured.website(),
        next_steps=next_steps(),
    )
