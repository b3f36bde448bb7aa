"""What differs between a policy and a draft of it: lines of the text, and the levels of services."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from tiering.domain.entitlement import level_of
from tiering.domain.policy import Policy

_AROUND = 3
"""Lines that are shown before and after those that differ."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of one text or of both; `gap` stands for all that are left out."""

    kind: Literal["same", "gone", "new", "gap"]
    text: str = ""


@dataclass(frozen=True, slots=True)
class LevelChange:
    """A service that a tier gets otherwise; None where there is no such service."""

    service: str
    tier: str
    before: str | None
    after: str | None


def changed_lines(before: str, after: str) -> Iterator[Line]:
    """Compare two texts line by line, with a few lines around what differs."""
    old, new = before.splitlines(), after.splitlines()
    for number, group in enumerate(SequenceMatcher(None, old, new).get_grouped_opcodes(_AROUND)):
        if number:
            yield Line("gap")
        for kind, *(first, last, start, end) in group:
            if kind == "equal":
                yield from (Line("same", text) for text in old[first:last])
            else:
                yield from (Line("gone", text) for text in old[first:last])
                yield from (Line("new", text) for text in new[start:end])


def changed_levels(before: Policy, after: Policy) -> Sequence[LevelChange]:
    """Find the services that a tier of the draft gets at another level, or that come or go."""
    ids = dict.fromkeys((*before.catalogue.by_id, *after.catalogue.by_id))
    changes = []
    for one in ids:
        old, new = before.catalogue.by_id.get(one), after.catalogue.by_id.get(one)
        for tier in after.rules.tiers:
            was = level_of(old, tier.id, before.rules.preset).value if old else None
            now = level_of(new, tier.id, after.rules.preset).value if new else None
            if was != now:
                named = new or old
                changes.append(LevelChange(named.name if named else one, f"{tier.id} {tier.name}", was, now))
    return changes
