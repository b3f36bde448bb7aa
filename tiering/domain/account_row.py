"""One row of an accounts export, read into what an upsert needs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache, partial
from typing import Any

from tiering.domain import cell
from tiering.domain.account import Account, Attribute, Status
from tiering.domain.cell import DateOrder, Expected, complaint
from tiering.domain.names import fold, slug

NAME_LENGTH = 200
"""Characters that a name may have."""

_ID_LENGTH = 100
_TEXT_LENGTH = 500
_ALIASES_LENGTH = 5000

IGNORE = "ignore"
"""The target of a column that is left out."""

ATTRIBUTES = "attributes."
"""How the target of a column begins that only the policy gives a meaning."""

MONEY_FIELDS = ("arr", "potential_arr")
"""The amounts among the fields: attributes aside, only their columns may have a scale."""
_YES_NO_FIELDS = (
    "advocate_reference",
    "advocate_case_study",
    "own_resources",
    "hard_to_reach",
    "narrow_use",
)
_DATE_FIELDS = ("went_live_on", "renewal_on")
_TEXT_FIELDS = ("industry", "country", "goal", "parent", "partner", "csm", "sponsor", "engineer", "sold_by")
_COUNTS = {
    "seats": (0, 2_000_000_000),
    "active_users": (0, 2_000_000_000),
    "nps": (-100, 100),
    "advocate_referrals": (0, 1_000_000),
}

FIELDS = frozenset(
    {"id", "name", "domain", "aliases", "status", "currency", "csat"}
    | {*MONEY_FIELDS, *_YES_NO_FIELDS, *_DATE_FIELDS, *_TEXT_FIELDS, *_COUNTS}
)
"""The columns that have a meaning of their own."""

_STATUS = {
    Status.CUSTOMER: ("customer", "client", "active", "won", "live", "paying", "current"),
    Status.PROSPECT: ("prospect", "lead", "opportunity", "trial", "pilot", "open"),
    Status.CHURNED: ("churned", "churn", "lost", "former", "cancelled", "canceled", "inactive"),
}
_STATUS_WORDS = {word: status for status, words in _STATUS.items() for word in words}

Reader = Callable[[str], Any]
"""Reads one cell: a value, None for unknown, or Expected."""
_Column = tuple[int, str, Reader]
"""A column's place, the name of its value, and what reads its cells."""


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
    _fields: tuple[_Column, ...] = field(init=False, repr=False, compare=False)
    _attributes: tuple[_Column, ...] = field(init=False, repr=False, compare=False)
    _amounts: tuple[tuple[int, Target], ...] = field(init=False, repr=False, compare=False)
    _currency: int | None = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        columns = list(enumerate(self.targets))
        amounts = tuple((index, target) for index, target in columns if target.field in MONEY_FIELDS)
        currency = next((index for index, target in columns if target.field == "currency"), None)
        single = [
            (index, target.field.removeprefix(ATTRIBUTES), _remembering(_reader(target, self.dates)))
            for index, target in columns
            if target.field not in (IGNORE, "currency", *MONEY_FIELDS)
        ]
        of_policy = {index for index, target in columns if target.field.startswith(ATTRIBUTES)}
        object.__setattr__(self, "_fields", tuple(column for column in single if column[0] not in of_policy))
        object.__setattr__(self, "_attributes", tuple(column for column in single if column[0] in of_policy))
        object.__setattr__(self, "_amounts", amounts)
        object.__setattr__(self, "_currency", currency)

    def read_fields(self, cells: Sequence[str], problems: list[str]) -> dict[str, Any]:
        """Return the values of the fields that the file has; adds what is wrong to `problems`."""
        values = self._read(self._fields, cells, problems)
        currency = self._row_currency(cells, problems)
        for index, target in self._amounts:
            value = cell.money(cells[index], currency, target.scale)
            if type(value) is Expected:
                problems.append(complaint(self.headers[index], cells[index], value))
            values[target.field] = value
        return values

    def read_attributes(self, cells: Sequence[str], problems: list[str]) -> dict[str, Attribute | None]:
        """Return the values of all other columns; adds what is wrong to `problems`."""
        return self._read(self._attributes, cells, problems)

    def _read(
        self, columns: tuple[_Column, ...], cells: Sequence[str], problems: list[str]
    ) -> dict[str, Any]:
        values = {}
        for index, name, read in columns:
            value = read(cells[index])
            if type(value) is Expected:
                problems.append(complaint(self.headers[index], cells[index], value))
            values[name] = value
        return values

    def _row_currency(self, cells: Sequence[str], problems: list[str]) -> str:
        if self._currency is None:
            return self.default_currency
        code = _currency_code(cells[self._currency])
        if isinstance(code, Expected):
            problems.append(complaint(self.headers[self._currency], cells[self._currency], code))
            return self.default_currency
        return code or self.default_currency


