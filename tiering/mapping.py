"""The mapping file: which column of an export becomes which field of an account."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tiering.csvfile import CsvFile
from tiering.domain.account_row import Layout, Target
from tiering.domain.cell import DateOrder
from tiering.files import Problem


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """What a MAP.yaml says; without a file, the empty map."""

    targets: Mapping[str, Target] = field(default_factory=dict)
    """By header, as the mapping writes it."""
    encoding: str | None = None
    delimiter: str | None = None
    dates: DateOrder | None = None
    path: str = ""
    lines: Mapping[str, int] = field(default_factory=dict)
    """The line of each header in the mapping file."""


def read_mapping(path: Path, name: str | None = None) -> tuple[ColumnMap | None, list[Problem]]:
    """Read a MAP.yaml; what is wrong comes back with its line."""
    raise NotImplementedError


def account_layout(
    file: CsvFile, mapping: ColumnMap | None = None, default_currency: str = "USD"
) -> tuple[Layout | None, list[Problem]]:
    """Decide what each column of an accounts file means; None when the file cannot be imported so."""
    raise NotImplementedError


def contact_columns(file: CsvFile) -> tuple[Mapping[str, int] | None, list[Problem]]:
    """Find the columns of a contacts file: the number of the column of each field it has."""
    raise NotImplementedError


def normal(header: str) -> str:
    """Return a header as a field's name is written: `" Renewal On "` is `renewal_on`."""
    raise NotImplementedError


__all__ = ["ColumnMap", "Sequence", "account_layout", "contact_columns", "normal", "read_mapping"]
