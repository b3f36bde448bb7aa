"""What every page may reach for: the settings, the library and the record."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import cast

from flask import Flask, current_app, g

from kb.config import KbSettings
from kb.search.index import EVERYBODY
from kb.web.live import Edition, LiveLibrary
from kb.web.metrics import Metrics
from tiering.usecases.record import Store

_NAME = "longtail"


@dataclass(frozen=True)
class Desk:
    """The parts that the pages of one application share."""

    settings: KbSettings
    live: LiveLibrary
    store: Store
    """The record, to be handed to tiering's use cases."""
    metrics: Metrics = field(default_factory=Metrics)


def open_desk(app: Flask, desk: Desk) -> None:
    """Put the desk where the pages of the application find it."""
    app.extensions[_NAME] = desk


def desk_of(app: Flask) -> Desk:
    """Return the desk of an application."""
    return cast(Desk, app.extensions[_NAME])


def desk() -> Desk:
    """Return the desk of the application that answers this request."""
    return desk_of(current_app)


def edition() -> Edition:
    """Return the edition of this request, the same one until it ends; raises NotReadyError."""
    if "edition" not in g:
        g.edition = desk().live.edition
    return cast(Edition, g.edition)


def seen_now() -> frozenset[str]:
    """Return the audience keys of what the visitor of this request may see; nobody is signed in yet."""
    return EVERYBODY


def public_url(path: str) -> str:
    """Make a path absolute; from KB_URL, never from a header that a visitor can forge."""
    return desk().settings.kb_url + path
