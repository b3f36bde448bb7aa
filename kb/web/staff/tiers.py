"""How colleagues read of tiers, and the stretch of time that their pages look back on."""

from __future__ import annotations

from datetime import date

from flask import request
from werkzeug.exceptions import BadRequest

from kb.storage import EVERYBODY
from kb.visit import NO_PLAN, month_of, months_before
from kb.web.desk import desk, edition, today, whole_edition
from kb.web.live import Edition
from kb.web.sessions import signed_in
from tiering.usecases.policy import NoPolicy, current

LOOK_BACK = 2
"""Full months before the present one that count, so that a list is never empty on the first of a month."""


def tier_names() -> dict[int, str]:
    """Return what visitors can be told apart by: each tier, and those without a plan."""
    try:
        tiers = {tier.id: f"Tier {tier.id} ({tier.name})" for tier in current(desk().store).rules.tiers}
    except NoPolicy:
        tiers = {}
    return {**tiers, NO_PLAN: "Not signed in, or without a plan"}


def tier_of_request() -> int:
    """Return the tier that `tier` names, EVERYBODY where it is not said; raises BadRequest."""
    written = request.args.get("tier", "")
    if not written:
        return EVERYBODY
    if not (written.isascii() and written.isdigit() and len(written) < 3):
        raise BadRequest("A tier is a number; 0 is for those without a plan.")
    return int(written)


def shown() -> Edition:
    """Return the edition that these pages speak of: to who looks as a customer no more than they see."""
    here = signed_in()
    return edition() if here and here.preview else whole_edition()


def since(months: int = LOOK_BACK) -> date:
    """Return the first day that counts."""
    return months_before(month_of(today()), months)
