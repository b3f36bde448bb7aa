"""Grandfathering: who would fall because a new version came into force keeps the tier for a promised time.

Only what the version itself changes waits: an account that falls later, because it has changed, falls as the
policy says. (Longtail's design, section 3.)
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from tiering.domain.account import Account, Status
from tiering.domain.decision import Decision, Pending, Reason
from tiering.domain.destination import destination
from tiering.domain.policy import Policy

GRANDFATHERED = "grandfathered"
"""The criterion of the reason that a promise holds the tier."""

_PENDING = "pending"


def spared(
    decided: Decision, previous: Decision | None, account: Account, policy: Policy, today: date
) -> Decision:
    """Hold what the policy decided at the previous tier, as long as the version in force promises so."""
    until = policy.grandfathered_until
    if until is None or today > until or previous is None or account.status is not Status.CUSTOMER:
        return decided
    promised = previous.policy_version != policy.version or any(
        reason.criterion == GRANDFATHERED for reason in previous.reasons
    )
    due, falls_to = until + timedelta(days=1), destination(decided)
    waits_longer = decided.pending is not None and decided.pending.due >= due
    if (
        not promised
        or waits_longer
        or falls_to <= previous.tier
        or previous.tier not in policy.rules.tier_by_id
    ):
        return decided
    since = previous.pending.since if previous.pending else today
    held, then = policy.tier(previous.tier), policy.tier(falls_to)
    sentence = (
        f"It keeps tier {held.id} ({held.name}) until {until.isoformat()}, as was promised when version "
        f"{policy.version} of the policy was published; then it moves to tier {then.id} ({then.name})."
    )
    promise = Reason(
        GRANDFATHERED, f"tier {then.id}", f"until {until.isoformat()}", f"stays tier {held.id}", sentence
    )
    reasons = tuple(reason for reason in decided.reasons if reason.criterion != _PENDING)
    return replace(decided, tier=held.id, pending=Pending(then.id, since, due), reasons=(*reasons, promise))
