"""The connection to the record, SQLite or PostgreSQL: its column types, its metadata, its transactions."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import (
    JSON,
    BigInteger,
    Connection,
    DateTime,
    Dialect,
    Engine,
    Insert,
    Integer,
    MetaData,
    NullPool,
    QueuePool,
    String,
    Table,
    TypeDecorator,
    create_engine,
    event,
    make_url,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DatabaseError, DBAPIError, InterfaceError, OperationalError, TimeoutError

_Item = TypeVar("_Item")
_EMPTY = {list: "[]", tuple: "[]", dict: "{}", type(None): "null"}
_decode = json.JSONDecoder().decode
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode

BUSY_SECONDS = 5
"""How long a writer waits for another one on SQLite before the record counts as busy, unless it is said."""

CONNECTIONS = 3
"""Connections to PostgreSQL that a process has at most; its threads queue for them, in turn.

A process of ours computes on one core at a time. Where twenty ask at once, more connections make each of them
wait longer, since all finish late together; those beyond the pool would even be opened for each transaction.
"""

IDS_A_QUERY = 500
"""How many ids stand in one query; SQLite takes 32,766 parameters, PostgreSQL plans few of them better."""

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Id = BigInteger().with_variant(Integer(), "sqlite")
"""A number that the database gives out; SQLite counts by itself only in an INTEGER."""


Json = JSON().with_variant(postgresql.JSONB(), "postgresql")
"""Lists and mappings of what JSON knows."""

Ordered = String(400).with_variant(String(400, collation="C"), "postgresql")
"""Text whose beginnings are looked up by range, so that it must sort by code point everywhere."""


_BUSY = "The record is busy with another change; please try again in a moment."


class RecordUnavailable(Exception):
    """The record cannot be reached or is busy; the message is a sentence for whoever asked."""


class Moment(TypeDecorator[datetime]):
    """A point in time, kept in UTC and always aware of it."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn any aware time into UTC."""
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Say of SQLite's naive times what they are."""
        return value.replace(tzinfo=UTC) if value and value.tzinfo is None else value


class Exact(TypeDecorator[Decimal]):
    """A decimal number kept as text, since SQLite has no exact numbers."""

    impl = String(40)
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> str | None:
        """Write the digits."""
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Decimal | None:
        """Read the digits."""
        return None if value is None else Decimal(value)


