"""Looking at the pages as a customer would."""

from __future__ import annotations

from flask import Blueprint, redirect, request
from werkzeug.exceptions import BadRequest, NotFound
from werkzeug.wrappers import Response as AnyResponse

from kb.visibility import EXPECTED, visitor_like
from kb.web.desk import desk
from kb.web.paths import local_path
from kb.web.sessions import signed_in
from tiering.usecases.policy import NoPolicy, current

blueprint = Blueprint("preview", __name__)


@blueprint.post("/preview")
def begin() -> AnyResponse:
    """Look at the pages as somebody else would, until it is ended; `as` says whom, empty for oneself."""
    here, written = signed_in(), request.form.get("as", "").strip()
    if here is None:
        raise NotFound
    if written and visitor_like(written) is None:
        raise BadRequest(f"Nobody looks like that: {EXPECTED}.")
    desk().door.show_as(here.session.key, written[:200] or None)
    return redirect(local_path(request.form.get("next")), code=303)


@blueprint.app_template_global("preview_name")
def preview_name(written: str) -> str:
    """Say whom a colleague looks like now."""
    return faces().get(written, written)


def faces() -> dict[str, str]:
    """Return as whom one can look at the pages, and how that is said: tiers by the names staff use."""
    found = {"public": "somebody who has not signed in", "signed-in": "a customer without a plan"}
    try:
        rules = current(desk().store).rules
    except NoPolicy:
        return found
    found |= {str(tier.id): f"a customer of tier {tier.id} ({tier.name})" for tier in rules.tiers}
    found |= {f"segment:{segment.id}": f"a customer in {segment.name}" for segment in rules.segments}
    return found | {"partners": "a customer whom a partner serves"}
