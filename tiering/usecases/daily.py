"""What happens once a day: dates pass, so every account is decided again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tiering.storage.store import Store
from tiering.usecases.deciding import Mover, decide_all
from tiering.usecases.exceptions import Running, nudge
from tiering.usecases.policy import in_force


@dataclass(frozen=True, slots=True)
class Day:
    """What a day's run did."""

    decided: int
    movers: tuple[Mover, ...]
    ending: tuple[Running, ...]
    """The exceptions that end soon, as the policy's `nudge_days` says."""


def daily(store: Store, who: str, today: date) -> Day:
    """Decide every account as of today, so that exceptions and purchases end when their time is over.

    Running it again changes nothing. Raises NoPolicy.
    """
    with store.begin() as work:
        policy = in_force(work)
        decided, movers = decide_all(work, policy, today)
        ending = nudge(work, policy, today)
        work.audit.add(work.at, who, "daily", None, {"decided": decided, "moved": len(movers)})
    return Day(decided, tuple(movers), tuple(ending))


def take_turn(store: Store, job: str, holder: str, today: date) -> bool:
    """Take today's run of a job that only one runner may do; false where it is done or taken."""
    with store.begin() as work:
        return work.jobs.take(job, holder, work.at, today)


def finish_turn(store: Store, job: str, holder: str, today: date) -> None:
    """Note that today's run of a job is done."""
    with store.begin() as work:
        work.jobs.done(job, holder, today)
