"""A draft of the policy: what it changes, who may read it, who signed it, and putting it in force."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from kb.web.desk import desk, public_url, today, whole_edition
from kb.web.rehearsals import chosen_movers, told_of
from kb.web.shared import share_path
from kb.web.staff.person import colleague
from tiering.domain.colleague import Colleague
from tiering.domain.refusal import Refusal
from tiering.usecases import drafts
from tiering.usecases.drafts import Looked
from tiering.usecases.policy import Overtaken, Terms

blueprint = Blueprint("drafts", __name__, url_prefix="/policy/drafts")

_LONGEST_NOTE = 500
_LONGEST_NAME = 80
_DAYS = 14
"""How long a link opens a draft unless somebody says otherwise."""


@blueprint.get("/<int:number>")
def look(number: int) -> str:
    """Show a draft; while it is rehearsed the page comes again by itself."""
    return _page(number)


@blueprint.post("/<int:number>/rehearse")
def rehearse(number: int) -> AnyResponse | tuple[str, int]:
    """Begin a rehearsal beside the request; where one is under way, that one goes on."""
    at, day = desk(), today()

    def begin(who: Colleague) -> None:
        if drafts.begin_rehearsal(at.store, number, who):
            at.errands.later(lambda: drafts.rehearse_draft(at.store, number, who, day))

    return _do(number, begin)


@blueprint.post("/<int:number>/sign")
def sign(number: int) -> AnyResponse | tuple[str, int]:
    """Sign a draft, with a note if somebody likes."""
    note = " ".join(request.form.get("note", "").split())[:_LONGEST_NOTE]
    return _do(number, lambda who: drafts.sign(desk().store, number, who, note))


@blueprint.post("/<int:number>/share")
def share(number: int) -> AnyResponse | tuple[str, int]:
    """Make a link for whoever need not sign in."""
    readers = " ".join(request.form.get("readers", "").split())[:_LONGEST_NAME]
    days = request.form.get("days", "")
    until = today() + timedelta(int(days) if days.isdecimal() and len(days) < 5 else -1)
    return _do(number, lambda who: _ignored(drafts.share(desk().store, number, who, readers, until)))


@blueprint.post("/<int:number>/shares/<int:link>/end")
def end_share(number: int, link: int) -> AnyResponse | tuple[str, int]:
    """Let a link open nothing any more."""
    return _do(number, lambda who: drafts.end_share(desk().store, number, link, who))


@blueprint.post("/<int:number>/withdraw")
def withdraw(number: int) -> AnyResponse | tuple[str, int]:
    """Put a draft aside."""
    return _do(number, lambda who: drafts.withdraw(desk().store, number, who))


@blueprint.post("/<int:number>/publish")
def publish(number: int) -> AnyResponse | tuple[str, int]:
    """Put a draft in force, now or on a day; sent twice it is published once."""

    def put_in_force(who: Colleague) -> None:
        terms = Terms(_day("effective_on"), _day("grandfathered_until"))
        drafts.publish_draft(desk().store, number, who, today(), terms)

    return _do(number, put_in_force)


@blueprint.get("/<int:number>/movers")
def movers(number: int) -> str:
    """List who would move and why, page by page."""
    looked = _looked(number)
    return render_template(
        "staff/policy/movers.html",
        looked=looked,
        link=lambda **asked: url_for("staff.drafts.movers", number=number, **asked),
        **chosen_movers(looked),
    )


def _ignored(_: object) -> None:
    """Take what nobody needs."""


def _do(number: int, act: Callable[[Colleague], None]) -> AnyResponse | tuple[str, int]:
    """Do something to a draft and show it again; why it was refused stands on the same page."""
    try:
        act(colleague())
    except Overtaken as faster:
        return _page(number, str(faster), overtaken=True), 409
    except Refusal as refusal:
        return _page(number, str(refusal)), 409
    return redirect(url_for("staff.drafts.look", number=number), code=303)


def _page(number: int, problem: str = "", *, overtaken: bool = False) -> str:
    looked, me = _looked(number), colleague()
    roles = whole_edition().roles
    others = {*roles.managers, *roles.ops} - {me.reference.rpartition("/")[2], me.reference[5:]}
    return render_template(
        "staff/policy/draft.html",
        **told_of(looked),
        me=me,
        is_mine=looked.draft.made_by.reference == me.reference,
        has_signed=any(one.who == me.reference for one in looked.signatures),
        is_alone=not others,
        today=today(),
        days=_DAYS,
        addresses={one.id: public_url(share_path(one.id)) for one in looked.shares},
        problem=problem,
        overtaken=overtaken,
    )


def _looked(number: int) -> Looked:
    found = drafts.look(desk().store, number)
    if found is None:
        raise NotFound
    return found


def _day(name: str) -> date | None:
    written = request.form.get(name, "").strip()
    if not written:
        return None
    try:
        return date.fromisoformat(written)
    except ValueError as error:
        raise Refusal(f"{written[:20]} is no day; expected one such as 2027-01-31.", name) from error
