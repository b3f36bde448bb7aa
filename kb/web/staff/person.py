"""Which colleague asks, and what they may do."""

from __future__ import annotations

from werkzeug.exceptions import NotFound

from kb.web.desk import whole_edition
from kb.web.sessions import signed_in
from tiering.domain.colleague import Colleague


def colleague() -> Colleague:
    """Return who is signed in, with what people.yaml lets them do now."""
    here = signed_in()
    if here is None:
        raise NotFound
    session = here.session
    return Colleague(session.subject, session.name, whole_edition().roles.role_of(session.subject).manages)
