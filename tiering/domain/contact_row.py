"""One row of a contacts export, and which mail providers say nothing about a company."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

FIELDS = ("id", "account", "emails", "name", "role", "language", "time_zone")
"""The columns of a contacts file."""


@dataclass(frozen=True, slots=True)
class ContactRow:
    """What a row says. A field that the file lacks is absent from `values`; an empty cell is None."""

    id: str
    account: str
    """An account's id, domain or exact name, as the file has it."""
    emails: tuple[str, ...]
    """Lower-cased, at least one."""
    values: Mapping[str, str | None]
    """Of name, role, language and time_zone those that the file has."""


def parse_contact(
    cells: Sequence[str], columns: Mapping[str, int], zones: Set[str]
) -> ContactRow | list[str]:
    """Read a row, or say everything that is wrong with it; `zones` are the IANA time zones that exist."""
    raise NotImplementedError


def is_freemail(domain: str) -> bool:
    """Whether anybody may have an address at this domain, so that it names no company."""
    raise NotImplementedError
