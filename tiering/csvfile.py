"""The one reader of CSV: encoding and delimiter are found out, rows stream, and each knows its line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import NamedTuple

from tiering.files import Problem


class Row(NamedTuple):
    """One record: the line on which it begins, and as many cells as the header has."""

    line: int
    cells: list[str]


class CsvFile:
    """An open CSV file. Iterate over it once: each item is a Row, or a Problem in a Row's place."""

    name: str
    """The path as it was given, for problems."""
    header: tuple[str, ...]
    """The column names exactly as the file has them; empty when the file cannot be used."""
    problems: list[Problem]
    """What makes the whole file unusable; iterating then gives nothing."""
    encoding: str
    delimiter: str
    size: int
    """Bytes in the file."""

    @property
    def position(self) -> int:
        """Bytes read so far, for a progress bar."""
        raise NotImplementedError

    def problem(self, line: int, text: str) -> Problem:
        """Make a problem at a line of this file."""
        raise NotImplementedError

    def __iter__(self) -> Iterator[Row | Problem]:
        raise NotImplementedError


def open_csv(
    path: Path, *, encoding: str | None = None, delimiter: str | None = None, name: str | None = None
) -> AbstractContextManager[CsvFile]:
    """Open a CSV file: `with open_csv(path) as file:`; what is wrong with it stands in `file.problems`."""
    raise NotImplementedError
