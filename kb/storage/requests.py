"""What customers ask us through the contact form, until somebody has answered, and the mails about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Index,
    Integer,
    RowMapping,
    String,
    Table,
    Text,
    func,
    select,
    update,
)

from kb.contact import new_number
from tiering.storage.database import Json, Moment, insert_new, metadata, transaction
from tiering.storage.personal import ERASED, By, Kept, Mentions, Personal, anew, privacy
from tiering.usecases.record import Store

_NUMBER_ONLY: dict[str, Any] = {
    "form": anew, "contact": None, "name": "", "address": "", "subject": ERASED, "message": ERASED,
    "query": None, "shown": [], "opened": [], "mail_due_at": None,
}  # fmt: skip
"""What stands in a request of which only the number, the account and the days are left."""

# Personal are `contact`, `name`, `address`, `subject`, `message` and `query`.
requests = Table(
    "kb_requests",
    metadata,
    Column("number", String(20), primary_key=True),
    Column("form", String(64), nullable=False, unique=True),
    Column("asked_at", Moment, nullable=False, index=True),
    Column("kind", String(20), nullable=False),
    Column("contact", String(200)),
    Column("name", Text, nullable=False),
    Column("address", String(320), nullable=False),
    Column("account_id", String(200)),
    Column("account", Text),
    Column("tier", Integer),
    Column("csm", Text),
    Column("subject", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("article", Text),
    Column("query", Text),
    Column("service", String(60)),
    Column("shown", Json, nullable=False),
    Column("opened", Json, nullable=False),
    Column("answered_at", Moment),
    Column("answered_by", Text),
    Column("mail_due_at", Moment, index=True),
    Column("mail_tries", Integer, nullable=False),
    Index("ix_kb_requests_contact_asked_at", "contact", "asked_at"),
    Index("ix_kb_requests_answered_at_asked_at", "answered_at", "asked_at"),
    info=privacy(
        Personal(
            what="Messages to us",
            source="the contact form",
            by={"contact": By.CONTACT, "address": By.ADDRESS},
            tells={"address": By.ADDRESS, "number": By.NUMBER},
            shows=(
                "number",
                "asked_at",
                "name",
                "address",
                "account",
                "subject",
                "message",
                "article",
                "query",
                "service",
                "shown",
                "opened",
                "answered_at",
            ),
            kept="requests",
            erase=_NUMBER_ONLY,
        ),
        Mentions(columns=("subject", "message", "query")),
        Kept(noun="requests", since="asked_at", erase=_NUMBER_ONLY),
    ),
)

ASKED = "contact.request"
"""The kind of an outbox message about a request that has come."""

_MAILS_AT_ONCE = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What somebody asked us, who they were then and whether it is answered."""

    number: str
    form: str
    """A hash of the form and what stood in it, so that a form that is sent twice is one request."""
    asked_at: datetime
    kind: str = "visitor"
    """`visitor`, `contact` or `staff`."""
    contact: str | None = None
    """The contact's id; None for whoever was not signed in, whose address nobody has proved."""
    name: str
    address: str
    account_id: str | None = None
    account: str | None = None
    """The account's name; like its tier and its CSM, as it was then."""
    tier: int | None = None
    csm: str | None = None
    subject: str
    message: str
    article: str | None = None
    """The slug of the article that they came from."""
    query: str | None = None
    """What they had searched for."""
    service: str | None = None
    """The id of the service that they want to add."""
    shown: tuple[str, ...] = ()
    """The slugs of the articles that were suggested while they wrote, and of those that they opened."""
    opened: tuple[str, ...] = ()
    answered_at: datetime | None = None
    answered_by: str | None = None
    """Who marked it as answered, by name."""
    mail_due_at: datetime | None = None
    """When to try next to mail it; None where nothing is left to send."""
    mail_tries: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which requests somebody wants to see; all of them where nothing is said."""

    answered: bool | None = None
    tier: int | None = None


@dataclass(frozen=True)
class Requests:
    """The requests; every method is one transaction and raises RecordUnavailable."""

    store: Store

    def take(self, asked: Request, base: str) -> Request:
        """Keep a request and tell the outbox; a form that has come before stays the request that it was.

        `base` is the public address of the pages.
        """
        with self.store.begin() as work:
            while insert_new(work.connection, requests, _row(asked)) is None:
                same = select(requests).where(requests.c.form == asked.form)
                if row := work.connection.execute(same).mappings().one_or_none():
                    return _request(row)
                asked = replace(asked, number=new_number())  # the number was another one's
            work.outbox.add(work.at, ASKED, [_told(asked, base)])
        return asked

    def get(self, number: str) -> Request | None:
        """Return a request."""
        with self.store.reading() as work:
            query = select(requests).where(requests.c.number == number)
            row = work.connection.execute(query).mappings().one_or_none()
            return _request(row) if row else None

    def of_contact(self, contact: str, most: int) -> tuple[Request, ...]:
        """Return what one contact asked, the newest first."""
        query = select(requests).where(requests.c.contact == contact).order_by(*_NEWEST).limit(most)
        with self.store.reading() as work:
            return tuple(_request(row) for row in work.connection.execute(query).mappings())

    def page(self, wanted: Wanted, number: int, size: int) -> tuple[tuple[Request, ...], int]:
        """Return a page of requests, the newest first, and how many there are on all pages."""
        which = _which(wanted)
        query = select(requests).where(*which).order_by(*_NEWEST).limit(size).offset((number - 1) * size)
        with self.store.reading() as work:
            total = work.connection.execute(
                select(func.count()).select_from(requests).where(*which)
            ).scalar_one()
            return tuple(_request(row) for row in work.connection.execute(query).mappings()), total

    def mark(self, number: str, answered_by: str | None, who: str) -> bool:
        """Mark a request as answered by somebody or, with None, as open; false where it was so already.

        `who` is how the record names whoever does it.
        """
        was_open, at = requests.c.answered_at.is_(None), None if answered_by is None else self.store.now()
        query = update(requests).where(
            requests.c.number == number, ~was_open if answered_by is None else was_open
        )
        with self.store.begin() as work:
            marked = (
                work.connection.execute(query.values(answered_at=at, answered_by=answered_by)).rowcount == 1
            )
            if marked:
                action = "request reopened" if answered_by is None else "request answered"
                work.audit.add(work.at, who, action, None, {"number": number})
            return marked

    def due(self, now: datetime, until: datetime) -> tuple[Request, ...]:
        """Take on the mails that are due; nobody else gets them before `until`."""
        some = select(requests.c.number).where(requests.c.mail_due_at <= now).order_by(requests.c.mail_due_at)
        with transaction(self.store.engine) as connection:
            numbers = connection.execute(some.limit(_MAILS_AT_ONCE)).scalars().all()
            query = update(requests).where(requests.c.number.in_(numbers), requests.c.mail_due_at <= now)
            taken = (
                connection.execute(query.values(mail_due_at=until).returning(*requests.c))
                if numbers
                else None
            )
            return tuple(_request(row) for row in taken.mappings()) if taken else ()

    def mailed(self, number: str, tries: int, due_at: datetime | None) -> None:
        """Note that its mails were tried, and when to try again what did not go out."""
        # Of one that was erased meanwhile nothing is to be mailed any more.
        query = update(requests).where(requests.c.number == number, requests.c.mail_due_at.is_not(None))
        with transaction(self.store.engine) as connection:
            connection.execute(query.values(mail_due_at=due_at, mail_tries=tries))


_NEWEST = (requests.c.asked_at.desc(), requests.c.number)


def _which(wanted: Wanted) -> Sequence[ColumnElement[bool]]:
    chosen: list[ColumnElement[bool]] = []
    if wanted.answered is not None:
        is_open = requests.c.answered_at.is_(None)
        chosen.append(~is_open if wanted.answered else is_open)
    if wanted.tier is not None:
        chosen.append(requests.c.tier == wanted.tier)
    return chosen


def _told(asked: Request, base: str) -> Mapping[str, Any]:
    """Return what Slack is told: who asks and what about, and nothing else of what they wrote."""
    told = {name: getattr(asked, name) for name in ("number", "account_id", "tier", "subject")}
    return {**told, "account_name": asked.account, "url": f"{base}/staff/requests/{asked.number}"}


def _row(asked: Request) -> dict[str, Any]:
    return {name: getattr(asked, name) for name in Request.__dataclass_fields__}


def _request(row: RowMapping) -> Request:
    return Request(**{**row, "shown": tuple(row["shown"]), "opened": tuple(row["opened"])})
