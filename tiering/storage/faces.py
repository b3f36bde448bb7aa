"""The tables of all packages, those of the faces too, which tiering does not know by name."""

from __future__ import annotations

from functools import cache
from importlib.metadata import entry_points

from sqlalchemy import Connection, Table, inspect

from tiering.storage import tables  # noqa: F401  # makes our own known
from tiering.storage.database import RecordUnavailable, metadata

GROUP = "longtail.tables"
"""The entry points, in pyproject.toml, of the modules that make a face's tables known."""


class UnknownTables(RecordUnavailable):
    """The record holds tables of which nobody here says what they hold of people."""

    def __init__(self, names: list[str]) -> None:
        super().__init__(
            f"The record holds tables that this installation does not know: {', '.join(names)}. Nothing was "
            "done, since they may be about the same person; install all of Longtail with `make install`."
        )


def all_tables(connection: Connection) -> list[Table]:
    """Return the tables of all packages, each before those that it refers to; raises UnknownTables."""
    _load()
    known = set(metadata.tables) | {"alembic_version"}
    if unknown := sorted(set(inspect(connection).get_table_names()) - known):
        raise UnknownTables(unknown)
    return list(reversed(metadata.sorted_tables))


@cache
def _load() -> None:
    for one in entry_points(group=GROUP):
        one.load()
