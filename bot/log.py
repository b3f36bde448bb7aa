"""The structured log: a line of JSON for each event, without tokens and without anybody's words."""

from __future__ import annotations

import logging
from typing import TextIO

import structlog


def set_up_log(stream: TextIO, level: int = logging.INFO) -> None:
    """Send our events from a level on, and the warnings of the libraries, to a stream."""
    shared: list[structlog.typing.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
            foreign_pre_chain=shared,
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("bot").setLevel(level)
    # A short queue is no news.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    # Whoever calls Slack handles what goes wrong, and says it once.
    logging.getLogger("slack_sdk.web").setLevel(logging.CRITICAL)


def journal(who: str, kind: str) -> None:
    """Note who asked which kind of thing."""
    structlog.get_logger("bot").info("asked", who=who, kind=kind)
