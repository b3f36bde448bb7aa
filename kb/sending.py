"""Sends letters at most once, whoever tries: each is claimed in the record, sent, and confirmed."""

from __future__ import annotations

import structlog

from kb.mail import Letter, Mailer, MailNotSent, MailUncertain
from tiering.usecases.deliveries import claim, confirm, fail
from tiering.usecases.record import Store

log = structlog.get_logger(__name__)


def send_once(store: Store, mailer: Mailer, key: str, kind: str, letter: Letter) -> bool:
    """Send a letter under a key; false where it certainly did not go out and may be tried again.

    True also where it went before, or where nobody can tell, which `tiering deliveries` lists.
    Raises RecordUnavailable.
    """
    if not claim(store, key, kind, letter.to, {}):
        return True
    try:
        confirm(store, key, mailer.send(letter))
    except MailNotSent as error:
        fail(store, key, str(error))
        log.warning("mail not sent", kind=kind, reason=str(error))
        return False
    except MailUncertain as error:
        log.warning("mail uncertain", kind=kind, reason=str(error))
    return True