class Plain(TypeDecorator[Any]):
    """JSON that keeps decimals and dates, as {"$number": "1.5"} and {"$date": "2026-01-31"}."""

    impl = Json
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        """Mark what JSON does not know."""
        return _marked(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """Take the marks off."""
        return _unmarked(value)


def _marked(value: Any) -> Any:
    if isinstance(value, Decimal):
        return {"$number": str(value)}
    if isinstance(value, date):
        return {"$date": value.isoformat()}
    if isinstance(value, dict):
        return {key: _marked(inner) for key, inner in value.items()}
    return [_marked(inner) for inner in value] if isinstance(value, list | tuple) else value


def _unmarked(value: Any) -> Any:
    if isinstance(value, dict):
        if len(value) == 1:
            if isinstance(number := value.get("$number"), str):
                return Decimal(number)
            if isinstance(day := value.get("$date"), str):
                return date.fromisoformat(day)
        return {key: _unmarked(inner) for key, inner in value.items()}
    return [_unmarked(inner) for inner in value] if isinstance(value, list) else value


def _json(value: Any) -> str:
    """Write JSON; most lists and mappings of an account are empty, and an import writes many of them."""
    return _encode(value) if value else _EMPTY.get(type(value)) or _encode(value)


def _from_json(text: str) -> Any:
    """Read JSON; what an account lacks is by far the most frequent."""
    if text == "null":
        return None
    if text == "[]":
        return []
    return {} if text == "{}" else _decode(text)


def open_engine(url: str, patience: float | None = None, *, reading: bool = False) -> Engine:
    """Make an engine for a SQLite or PostgreSQL URL; nothing is connected yet.

    Its errors never repeat the values of a statement, which may be what customers wrote.

    With `reading` its transactions only read, and keep nobody who writes waiting, however long they take.

    `patience` is for how many seconds a statement may wait: on SQLite for another writer, BUSY_SECONDS
    where it is not said; on PostgreSQL for anything, and for ever where it is not said.
    """
    parsed = make_url(url)
    if parsed.drivername in ("postgres", "postgresql"):
        parsed = parsed.set(drivername="postgresql+psycopg")
    if parsed.get_backend_name() != "sqlite":
        # The time that a statement spends waiting for a lock counts as its own.
        limit = {} if patience is None else {"options": f"-c statement_timeout={round(patience * 1000)}"}
        return create_engine(
            parsed,
            json_serializer=_json,
            hide_parameters=True,
            pool_pre_ping=True,
            pool_size=CONNECTIONS,
            max_overflow=0,
            connect_args={"connect_timeout": 2, "prepare_threshold": 5, **limit},
            **({} if patience is None else {"pool_timeout": patience}),
        )
    if parsed.database and parsed.database != ":memory:":
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    seconds = BUSY_SECONDS if patience is None else patience
    # There is one writer: threads queue for the one connection, in turn, where SQLite would let them try
    # again after ever longer sleeps. Readers have each their own.
    queue = {"poolclass": QueuePool, "pool_size": 1, "max_overflow": 0, "pool_timeout": seconds}
    engine = create_engine(
        parsed,
        json_serializer=_json,
        json_deserializer=_from_json,
        hide_parameters=True,
        connect_args={"timeout": seconds},
        **({"poolclass": NullPool} if reading else queue),
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, _: object) -> None:
        # The driver's own transactions begin too late for a reader that will write; ours begin at `begin`.
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "cache_size=-128000"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine


@contextmanager
def transaction(engine: Engine) -> Iterator[Connection]:
    """Run a block in one transaction; raises RecordUnavailable where the database is away or busy."""
    try:
        with engine.begin() as connection:
            yield connection
    except TimeoutError as error:  # no connection was given back in time
        raise RecordUnavailable(_BUSY) from error
    except DBAPIError as error:
        # A bare DatabaseError is SQLite's word for a file that is damaged or no database at all.
        if not isinstance(error, OperationalError | InterfaceError) and type(error) is not DatabaseError:
            raise
        raise RecordUnavailable(_sentence(error)) from error


def _sentence(error: DBAPIError) -> str:
    text = str(error.orig).strip().split("\n")[0]
    if any(word in text for word in ("locked", "busy", "lock timeout", "statement timeout")):
        return _BUSY
    return f"The record cannot be used: {text}"


def upsert(connection: Connection, table: Table, rows: Sequence[dict[str, Any]], keys: Sequence[str]) -> None:
    """Insert rows, or update those that stand under the same keys; every row has the same columns."""
    if not rows:
        return
    statement = _insert(connection, table)
    others = {name: statement.excluded[name] for name in rows[0] if name not in keys}
    done: Insert = (
        statement.on_conflict_do_update(index_elements=list(keys), set_=others)
        if others
        else statement.on_conflict_do_nothing(index_elements=list(keys))
    )
    connection.execute(done, rows)


def accumulate(
    connection: Connection,
    table: Table,
    rows: Sequence[dict[str, Any]],
    keys: Sequence[str],
    sums: Sequence[str],
) -> None:
    """Insert rows, or add their `sums` to those under the same keys; what else they hold stays as it was."""
    if rows:
        statement = _insert(connection, table)
        added = {name: table.c[name] + statement.excluded[name] for name in sums}
        connection.execute(statement.on_conflict_do_update(index_elements=list(keys), set_=added), rows)


def insert_new(connection: Connection, table: Table, row: dict[str, Any]) -> Any | None:
    """Insert a row and return its key; None, and nothing done, where a unique value of it stands already.

    Waits for somebody else who inserts the same at the same moment.
    """
    key = table.primary_key.columns[0]
    statement: Insert = _insert(connection, table).values(**row).on_conflict_do_nothing()
    return connection.execute(statement.returning(key)).scalar_one_or_none()


def insert_missing(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> set[Any]:
    """Insert the rows whose keys no other row has, and return these keys.

    Waits for somebody else who inserts the same at the same moment.
    """
    if not rows:
        return set()
    statement = _insert(connection, table).on_conflict_do_nothing()
    return set(connection.execute(statement.returning(table.primary_key.columns[0]), rows).scalars())


def _insert(connection: Connection, table: Table) -> Any:
    """Return the dialect's own insert, which knows what to do about a conflict."""
    return (postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert)(table)


def portions(items: Sequence[_Item], size: int = IDS_A_QUERY) -> Iterator[Sequence[_Item]]:
    """Cut a list into pieces of at most `size`."""
    return (items[start : start + size] for start in range(0, len(items), size))
