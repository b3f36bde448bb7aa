"""Counts the mails that are due or were sent, and those that could not be written; pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from kb.programmes.round import Planned


@dataclass(frozen=True)
class Tally:
    """How many mails there were, and of how many contacts something was missing."""

    mails: Counter[tuple[str, str]] = field(default_factory=Counter)
    """By programme and step."""
    lacking: Counter[tuple[str, int, str]] = field(default_factory=Counter)
    """By the step's file, the line at which its text begins, and what was missing."""

    def add(self, planned: Planned) -> None:
        """Count one more."""
        step = planned.due.step
        if planned.missing:
            self.lacking.update((step.path, step.body_line, name) for name in planned.missing)
        else:
            self.mails[planned.due.programme.name, step.id] += 1


def tally(planned: Iterable[Planned]) -> Tally:
    """Count what is planned."""
    found = Tally()
    for one in planned:
        found.add(one)
    return found
