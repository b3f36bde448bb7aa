"""What the record holds of one person, over the tables of all packages: found, shown and erased."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any

from pydantic import SecretStr
from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Table,
    Text,
    and_,
    cast,
    delete,
    func,
    or_,
    select,
    update,
)

from tiering.domain.contact_row import email
from tiering.storage.database import metadata, portions, upsert
from tiering.storage.faces import all_tables
from tiering.storage.personal import (
    ERASED,
    By,
    Finder,
    Mentions,
    Personal,
    Remembered,
    Whom,
    parts_of,
)
from tiering.storage.tables import accounts, contact_emails, contacts, upload_parts
from tiering.storage.uploads import Uploads

_SHORTEST_NAME = 5
"""Letters of a full name at least that is sought in texts of others."""

_NAMED = ("name", "csm", "sponsor", "engineer")
"""The columns of accounts in which a company or a colleague may have the same name as a contact."""


@dataclass(frozen=True, slots=True)
class Held:
    """What one table holds of somebody."""

    table: str
    part: Personal
    rows: Sequence[Mapping[str, Any]]
    """Each with what may be shown of it."""


@dataclass(frozen=True, slots=True)
class Mentioned:
    """A text of somebody else that names the person."""

    table: str
    row: str
    """The key of the row."""
    texts: tuple[str, ...]


@dataclass(frozen=True)
class Persons:
    """The persons as seen by one unit of work; raises UnknownTables."""

    connection: Connection

    @cached_property
    def _tables(self) -> list[Table]:
        return all_tables(self.connection)

    def whom(self, address: str, secret: SecretStr, today: date) -> Whom:
        """Find out by what the person with this lower-cased address is known, now or formerly."""
        whom = Whom(secret=secret, today=today)
        owner = select(contact_emails.c.contact_id).where(contact_emails.c.email == address)
        ids = set(self.connection.execute(owner).scalars())
        # Without an id of the CRM's the first address is a contact's id, which rows may still hold.
        if self.connection.execute(select(contacts.c.id).where(contacts.c.id == address)).first() is None:
            ids.add(address)
        whom.found[By.CONTACT].update(ids)
        whom.found[By.REFERENCE].update(f"contact:{one}" for one in ids)
        whom.found[By.ADDRESS].add(address)
        theirs = select(contact_emails.c.email).where(contact_emails.c.contact_id.in_(ids))
        whom.found[By.ADDRESS].update(self.connection.execute(theirs).scalars())
        for _ in range(2):  # an old address that their messages tell leads to the messages from there
            self._learn(whom, ids)
        return replace(whom, names=tuple(self._names(ids)))

    def held(self, whom: Whom) -> list[Held]:
        """Return what is held of them, table by table; nothing is in it that customers never read."""
        found = [
            Held(table.name, part, [{name: row[name] for name in part.shows} for row in rows])
            for table, part, rows in self._all_rows(whom)
            if part.shows and rows
        ]
        places = {name: place for place, name in enumerate(metadata.tables)}  # who they are stands first
        return sorted(found, key=lambda one: places[one.table])

    def mentioned(self, whom: Whom) -> list[Mentioned]:
        """Return the texts of others that name them."""
        theirs = {(table.name, _key(table, row)) for table, _, rows in self._all_rows(whom) for row in rows}
        pattern = _pattern([*whom.found[By.ADDRESS], *whom.names])
        return [
            Mentioned(table.name, key, tuple(texts))
            for table, part, row in self._mentioning(whom)
            if (table.name, key := _key(table, row)) not in theirs
            and (texts := list(_texts([row[name] for name in part.columns], pattern)))
        ]

    def lock(self, whom: Whom) -> None:
        """Wait until nobody claims a mail to them; whoever does so later finds nobody.

        What this unit of work deletes is overwritten in SQLite's file; PostgreSQL's own upkeep sees to it.
        """
        if self.connection.dialect.name == "sqlite":
            self.connection.exec_driver_sql("PRAGMA secure_delete = ON")
        ids = whom.found[By.CONTACT]
        self.connection.execute(
            select(contact_emails.c.email).where(contact_emails.c.contact_id.in_(ids)).with_for_update()
        )

    def erase(self, whom: Whom, at: datetime) -> dict[str, int]:
        """Erase them; returns in how many rows of each table there was something."""
        done: dict[str, int] = {}
        for table, part, rows in self._all_rows(whom):
            for row in rows:
                self._erase(table, part.erase, row)
            done[table.name] = done.get(table.name, 0) + len(rows)
        words = _pattern([*whom.found[By.ADDRESS], *whom.names])
        for table, mentions, row in self._mentioning(whom):
            if mentions.deletes:
                self._erase(table, None, row)
            elif not self._scrub(table, mentions, row, _Scrubber(words, mentions.contacts_under, whom)):
                continue
            done[table.name] = done.get(table.name, 0) + 1
        forgotten = Uploads(self.connection).forget_naming(words, at)
        done[upload_parts.name] = forgotten
        return {name: count for name, count in done.items() if count}

    def remember(self, whom: Whom, at: datetime) -> None:
        """Note by hashes that they are to be left in peace."""
        for table, part in self._remembered():
            keys = part.rows(whom.secret, sorted(whom.found[By.ADDRESS]), sorted(whom.found[By.CONTACT]))
            rows = [{"key": key, "reason": part.reason, "at": at} for key in (part.proof(whom.secret), *keys)]
            upsert(self.connection, table, rows, ["key"])

    def erased_among(self, secret: SecretStr, contacts: Mapping[str, Iterable[str]]) -> set[str] | None:
        """Return those of contacts, each with their addresses, that were erased before.

        None where somebody was, and the secret key is not the one of then.
        """
        found: set[str] = set()
        for table, part in self._remembered():
            if not self._is_of(table, part, secret):
                return None
            keys = {
                key: contact
                for contact, addresses in contacts.items()
                for key in part.rows(secret, addresses, [contact])
            }
            for portion in portions(list(keys)):
                query = select(table.c.key).where(table.c.key.in_(portion), table.c.reason == part.reason)
                found.update(keys[key] for key in self.connection.execute(query).scalars())
        return found

    def is_secret(self, secret: SecretStr) -> bool:
        """Whether the record's hashes were made under this secret key, as far as there are any."""
        return all(self._is_of(table, part, secret) for table, part in self._remembered())

    def _remembered(self) -> Iterator[tuple[Table, Remembered]]:
        return ((table, part) for table, part in parts_of(self._tables) if isinstance(part, Remembered))

    def _is_of(self, table: Table, part: Remembered, secret: SecretStr) -> bool:
        if self.connection.execute(select(table.c.key).limit(1)).first() is None:
            return True
        proof = select(table.c.key).where(table.c.key == part.proof(secret))
        return self.connection.execute(proof).first() is not None

    def _learn(self, whom: Whom, ids: set[str]) -> None:
        """Add what their rows tell, but for addresses that are somebody else's by now."""
        told: dict[By, set[str]] = {by: set() for by in By}
        for _, part, rows in self._all_rows(whom):
            for name, by in part.tells.items():
                told[by].update(str(row[name]).lower() if by is By.ADDRESS else row[name] for row in rows)
        # A session names whoever came by a link without their address.
        told[By.ADDRESS] = {one for one in told[By.ADDRESS] if email(one)} - whom.found[By.ADDRESS]
        for portion in portions(sorted(told[By.ADDRESS])):
            others = select(contact_emails.c.email).where(
                contact_emails.c.email.in_(portion), contact_emails.c.contact_id.not_in(ids)
            )
            told[By.ADDRESS] -= set(self.connection.execute(others).scalars())
        for by, values in told.items():
            whom.found[by].update(values - {""})

    def _names(self, ids: set[str]) -> Iterator[str]:
        """Return their full names, of which none is that of another contact, an account or a colleague."""
        query = select(contacts.c.name).where(contacts.c.id.in_(ids), contacts.c.name.is_not(None))
        for name in self.connection.execute(query).scalars().all():
            same = [func.lower(accounts.c[one]) == func.lower(name) for one in _NAMED]
            others = [
                select(contacts.c.id).where(
                    contacts.c.id.not_in(ids), func.lower(contacts.c.name) == func.lower(name)
                ),
                select(accounts.c.id).where(or_(*same)),
            ]
            whole = len(name) >= _SHORTEST_NAME and len(name.split()) > 1
            if whole and not any(self.connection.execute(other.limit(1)).first() for other in others):
                yield name

    def _all_rows(self, whom: Whom) -> Iterator[tuple[Table, Personal, list[dict[str, Any]]]]:
        """Return the rows about them; each row once, for the first part of its table that it fits."""
        for table in self._tables:
            seen: set[str] = set()
            for _, part in parts_of([table]):
                if isinstance(part, Personal):
                    rows = {_key(table, row): row for row in self._rows(table, part, whom)}
                    fresh = {key: row for key, row in rows.items() if key not in seen}
                    seen |= fresh.keys()
                    yield table, part, sorted(fresh.values(), key=_order(table, part))

    def _rows(self, table: Table, part: Personal, whom: Whom) -> Iterator[dict[str, Any]]:
        conditions = [table.c[name] == value for name, value in part.only.items()]
        for name, finder in part.by.items():
            column: Any = table.c[name]
            column = func.lower(column) if finder is By.ADDRESS else column
            guard = [] if finder is By.CONTACT else list(_nobody_else(table, part, whom))
            for portion in portions(sorted(_values(finder, whom))):
                query = select(table).where(column.in_(portion), *conditions, *guard)
                yield from (dict(row) for row in self.connection.execute(query).mappings())

    def _mentioning(self, whom: Whom) -> Iterator[tuple[Table, Mentions, dict[str, Any]]]:
        """Return rows with texts that may name them: some only hold the same letters."""
        for table, part in parts_of(self._tables):
            if not isinstance(part, Mentions) or table is upload_parts:
                continue
            needles = {*whom.found[By.ADDRESS], *whom.names}
            needles |= whom.found[By.NUMBER] if part.deletes else set()
            needles |= whom.found[By.CONTACT] if part.contacts_under else set()
            pattern = _pattern(needles)
            query = select(table).where(or_(*(_holds(table.c[name], needles) for name in part.columns)))
            for row in self.connection.execute(query).mappings().all():
                texts = [row[name] for name in part.columns]
                if part.contacts_under or any(True for _ in _texts(texts, pattern)):
                    yield table, part, dict(row)

    def _erase(self, table: Table, erase: Mapping[str, Any] | None, row: Mapping[str, Any]) -> None:
        this = and_(*(column == row[column.name] for column in table.primary_key.columns))
        if erase is None:
            self.connection.execute(delete(table).where(this))
        else:
            self.connection.execute(update(table).where(this).values(**made(erase, row)))

    def _scrub(self, table: Table, part: Mentions, row: Mapping[str, Any], scrubber: _Scrubber) -> bool:
        changed = {name: new for name in part.columns if (new := scrubber(row[name])) != row[name]}
        if changed:
            self._erase(table, changed, row)
        return bool(changed)


