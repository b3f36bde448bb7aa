"""Rehearsing a policy: decide everybody by a draft and store nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from tiering.content import Content
from tiering.domain.package import Promises
from tiering.domain.policy import Policy
from tiering.domain.rehearsal import Rehearsal, Rehearser
from tiering.storage.store import Store, UnitOfWork
from tiering.usecases.deciding import rehearse_all
from tiering.usecases.draft import sound
from tiering.usecases.policy import in_force

__all__ = ["Rehearsal", "Simulated", "rehearse", "simulate"]


@dataclass(frozen=True, slots=True)
class Simulated:
    """A rehearsal, and what was compared with what."""

    policy: Policy
    """The policy in force."""
    draft: Policy
    rehearsal: Rehearsal
    newest: int
    """The newest version, in force or waiting, for a publication to be based on."""


def simulate(
    store: Store, content: Content, who: str, today: date, progress: Callable[[int], None] = lambda _: None
) -> Simulated:
    """Rehearse a draft against the policy in force; raises NoPolicy, BadDraft and UnknownCurrency."""
    with store.begin() as work:
        policy, draft = in_force(work), sound(work, content)
        rehearsal = rehearse(work, draft, today, progress)
        work.audit.add(
            work.at,
            who,
            "simulate",
            f"policy {policy.version}",
            {"draft": draft.rules.name, "decided": rehearsal.accounts, "moved": len(rehearsal.movers)},
        )
        return Simulated(policy, draft, rehearsal, work.policies.newest())


def rehearse(
    work: UnitOfWork, draft: Policy, today: date, progress: Callable[[int], None] = lambda _: None
) -> Rehearsal:
    """Decide everybody by a draft as though it were in force today, and store nothing."""
    rehearser = Rehearser(Promises(in_force(work), today), Promises(draft, today))
    for one in rehearse_all(work, draft, today):
        rehearser.add(one.account, one.old, one.new)
        progress(1)
    return rehearser.result()
