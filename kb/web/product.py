"""Coming from the company's product: a signed token says who it is, once."""

from __future__ import annotations

import structlog
from flask import Blueprint, redirect, render_template, request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from kb.hashing import hashed
from kb.tokens import Issuer, TokenRefused, read_token
from kb.web.desk import desk
from kb.web.paths import local_path
from kb.web.sessions import Person, let_in
from tiering.usecases.standing import contact_with

blueprint = Blueprint("product", __name__)

log = structlog.get_logger(__name__)


@blueprint.route("/sign-in/sso", methods=["GET", "POST"])
def come_in() -> AnyResponse | tuple[str, int]:
    """Let in the contact that a token names, and go on to `next`."""
    issuer, at = _issuer(), desk()
    if issuer is None:
        raise NotFound
    now = at.store.now()
    try:
        token = read_token(request.values.get("token", ""), issuer, now)
    except TokenRefused as error:
        log.warning("token refused", reason=str(error))
        return render_template("sign_in/refused.html"), 403
    key = hashed(at.settings.secret_key, "token", issuer.issuer, token.id)
    if not at.door.accept_once(key, token.ends_at, now):
        log.warning("token refused", reason="It has been used before.")
        return render_template("sign_in/refused.html"), 403
    # A product's token makes nobody a colleague, whatever address it holds.
    contact = contact_with(at.store, token.email.strip())
    if contact is None:
        log.warning("token refused", reason="No contact has its address.")
        return render_template("sign_in/refused.html"), 403
    answer = redirect(local_path(request.values.get("next")), code=303)
    let_in(Person("contact", contact, token.email.strip().lower()), "product", answer)
    return answer


def _issuer() -> Issuer | None:
    settings = desk().settings
    if not (settings.sso_jwt_key and settings.sso_jwt_issuer and settings.sso_jwt_audience):
        return None
    return Issuer(settings.sso_jwt_key.get_secret_value(), settings.sso_jwt_issuer, settings.sso_jwt_audience)
