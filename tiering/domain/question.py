"""What somebody asks after `/tier`: about which account, about which service, and whether why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What an answer is to say."""

    HELP = "help"
    TIER = "tier"
    WHY = "why"
    ENTITLED = "entitled"


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to understand a question."""

    account: str
    """The words that would name the account (id, name, alias, domain or e-mail), as they were typed."""
    kind: Kind
    """What is asked if this reading is the right one: `Why Not Cafe` is no why when it is an account."""
    service: str | None = None
    """The id of the service that is asked about."""
    asked_service: str | None = None
    """The words that stand where a service would, when no service is called so."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question with all its readings; the first whose account is found exactly is the right one."""

    kind: Kind
    """What the likeliest reading asks; help has no readings."""
    readings: tuple[Reading, ...]
    """The longest account text first."""
    likeliest: Reading | None
    """The reading to search fuzzily with when no account is found exactly."""
    text: str
    """The question as it was read: Slack's markup undone, whitespace tidied."""
    cut: bool = False
    """Whether the text was too long and only its beginning was read."""


def parse(text: str, services: Mapping[str, str]) -> Question:
    """Read a question; `services` gives for each folded id, name and alias the service's id."""
    raise NotImplementedError
