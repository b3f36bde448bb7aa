"""The mapping file: which column of an export becomes which field of an account."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator
from rapidfuzz import fuzz, process

from tiering.csvfile import CsvFile, is_encoding
from tiering.domain import account_row, contact_row, event, metric_row
from tiering.domain.account_row import ATTRIBUTES, IGNORE, MONEY_FIELDS, Layout, Target
from tiering.domain.cell import DateOrder
from tiering.domain.names import fold
from tiering.files import Document, Problem, read_yaml, validate

_DATES = {
    **{order.value: order for order in DateOrder},
    "dmy": DateOrder.DAY_FIRST,
    "mdy": DateOrder.MONTH_FIRST,
}
_CONTACT_NAMES = {"email": "emails", "e_mail": "emails", "e_mails": "emails", "account_id": "account"}
"""What exports of contacts call the columns that every row needs."""
_METRIC_NAMES = {"account_id": "account", "date": "as_of"}


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

    def problem(self, header: str, text: str) -> Problem:
        """Make a problem at the line of a header."""
        return Problem(self.path, self.lines.get(header, 1), text)


class _Column(BaseModel):
    """A target in its long form, or in its short one: a mere name."""

    model_config = ConfigDict(extra="forbid")

    to: str
    scale: Decimal | None = Field(default=None, gt=0, allow_inf_nan=False)

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, value: object) -> object:
        if isinstance(value, dict):
            return value
        if isinstance(value, str):
            return {"to": value}
        raise ValueError("expected a field such as name, attributes.<name>, ignore, or {to: ..., scale: ...}")

    @model_validator(mode="after")
    def _known(self) -> Self:
        if self.to.startswith(ATTRIBUTES):
            name = self.to.removeprefix(ATTRIBUTES)
            if not name or name != normal(name):
                raise ValueError(
                    f"an attribute is named in small letters, such as attributes.{normal(name) or 'size'}"
                )
        elif self.to not in account_row.FIELDS and self.to != IGNORE:
            raise ValueError(f"there is no field `{self.to}`{_nearest(self.to)}")
        elif self.scale is not None and self.to not in MONEY_FIELDS:
            raise ValueError(f"`{self.to}` is no amount, so it cannot have a scale")
        return self


class _MapFile(BaseModel):
    """The whole of a MAP.yaml."""

    model_config = ConfigDict(extra="forbid")

    columns: dict[str, _Column] = Field(default_factory=dict)
    encoding: str | None = None
    delimiter: str | None = None
    dates: str | None = None

    @field_validator("encoding")
    @classmethod
    def _known_encoding(cls, value: str | None) -> str | None:
        if value is not None and not is_encoding(value):
            raise ValueError(f"there is no encoding {value!r}; expected one such as utf-8 or cp1252")
        return value

    @field_validator("delimiter")
    @classmethod
    def _one_mark(cls, value: str | None) -> str | None:
        value = "\t" if value in ("tab", "\\t") else value
        if value is not None and (len(value) != 1 or value.isalnum() or value in '"\r\n\0 '):
            raise ValueError("expected one mark such as ; or | in quotes, or tab")
        return value

    @field_validator("dates")
    @classmethod
    def _known_dates(cls, value: str | None) -> str | None:
        if value is not None and value not in _DATES:
            raise ValueError(f"expected {', '.join(DateOrder)}")
        return value


def read_mapping(path: Path, name: str | None = None) -> tuple[ColumnMap | None, list[Problem]]:
    """Read a MAP.yaml; what is wrong comes back with its line."""
    document, problems = read_yaml(path, name)
    return (None, problems) if problems else parse_mapping(document)


def parse_mapping(document: Document) -> tuple[ColumnMap | None, list[Problem]]:
    """Understand what a MAP.yaml says."""
    if document.data is None:
        return None, [document.problem((), "the mapping is empty; expected `columns:` and what each becomes")]
    file, problems = validate(_MapFile, document)
    if file is None:
        return None, problems
    problems = _twice_named(file, document)
    if problems:
        return None, problems
    return ColumnMap(
        targets={header: Target(column.to, column.scale) for header, column in file.columns.items()},
        encoding=file.encoding,
        delimiter=file.delimiter,
        dates=_DATES[file.dates] if file.dates else None,
        path=document.path,
        lines={header: document.line(("columns", header)) for header in file.columns},
    ), []


def account_layout(
    file: CsvFile, mapping: ColumnMap | None = None, default_currency: str = "USD"
) -> tuple[Layout | None, list[Problem]]:
    """Decide what each column of an accounts file means; None when the file cannot be imported so.

    A header that the mapping names, exactly or but for case and spaces, becomes what the mapping says;
    else it is a field when it is called like one, and otherwise an attribute of its own name.
    """
    if not file.header:
        return None, []
    mapping = mapping or ColumnMap()
    mapped, problems = _mapped_headers(file, mapping)
    targets = tuple(mapped.get(header) or _own_target(header) for header in file.header)
    problems += _collisions(file, targets)
    if "name" not in {target.field for target in targets}:
        text = "no column is the account's name; call it `name`, or map one to it: `columns: {Account: name}`"
        problems.append(file.problem(1, text))
    if problems:
        return None, problems
    return Layout(file.header, targets, mapping.dates, default_currency), []


def contact_columns(file: CsvFile) -> tuple[Mapping[str, int] | None, list[Problem]]:
    """Find the columns of a contacts file: the number of the column of each field it has.

    Columns of other names are left out.
    """
    return _columns(file, contact_row.FIELDS, ("account", "emails"), _CONTACT_NAMES)


def metric_columns(file: CsvFile) -> tuple[Mapping[str, int] | None, list[Problem]]:
    """Find the columns of a metrics file, in the same way."""
    return _columns(file, metric_row.FIELDS, metric_row.FIELDS[:-1], _METRIC_NAMES)


def event_columns(file: CsvFile) -> tuple[Mapping[str, int] | None, list[Problem]]:
    """Find the columns of a file of events, in the same way; the contact may stand in `email` instead."""
    if file.header and not {"contact", "email"} & {normal(one) for one in file.header}:
        return None, [file.problem(1, "there is no column `contact`, and no `email` either")]
    return _columns(file, event.FIELDS, ("id", "name", "at"), {})


def _columns(
    file: CsvFile, fields: Sequence[str], required: Sequence[str], other_names: Mapping[str, str]
) -> tuple[Mapping[str, int] | None, list[Problem]]:
    if not file.header:
        return None, []
    columns: dict[str, int] = {}
    problems: list[Problem] = []
    for index, header in enumerate(file.header):
        name = normal(header)
        name = other_names.get(name, name)
        if name in columns:
            text = (
                f"the columns `{file.header[columns[name]].strip()}` and `{header.strip()}` are both `{name}`"
            )
            problems.append(file.problem(1, text))
        elif name in fields:
            columns[name] = index
    problems += [
        file.problem(1, f"there is no column `{name}`; expected {', '.join(fields)}")
        for name in required
        if name not in columns
    ]
    return (None, problems) if problems else (columns, [])


def normal(header: str) -> str:
    """Return a header as a field's name is written: `" Renewal On "` is `renewal_on`."""
    return fold(header).replace(" ", "_")


