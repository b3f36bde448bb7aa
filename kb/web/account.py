"""What somebody who is signed in may see of themselves: their plan, their requests, their sessions."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from kb.programmes.unsubscribing import unsubscribe_path
from kb.storage.suppressions import contact_named
from kb.web.desk import desk, edition
from kb.web.learning import next_steps
from kb.web.office_hours import open_hours
from kb.web.outreach import programmes
from kb.web.services import AddOn, add_ons, shown_plans
from kb.web.sessions import SignedIn, forget, signed_in
from tiering.usecases.standing import Entitlement

blueprint = Blueprint("account", __name__)

_MOST_REQUESTS = 50


@blueprint.get("/account")
def index() -> AnyResponse | str:
    """Show who is signed in, what their plan includes and where else they are signed in."""
    here = signed_in()
    if here is None:
        return redirect(url_for("sign_in.index", next=url_for("account.index")), code=303)
    session = here.session
    others = desk().door.sessions_of(session.kind, session.subject, desk().store.now())
    included = [
        (one.name, _left(one)) for one in (here.standing.entitlements if here.standing else ()) if one.granted
    ]
    asked = desk().requests.of_contact(session.subject, _MOST_REQUESTS) if here.standing else ()
    mails = _mails_page(here)
    return render_template(
        "account/index.html",
        here=here,
        sessions=others,
        included=included,
        add_ons=_add_ons(here),
        asked=asked,
        has_office_hours=open_hours() is not None,
        next_steps=next_steps(),
        mails=mails,
        has_ended_mails=mails and desk().suppressions.among([contact_named(session.subject)]),
    )


@blueprint.post("/sign-out")
def sign_out() -> AnyResponse:
    """End this session, or all that the same person has."""
    answer = redirect(url_for("home.index"), code=303)
    if here := signed_in():
        if request.form.get("everywhere"):
            desk().door.end_all(here.session.kind, here.session.subject)
        else:
            desk().door.end(here.session.key)
    forget(answer)
    return answer


@blueprint.post("/account/end")
def end() -> AnyResponse:
    """End one of the sessions that the same person has."""
    here = _here()
    session, key = here.session, request.form.get("session", "")
    mine = desk().door.sessions_of(session.kind, session.subject, desk().store.now())
    if key in {one.key for one in mine}:
        desk().door.end(key)
    return redirect(url_for("account.index"), code=303)


def _mails_page(here: SignedIn) -> str | None:
    """Return where they choose whether programmes write to them; None for whom there are none."""
    if here.standing is None or here.standing.plan is None or not programmes():
        return None
    return unsubscribe_path(desk().settings.secret_key, here.standing.contact)


def _add_ons(here: SignedIn) -> tuple[AddOn, ...]:
    if here.standing is None or edition().site.contact_email is None:
        return ()
    return add_ons(here.standing, shown_plans())


def _here() -> SignedIn:
    here = signed_in()
    if here is None:
        raise NotFound
    return here


def _left(entitlement: Entitlement) -> str:
    """Say in a few words what is left of what is counted."""
    if entitlement.left is None or entitlement.allowance is None:
        return ""
    return f"{entitlement.left} of {entitlement.allowance} left this {entitlement.period}"
