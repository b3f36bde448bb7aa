"""The decision: which tier an account is in, and every reason for it in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date

from tiering.domain.account import Account
from tiering.domain.condition import Condition
from tiering.domain.family import ALONE as ALONE  # re-exported: whoever decides needs them
from tiering.domain.family import Family as Family
from tiering.domain.metric import Metric, shown
from tiering.domain.money import Money
from tiering.domain.policy import Adjustment, Policy, Rules
from tiering.domain.ways_up import capital, limit_shown
from tiering.domain.weighing import Base, Facts, Weighed, gather, measured, weigh


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that decided: a true statement about the account."""

    criterion: str
    value: str
    threshold: str
    effect: str
    """`tier 2`, `up 1`, `down 1` or `capped`."""
    sentence: str
    source: str | None = field(default=None, compare=False)
    as_of: date | None = field(default=None, compare=False)
    """Where the value came from and when it was confirmed; confirmed again, it is the same reason."""


@dataclass(frozen=True, slots=True)
class Decision:
    """The tier of an account on a day, and why."""

    account_id: str
    tier: int
    provisional: bool
    """The base metric is unknown, so the tier is the policy's for unknowns."""
    reasons: tuple[Reason, ...]
    policy_version: int
    decided_on: date
    own_tier: int | None = None
    """What the policy alone says, where an exception or a purchase sets the tier; else None."""


def decide(
    account: Account, family: Family, previous: Decision | None, policy: Policy, today: date
) -> Decision:
    """Decide the tier of an account; raises UnknownCurrency where an amount has no rate.

    A decision that says the same as the previous one is the previous one: its date tells since when.
    """
    facts = gather(account, family, policy.rules, today)
    weighed = weigh(facts)
    decision = Decision(
        account_id=account.id,
        tier=weighed.tier,
        provisional=weighed.base.value is None,
        reasons=tuple(_reasons(facts, weighed, policy)),
        policy_version=policy.version,
        decided_on=today,
    )
    if previous and replace(decision, decided_on=previous.decided_on) == previous:
        return previous
    return decision


def _reasons(facts: Facts, weighed: Weighed, policy: Policy) -> Iterator[Reason]:
    yield _base_reason(facts, weighed.base, policy)
    for adjustment, met in weighed.applied:
        yield _adjustment_reason(facts, adjustment, met)
    caps = policy.rules.caps
    if weighed.up > caps.up:
        yield _cap_reason("up", weighed.up, caps.up)
    if weighed.down > caps.down:
        yield _cap_reason("down", weighed.down, caps.down)


def _base_reason(facts: Facts, base: Base, policy: Policy) -> Reason:
    metric, tier = policy.rules.base_metric, policy.tier(base.tier)
    owner = base.owner or facts.account
    value, threshold = shown(base.value), "known"
    if base.band is None:
        sentence = f"{capital(metric.label)} is unknown: provisionally tier {tier.id} ({tier.name})."
    else:
        threshold = _threshold(base.band, policy)
        whose, told = "", _told(owner, metric, policy.rules)
        if base.owner is None:
            whose, told = " of the whole family", value
        elif owner is not facts.account:
            whose = f" of {owner.name}, the highest in the family,"
        sentence = f"{capital(metric.label)}{whose} is {told}: {threshold} is tier {tier.id} ({tier.name})."
    return Reason(
        metric.name, value, threshold, f"tier {tier.id}", sentence, source=owner.source, as_of=owner.as_of
    )


def _threshold(number: int, policy: Policy) -> str:
    """Write a band in words: `at least $10,000 and less than $100,000`."""
    bands = policy.rules.base.bands
    low, high = bands[number].at_least, bands[number - 1].at_least if number else None
    parts = [f"at least {limit_shown(low, policy)}"] if low is not None else []
    parts += [f"less than {limit_shown(high, policy)}"] if high is not None else []
    return " and ".join(parts) or "any value"


def _adjustment_reason(facts: Facts, adjustment: Adjustment, met: tuple[Condition, ...]) -> Reason:
    account, metrics = facts.account, list(dict.fromkeys(condition.metric for condition in met))
    told = "; ".join(f"{metric.label}: {_told(account, metric, facts.rules)}" for metric in metrics)
    return Reason(
        adjustment.id,
        ", ".join(shown(facts.value(metric)) for metric in metrics),
        ", ".join(str(condition) for condition in met),
        f"{adjustment.move} {adjustment.by}",
        f"{adjustment.because} ({capital(told)}.)",
        source=account.source,
        as_of=account.as_of,
    )


def _told(account: Account, metric: Metric, rules: Rules) -> str:
    """Write a value as the CRM has it, and in the policy's currency where that is another."""
    own = metric.read(account)
    if isinstance(own, Money) and own.currency != rules.currency:
        return f"{own} ({shown(measured(account, metric, rules))})"
    return shown(own)


def _cap_reason(direction: str, moved: int, cap: int) -> Reason:
    tiers = "one tier" if cap == 1 else f"{cap} tiers"
    sentence = f"All adjustments together move an account {direction} by {tiers} at most."
    if cap == 0:
        sentence = f"The policy lets no adjustment move an account {direction}."
    return Reason("cap", f"{direction} {moved}", f"at most {cap}", "capped", sentence)
