"""How far the pages spare people writing to us, with the formula beside each number."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from kb.deflection import FEW, Deflection, together
from kb.storage import EVERYBODY
from kb.tickets import tickets_in
from kb.web.desk import desk, today
from kb.web.sessions import signed_in
from kb.web.staff.tiers import since, tier_names, tier_of_request
from tiering.files import Problem

blueprint = Blueprint("deflection", __name__, url_prefix="/deflection")

_MONTHS = 11
"""Full months before the present one that are shown."""

_SHOWN_PROBLEMS = 20


@blueprint.get("")
def index() -> str:
    """Show every month of a year, of one `tier` or of all, and beside it all tiers."""
    return _page()


@blueprint.post("")
def count() -> AnyResponse | tuple[str, int]:
    """Take a CSV file of tickets; a file with a mistake changes nothing."""
    here, upload = signed_in(), request.files.get("tickets")
    if here is None:
        raise NotFound
    if upload is None or not upload.filename:
        return _page([Problem("tickets", 1, "choose a CSV file first")]), 400
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tickets.csv"
        upload.save(path)
        counted, problems = tickets_in(path, Path(upload.filename).name, today())
    if problems:
        return _page(problems), 400
    desk().readership.count_tickets(counted, here.session.subject)
    days = sorted({one.day for one in counted})
    number = sum(one.tickets for one in counted)
    words = "1 ticket is" if number == 1 else f"{number:,} tickets are"
    flash(f"{words} counted, from {days[0]} to {days[-1]}.")
    return redirect(url_for("staff.deflection.index"), code=303)


def _page(problems: list[Problem] | None = None) -> str:
    tier, first = tier_of_request(), since(_MONTHS)
    months = desk().readership.months(first)
    mine: dict[date, Deflection] = {one.month: one.did for one in months if one.tier == tier}
    by_tier = {
        known: together(one.did for one in months if one.tier == known)
        for known in sorted({one.tier for one in months})
    }
    return render_template(
        "staff/deflection.html",
        months=dict(sorted(mine.items(), reverse=True)),
        by_tier=by_tier,
        tier=tier,
        tiers=tier_names(),
        everybody=EVERYBODY,
        first=first,
        few=FEW,
        problems=(problems or [])[:_SHOWN_PROBLEMS],
    )
