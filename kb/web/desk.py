"""What every page may reach for: the settings, the library and the record."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import cast

from flask import Flask, current_app, g

from kb.config import KbSettings
from kb.mail import Mailer
from kb.storage import (
    Certificates,
    Door,
    Edits,
    Gaps,
    Launches,
    Learning,
    Pauses,
    Readership,
    Requests,
    Suppressions,
    Visits,
    Votes,
    note_training,
)
from kb.visibility import NOBODY, Visitor
from kb.web.counted import Counted
from kb.web.live import Edition, LiveLibrary
from kb.web.metrics import Metrics
from kb.web.pending import PendingEdits
from kb.web.post import Post
from kb.web.recorder import Recorder
from kb.web.standings import Standings
from tiering.usecases.record import Store
from tiering.usecases.training import UnitOfWork

_NAME = "longtail"


@dataclass(frozen=True)
class Desk:
    """The parts that the pages of one application share."""

    settings: KbSettings
    live: LiveLibrary
    store: Store
    """The record, to be handed to tiering's use cases."""
    mailer: Mailer | None = None
    """None where no mail can go out, so that none is promised."""
    metrics: Metrics = field(default_factory=Metrics)
    post: Post = field(default_factory=Post)
    pending: PendingEdits = field(default_factory=lambda: PendingEdits(tuple))
    errands: Post = field(default_factory=lambda: Post("errands"))
    """What takes seconds, such as rehearsing a policy, by itself so that no mail waits for it."""

    counted: Counted = field(default_factory=Counted)
    """How the programmes stood last."""

    @cached_property
    def door(self) -> Door:
        """Who is signed in, and by which codes, links and tokens they may be."""
        return Door(self.store)

    @cached_property
    def votes(self) -> Votes:
        """What readers said of articles."""
        return Votes(self.store)

    @cached_property
    def requests(self) -> Requests:
        """What customers asked us through the contact form."""
        return Requests(self.store)

    @cached_property
    def suppressions(self) -> Suppressions:
        """Who gets no mails of programmes."""
        return Suppressions(self.store, self.settings.secret_key)

    @cached_property
    def pauses(self) -> Pauses:
        """Which programmes of mails are paused."""
        return Pauses(self.store)

    @cached_property
    def launches(self) -> Launches:
        """Since when each programme of mails runs."""
        return Launches(self.store)

    @cached_property
    def learning(self) -> Learning:
        """What contacts have learned."""
        return Learning(self.store, self._note_training)

    @cached_property
    def certificates(self) -> Certificates:
        """Which certificates they were issued."""
        return Certificates(self.store, self._note_training)

    def _note_training(self, work: UnitOfWork, contact: str, slug: str) -> None:
        """Let tiering know, in the same transaction, how far a contact is in a course."""
        here = self.live.edition
        if course := here.course(slug):
            note_training(work, contact, course, here.site.time_zone)

    @cached_property
    def recorder(self) -> Recorder:
        """Takes what visitors do, on its way into the record."""
        return Recorder(Visits(self.store).record)

    @cached_property
    def gaps(self) -> Gaps:
        """The searches that found too little."""
        return Gaps(self.store)

    @cached_property
    def readership(self) -> Readership:
        """How much is read, and how far that spares people writing to us."""
        return Readership(self.store)

    @cached_property
    def edits(self) -> Edits:
        """What colleagues changed where the content directory cannot be written."""
        return Edits(self.store)

    @cached_property
    def standings(self) -> Standings:
        """Where those who are signed in stand."""
        return Standings(self.store)


def open_desk(app: Flask, desk: Desk) -> None:
    """Put the desk where the pages of the application find it."""
    app.extensions[_NAME] = desk


def desk_of(app: Flask) -> Desk:
    """Return the desk of an application."""
    return cast(Desk, app.extensions[_NAME])


def desk() -> Desk:
    """Return the desk of the application that answers this request."""
    return desk_of(current_app)


def visitor() -> Visitor:
    """Return who asks; as long as nobody has found out, it is nobody."""
    return cast(Visitor, g.get("visitor", NOBODY))


def reader_language() -> str:
    """Return the language in which whoever asks reads; in doubt the house's. Raises NotReadyError."""
    return cast(str, g.get("language", whole_edition().site.language))


def edition() -> Edition:
    """Return what the visitor is shown, the same until the request ends; raises NotReadyError.

    Every page and every list takes its articles from here, so that none has to ask who may see
    them, and in which language.
    """
    if "edition" not in g:
        # Who came by a link of a mail is nobody but to the courses.
        g.edition = whole_edition().seen_by(visitor(), reader_language(), g.get("learns_as"))
    return cast(Edition, g.edition)


def whole_edition() -> Edition:
    """Return everything, whoever asks, the same until the request ends; raises NotReadyError."""
    if "whole_edition" not in g:
        g.whole_edition = desk().live.edition
    return cast(Edition, g.whole_edition)


def seen_now() -> frozenset[str]:
    """Return the keys of what the visitor is shown, for the search; raises NotReadyError."""
    return whole_edition().seen_by(visitor(), reader_language()).library.keys


def today() -> date:
    """Return the company's present day; raises NotReadyError."""
    return desk().store.now().astimezone(whole_edition().site.time_zone).date()


def public_url(path: str) -> str:
    """Make a path absolute; from KB_URL, never from a header that a visitor can forge."""
    return desk().settings.kb_url + path