@dataclass(frozen=True, slots=True)
class _Scrubber:
    """Takes words out of a text, or out of all texts of a JSON value."""

    pattern: re.Pattern[str]
    contacts_under: str | None
    whom: Whom

    def __call__(self, value: Any, key: str | None = None) -> Any:
        """Return the value without them."""
        if isinstance(value, str):
            if key is not None and key == self.contacts_under and value in self.whom.found[By.CONTACT]:
                return ERASED
            return self.pattern.sub(ERASED, value)
        if isinstance(value, dict):
            return {self(name): self(inner, name) for name, inner in value.items()}
        return [self(inner, key) for inner in value] if isinstance(value, list) else value


def _values(finder: Finder, whom: Whom) -> Iterable[str]:
    return whom.found[finder] if isinstance(finder, By) else finder(whom)


def _nobody_else(table: Table, part: Personal, whom: Whom) -> Iterator[ColumnElement[bool]]:
    """Leave out what was found by an address and names another contact, whose address it was then."""
    for name, finder in part.by.items():
        if finder is By.CONTACT and len(part.by) > 1:
            others = table.c[name].is_(None) | table.c[name].in_(whom.found[By.CONTACT])
            known = select(contacts.c.id).where(contacts.c.id == table.c[name]).exists()
            yield others | ~known


