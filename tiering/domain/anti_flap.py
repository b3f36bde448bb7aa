"""The anti-flap rule: an account rises at once, and falls only when that is sure and has been told.

Within a margin below a band's limit nothing falls (hysteresis); what falls further waits for the days of
grace and, if the policy says so, for the renewal. (Longtail's design, section 3.) A due date that was once
told never moves away again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from tiering.domain.account import Status
from tiering.domain.weighing import Facts, Weighed, weigh


@dataclass(frozen=True, slots=True)
class Pending:
    """A downgrade that was told and has not taken place."""

    tier: int
    since: date
    """The day on which it was first told."""
    due: date
    """The day on which it takes place, unless the facts change before."""


@dataclass(frozen=True, slots=True)
class Settled:
    """The tier after the anti-flap rule."""

    tier: int
    within_margin: bool = False
    """Whether the margin below a limit kept the account from falling, or from falling as far."""
    pending: Pending | None = None


def settle(facts: Facts, weighed: Weighed, held: int | None, pending: Pending | None) -> Settled:
    """Return the tier of an account that held one before, with the downgrade it was told of, if any.

    Only customers are spared: nobody promised anything to the others.
    """
    rule = facts.rules.anti_flap
    if held is None or weighed.tier <= held or facts.account.status is not Status.CUSTOMER:
        return Settled(weighed.tier)
    tier = max(held, weigh(facts, ease=rule.margin).tier) if rule.margin else weighed.tier
    within = tier < weighed.tier
    if tier == held:
        return Settled(held, within)
    since = pending.since if pending else facts.today
    due = _due(facts, since)
    if pending:
        due = min(due, pending.due)
    if facts.today >= due:
        return Settled(tier, within)
    return Settled(held, within, Pending(tier, since, due))


def _due(facts: Facts, since: date) -> date:
    rule, renewal = facts.rules.anti_flap, facts.account.renewal_on
    due = since + timedelta(days=rule.grace_days)
    return max(due, renewal) if rule.wait_for_renewal and renewal else due
