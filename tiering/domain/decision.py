"""The decision: which tier an account is in, with every reason for it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from tiering.domain.account import Account
from tiering.domain.anti_flap import Pending as Pending  # re-exported: a decision is made of these
from tiering.domain.anti_flap import settle
from tiering.domain.family import ALONE as ALONE
from tiering.domain.family import Family as Family
from tiering.domain.policy import Policy
from tiering.domain.reason import Reason as Reason
from tiering.domain.reason import reasons_for
from tiering.domain.weighing import gather, segment_of, weigh


@dataclass(frozen=True, slots=True)
class Decision:
    """The tier of an account on a day, and why."""

    account_id: str
    tier: int
    provisional: bool
    """What sorts it first is unknown, or a part of the score or of the family's sum is."""
    reasons: tuple[Reason, ...]
    policy_version: int
    decided_on: date
    own_tier: int | None = None
    """What the policy alone says, where an exception or a purchase sets the tier; else None."""
    pending: Pending | None = None
    """A downgrade that was told and has not taken place."""
    segment: str | None = None
    """The id of the segment; it says nothing about the tier."""
    flags: tuple[str, ...] = ()
    """`bad_fit`, where the policy's conditions for that hold; a flag changes no tier."""
    weight: float | None = None
    """The size of the base value or score, in the policy's currency; it ranks accounts within a tier."""

    def says_the_same_as(self, other: Decision) -> bool:
        """Tell whether two decisions differ in their dates at most."""
        same = self.tier == other.tier and self.policy_version == other.policy_version  # the cheap part first
        return same and replace(self, decided_on=other.decided_on) == other


def decide(
    account: Account, family: Family, previous: Decision | None, policy: Policy, today: date
) -> Decision:
    """Decide the tier of an account; raises UnknownCurrency where an amount has no rate.

    A decision that says the same as the previous one is the previous one: its date tells since when.
    """
    facts = gather(account, family, policy.rules, today)
    weighed = weigh(facts)
    held = (previous.own_tier or previous.tier) if previous else None
    settled = settle(facts, weighed, held, previous.pending if previous else None)
    segment, first = segment_of(facts), weighed.base.first
    reasons = tuple(reasons_for(facts, weighed, settled, policy))
    decision = Decision(
        account_id=account.id,
        tier=settled.tier,
        provisional=first.provisional,
        reasons=reasons,
        policy_version=policy.version,
        decided_on=today,
        pending=settled.pending,
        segment=segment.id if segment else None,
        flags=tuple(reason.criterion for reason in reasons if reason.effect == "flag"),
        weight=float(first.much) if first.much is not None else None,
    )
    return previous if previous and decision.says_the_same_as(previous) else decision
