"""What the pages know of the reader's own learning, where they are somebody whose progress is kept."""

from __future__ import annotations

import structlog

from kb.advising import Advised, Adviser
from kb.course import Course
from kb.progress import Learned, Progress, progress_in
from kb.recommending import Recommendation
from kb.web.desk import desk, edition, visitor
from kb.web.sessions import by_link, signed_in
from tiering.usecases.record import RecordUnavailable
from tiering.usecases.standing import Standing

log = structlog.get_logger(__name__)


def customer() -> Standing | None:
    """Return the contact who is signed in."""
    here = signed_in()
    return here.standing if here else None


def learner() -> Standing | None:
    """Return the contact whose progress is kept: whoever is signed in or came by a mail's link."""
    here = signed_in() or by_link()
    return here.standing if here else None


def learned() -> tuple[Learned, ...] | None:
    """Return what the reader has learned; None where nobody knows, or the record is away."""
    who = learner()
    if who is None:
        return None
    try:
        return desk().learning.of(who.contact)
    except RecordUnavailable as error:
        log.warning("a course is shown without progress", reason=str(error))
        return None


def next_steps() -> tuple[Recommendation, ...]:
    """Return what the reader may want to learn or read next; nothing where nobody knows.

    Whoever came by a link of a mail, which may have been passed on, reads nothing of the account's goal and
    plan, nor of what its contact searched for.
    """
    who, here, now = learner(), desk(), edition()
    if who is None:
        return ()
    advised = Advised(contact=who.contact, searches=False)
    if customer():
        advised = Advised(
            contact=who.contact,
            visitor=visitor(),
            goal=who.goal,
            manages=who.manages,
        )
    try:
        adviser = Adviser(here.store, here.settings.secret_key, here.live.index)
        return adviser.advise(advised, now.library, now.site)
    except RecordUnavailable as error:
        log.warning("a page is shown without recommendations", reason=str(error))
        return ()


def progress(course: Course) -> Progress | None:
    """Return how far the reader is in a course; None where nobody knows."""
    known = learned()
    return None if known is None else progress_in(course, known)
