"""One line in the log for each request, without the query, the visitor's address or anything they typed."""

from __future__ import annotations

import logging
import sys
import time

import structlog
from flask import Flask, Response, g, request

from kb.web.desk import desk

log = structlog.get_logger(__name__)

_QUIET = {"health.healthz", "health.readyz", "health.metrics", "staff.writing.state", "static"}


def configure_logging() -> None:
    """Write JSON lines to stderr, or lines for people where stderr is a terminal."""
    people = sys.stderr.isatty()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *([] if people else [structlog.processors.format_exc_info]),
            structlog.dev.ConsoleRenderer() if people else structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )


def log_requests(app: Flask) -> None:
    """Time, count and log every request; what machines ask every few seconds is only counted."""

    @app.before_request
    def begin() -> None:
        g.began = time.perf_counter()

    @app.after_request
    def end(response: Response) -> Response:
        took = time.perf_counter() - g.began
        endpoint, status = request.endpoint or "none", response.status_code
        method = request.method if endpoint != "none" else "ANY"  # anybody can invent methods
        desk().metrics.seconds.labels(endpoint, method, str(status)).observe(took)
        if endpoint not in _QUIET or status >= 400:
            # The path of an unknown page is what somebody typed, so only known pages name theirs.
            path = request.path if status < 400 else None
            log.info(
                "request",
                method=method,
                endpoint=endpoint,
                path=path,
                status=status,
                ms=round(took * 1000, 1),
            )
        return response