def made(erase: Mapping[str, Any], row: Mapping[Any, Any]) -> dict[str, Any]:
    """Return what stands in a row's columns once it is erased."""
    return {name: value(row) if callable(value) else value for name, value in erase.items()}


def _key(table: Table, row: Mapping[str, Any]) -> str:
    return " ".join(str(row[column.name]) for column in table.primary_key.columns)


def _order(table: Table, part: Personal) -> Callable[[Mapping[str, Any]], Any]:
    first = [*part.shows, *table.primary_key.columns.keys()][0]
    return lambda row: (row[first] is None, row[first], _key(table, row))


def _holds(column: Column[Any], needles: Iterable[str]) -> ColumnElement[bool]:
    """Whether the text of a column, or of its JSON, holds one of these as letters.

    The database folds both, since SQLite knows the small letters of ASCII alone.
    """
    text = func.lower(cast(column, Text))
    in_json = (json.dumps(one, ensure_ascii=False)[1:-1] for one in sorted(needles))
    plain = (re.sub(r"([%_/])", r"/\1", one) for one in in_json)
    return or_(*(text.like(func.lower(f"%{one}%"), escape="/") for one in plain))


def _pattern(needles: Iterable[str]) -> re.Pattern[str]:
    """Match any of these as a whole: an address not within a longer one."""
    longest = sorted(needles, key=len, reverse=True)
    return re.compile(rf"(?<![\w.+@'-])(?:{'|'.join(map(re.escape, longest))})(?![\w@-]|\.\w)", re.IGNORECASE)


def _texts(value: Any, pattern: re.Pattern[str]) -> Iterator[str]:
    """Return the texts within a value that name somebody."""
    if isinstance(value, str):
        if pattern.search(value):
            yield value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from _texts([name, inner], pattern)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner, pattern)
