"""Mails a request: to whoever answers, and to whoever asked; tried again until it certainly went."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import structlog

from kb.config import MailSettings
from kb.contact import FIRST_TRY, next_try
from kb.mail import Letter, Mailer, is_address
from kb.sending import send_once
from kb.site import read_site
from kb.storage import Request, Requests
from tiering.people import Roles, read_roles
from tiering.usecases.record import RecordUnavailable

log = structlog.get_logger(__name__)

_COPY_IS_STALE = timedelta(days=5)
"""As long as mail servers try; afterwards a copy would only puzzle whoever asked."""


@dataclass(frozen=True, slots=True)
class House:
    """Whose customers they are, and who is there to answer."""

    name: str
    desk: str | None
    """The address of the shared inbox, `contact_email` in site.yaml."""
    base: str
    """The public address of the pages."""
    roles: Roles


def read_house(settings: MailSettings) -> House:
    """Read who we are now; both files may have changed since the last mail."""
    site = read_site(settings.content_dir)[0]
    return House(site.name, site.contact_email, settings.kb_url, read_roles(settings.content_dir)[0])


def send_letters(requests: Requests, mailer: Mailer, house: House, asked: Request) -> bool:
    """Send those mails of a request that have not gone out yet; returns whether nothing is left to try again.

    Raises RecordUnavailable; the request stays due then.
    """
    now, again = requests.store.now(), False
    for to_whom, letter in letters(asked, house).items():
        went = send_once(
            requests.store, mailer, f"contact:{asked.number}:{to_whom}", f"contact.{to_whom}", letter
        )
        stale = to_whom == "copy" and now - asked.asked_at > _COPY_IS_STALE
        again = again or not (went or stale)
    tries = asked.mail_tries + 1
    requests.mailed(asked.number, tries, next_try(tries, now) if again else None)
    return not again


def send_due(requests: Requests, mailer: Mailer, house: House) -> None:
    """Send what is due, until something does not go out: a mail server that hangs must not stop the clock.

    What is left, and everything where the record is away, is due again at one of the next beats.
    """
    now = requests.store.now()
    try:
        for asked in requests.due(now, now + FIRST_TRY):
            if not send_letters(requests, mailer, house, asked):
                return
    except RecordUnavailable as error:
        log.warning("mails not sent", why=str(error))


def letters(asked: Request, house: House) -> dict[str, Letter]:
    """Return the mails about a request, by whom they are for: `desk`, `csm` and `copy`."""
    found = {}
    if house.desk:
        found["desk"] = _for_us(asked, house, house.desk)
    # A CRM that names people by address may hold any; a customer's words go to those that people.yaml lists.
    if asked.csm and is_address(asked.csm) and house.roles.lists_address(asked.csm):
        found["csm"] = _for_us(asked, house, asked.csm)
    found["copy"] = Letter(
        asked.address,
        f"{house.name} has your message, number {asked.number}",
        _copy(asked, house) if asked.contact else _receipt(asked, house),
        reply_to=house.desk,
    )
    return found


def _for_us(asked: Request, house: House, to: str) -> Letter:
    who = f"{asked.name} <{asked.address}>" if asked.name else asked.address
    text = f"{who} wrote{f' for {asked.account}' if asked.account else ''}:\n\n{asked.message}\n\n-- \n"
    facts = {
        "Number": asked.number,
        "Tier": None if asked.tier is None else str(asked.tier),
        "CSM": asked.csm,
        "Wants to add": asked.service,
        "Came from": asked.article and f"{house.base}/articles/{asked.article}",
        "Searched for": asked.query,
        "Signed in": None if asked.contact else "no, so the address above is only what they typed",
    }
    text += "".join(f"{fact}: {said}\n" for fact, said in facts.items() if said)
    text += f"\nReply to this mail, then mark it as answered: {house.base}/staff/requests/{asked.number}\n"
    return Letter(to, f"[{asked.number}] {asked.subject}", text, reply_to=asked.address, forwarded=True)


def _copy(asked: Request, house: House) -> str:
    return f"""Hello{f" {asked.name}" if asked.name else ""},

We have your message, and a person will read it. Its number is {asked.number}.

You find it, and whether it is answered, under {house.base}/account

This is what you wrote:

{asked.subject}

{asked.message}

{house.name}
"""


def _receipt(asked: Request, house: House) -> str:
    """Return a copy without a word of what was typed, since anybody may have typed this address."""
    return f"""Hello,

We have a message that gives this address for the answer, and a person will read it. Its number is
{asked.number}.

If it is not from you, you need do nothing.

{house.name}
{house.base}
"""
