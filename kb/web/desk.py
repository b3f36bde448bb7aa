"""What every page may reach for: the settings, the clock, the library and the record."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast

from flask import current_app, g

from kb.config import KbSettings
from kb.web.live import Clock, Edition, LiveLibrary
from kb.web.metrics import Metrics
from kb.web.plans import Plans

_NAME = "longtail"


@dataclass(frozen=True)
class Record:
    """What the pages ask of tiering. Both may raise RecordUnavailable."""

    check: Callable[[], None]
    """Does nothing when the database is reachable and its tables are those of this version."""
    plans: Callable[[], Plans]
    """What each plan includes, in customers' words."""


@dataclass(frozen=True)
class Desk:
    """The parts that the pages of one application share."""

    settings: KbSettings
    clock: Clock
    live: LiveLibrary
    record: Record
    metrics: Metrics = field(default_factory=Metrics)


def open_desk(desk: Desk) -> dict[str, Desk]:
    """Return the extension that an application keeps its desk in."""
    return {_NAME: desk}


def desk() -> Desk:
    """Return the desk of the application that answers this request."""
    return cast(Desk, current_app.extensions[_NAME])


def edition() -> Edition:
    """Return the edition of this request, the same one until it ends; raises NotReadyError."""
    if "edition" not in g:
        g.edition = desk().live.edition
    return cast(Edition, g.edition)


def public_url(path: str) -> str:
    """Make a path absolute; from KB_URL, never from a header that a visitor can forge."""
    return desk().settings.kb_url + path
