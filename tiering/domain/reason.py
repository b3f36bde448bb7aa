"""The reasons of a decision, in words: each a true statement about the account."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from tiering.domain.account import Account, Origin
from tiering.domain.anti_flap import Settled
from tiering.domain.condition import Condition
from tiering.domain.first_value import Share, Sum, size
from tiering.domain.freshness import may_be_stale, too_old
from tiering.domain.metric import SCORE, Metric, Relation, metric_named, origin, shown
from tiering.domain.money import Money
from tiering.domain.policy import Policy, Rules
from tiering.domain.ways_up import capital, limit_shown
from tiering.domain.weighing import Base, Facts, Weighed, holding


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that decided: a true statement about the account."""

    criterion: str
    value: str
    threshold: str
    effect: str
    """`tier 2`, `50 points`, `up 1`, `down 1`, `capped`, `stays tier 2`, `ignored` or `flag`."""
    sentence: str
    source: str | None = field(default=None, compare=False)
    as_of: date | None = field(default=None, compare=False)
    """Where the value came from and when it was confirmed; confirmed again, it is the same reason."""


def reasons_for(facts: Facts, weighed: Weighed, settled: Settled, policy: Policy) -> Iterator[Reason]:
    """Say why an account has its tier, the first sorting first."""
    rules = policy.rules
    yield _base_reason(facts, weighed.base, policy)
    first = weighed.base.first
    for share in first.shares:
        yield _share_reason(facts, share, first.owner or facts.account, policy)
    for adjustment, met in weighed.applied:
        effect = f"{adjustment.move} {adjustment.by}"
        yield _conditional(facts, adjustment.id, adjustment.because, met, effect)
    if weighed.up > rules.caps.up:
        yield _cap_reason("up", weighed.up, rules.caps.up)
    if weighed.down > rules.caps.down:
        yield _cap_reason("down", weighed.down, rules.caps.down)
    if settled.within_margin or settled.pending:
        yield from _anti_flap_reasons(weighed, settled, policy)
    if facts.ignored:
        yield from _ignored_reasons(facts)
    if rules.bad_fit and rules.bad_fit_conditions:
        holds = holding(facts, *rules.bad_fit_conditions)
        if holds is not None:
            yield _conditional(facts, "bad_fit", rules.bad_fit.because, holds, "flag")


def _base_reason(facts: Facts, base: Base, policy: Policy) -> Reason:
    metric, tier = policy.rules.base_metric, policy.tier(base.tier)
    first, owner = base.first, base.first.owner or facts.account
    value, threshold = shown(first.value), "known"
    if base.band is None:
        sentence = f"{capital(metric.label)} is unknown: provisionally tier {tier.id} ({tier.name})."
    else:
        threshold = _threshold(base.band, policy)
        whose, told = "", value if metric is SCORE else _told(value, owner, metric, policy.rules)
        if first.sum:
            whose, told = " of the whole family", f"{value} ({_made_of(first.sum)})"
        elif owner is not facts.account:
            whose = f" of {owner.name}, the highest in the family,"
        sentence = f"{capital(metric.label)}{whose} is {told}: {threshold} is tier {tier.id} ({tier.name})."
        sentence += _age_note(owner, policy.rules.base_metrics, facts)
    came = _origin(owner, policy.rules.base_metrics)
    return Reason(metric.name, value, threshold, f"tier {tier.id}", sentence, came.source, came.as_of)


def _made_of(total: Sum) -> str:
    """Say what a family's sum is made of: `$5,000 its own, the rest from Beta; unknown for Gamma`."""
    own = f"{shown(total.own)} its own" if total.own is not None else "its own unknown"
    rest = f", {'all' if total.own is None else 'the rest'} from {total.rest}" if total.rest.count else ""
    unknown = f"; unknown for {total.unknown}" if total.unknown.count else ""
    return own + rest + unknown


def _threshold(number: int, policy: Policy) -> str:
    """Write a band in words: `at least $10,000 and less than $100,000`."""
    bands = policy.rules.base.bands
    low, high = bands[number].at_least, bands[number - 1].at_least if number else None
    parts = [f"at least {limit_shown(low, policy)}"] if low is not None else []
    parts += [f"less than {limit_shown(high, policy)}"] if high is not None else []
    return " and ".join(parts) or "any value"


def _share_reason(facts: Facts, share: Share, owner: Account, policy: Policy) -> Reason:
    """Write what one metric added to the score."""
    name, weight, total = (
        share.metric,
        share.part.weight,
        sum(part.weight for part in policy.rules.base.score),
    )
    came = origin(owner, name)
    if share.points is None:
        sentence = f"{capital(name.label)} is unknown and left out of the score."
        return Reason(name.name, "unknown", "known", "left out", sentence, came.source, came.as_of)
    much = int(share.value) if isinstance(share.value, bool) else size(share.value)
    limits = [step.at_least for step in share.part.points]
    reached = [limit for limit in limits if much is not None and much >= limit]
    threshold = f"at least {_limit(share, reached[0], policy.rules)}" if reached else "less than "
    threshold += "" if reached else _limit(share, limits[-1], policy.rules)
    points = f"{shown(share.points)} {'point' if share.points == 1 else 'points'}"
    whose = "" if owner is facts.account else f" of {owner.name}"
    told = _told(shown(share.value), owner, name, policy.rules)
    sentence = f"{capital(name.label)}{whose} is {told}: {threshold} gives {points}"
    sentence += f" (weight {shown(weight)} of {shown(total)})." + _age_note(owner, [name], facts)
    return Reason(name.name, shown(share.value), threshold, points, sentence, came.source, came.as_of)


