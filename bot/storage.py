"""The bot's own tables: what Slack sent, what channels are for, who is away, where it is installed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import Column, Date, String, Table, Text, delete, select, update

from bot.absence import Absence
from tiering.storage.database import Id, Moment, insert_new, metadata, transaction, upsert
from tiering.usecases.record import Store

seen = Table(
    "bot_seen",
    metadata,
    Column("key", String(200), primary_key=True),
    Column("at", Moment, nullable=False, index=True),
)

channels = Table(
    "bot_channels",
    metadata,
    Column("team", String(60), primary_key=True),
    Column("channel", String(60), primary_key=True),
    Column("account_id", String(200), nullable=False),
    Column("linked_by", Text, nullable=False),
    Column("linked_at", Moment, nullable=False),
)

absences = Table(
    "bot_absences",
    metadata,
    Column("person", String(200), primary_key=True),
    Column("name", Text, nullable=False),
    Column("until", Date, nullable=False),
    Column("cover", String(200), nullable=False),
    Column("cover_name", Text, nullable=False),
    Column("said_at", Moment, nullable=False),
)

installations = Table(
    "bot_installations",
    metadata,
    Column("team", String(60), primary_key=True),
    Column("name", Text, nullable=False),
    Column("token", Text, nullable=False),
    Column("installed_by", Text, nullable=False),
    Column("installed_at", Moment, nullable=False),
)

bookmarks = Table(
    "bot_bookmarks",
    metadata,
    Column("name", String(60), primary_key=True),
    Column("number", Id, nullable=False),
)

announcements = Table(
    "bot_announcements",
    metadata,
    Column("team", String(60), primary_key=True),
    Column("channel", String(60), primary_key=True),
    Column("topic", String(60), primary_key=True),
    Column("said_by", Text, nullable=False),
    Column("said_at", Moment, nullable=False),
)

undigested = Table(
    "bot_undigested",
    metadata,
    Column("person", String(200), primary_key=True),
    Column("said_at", Moment, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Installation:
    """The bot in one workspace."""

    team: str
    name: str
    token: str = field(repr=False)
    """Sealed, so that who reads the record cannot speak as the bot."""
    by: str
    """Such as `slack:T1/U2`."""
    at: datetime


@dataclass(frozen=True, slots=True)
class ChannelLink:
    """The account that a channel speaks of, and who said so when."""

    account_id: str
    by: str
    """Such as `slack:T1/U2`."""
    at: datetime


@dataclass(frozen=True, slots=True)
class Hearing:
    """A channel in which news of a topic is announced, who said so, and since when."""

    team: str
    channel: str
    topic: str
    by: str
    """Such as `slack:T1/U2`."""
    at: datetime

    @property
    def reference(self) -> str:
        """How the record names the channel."""
        return f"slack:{self.team}/{self.channel}"


@dataclass(frozen=True)
class BotRecord:
    """The bot's part of the record; every method is one transaction and raises RecordUnavailable."""

    store: Store

    def first_time(self, key: str, now: datetime) -> bool:
        """Note that something has come; false where it has come before, to whichever process."""
        with transaction(self.store.engine) as connection:
            return insert_new(connection, seen, {"key": key, "at": now}) is not None

    def forget_before(self, moment: datetime) -> None:
        """Forget what came before a moment."""
        with transaction(self.store.engine) as connection:
            connection.execute(delete(seen).where(seen.c.at < moment))

    def link(self, team: str, channel: str, account_id: str, by: str, now: datetime) -> None:
        """Let a channel speak of one account, and of no other any more."""
        row = {
            "team": team,
            "channel": channel,
            "account_id": account_id,
            "linked_by": by,
            "linked_at": now,
        }
        with transaction(self.store.engine) as connection:
            upsert(connection, channels, [row], ["team", "channel"])

    def unlink(self, team: str, channel: str) -> bool:
        """Let a channel speak of no account; false where it spoke of none."""
        query = delete(channels).where(channels.c.team == team, channels.c.channel == channel)
        with transaction(self.store.engine) as connection:
            return connection.execute(query).rowcount == 1

    def linked(self, team: str, channel: str) -> str | None:
        """Return the id of the account that a channel speaks of."""
        query = select(channels.c.account_id).where(channels.c.team == team, channels.c.channel == channel)
        with transaction(self.store.engine) as connection:
            return connection.execute(query).scalar_one_or_none()

    def link_of(self, team: str, channel: str) -> ChannelLink | None:
        """Return the link of a channel with who made it, where there is one."""
        query = select(channels.c.account_id, channels.c.linked_by, channels.c.linked_at).where(
            channels.c.team == team, channels.c.channel == channel
        )
        with transaction(self.store.engine) as connection:
            row = connection.execute(query).one_or_none()
            return ChannelLink(*row) if row else None

    def install(self, installation: Installation) -> None:
        """Note that the bot is installed in a workspace; what was there before is replaced."""
        row = {
            "team": installation.team,
            "name": installation.name,
            "token": installation.token,
            "installed_by": installation.by,
            "installed_at": installation.at,
        }
        with transaction(self.store.engine) as connection:
            upsert(connection, installations, [row], ["team"])

    def installations(self) -> tuple[Installation, ...]:
        """Return where the bot is installed, by the ids of the workspaces."""
        with transaction(self.store.engine) as connection:
            found = connection.execute(select(installations).order_by(installations.c.team))
            return tuple(Installation(*row) for row in found)

    def uninstall(self, team: str, told_at: datetime) -> bool:
        """Note that the bot was uninstalled; false where it was not there, or was installed again since.

        `told_at` is when Slack says that it happened, to the second.
        """
        query = delete(installations).where(
            installations.c.team == team, installations.c.installed_at < told_at + timedelta(seconds=1)
        )
        with transaction(self.store.engine) as connection:
            return connection.execute(query).rowcount == 1

    def go_away(self, absence: Absence, now: datetime) -> None:
        """Note that somebody is away; what they said before is replaced."""
        row = {
            "person": absence.person,
            "name": absence.name,
            "until": absence.until,
            "cover": absence.cover,
            "cover_name": absence.cover_name,
            "said_at": now,
        }
        with transaction(self.store.engine) as connection:
            upsert(connection, absences, [row], ["person"])

    def come_back(self, person: str) -> bool:
        """Note that somebody is back; false where they were not away."""
        with transaction(self.store.engine) as connection:
            return connection.execute(delete(absences).where(absences.c.person == person)).rowcount == 1

    def absences(self, today: date) -> tuple[Absence, ...]:
        """Return who is away today, by name."""
        columns = ("person", "name", "until", "cover", "cover_name")
        query = select(*(absences.c[name] for name in columns)).where(absences.c.until >= today)
        with transaction(self.store.engine) as connection:
            found = connection.execute(query.order_by(absences.c.name, absences.c.person))
            return tuple(Absence(*row) for row in found)

    def bookmark(self, name: str, first: int) -> int:
        """Return how far something has been read; `first` where it is read for the first time from now on."""
        with transaction(self.store.engine) as connection:
            insert_new(connection, bookmarks, {"name": name, "number": first})
            query = select(bookmarks.c.number).where(bookmarks.c.name == name)
            return int(connection.execute(query).scalar_one())

    def turn_to(self, name: str, number: int) -> None:
        """Note that something has been read as far as a number; nobody reads back."""
        query = update(bookmarks).where(bookmarks.c.name == name, bookmarks.c.number < number)
        with transaction(self.store.engine) as connection:
            connection.execute(query.values(number=number))

    def announce(self, hearing: Hearing) -> bool:
        """Let a channel hear of a topic; false where it did already."""
        row = {
            "team": hearing.team,
            "channel": hearing.channel,
            "topic": hearing.topic,
            "said_by": hearing.by,
            "said_at": hearing.at,
        }
        with transaction(self.store.engine) as connection:
            return insert_new(connection, announcements, row) is not None

    def announce_no_more(self, team: str, channel: str, topic: str | None = None) -> list[str]:
        """Let a channel hear no more of a topic, or of any; returns the topics that it heard of."""
        column = announcements.c
        query = delete(announcements).where(column.team == team, column.channel == channel)
        query = query if topic is None else query.where(column.topic == topic)
        with transaction(self.store.engine) as connection:
            return sorted(connection.execute(query.returning(column.topic)).scalars())

    def hearings(self) -> tuple[Hearing, ...]:
        """Return the channels that hear of topics."""
        query = select(announcements).order_by(*announcements.primary_key.columns)
        with transaction(self.store.engine) as connection:
            return tuple(Hearing(*row) for row in connection.execute(query))

    def send_digest(self, person: str, wanted: bool, now: datetime) -> None:
        """Note whether somebody wants the weekly digest, as everybody does who says nothing."""
        with transaction(self.store.engine) as connection:
            connection.execute(delete(undigested).where(undigested.c.person == person))
            if not wanted:
                insert_new(connection, undigested, {"person": person, "said_at": now})

    def undigested(self) -> set[str]:
        """Return who does not want the weekly digest."""
        with transaction(self.store.engine) as connection:
            return set(connection.execute(select(undigested.c.person)).scalars())
