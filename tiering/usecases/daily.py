"""What happens once a day: dates pass, so every account is decided again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tiering.domain.company import UNTOLD, Company
from tiering.domain.quarter import Quarter
from tiering.storage.store import Store
from tiering.usecases.deciding import Mover, decide_all
from tiering.usecases.events import KEPT as STRANGERS_KEPT
from tiering.usecases.exceptions import Running, nudge
from tiering.usecases.policy import Published, begin_due, in_force
from tiering.usecases.quarters import close_ended
from tiering.usecases.signals import Raised, watch
from tiering.usecases.uploads import KEPT


@dataclass(frozen=True, slots=True)
class Day:
    """What a day's run did."""

    decided: int
    movers: tuple[Mover, ...]
    ending: tuple[Running, ...]
    """The exceptions that end soon, as the policy's `nudge_days` says."""
    begun: Published | None
    """The version that took effect today."""
    closed: Quarter | None
    """The quarter that ended and was closed."""
    raised: tuple[Raised, ...]
    """The thresholds that accounts have crossed since the last run."""


def daily(store: Store, who: str, today: date, company: Company = UNTOLD) -> Day:
    """Close the quarter that ended, and decide every account, so that exceptions and purchases end in time.

    Running it again changes nothing. Raises NoPolicy.
    """
    with store.begin() as work:
        work.policies.reserve()  # a second run at the same time finds all of it done
        closed = close_ended(work, today, company)
        begun = begin_due(work, today)  # a quarter closes with the tiers that were held in it
        policy = in_force(work)
        decided, movers = decide_all(work, policy, today)
        movers += begun.movers if begun else ()
        work.decisions.gather_stamps()
        ending = nudge(work, policy, today)
        work.uploads.forget(work.at - KEPT, work.at)
        work.events.forget_strangers(work.at - STRANGERS_KEPT)
        details: dict[str, object] = {
            "decided": decided,
            "moved": len(movers),
            "took_effect": begun.version if begun else None,
            "closed": closed and str(closed),
        }
        work.audit.add(work.at, who, "daily", None, details)
    raised = watch(store, who, today)
    return Day(decided, tuple(movers), tuple(ending), begun, closed, tuple(raised))


def take_turn(store: Store, job: str, holder: str, today: date) -> bool:
    """Take today's run of a job that only one runner may do; false where it is done or taken."""
    with store.begin() as work:
        return work.jobs.take(job, holder, work.at, today)


def finish_turn(store: Store, job: str, holder: str, today: date) -> None:
    """Note that today's run of a job is done."""
    with store.begin() as work:
        work.jobs.done(job, holder, today)
