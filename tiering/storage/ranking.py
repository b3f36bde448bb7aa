"""The ranking of accounts within their tiers, kept in memory for as long as no decision changes."""

from __future__ import annotations

import secrets
from array import array
from bisect import bisect_right
from contextlib import closing
from dataclasses import dataclass, field
from threading import Lock
from typing import TypeAlias

from sqlalchemy import Connection, delete, func, insert, select

from tiering.domain.answer import Rank
from tiering.storage.tables import decision_stamps, decisions

_Weights: TypeAlias = tuple["array[float]", int]
"""The known weights of a tier, the smallest first, and how many accounts it has."""


def stamp(connection: Connection) -> None:
    """Note that decisions in force change with this transaction.

    Every change leaves a random number, and the sum of all of them names the state of the decisions. A
    counter or the newest decision's number would not do: on PostgreSQL transactions end in another order than
    they begin, and what was rolled back would be counted again. Two states share a sum by a chance of one in
    two thousand million.
    """
    connection.execute(insert(decision_stamps).values(stamp=secrets.randbits(31)))


def gather_stamps(connection: Connection) -> None:
    """Put one number in the place of all stamps; their sum stays."""
    gone = connection.execute(delete(decision_stamps).returning(decision_stamps.c.stamp)).scalars().all()
    connection.execute(insert(decision_stamps).values(stamp=sum(gone)))


def state_of(connection: Connection) -> int:
    """Return the number of the state that the decisions in force are in."""
    return int(connection.execute(select(func.sum(decision_stamps.c.stamp))).scalar_one() or 0)


@dataclass(slots=True)
class Ranking:
    """The weights of each tier in one state of the decisions; shared by the threads of a process."""

    _kept: tuple[int, dict[int, _Weights]] = field(default_factory=lambda: (-1, {}))
    """The state and its tiers stand together, lest somebody find another state's tiers in it."""
    _reading: Lock = field(default_factory=Lock)

    def rank(self, connection: Connection, tier: int, weight: float | None) -> Rank | None:
        """Return the place of a weight within its tier; None where nothing is known to rank it by."""
        if weight is None:
            return None
        state = state_of(connection)
        kept = self._kept
        if kept[0] != state:
            kept = self._kept = (state, {})
        tiers = kept[1]
        with self._reading:  # of many who ask after a change one reads
            if tier not in tiers:
                tiers[tier] = _weights(connection, tier)
        weights, of = tiers[tier]
        return Rank(len(weights) - bisect_right(weights, weight) + 1, of)


def _weights(connection: Connection, tier: int) -> _Weights:
    query = select(decisions.c.weight).where(decisions.c.superseded_on.is_(None), decisions.c.tier == tier)
    with closing(connection.execute(query)) as result:
        # The driver's own rows: SQLAlchemy's would take five times as long, while others wait.
        found = [weight for (weight,) in result.cursor.fetchall()]
    return array("d", sorted(weight for weight in found if weight is not None)), len(found)
