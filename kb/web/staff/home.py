"""Where colleagues begin: what there is for them here."""

from __future__ import annotations

from flask import Blueprint, render_template

from kb.web.staff.preview import faces

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
def index() -> str:
    """Show what colleagues can do here."""
    return render_template("staff/index.html", faces=faces())