@dataclass(frozen=True, slots=True)
class AccountRow:
    """What a row says. A field that the file lacks is absent; a present empty cell is None: unknown."""

    id: str
    name: str
    values: Mapping[str, Any]
    """By field of Account, without id and attributes; `parent` as the CRM wrote it."""
    attributes: Mapping[str, Attribute | None]

    def account(
        self, stored: Account | None = None, source: str | None = None, as_of: date | None = None
    ) -> Account:
        """Return the account after this row: what the row says over what is stored.

        A parent that is no longer the stored one has no `parent_id` until somebody finds it.
        """
        before = stored or Account(id=self.id, name=self.name)
        merged = {**before.attributes, **self.attributes}
        known = {name: value for name, value in merged.items() if value is not None}
        moved = "parent" in self.values and self.values["parent"] != before.parent
        parent_id = None if moved else before.parent_id
        return replace(
            before, **self.values, attributes=known, parent_id=parent_id, source=source, as_of=as_of
        )


def parse_account(cells: Sequence[str], layout: Layout) -> AccountRow | list[str]:
    """Read a row, or say everything that is wrong with it: one sentence for each cell, none is kept.

    Without an id column the account's id is the slug of its name.
    """
    problems: list[str] = []
    values = layout.read_fields(cells, problems)
    attributes = layout.read_attributes(cells, problems)
    if problems:
        return problems
    if values.get("status", "") is None:
        del values["status"]  # every account stands somewhere: an empty cell leaves it where it is
    key = values.pop("id") if "id" in values else slug(values["name"])
    return AccountRow(key, values["name"], values, attributes)


def _reader(target: Target, dates: DateOrder | None) -> Reader:
    """Return what reads the cells of a column."""
    name = target.field
    if name.startswith(ATTRIBUTES):
        return cell.attribute if target.scale is None else partial(cell.number, scale=target.scale)
    if name in _COUNTS:
        low, high = _COUNTS[name]
        return partial(cell.integer, low=low, high=high)
    if name in _YES_NO_FIELDS:
        return cell.boolean
    if name in _DATE_FIELDS:
        return partial(cell.day, order=dates)
    if name in _TEXT_FIELDS:
        return partial(cell.text, limit=_TEXT_LENGTH)
    return _OF_THEIR_OWN[name]


def _remembering(read: Reader) -> Reader:
    """Cells repeat within a column (countries, dates, CSMs): remember the last thousands of short ones."""
    remembered = lru_cache(4096)(read)
    return lambda words: remembered(words) if len(words) <= 64 else read(words)


_currency_code = _remembering(cell.currency_code)


def _id(words: str) -> str | Expected:
    found = cell.text(words, _ID_LENGTH)
    return found or Expected("the CRM's id (leave the whole column out to go by name)")


def _name(words: str) -> str | Expected:
    found = cell.text(words, NAME_LENGTH)
    if found is None:
        return Expected("the name of the account")
    if isinstance(found, str) and not any(mark.isalnum() for mark in found):
        return Expected("a name with letters or digits")
    return found


def _aliases(words: str) -> tuple[str, ...] | Expected:
    """Read names separated by `;` or `|`, each once."""
    aliases: dict[str, None] = {}
    for part in words[:_ALIASES_LENGTH].replace("|", ";").split(";"):
        alias = cell.text(part, NAME_LENGTH)
        if isinstance(alias, Expected):
            return Expected(f"names separated by ; of {alias.what}")
        if alias is not None:
            aliases[alias] = None
    too_long = len(words) > _ALIASES_LENGTH
    return Expected(f"at most {_ALIASES_LENGTH} characters") if too_long else tuple(aliases)


def _status(words: str) -> Status | Expected | None:
    found = cell.text(words, 50)
    if not isinstance(found, str):
        return found
    return _STATUS_WORDS.get(fold(found)) or Expected("customer, prospect or churned")


_OF_THEIR_OWN: Mapping[str, Reader] = {
    "id": _id,
    "name": _name,
    "domain": cell.domain,
    "aliases": _aliases,
    "status": _status,
    "csat": cell.percentage,
}
