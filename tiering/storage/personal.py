"""How a table says what it holds of people: by what it is found, what erasing does, how long it is kept."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum, auto
from secrets import token_hex
from typing import Any, TypeAlias

from pydantic import SecretStr
from sqlalchemy import Table

ERASED = "[erased]"
"""Stands where something about a person stood."""


class By(Enum):
    """By what rows about a person are found."""

    CONTACT = auto()
    """The id of a contact."""
    REFERENCE = auto()
    """How the audit names a contact."""
    ADDRESS = auto()
    """An e-mail address, however it is written."""
    NUMBER = auto()
    """The number of a message to us."""
    SEARCH = auto()
    """What searches for the same thing have in common."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Whom:
    """The person who is looked for."""

    secret: SecretStr
    """The secret key, under which some rows are named by hashes."""
    today: date
    found: Mapping[By, set[str]] = field(default_factory=lambda: {by: set() for by in By})
    names: tuple[str, ...] = ()
    """Full names that nobody else bears, by which texts of others speak of them."""


Finder: TypeAlias = By | Callable[[Whom], Collection[str]]
"""By which values of a column rows are found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Personal:
    """Rows of a table that are about one person."""

    what: str
    """What they are, as a heading of an export."""
    source: str
    """Where they come from."""
    by: Mapping[str, Finder]
    """The columns by which they are found; any of them is enough."""
    shows: tuple[str, ...]
    """The columns that an export shows: nothing that customers never read, and no secret."""
    kept: str
    """The noun of site.yaml's `retention` that says how long, or else a sentence."""
    erase: Mapping[str, Any] | None = None
    """What stands in which columns afterwards, each a value or made of the row; None deletes the rows."""
    only: Mapping[str, Any] = field(default_factory=dict)
    """Values that other columns of these rows have."""
    tells: Mapping[str, By] = field(default_factory=dict)
    """Columns of these rows by which more is found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mentions:
    """Texts of somebody else that may name a person: these words are taken out, or the whole row is."""

    columns: tuple[str, ...]
    deletes: bool = False
    contacts_under: str | None = None
    """The key, within JSON, of lists of contacts' ids."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """How long rows are kept: days by a noun of site.yaml's `retention`, from a column's day on."""

    noun: str
    since: str
    erase: Mapping[str, Any] | None = None
    """What stands in which columns afterwards; None deletes the rows."""
    only: Mapping[str, Any] = field(default_factory=dict)
    but_first: tuple[str, ...] = ()
    """Columns of which each combination keeps its oldest row, however old: it tells when something began."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """A table of hashes that outlives an erasure, so that whoever was erased is left in peace."""

    rows: Callable[[SecretStr, Iterable[str], Iterable[str]], dict[str, str]]
    """Makes the keys for addresses and contacts' ids; returns of which each is."""
    proof: Callable[[SecretStr], str]
    """The key that stands there where the table was made under this secret."""
    reason: str
    """What its column `reason` says of them."""


Part: TypeAlias = Personal | Mentions | Kept | Remembered


def privacy(*parts: Part) -> dict[Any, Any]:
    """Return the `info` of a table that says what it holds of people."""
    return {"privacy": parts}


def parts_of(tables: Iterable[Table]) -> Iterator[tuple[Table, Part]]:
    """Return what tables say that they hold of people."""
    for table in tables:
        for part in table.info.get("privacy", ()):
            yield table, part


def anew(_: Mapping[str, Any]) -> str:
    """Make a value that leads to nobody and that no other row has."""
    return f"erased {token_hex(16)}"
