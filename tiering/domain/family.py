"""Families of accounts: who belongs together, at any depth, and which links go in circles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from tiering.domain.account import Account


@dataclass(frozen=True, slots=True)
class Family:
    """The accounts that belong together with one account, at any depth."""

    parent: Account | None = None
    members: tuple[Account, ...] = ()
    """The account itself may be among them; it is not its own relative."""
    memo: dict[str, object] = field(default_factory=dict, compare=False, repr=False)
    """What was worked out of the members; accounts with the same ones share it, lest it be done for each."""


ALONE = Family()


def circles(parents: Mapping[str, str]) -> list[tuple[str, ...]]:
    """Return the circles among child-to-parent links, each as the ids on it, the smallest first."""
    settled: set[str] = set()
    found: list[tuple[str, ...]] = []
    for start in sorted(parents):
        path: dict[str, int] = {}
        here: str | None = start
        while here is not None and here not in settled and here not in path:
            path[here] = len(path)
            here = parents.get(here)
        if here is not None and here in path:
            circle = list(path)[path[here] :]
            least = circle.index(min(circle))
            found.append((*circle[least:], *circle[:least]))
        settled.update(path)
    return sorted(found)


def roots(ids: Iterable[str], parents: Mapping[str, str]) -> dict[str, str]:
    """Return for each id the top of its family; whoever hangs on a circle stands alone, like its members."""
    tops: dict[str, str] = {}
    for account_id in ids:
        path: dict[str, None] = {}
        here = account_id
        while here not in tops and here not in path and here in parents:
            path[here] = None
            here = parents[here]
        alone = here in path or (here in tops and tops[here] == here and here in parents)
        top = tops.get(here, here)
        tops.update({one: one if alone else top for one in path})
        tops.setdefault(account_id, account_id)
    return {account_id: tops[account_id] for account_id in ids}
