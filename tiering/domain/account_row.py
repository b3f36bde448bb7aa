"""One row of an accounts export, read into what an upsert needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from tiering.domain.account import Account, Attribute
from tiering.domain.cell import DateOrder


@dataclass(frozen=True, slots=True)
class Target:
    """What a column becomes: `field` is one of FIELDS, `attributes.<name>` or `ignore`."""

    field: str
    scale: Decimal | None = None
    """Multiplies the numbers of the column."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The meaning of all columns of one file, made once and used for every row."""

    headers: tuple[str, ...]
    targets: tuple[Target, ...]
    dates: DateOrder | None = None
    default_currency: str = "USD"


@dataclass(frozen=True, slots=True)
class AccountRow:
    """What a row says. A field that the file lacks is absent; a present empty cell is None: unknown."""

    id: str
    name: str
    values: Mapping[str, object]
    """By field of Account, without id and attributes; `parent` as the CRM wrote it."""
    attributes: Mapping[str, Attribute | None]

    def account(self, stored: Account | None = None) -> Account:
        """Return the account after this row: what the row says over what is stored."""
        raise NotImplementedError


def parse_account(cells: Sequence[str], layout: Layout) -> AccountRow | list[str]:
    """Read a row, or say everything that is wrong with it: one sentence for each cell, none is kept."""
    raise NotImplementedError
