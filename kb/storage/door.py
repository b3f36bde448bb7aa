"""Who is signed in, and by which codes, links and tokens they may be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, ColumnElement, Integer, RowMapping, String, Table, Text, delete, select, update

from tiering.storage.database import Moment, insert_new, metadata, transaction
from tiering.storage.personal import By, Kept, Personal, privacy
from tiering.usecases.record import Store

sessions = Table(
    "kb_sessions",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("subject", String(320), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("way", String(20), nullable=False),
    Column("preview", String(200)),
    Column("begun_at", Moment, nullable=False),
    Column("ends_at", Moment, nullable=False, index=True),
    info=privacy(
        Personal(
            what="Where they are signed in",
            source="they signed in",
            by={"subject": By.CONTACT, "name": By.ADDRESS},
            only={"kind": "contact"},
            tells={"name": By.ADDRESS},
            shows=("name", "way", "begun_at", "ends_at"),
            kept="sign_in",
        ),
        Kept(noun="sign_in", since="ends_at"),
    ),
)

invitations = Table(
    "kb_invitations",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("link", String(64), nullable=False, unique=True),
    Column("code", String(64)),
    Column("address", String(320)),
    Column("next", Text, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("used_at", Moment),
    Column("ends_at", Moment, nullable=False, index=True),
    info=privacy(
        Personal(
            what="Codes and links to sign in",
            source="the page to sign in, where this address was typed",
            by={"address": By.ADDRESS},
            shows=("address", "next", "used_at", "ends_at"),
            kept="sign_in",
        ),
        Kept(noun="sign_in", since="ends_at"),
    ),
)

tokens = Table(
    "kb_tokens",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("ends_at", Moment, nullable=False, index=True),
)

TRIES = 5
"""How often a code may be typed in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Somebody who is signed in; keys are hashes, so that who reads the record cannot pose as anybody."""

    key: str
    kind: str
    """`contact` or `staff`."""
    subject: str
    """A contact's id; of a colleague how the record names them, such as `slack:T1/U2` or `mail:...`."""
    name: str
    way: str
    """By which way they came: `mail`, `product`, `slack`, `link`, or `programme` for courses alone."""
    begun_at: datetime
    ends_at: datetime
    preview: str | None = None
    """As whom a colleague looks at the pages now, as an audience says it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """A way in that works once: a code to type in, a link to press a button at, or both."""

    key: str
    link: str
    code: str | None
    """None for a link alone."""
    address: str | None
    """Who asked, known to us or not; None for a link that the command line made for staff."""
    next: str
    """The local path to go to."""
    ends_at: datetime


@dataclass(frozen=True)
class Door:
    """The knowledge base's part of the record; every method is one transaction, raises RecordUnavailable."""

    store: Store

    def begin(self, session: Session) -> None:
        """Let somebody in; one who is in stays so, and what has ended meanwhile is forgotten."""
        row = {name: getattr(session, name) for name in Session.__dataclass_fields__}
        with transaction(self.store.engine) as connection:
            connection.execute(delete(sessions).where(sessions.c.ends_at <= session.begun_at))
            insert_new(connection, sessions, row)

    def session(self, key: str, now: datetime) -> Session | None:
        """Return the session with this key, unless it has ended."""
        with self.store.reading() as work:
            query = select(sessions).where(sessions.c.key == key, sessions.c.ends_at > now)
            row = work.connection.execute(query).mappings().one_or_none()
            return _session(row) if row else None

    def sessions_of(self, kind: str, subject: str, now: datetime) -> tuple[Session, ...]:
        """Return the sessions of one person, the newest first."""
        query = select(sessions).where(
            sessions.c.kind == kind, sessions.c.subject == subject, sessions.c.ends_at > now
        )
        with self.store.reading() as work:
            found = work.connection.execute(query.order_by(sessions.c.begun_at.desc(), sessions.c.key))
            return tuple(_session(row) for row in found.mappings())

    def end(self, key: str) -> None:
        """End one session."""
        with transaction(self.store.engine) as connection:
            connection.execute(delete(sessions).where(sessions.c.key == key))

    def end_all(self, kind: str, subject: str) -> int:
        """End every session of one person; returns how many there were."""
        query = delete(sessions).where(sessions.c.kind == kind, sessions.c.subject == subject)
        with transaction(self.store.engine) as connection:
            return connection.execute(query).rowcount

    def show_as(self, key: str, preview: str | None) -> None:
        """Let a colleague look at the pages as somebody else, or as themselves again."""
        with transaction(self.store.engine) as connection:
            connection.execute(update(sessions).where(sessions.c.key == key).values(preview=preview))

    def invite(self, invitation: Invitation, now: datetime) -> None:
        """Keep a new invitation; those that have ended are forgotten."""
        row = {
            name: getattr(invitation, name) for name in ("key", "link", "code", "address", "next", "ends_at")
        }
        with transaction(self.store.engine) as connection:
            connection.execute(delete(invitations).where(invitations.c.ends_at <= now))
            connection.execute(invitations.insert().values(**row, tries=0))

    def invited_by_link(self, link: str, now: datetime) -> Invitation | None:
        """Return the invitation behind a link without using it up; None for one that is used or over."""
        query = select(invitations).where(invitations.c.link == link, *_open(now))
        with self.store.reading() as work:
            row = work.connection.execute(query).mappings().one_or_none()
            return _invitation(row) if row else None

    def use_link(self, link: str, now: datetime) -> Invitation | None:
        """Use up the invitation behind a link; of several who do it at once one gets it."""
        return self._use(invitations.c.link == link, now)

    def use_code(self, key: str, code: str, now: datetime) -> Invitation | None:
        """Use up an invitation by its code; a wrong one counts as one of TRIES."""
        # The try is counted before the code is looked at, so that many at once cannot have more of them.
        tried = (
            update(invitations)
            .where(invitations.c.key == key, invitations.c.tries < TRIES, *_open(now))
            .values(tries=invitations.c.tries + 1)
        )
        with transaction(self.store.engine) as connection:
            if connection.execute(tried).rowcount != 1:
                return None
        return self._use((invitations.c.key == key) & (invitations.c.code == code), now)

    def accept_once(self, token: str, ends_at: datetime, now: datetime) -> bool:
        """Note that a token has come; false where it has come before, to whichever process."""
        with transaction(self.store.engine) as connection:
            connection.execute(delete(tokens).where(tokens.c.ends_at <= now))
            return insert_new(connection, tokens, {"key": token, "ends_at": ends_at}) is not None

    def _use(self, which: ColumnElement[bool], now: datetime) -> Invitation | None:
        query = update(invitations).where(which, *_open(now)).values(used_at=now).returning(*invitations.c)
        with transaction(self.store.engine) as connection:
            row = connection.execute(query).mappings().one_or_none()
            return _invitation(row) if row else None


def _open(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return invitations.c.used_at.is_(None), invitations.c.ends_at > now


def _session(row: RowMapping) -> Session:
    return Session(**row)


def _invitation(row: RowMapping) -> Invitation:
    return Invitation(**{name: row[name] for name in Invitation.__dataclass_fields__})
