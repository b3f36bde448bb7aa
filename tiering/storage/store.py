"""The store: opens the record and hands out units of work."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection, Engine, inspect, text

from tiering.storage.accounts import Accounts
from tiering.storage.approvals import Approvals
from tiering.storage.audit import Audit
from tiering.storage.contacts import Contacts
from tiering.storage.database import RecordUnavailable, open_engine, transaction
from tiering.storage.decisions import Decisions
from tiering.storage.deliveries import Deliveries
from tiering.storage.drafts import Drafts
from tiering.storage.effort import Effort
from tiering.storage.events import Events
from tiering.storage.exceptions import Exceptions
from tiering.storage.jobs import Jobs
from tiering.storage.kits import Kits
from tiering.storage.listing import Listing, Vocabulary
from tiering.storage.merges import Merges
from tiering.storage.metrics import Metrics
from tiering.storage.outbox import Outbox
from tiering.storage.persons import Persons
from tiering.storage.policies import Policies, Publication
from tiering.storage.purchases import Purchases
from tiering.storage.quarters import Quarters
from tiering.storage.ranking import Ranking
from tiering.storage.reach import Reach
from tiering.storage.signals import SignalRows
from tiering.storage.tables import REVISION
from tiering.storage.training import Trainings
from tiering.storage.uploads import Uploads


class SchemaBehind(RecordUnavailable):
    """The record's tables are not those of this version of Longtail."""

    def __init__(self) -> None:
        super().__init__("The record's tables are not up to date: run `tiering upgrade` first.")


class TakenBack(Exception):
    """Ends a unit of work whose outcome is wanted, and whose work is not; to be suppressed by its opener."""


class Clock(Protocol):
    """Tells the time; an aware datetime."""

    def __call__(self) -> datetime:
        """Return the present moment."""
        ...


@dataclass(frozen=True)
class UnitOfWork:
    """Everything that one transaction may read and write."""

    connection: Connection
    store: Store
    at: datetime
    """The moment at which the work began."""

    @property
    def accounts(self) -> Accounts:
        """The accounts."""
        return Accounts(self.connection)

    @property
    def contacts(self) -> Contacts:
        """The contacts."""
        return Contacts(self.connection)

    @property
    def events(self) -> Events:
        """The events."""
        return Events(self.connection)

    @property
    def decisions(self) -> Decisions:
        """The decisions."""
        return Decisions(self.connection, self.store.ranking)

    @property
    def listing(self) -> Listing:
        """The lists of accounts."""
        return Listing(self.connection, self.store.ranking, self.store.vocabulary)

    @property
    def exceptions(self) -> Exceptions:
        """The exceptions."""
        return Exceptions(self.connection)

    @property
    def approvals(self) -> Approvals:
        """The requests for exceptions."""
        return Approvals(self.connection)

    @property
    def deliveries(self) -> Deliveries:
        """The outgoing messages."""
        return Deliveries(self.connection)

    @property
    def persons(self) -> Persons:
        """What is held of a person."""
        return Persons(self.connection)

    @property
    def reach(self) -> Reach:
        """Whom we may write to."""
        return Reach(self.connection)

    @property
    def training(self) -> Trainings:
        """What contacts have learned."""
        return Trainings(self.connection)

    @property
    def purchases(self) -> Purchases:
        """The purchases."""
        return Purchases(self.connection)

    @property
    def effort(self) -> Effort:
        """The effort."""
        return Effort(self.connection)

    @property
    def policies(self) -> Policies:
        """The policies."""
        return Policies(self.connection)

    @property
    def drafts(self) -> Drafts:
        """The drafts of the policy."""
        return Drafts(self.connection)

    @property
    def uploads(self) -> Uploads:
        """The files that wait to be imported."""
        return Uploads(self.connection)

    @property
    def state(self) -> str:
        """What changes whenever anything has that decisions rest on: to know what is out of date."""
        numbers = (
            self.policies.newest(),
            self.accounts.newest_import(),
            self.metrics.last(),
            self.decisions.state(),
        )
        return ".".join(map(str, numbers))

    @property
    def kits(self) -> Kits:
        """The change kits."""
        return Kits(self.connection, self.decisions)

    @property
    def audit(self) -> Audit:
        """The audit."""
        return Audit(self.connection)

    @property
    def outbox(self) -> Outbox:
        """The outbox."""
        return Outbox(self.connection)

    @property
    def signals(self) -> SignalRows:
        """The signals."""
        return SignalRows(self.connection)

    @property
    def jobs(self) -> Jobs:
        """The jobs."""
        return Jobs(self.connection)

    @property
    def merges(self) -> Merges:
        """The merges."""
        return Merges(self.connection)

    @property
    def metrics(self) -> Metrics:
        """The metrics."""
        return Metrics(self.connection)

    @property
    def quarters(self) -> Quarters:
        """The closed quarters, and the numbers of open ones."""
        return Quarters(self.connection)

    def renew_statistics(self) -> None:
        """Let PostgreSQL learn how much this unit of work has put in, since its plans depend on that.

        Its own upkeep sees nothing before the end; a table taken for empty is read as a whole for each
        portion, which is quadratic. SQLite plans without statistics.
        """
        if self.connection.dialect.name == "postgresql":
            self.connection.exec_driver_sql("ANALYZE accounts, account_names, decisions")

    @property
    def publication(self) -> Publication | None:
        """The policy in force; read once per version and process, since a version never changes."""
        version = self.policies.version()
        if not version:
            return None
        known = self.store.publications
        if version not in known:
            known.clear()
            known[version] = self.policies.get(version)
        return known[version]

    def published(self, version: int) -> Publication:
        """Return a version, which need not be in force."""
        return self.store.publications.get(version) or self.policies.get(version)


