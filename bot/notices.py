"""Notices: messages to a colleague that nobody asked for just now, each sent at most once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import structlog

from bot.absence import stand_in
from bot.people import user_of
from bot.slack import Slack, SlackRefused
from bot.storage import BotRecord
from bot.turn import Notice
from tiering.usecases.deliveries import claim, confirm, fail
from tiering.usecases.record import Store

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Notices:
    """Sends notices through the record's deliveries, so that none is sent twice, whatever dies where."""

    store: Store
    record: BotRecord
    slack: Slack
    today: Callable[[], date]

    def __call__(self, notice: Notice) -> bool:
        """Send a notice to a colleague, or to whoever stands in; false where it was claimed before.

        What Slack refuses is noted as a failure; a call without an answer stays uncertain, never repeated.
        """
        to = stand_in(self.record.absences(self.today()), notice.to)
        if not claim(self.store, notice.key, "slack", to, notice.about):
            return False
        try:
            receipt = self.slack.post(user_of(to), notice.message)
        except SlackRefused as error:
            fail(self.store, notice.key, str(error))
            log.warning("notice.refused", key=notice.key, error=error.error)
        except OSError as error:
            log.warning("notice.uncertain", key=notice.key, error=type(error).__name__)
        else:
            confirm(self.store, notice.key, receipt)
        return True
