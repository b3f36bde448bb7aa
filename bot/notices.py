"""Notices: messages to a colleague that nobody asked for just now, each sent at most once."""

from __future__ import annotations

import socket
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from urllib.error import URLError

import structlog

from bot.absence import stand_in
from bot.blocks import Message
from bot.directory import Directory
from bot.places import Place, place
from bot.slack import SlackRefused, SlackUnsure
from bot.storage import BotRecord
from bot.turn import Notice
from bot.workspaces import NotInstalled, Workspaces
from tiering.people import Person, Refused, team_of, user_of
from tiering.usecases.deliveries import Delivery, claim, confirm, fail
from tiering.usecases.record import Store

MESSAGE = "slack"
CHANGE = "slack-change"
"""The kinds of a delivery: a message, and another wording of one that was sent before."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Notices:
    """Sends notices through the record's deliveries, so that none is sent twice, whatever dies where."""

    store: Store
    record: BotRecord
    workspaces: Workspaces
    directory: Directory
    today: Callable[[], date]
    rests: Callable[[Person], bool] = lambda _: False
    """Whether it is a colleague's quiet time."""

    def __call__(self, notice: Notice) -> bool:
        """Send a notice to a colleague, or to whoever stands in; false where it was claimed before, or waits.

        Whoever has become a guest meanwhile, or has left, is told nothing and stands in for nobody.
        """
        to = notice.to
        if not notice.in_person:
            cover = stand_in(self.record.absences(self.today()), to)
            to = to if self._refusal(cover) else cover
        if notice.patient and self._rests(to):
            return False
        if not claim(self.store, notice.key, MESSAGE, to, notice.about):
            return False
        if refusal := self._refusal(to):
            fail(self.store, notice.key, f"not sent, since Slack does not show a colleague ({refusal})")
            log.warning("notice.withheld", key=notice.key, because=refusal)
        else:
            _deliver(
                self.store,
                notice.key,
                lambda: self.workspaces.slack(team_of(to)).post(user_of(to), notice.message),
            )
        return True

    def _rests(self, reference: str) -> bool:
        found = self._look_up(reference)
        return isinstance(found, Person) and self.rests(found)

    def _refusal(self, reference: str) -> str:
        """Say why somebody may read nothing, or nothing."""
        found = self._look_up(reference)
        return found.because if isinstance(found, Refused) else ""

    def _look_up(self, reference: str) -> Person | Refused:
        try:
            slack = self.workspaces.slack(team_of(reference))
        except NotInstalled as error:
            return Refused(str(error), "not installed")
        return self.directory.person(slack.client, user_of(reference))


def announce(store: Store, workspaces: Workspaces, notice: Notice) -> bool:
    """Post what is for all in a channel (`slack:T1/C2`), once; false where it was claimed before.

    Nothing is posted where another company may read along, or where the bot cannot see who does.
    """
    try:
        slack, channel = workspaces.slack(team_of(notice.to)), user_of(notice.to)
    except NotInstalled:
        return False
    if not claim(store, notice.key, MESSAGE, notice.to, notice.about):
        return False
    where = place(slack, channel)
    if where is Place.OURS:
        _deliver(store, notice.key, lambda: slack.post(channel, notice.message))
    else:
        fail(store, notice.key, f"not posted, since the channel is not ours alone ({where})")
        log.warning("notice.withheld", key=notice.key, because=where.value)
    return True


def rewrite(store: Store, workspaces: Workspaces, key: str, sent: Delivery, what: Message) -> bool:
    """Write a notice that has arrived anew, once under this key; false where the key was claimed before."""
    receipt = sent.receipt or ""
    if not claim(store, key, CHANGE, receipt, {}):
        return False

    def change() -> str:
        workspaces.slack(team_of(sent.recipient)).change(receipt, what)
        return receipt

    _deliver(store, key, change)
    return True


def _deliver(store: Store, key: str, send: Callable[[], str]) -> None:
    """Send what was claimed, and note what became of it.

    What Slack refuses, or was never asked, has failed and may be claimed again. Where nobody knows, it stays
    uncertain: it is listed by `tiering deliveries` and never repeated.
    """
    try:
        receipt = send()
    except SlackUnsure as error:
        log.warning("notice.uncertain", key=key, error=error.error)
    except SlackRefused as error:
        fail(store, key, str(error))
        log.warning("notice.refused", key=key, error=error.error)
    except OSError as error:
        if not _never_arrived(error):
            log.warning("notice.uncertain", key=key, error=type(error).__name__)
            return
        fail(store, key, "Slack cannot be reached")
        log.warning("notice.refused", key=key, error=type(error).__name__)
    else:
        confirm(store, key, receipt)


def _never_arrived(error: OSError) -> bool:
    """Tell a call for which there was not even a connection."""
    reason = error.reason if isinstance(error, URLError) else error
    return isinstance(reason, ConnectionRefusedError | socket.gaierror)
