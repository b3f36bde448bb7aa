"""How to reach the company when no article helps."""

from __future__ import annotations

from flask import Blueprint, render_template

blueprint = Blueprint("contact", __name__)


@blueprint.get("/contact")
def index() -> str:
    """Show the address to write to, and what to try first."""
    return render_template("contact/index.html")