class Store:
    """The record behind one URL. Safe to share between threads; nothing is connected before it is asked."""

    def __init__(self, url: str, clock: Clock, patience: float | None = None) -> None:
        self._engine = open_engine(url, patience)
        self._readers = open_engine(url, patience, reading=True)
        self._clock = clock
        self.publications: dict[int, Publication] = {}
        self.ranking = Ranking()
        self.vocabulary = Vocabulary()
        self.spellings: tuple[int, list[tuple[str, str]]] | None = None
        """The names to match misspelt ones with, and the number of the import that they are as of."""

    @contextmanager
    def begin(self) -> Iterator[UnitOfWork]:
        """Open a unit of work: all of it happens, or nothing; raises RecordUnavailable."""
        with transaction(self._engine) as connection:
            yield UnitOfWork(connection, self, self._clock())

    @contextmanager
    def reading(self) -> Iterator[UnitOfWork]:
        """Open a unit of work that only reads, for what takes seconds; raises RecordUnavailable."""
        with transaction(self._readers) as connection:
            yield UnitOfWork(connection, self, self._clock())

    def now(self) -> datetime:
        """Return the present moment by the store's clock."""
        return self._clock()

    def check(self) -> None:
        """Make sure that the record answers and its tables are those of this version; raises SchemaBehind."""
        with transaction(self._engine) as connection:
            if _revision(connection) != REVISION:
                raise SchemaBehind

    def upgrade(self) -> tuple[str | None, str]:
        """Bring the tables up to date; returns the revisions before and after."""
        # Alembic takes a tenth of a second to load, which only this call is worth.
        from alembic import command
        from alembic.config import Config

        with transaction(self._engine) as connection:
            before = _revision(connection)
            config = Config()
            config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
        return before, REVISION

    def carry_over(self) -> None:
        """Carry what stands in SQLite's log into its file, so that the log holds no former words of it.

        What others are reading meanwhile stays there until SQLite carries it over by itself.
        """
        if self._engine.dialect.name == "sqlite":
            with closing(self._engine.raw_connection()) as connection:
                connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()
        self._readers.dispose()

    @property
    def engine(self) -> Engine:
        """The engine, for the faces' own tables."""
        return self._engine


def _revision(connection: Connection) -> str | None:
    """Return the revision that the record's tables are at; None for a record without tables."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
