"""The merge of two accounts that are one company: what it moves, and what is needed to take it back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from tiering.domain.family import circles
from tiering.domain.refusal import Refusal


class MergeRefused(Refusal):
    """Two accounts that cannot be merged, or a merge that cannot be taken back; the message says why."""


@dataclass(frozen=True, slots=True)
class Step:
    """An account that got another parent."""

    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Trace:
    """All that a merge changed, so that it can be taken back."""

    parents: Mapping[str, Step] = field(default_factory=dict)
    redirected: tuple[str, ...] = ()
    """Accounts that had been merged into the one that goes."""
    rows: Mapping[str, Sequence[int | str]] = field(default_factory=dict)
    """For each table the keys of the rows that now belong to the other account."""
    closed: tuple[int, ...] = ()
    """The decisions of the account that went which were in force."""
    made: tuple[int, ...] = ()
    """The decisions that the merge brought about."""

    def moved(self, into_id: str) -> dict[str, int]:
        """Count what moved to the other account by its kind; a kind of which nothing moved is left out."""
        children = sum(step.after == into_id for step in self.parents.values())
        counts = {name: len(keys) for name, keys in self.rows.items()}
        return {name: count for name, count in {**counts, "children": children}.items() if count}

    def told(self) -> dict[str, Any]:
        """Return what the record keeps."""
        return asdict(self)

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> Trace:
        """Return what the record kept."""
        return cls(
            {account_id: Step(**step) for account_id, step in told["parents"].items()},
            tuple(told["redirected"]),
            told["rows"],
            tuple(told["closed"]),
            tuple(told["made"]),
        )


@dataclass(frozen=True, slots=True)
class Merge:
    """One account merged into another."""

    id: int
    from_id: str
    into_id: str
    at: datetime
    by: str
    trace: Trace
    undone_at: datetime | None = None
    undone_by: str | None = None


def regrouped(from_id: str, into_id: str, links: Mapping[str, str]) -> dict[str, Step]:
    """Return who gets another parent by a merge; `links` is child to parent. Raises MergeRefused.

    The children of the account that goes become the other's, and it leaves its own family. The other one
    keeps its parent, unless that is the account that goes: then it moves up to where that one stood.
    """
    above = links.get(from_id)
    steps = {child: Step(from_id, into_id) for child, parent in links.items() if parent == from_id}
    if into_id in steps:
        steps[into_id] = Step(from_id, above)
    if above is not None:
        steps[from_id] = Step(above, None)
    after = {child: steps[child].after if child in steps else parent for child, parent in links.items()}
    refuse_circles({child: parent for child, parent in after.items() if parent}, links)
    return steps


def refuse_circles(after: Mapping[str, str], before: Mapping[str, str]) -> None:
    """Raise MergeRefused where links from child to parent go in a circle that was not there before."""
    for circle in circles(after):
        if circle not in circles(before):
            raise MergeRefused(
                f"The family would go in a circle: {' > '.join((*circle, circle[0]))}."
                " Give one of them another parent in the CRM first."
            )
