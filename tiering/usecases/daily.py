"""What happens once a day: dates pass, so every account is decided again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tiering.storage.store import Store
from tiering.usecases.deciding import Mover, decide_all
from tiering.usecases.exceptions import Running, nudge
from tiering.usecases.policy import Published, begin_due, in_force


@dataclass(frozen=True, slots=True)
class Day:
    """What a day's run did."""

    decided: int
    movers: tuple[Mover, ...]
    ending: tuple[Running, ...]
    """The exceptions that end soon, as the policy's `nudge_days` says."""
    begun: Published | None
    """The version that took effect today."""


def daily(store: Store, who: str, today: date) -> Day:
    """Decide every account as of today, so that exceptions and purchases end when their time is over.

    Running it again changes nothing. Raises NoPolicy.
    """
    with store.begin() as work:
        begun = begin_due(work, today)
        policy = in_force(work)
        decided, movers = decide_all(work, policy, today)
        movers += begun.movers if begun else ()
        ending = nudge(work, policy, today)
        details = {"decided": decided, "moved": len(movers), "took_effect": begun and begun.version}
        work.audit.add(work.at, who, "daily", None, details)
    return Day(decided, tuple(movers), tuple(ending), begun)


def take_turn(store: Store, job: str, holder: str, today: date) -> bool:
    """Take today's run of a job that only one runner may do; false where it is done or taken."""
    with store.begin() as work:
        return work.jobs.take(job, holder, work.at, today)


def finish_turn(store: Store, job: str, holder: str, today: date) -> None:
    """Note that today's run of a job is done."""
    with store.begin() as work:
        work.jobs.done(job, holder, today)
