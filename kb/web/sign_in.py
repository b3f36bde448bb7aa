"""Signing in by mail: a code to type in, and a link to a page with a button, whichever comes easier."""

from __future__ import annotations

import re

from flask import Blueprint, redirect, render_template, request, session, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from kb.invitations import code_of, invite, key_of, link_of, link_path
from kb.mail import Letter, is_address
from kb.sending import send_once
from kb.storage import Invitation
from kb.web.desk import desk, public_url, whole_edition
from kb.web.paths import local_path
from kb.web.sessions import Person, came_by_link, let_in, signed_in
from tiering.usecases.standing import contact_with

blueprint = Blueprint("sign_in", __name__)

_NOT_AN_ADDRESS = "Please write a whole e-mail address, such as you@example.com."
_WRONG_CODE = (
    "That code is not right, or it is no longer valid. Look at the newest mail, or ask for a new code."
)
_CHOSEN = "invitation"
"""Where the browser keeps which code it waits for."""


@blueprint.get("/sign-in")
def index() -> AnyResponse | str:
    """Show the ways in; whoever is signed in goes on."""
    going = local_path(request.args.get("next"))
    if signed_in():
        return redirect(going, code=303)
    return _index(going)


@blueprint.post("/sign-in")
def ask() -> AnyResponse | tuple[str, int]:
    """Send a code to an address that is known to us; what is answered tells nothing of whether it is."""
    at, mailer = desk(), desk().mailer
    if mailer is None:
        raise NotFound
    address, going = request.form.get("email", "").strip().lower(), local_path(request.form.get("next"))
    if not is_address(address):
        return _index(going, address=address[:320], problem=_NOT_AN_ADDRESS), 400
    now_there = whole_edition()
    invited = invite(at.settings.secret_key, at.store.now(), going, address)
    at.door.invite(invited.invitation, at.store.now())
    session[_CHOSEN] = invited.key
    letter = _letter(now_there.site.name, address, invited.code, public_url(link_path(invited.link)))

    def send() -> None:
        # Whether the address is known is looked up here, beside the request, which is equally long for all.
        if now_there.roles.lists_address(address) or contact_with(at.store, address):
            send_once(at.store, mailer, f"sign-in:{invited.invitation.key}", "sign-in", letter)

    at.post.later(send)
    return redirect(url_for("sign_in.code"), code=303)


@blueprint.get("/sign-in/code")
def code() -> AnyResponse | str:
    """Ask for the code."""
    if signed_in() or _CHOSEN not in session:
        return redirect(url_for("sign_in.index"), code=303)
    return render_template("sign_in/code.html", problem="")


@blueprint.post("/sign-in/code")
def try_code() -> AnyResponse | tuple[str, int]:
    """Let in whoever types the right code."""
    key = session.get(_CHOSEN)
    if not isinstance(key, str):
        return redirect(url_for("sign_in.index"), code=303)
    typed = re.sub(r"\D", "", request.form.get("code", "")[:40])
    at = desk()
    secret = at.settings.secret_key
    invitation = at.door.use_code(key_of(secret, key), code_of(secret, key, typed), at.store.now())
    if answer := _welcome(invitation):
        return answer
    return render_template("sign_in/code.html", problem=_WRONG_CODE), 400


@blueprint.get("/sign-in/link")
def link() -> str | tuple[str, int]:
    """Show the button; looking at it, as mail programs do before people, uses nothing up."""
    token, at = request.args.get("token", ""), desk()
    invitation = at.door.invited_by_link(link_of(at.settings.secret_key, token), at.store.now())
    if invitation is None:
        return render_template("sign_in/spent.html"), 404
    return render_template("sign_in/link.html", token=token, address=invitation.address)


@blueprint.post("/sign-in/link")
def press() -> AnyResponse | tuple[str, int]:
    """Let in whoever presses the button first."""
    token, at = request.form.get("token", ""), desk()
    invitation = at.door.use_link(link_of(at.settings.secret_key, token), at.store.now())
    return _welcome(invitation) or (render_template("sign_in/spent.html"), 404)


def person_with(address: str) -> Person | None:
    """Return the colleague or the contact with an e-mail address; None where there is neither."""
    if whole_edition().roles.lists_address(address):
        return Person("staff", f"mail:{address}", address)
    contact = contact_with(desk().store, address)
    return Person("contact", contact, address) if contact else None


def _index(going: str, address: str = "", problem: str = "") -> str:
    return render_template(
        "sign_in/index.html",
        going=going,
        address=address,
        problem=problem,
        by_mail=desk().mailer is not None,
        by_slack=desk().settings.slack_client_id is not None,
        by_link_only=came_by_link(),
    )


def _welcome(invitation: Invitation | None) -> AnyResponse | None:
    if invitation is None:
        return None
    address = invitation.address
    person = person_with(address) if address else Person("staff", f"link:{invitation.key}", "Staff")
    if person is None:
        return None
    answer = redirect(invitation.next, code=303)
    let_in(person, "mail" if address else "link", answer)
    return answer


def _letter(company: str, address: str, code: str, url: str) -> Letter:
    text = f"""Hello,

Your code for signing in to {company} help is

    {code}

Type it where you asked for it, or open this page and press the button there:

{url}

Either works once, for 15 minutes.

If you did not ask for this, you need do nothing: nobody can sign in without this mail.

{company}
"""
    return Letter(address, f"Sign in to {company} help", text)
