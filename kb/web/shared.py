"""What may be read by a link, without signing in: a draft of the policy, with its numbers and movers."""

from __future__ import annotations

import hmac

from flask import Blueprint, Response, render_template, request, url_for
from werkzeug.exceptions import NotFound

from kb.hashing import hashed
from kb.web.desk import desk, today
from kb.web.rehearsals import chosen_movers, told_of
from tiering.usecases import drafts
from tiering.usecases.drafts import Looked, Share

blueprint = Blueprint("shared", __name__, url_prefix="/shared")


def share_path(share: int) -> str:
    """Return the path of a link; who does not hold the secret key cannot make one."""
    return url_for("shared.policy", token=_token(share))


@blueprint.get("/policy")
def policy() -> str:
    """Show a draft to whoever holds a link to it."""
    share, looked = _opened()
    return render_template("shared/policy.html", share=share, token=_token(share.id), **told_of(looked))


@blueprint.get("/policy/movers")
def movers() -> str:
    """List who would move to whoever holds a link."""
    share, looked = _opened()
    token = _token(share.id)
    return render_template(
        "shared/movers.html",
        share=share,
        token=token,
        looked=looked,
        link=lambda **asked: url_for("shared.movers", token=token, **asked),
        **chosen_movers(looked),
    )


@blueprint.after_request
def keep_to_themselves(response: Response) -> Response:
    """Let nobody keep the page, list it, or learn its address from a link on it."""
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _opened() -> tuple[Share, Looked]:
    """Return what the link of the request opens; whatever is wrong with it, there is no such page."""
    written = request.args.get("token", "")
    number = written.partition("-")[0]
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        raise NotFound
    if not hmac.compare_digest(written.encode(), _token(int(number)).encode()):
        raise NotFound
    found = drafts.shared(desk().store, int(number), today())
    if found is None:
        raise NotFound
    return found


def _token(share: int) -> str:
    return f"{share}-{hashed(desk().settings.secret_key, 'policy share', str(share))}"
