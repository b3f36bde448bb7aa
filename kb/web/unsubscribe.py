"""Where the mails of programmes are ended: a page with a button, and the one click of mail programs.

The link is the proof (RFC 8058), so that neither a session nor a form's token is asked for. Looking at the
page ends nothing, because scanners of mails follow every link.
"""

from __future__ import annotations

from typing import NoReturn

from flask import Blueprint, render_template, request
from werkzeug.exceptions import NotFound

from kb.programmes.unsubscribing import contact_in
from kb.storage.suppressions import UNSUBSCRIBED, contact_named
from kb.web.desk import desk
from tiering.usecases.reach import addresses_of

blueprint = Blueprint("unsubscribe", __name__)


@blueprint.get("/unsubscribe/")
def tried() -> NoReturn:
    """Say what became of a link without its end, which mails have that are tried out."""
    raise NotFound(
        "This link is not whole, or stands in a mail that was only tried out and ends nobody's mails."
    )


@blueprint.get("/unsubscribe/<token>")
def ask(token: str) -> str:
    """Ask whether such mails are to end, or to come again."""
    ended = bool(desk().suppressions.among([contact_named(_contact(token))]))
    return render_template("unsubscribe/index.html", token=token, ended=ended)


@blueprint.post("/unsubscribe/<token>")
def end(token: str) -> str:
    """End such mails, or with `again` let them come again."""
    contact, again = _contact(token), "again" in request.form
    names = (contact_named(contact), *addresses_of(desk().store, contact))
    if again:
        desk().suppressions.lift(*names)
    else:
        desk().suppressions.add(UNSUBSCRIBED, *names)
    return render_template("unsubscribe/index.html", token=token, ended=not again, done=True)


def _contact(token: str) -> str:
    contact = contact_in(desk().settings.secret_key, token)
    if contact is None:
        raise NotFound("This link is not whole. Please copy it from the mail again, to its very end.")
    return contact
