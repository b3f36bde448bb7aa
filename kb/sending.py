"""Sends letters at most once, whoever tries: each is claimed in the record, sent, and confirmed."""

from __future__ import annotations

from enum import Enum, auto

import structlog

from kb.mail import Letter, Mailer, MailNotSent, MailPutOff, MailRefused, MailUncertain
from tiering.usecases.deliveries import claim, confirm, fail
from tiering.usecases.record import Store

log = structlog.get_logger(__name__)


class Outcome(Enum):
    """What became of a letter."""

    SENT = auto()
    UNCERTAIN = auto()
    """Nobody can tell; `tiering deliveries` lists it."""
    NOT_SENT = auto()
    """It certainly did not go out and may be tried again."""
    PUT_OFF = auto()
    """The same, and the server may take other letters meanwhile."""
    REFUSED = auto()
    """Nor will it ever: there is nobody at the address."""


def send_once(store: Store, mailer: Mailer, key: str, kind: str, letter: Letter) -> bool:
    """Send a letter under a key; false where it certainly did not go out and may be tried again.

    True also where it went before, or where nobody can tell, which `tiering deliveries` lists.
    Raises RecordUnavailable.
    """
    if not claim(store, key, kind, letter.to, {}):
        return True
    return deliver(store, mailer, key, letter) in {Outcome.SENT, Outcome.UNCERTAIN}


def deliver(store: Store, mailer: Mailer, key: str, letter: Letter) -> Outcome:
    """Send a letter whose key we have claimed, and note what became of it. Raises RecordUnavailable."""
    try:
        confirm(store, key, mailer.send(letter))
    except MailNotSent as error:
        fail(store, key, str(error))
        log.warning("mail not sent", kind=_kind(key), reason=str(error))
        if isinstance(error, MailRefused):
            return Outcome.REFUSED
        return Outcome.PUT_OFF if isinstance(error, MailPutOff) else Outcome.NOT_SENT
    except MailUncertain as error:
        log.warning("mail uncertain", kind=_kind(key), reason=str(error))
        return Outcome.UNCERTAIN
    return Outcome.SENT


def _kind(key: str) -> str:
    """Return what may stand in a log: the rest of a key can name people."""
    return key.partition(":")[0]
