"""Starts the pages for real: the system's clock, the log, and a record whose tables are up to date."""

from __future__ import annotations

from datetime import UTC, datetime

import structlog
import waitress
from flask import Flask

from kb.config import KbSettings
from kb.web.app import create_app
from kb.web.desk import desk_of
from kb.web.log import configure_logging
from tiering.usecases.record import RecordUnavailable, SchemaBehind, check

log = structlog.get_logger(__name__)

_THREADS = 8


def open_app(settings: KbSettings) -> Flask:
    """Make the application, read its content and keep it fresh; raises SchemaBehind.

    A database that is away does not end the start: the pages need it little, and `/readyz` says so.
    """
    configure_logging()
    app = create_app(settings, clock=lambda: datetime.now(UTC))
    try:
        check(desk_of(app).store)
    except SchemaBehind:
        raise
    except RecordUnavailable as error:
        log.warning("starting without the record", reason=str(error))
    desk_of(app).live.start()
    return app


def serve(settings: KbSettings, host: str = "127.0.0.1") -> None:
    """Serve the pages from this process until it is ended; raises SchemaBehind, and OSError for the port."""
    waitress.serve(open_app(settings), host=host, port=settings.port, threads=_THREADS, ident=None)
