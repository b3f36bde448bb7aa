"""The company: what it says of itself that its numbers depend on."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

_UTC = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class Company:
    """What site.yaml says of the company whose customers are counted."""

    zone: ZoneInfo = _UTC
    """Whose days count."""
    first_value: str | None = None
    """The event that customers came for; None where none is declared."""


UNTOLD = Company()
"""A company that says nothing of itself."""
