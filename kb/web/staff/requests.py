"""What customers asked through the contact form, for colleagues: what waits, what is answered, by whom."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.exceptions import BadRequest, NotFound
from werkzeug.wrappers import Response as AnyResponse

from kb.storage import Request, Wanted
from kb.web.desk import desk, whole_edition
from kb.web.sessions import signed_in
from tiering.usecases.policy import NoPolicy, current

blueprint = Blueprint("requests", __name__, url_prefix="/requests")

PAGE_SIZE = 25
_STATES = {"open": False, "answered": True}


@blueprint.get("")
def index() -> str:
    """Show the requests, the newest first: `state` is open or answered, `tier` a number."""
    state = request.args.get("state", "open")
    if state not in _STATES:
        raise BadRequest("A request is either open or answered.")
    tier, number = request.args.get("tier") or None, _number("page", "1")
    wanted = Wanted(answered=_STATES[state], tier=None if tier is None else _number("tier", tier))
    found, total = desk().requests.page(wanted, number, PAGE_SIZE)
    pages = max(1, -(-total // PAGE_SIZE))
    if number > pages:
        raise NotFound("There are not that many pages of requests.")
    return render_template(
        "staff/requests.html",
        found=found,
        total=total,
        state=state,
        tier=wanted.tier,
        tiers=_tiers(),
        page=number,
        pages=pages,
    )


@blueprint.get("/<number>")
def one(number: str) -> str:
    """Show one request."""
    asked = _asked(number)
    now = whole_edition()
    known = {slug: found for slug in _slugs(asked) if (found := now.library.at(slug))}
    service = now.services.catalogue.by_id.get(asked.service or "")
    return render_template(
        "staff/request.html",
        asked=asked,
        tiers=_tiers(),
        articles=known,
        service=service.name if service else asked.service,
    )


@blueprint.post("/<number>")
def mark(number: str) -> AnyResponse:
    """Mark a request as answered by whoever presses the button, or as open again."""
    asked, here = _asked(number), signed_in()
    if here is None or request.form.get("state") not in _STATES:
        raise BadRequest("A request is either open or answered.")
    answered_by = here.session.name if request.form["state"] == "answered" else None
    desk().requests.mark(asked.number, answered_by, here.session.subject)
    return redirect(url_for("staff.requests.one", number=asked.number), code=303)


def _asked(number: str) -> Request:
    found = desk().requests.get(number.upper()[:20])
    if found is None:
        raise NotFound("There is no request with this number.")
    return found


def _slugs(asked: Request) -> tuple[str, ...]:
    return (*asked.shown, *asked.opened, *([asked.article] if asked.article else ()))


def _tiers() -> dict[int, str]:
    """Return the names of the tiers that staff use."""
    try:
        return {tier.id: tier.name for tier in current(desk().store).rules.tiers}
    except NoPolicy:
        return {}


def _number(what: str, written: str | None = None) -> int:
    said = request.args.get(what, written or "")
    if not (said.isascii() and said.isdigit() and 0 < len(said) < 6 and int(said)):
        raise BadRequest(f"The parameter `{what}` is a number, 1 or more.")
    return int(said)