def _mapped_headers(file: CsvFile, mapping: ColumnMap) -> tuple[dict[str, Target], list[Problem]]:
    """Find the header that each entry of the mapping means: the exact one first, else one alike."""
    mapped: dict[str, Target] = {}
    problems = []
    loose = []
    for name, target in mapping.targets.items():
        if name in file.header:
            mapped[name] = target
        else:
            loose.append((name, target))
    for name, target in loose:
        alike = [header for header in file.header if normal(header) == normal(name) and header not in mapped]
        if len(alike) == 1:
            mapped[alike[0]] = target
        elif alike:
            problems.append(
                mapping.problem(name, f"several columns are called `{name.strip()}`, but for case")
            )
        else:
            shown = ", ".join(header.strip() for header in file.header[:20])
            text = f"the file has no column `{name.strip()}`; it has: {shown}"
            problems.append(mapping.problem(name, text))
    return mapped, problems


def _own_target(header: str) -> Target:
    name = normal(header)
    return Target(name if name in account_row.FIELDS else f"{ATTRIBUTES}{name or header.strip()}")


def _collisions(file: CsvFile, targets: tuple[Target, ...]) -> list[Problem]:
    first: dict[str, str] = {}
    problems = []
    for header, target in zip(file.header, targets, strict=True):
        if target.field == IGNORE:
            continue
        if target.field in first:
            text = (
                f"the columns `{first[target.field].strip()}` and `{header.strip()}` would both become"
                f" `{target.field}`; map one of them to `ignore` or to an attribute"
            )
            problems.append(file.problem(1, text))
        first.setdefault(target.field, header)
    return problems


def _twice_named(file: _MapFile, document: Document) -> list[Problem]:
    first: dict[str, str] = {}
    problems = []
    for header, column in file.columns.items():
        if column.to != IGNORE and column.to in first:
            text = f"`{first[column.to].strip()}` and `{header.strip()}` are both mapped to `{column.to}`"
            problems.append(document.problem(("columns", header), text))
        first.setdefault(column.to, header)
    return problems


def _nearest(name: str) -> str:
    found = process.extractOne(name, sorted(account_row.FIELDS), scorer=fuzz.ratio, score_cutoff=70)
    return (
        f"; did you mean `{found[0]}`?" if found else f"; use attributes.{normal(name) or 'size'} or ignore"
    )
