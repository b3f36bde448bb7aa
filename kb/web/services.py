"""The public page that says what each plan includes."""

from __future__ import annotations

from flask import Blueprint, render_template

from kb.web.desk import desk

blueprint = Blueprint("services", __name__)


@blueprint.get("/services")
def index() -> str:
    """Show the plans side by side, then every service in a sentence or two."""
    plans = desk().record.plans()
    personal = [service for service in plans.services if not service.automated]
    automated = [service for service in plans.services if service.automated]
    groups = [("With our people", "people", personal), ("There whenever you want it", "book", automated)]
    return render_template(
        "services/index.html", plans=plans, groups=[group for group in groups if group[2]]
    )
