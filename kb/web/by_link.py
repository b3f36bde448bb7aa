"""Coming by a link of a mail: it opens the contact's courses alone, and its token leaves the address at once.

Such a mail may be forwarded, or read by a machine first. The worst that whoever has it can do within its
30 days: see the contact's first name, the courses that are for them and how far they are, mark lessons as
done, and answer quizzes in their stead, so that a day's attempts are used up, or a programme takes its goal
for reached. They learn nothing else of the contact, get no certificate, write to nobody in their name, and
end no session; ending the contact's mails is what another link of the mail does.

Whoever lures somebody to a link of their own hears of the lessons that these do from then on, under a name
that the pages show; what the browser remembers is not brought, and who is signed in stays who they are.
"""

from __future__ import annotations

import structlog
from flask import Flask, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from kb.programmes.course_link import PARAMETER, Pass, pass_in
from kb.storage.suppressions import contact_named
from kb.web.desk import desk, today, whole_edition
from kb.web.sessions import by_link, let_learn, signed_in
from tiering.usecases.record import RecordUnavailable

log = structlog.get_logger(__name__)

_PLACES = {"courses", "quizzes"}


def take_tokens(app: Flask) -> None:
    """Take the token out of an address before any page is made of it; it works as often as it is used."""

    @app.before_request
    def take() -> AnyResponse | None:
        endpoint = request.endpoint
        if request.blueprint not in _PLACES or endpoint is None or PARAMETER not in request.args:
            return None
        if request.method not in {"GET", "HEAD"}:
            return None
        answer = redirect(url_for(endpoint, **(request.view_args or {})), code=303)
        answer.headers["Referrer-Policy"] = "no-referrer"
        answer.headers["Cache-Control"] = "private, no-store"
        if request.method == "GET" and signed_in() is None:
            try:
                _begin(request.args[PARAMETER], answer)
            except RecordUnavailable as error:
                log.warning("a link of a mail opens nothing", reason=str(error))
        return answer


def _begin(token: str, answer: AnyResponse) -> None:
    """Begin a session where the link is good; where not, the same page comes without progress."""
    at = desk()
    now = at.store.now()
    found = pass_in(at.settings.secret_key, token, now)
    if found is None or _lasts_longer(found):
        return
    if at.suppressions.among([contact_named(found.contact)]):
        return
    if at.standings.of(found.contact, now, today(), whole_edition().services):
        let_learn(found, token, answer)


def _lasts_longer(found: Pass) -> bool:
    """Whether a newer mail of the same contact has opened their courses already."""
    here = by_link()
    if here is None or here.session.subject != found.contact:
        return False
    return here.session.ends_at >= found.ends_at