def _limit(share: Share, limit: Decimal, rules: Rules) -> str:
    return shown(Money.of(limit, rules.currency) if isinstance(share.value, Money) else limit)


def _conditional(facts: Facts, criterion: str, because: str, met: Sequence[Condition], effect: str) -> Reason:
    """Write what holds because of conditions, and the facts that met them."""
    seen = {condition.metric: _witnessed(facts, condition) for condition in met}
    origins = {origin(whose, metric) for metric, (_, _, whose) in seen.items()}
    # Of values that came from several places none speaks for all; the account's own place is named then.
    came = origins.pop() if len(origins) == 1 else Origin(facts.account.source, facts.account.as_of)
    sentence = f"{because} ({capital('; '.join([text for _, text, _ in seen.values()]))}.)"
    for metric, (_, _, whose) in seen.items():
        note = _age_note(whose, (metric,), facts)
        sentence += note if note not in sentence else ""
    return Reason(
        criterion,
        ", ".join([value for value, _, _ in seen.values()]),
        ", ".join([str(condition) for condition in met]),
        effect,
        sentence,
        came.source,
        came.as_of,
    )


def _witnessed(facts: Facts, condition: Condition) -> tuple[str, str, Account]:
    """Return the value that met a condition, the words for it, and whose it is."""
    metric, account = condition.metric, facts.account
    if metric.relation is None:
        much = facts.values[metric.name]
        value = shown(much)
        told = _told(value, account, metric, facts.rules) if much is not None else value
        return value, f"{metric.label}: {told}", account
    witness = facts.witness(condition)
    if witness is None:
        raise LookupError(f"nobody meets the condition on {metric.name}")
    relative, much = witness
    value = shown(much)
    who = "its parent" if metric.relation is Relation.PARENT else "in its family"
    label = metric.label.removesuffix(" of the parent").removesuffix(" in the family")
    told = _told(value, relative, metric, facts.rules) if much is not None else value
    return value, f"{label} of {relative.name}, {who}: {told}", relative


def _told(value: str, owner: Account, metric: Metric, rules: Rules) -> str:
    """Write a value, already shown in the policy's currency, as the CRM has it where that is another."""
    own = metric.read(owner)
    return f"{own} ({value})" if type(own) is Money and own.currency != rules.currency else value


def _origin(owner: Account, metrics: Sequence[Metric]) -> Origin:
    """Say where a value came from; of a score, which several metrics make up, where the account did."""
    return origin(owner, metrics[0]) if len(metrics) == 1 else Origin(owner.source, owner.as_of)


def _age_note(owner: Account, metrics: Sequence[Metric], facts: Facts) -> str:
    """Point out a value that is older than the policy allows; it stays the same sentence as days go by."""
    if not may_be_stale(owner, facts.rules, facts.today):
        return ""
    stale = [
        (allowed, confirmed)
        for metric in metrics
        if metric.read(owner) is not None
        and (allowed := too_old(owner, metric, facts.rules, facts.today)) is not None
        and (confirmed := origin(owner, metric).as_of) is not None
    ]
    if not stale:
        return ""
    allowed, confirmed = min(stale)
    return f" Confirmed on {confirmed.isoformat()}, more than {_days(allowed)} ago."


def _ignored_reasons(facts: Facts) -> Iterator[Reason]:
    account = facts.account
    for name, value in facts.ignored.items():
        metric, allowed = metric_named(name), facts.rules.freshness.allowed(name)
        came = origin(account, metric) if metric else None
        if metric is None or allowed is None or came is None or came.as_of is None:
            raise LookupError(f"{name} is ignored, but not by the policy")
        sentence = (
            f"{capital(metric.label)} of {shown(value)} was confirmed on {came.as_of.isoformat()}, "
            f"more than {_days(allowed)} ago, so it counts as unknown."
        )
        threshold = f"at most {_days(allowed)} old"
        yield Reason(name, shown(value), threshold, "ignored", sentence, came.source, came.as_of)


def _days(number: int) -> str:
    return f"{number} {'day' if number == 1 else 'days'}"


def _anti_flap_reasons(weighed: Weighed, settled: Settled, policy: Policy) -> Iterator[Reason]:
    rule, pending = policy.rules.anti_flap, settled.pending
    strict = f"tier {weighed.tier}"
    if settled.within_margin:
        kept = policy.tier(pending.tier if pending else settled.tier)
        margin = f"at most {shown(rule.margin)} per cent below the limit"
        sentence = f"That is {margin}, so it still counts as tier {kept.id} ({kept.name})."
        yield Reason("margin", strict, margin, f"stays tier {kept.id}", sentence)
    if pending:
        now, then = policy.tier(settled.tier), policy.tier(pending.tier)
        sentence = (
            f"It would now be tier {then.id} ({then.name}), but a downgrade is told first: it stays in "
            f"tier {now.id} ({now.name}) and moves on {pending.due.isoformat()}, unless things change."
        )
        threshold = f"due on {pending.due.isoformat()}"
        yield Reason("pending", f"tier {then.id}", threshold, f"stays tier {now.id}", sentence)


def _cap_reason(direction: str, moved: int, cap: int) -> Reason:
    tiers = "one tier" if cap == 1 else f"{cap} tiers"
    sentence = f"All adjustments together move an account {direction} by {tiers} at most."
    if cap == 0:
        sentence = f"The policy lets no adjustment move an account {direction}."
    return Reason("cap", f"{direction} {moved}", f"at most {cap}", "capped", sentence)
