"""Pages for colleagues, a file a page; to everybody else none of them exists."""

from __future__ import annotations

from flask import Blueprint
from werkzeug.exceptions import NotFound

from kb.web.sessions import signed_in
from kb.web.staff import (
    deflection,
    drafts,
    feedback,
    health,
    home,
    imports,
    learning,
    outbox,
    policy,
    preview,
    programmes,
    report,
    requests,
    searches,
    why,
    writing,
)

blueprint = Blueprint("staff", __name__, url_prefix="/staff")

for page in (
    home, preview, requests, searches, health, deflection, feedback, why, writing, report, policy, drafts,
    imports, outbox, programmes, learning,
):  # fmt: skip
    blueprint.register_blueprint(page.blueprint)


@blueprint.before_request
def only_colleagues() -> None:
    """Ask who it is before any of the pages sees the request, so that none can forget to."""
    here = signed_in()
    if here is None or not here.is_staff:
        raise NotFound
