"""Families of accounts: who belongs together, at any depth, and which links go in circles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping


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
    """Return for each id the top of its family; a circle is not followed round, its members stand alone."""
    return {account_id: _root(account_id, parents) for account_id in ids}


def _root(account_id: str, parents: Mapping[str, str]) -> str:
    seen = {account_id}
    here = account_id
    while (parent := parents.get(here)) is not None:
        if parent in seen:
            return account_id
        seen.add(parent)
        here = parent
    return here
