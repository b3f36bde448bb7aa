"""The decision: which tier an account is in, every reason for it, and what would move it up.

The rule: the base metric sorts the account into a band; the adjustments whose conditions hold are added up,
cut by the caps, and move it; the result stays within the tiers there are. (Longtail's design, section 3.)
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from tiering.domain.account import Account
from tiering.domain.condition import Condition
from tiering.domain.metric import Kind, Metric, Value, metric_named, shown
from tiering.domain.money import Money
from tiering.domain.policy import Adjustment, Band, Policy, Rules


@dataclass(frozen=True, slots=True)
class Family:
    """The accounts that belong together with one account, itself left out."""

    parent: Account | None = None
    members: tuple[Account, ...] = ()
    """Every other account of the family, at any depth."""


ALONE = Family()


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
    up: tuple[str, ...]
    """What would move the account up, a sentence each; empty in the highest tier."""
    policy_version: int
    decided_on: date


@dataclass(frozen=True, slots=True)
class _Base:
    """The first sorting: the metric's value, whose it is, and the band."""

    metric: Metric
    value: Value | None
    owner: Account
    tier: int
    band: Band | None


def decide(
    account: Account, family: Family, previous: Decision | None, policy: Policy, today: date
) -> Decision:
    """Decide the tier of an account; raises UnknownCurrency where an amount has no rate.

    A decision that says the same as the previous one is the previous one: its date tells since when.
    """
    rules = policy.rules
    base = _base(account, family, rules)
    applied = [
        (adjustment, met)
        for adjustment, every, some in rules.conditions
        if (met := _met(account, every, some, rules, today)) is not None
    ]
    moved_up = sum(adjustment.by for adjustment, _ in applied if adjustment.move == "up")
    moved_down = sum(adjustment.by for adjustment, _ in applied if adjustment.move == "down")
    tier = _moved(base.tier, moved_up, moved_down, rules)
    reasons = [_base_reason(account, base, policy)]
    reasons += [_adjustment_reason(account, adjustment, met, rules) for adjustment, met in applied]
    reasons += _cap_reasons(moved_up, moved_down, rules)
    decision = Decision(
        account_id=account.id,
        tier=tier,
        provisional=base.value is None,
        reasons=tuple(reasons),
        up=tuple(_ways_up(base, tier, applied, policy)) if tier > 1 else (),
        policy_version=policy.version,
        decided_on=today,
    )
    if previous and replace(decision, decided_on=previous.decided_on) == previous:
        return previous
    return decision


def measured(account: Account, metric: Metric, rules: Rules) -> Value | None:
    """Read a metric of an account, amounts in the policy's currency; raises UnknownCurrency."""
    value = metric.read(account)
    return value.to(rules.currency, rules.rates) if isinstance(value, Money) else value


def _moved(tier: int, up: int, down: int, rules: Rules) -> int:
    """Move a tier by the adjustments: each direction is cut by its cap, then the rest is added up."""
    net = min(down, rules.caps.down) - min(up, rules.caps.up)
    return min(max(tier + net, 1), rules.lowest)


def _base(account: Account, family: Family, rules: Rules) -> _Base:
    metric = metric_named(rules.base.metric)
    if metric is None:
        raise LookupError(f"the policy bands an unknown metric {rules.base.metric!r}")
    value, owner = measured(account, metric, rules), account
    if rules.family.rule == "highest":
        for member in family.members:
            theirs = measured(member, metric, rules)
            if theirs is not None and (value is None or _size(theirs) > _size(value)):
                value, owner = theirs, member
    elif rules.family.rule == "rollup":
        value = _sum([value, *(measured(member, metric, rules) for member in family.members)], rules)
    if value is None:
        return _Base(metric, None, account, rules.base.unknown, None)
    band = _band(_size(value), rules)
    return _Base(metric, value, owner, band.tier, band)


def _size(value: Value | None) -> Decimal:
    if isinstance(value, Money):
        return value.amount
    return Decimal(value) if isinstance(value, int | Decimal) else Decimal("-Infinity")


def _sum(values: list[Value | None], rules: Rules) -> Value | None:
    known = [value for value in values if value is not None]
    if len(known) <= 1:
        return known[0] if known else None
    total = sum((_size(value) for value in known), Decimal(0))
    return Money.of(total, rules.currency) if isinstance(known[0], Money) else total


def _band(size: Decimal, rules: Rules) -> Band:
    for band in rules.base.bands:
        if band.at_least is None or size >= band.at_least:
            return band
    return rules.base.bands[-1]


def _met(
    account: Account,
    every: tuple[Condition, ...],
    some: tuple[Condition, ...],
    rules: Rules,
    today: date,
) -> list[Condition] | None:
    """Return the conditions that hold and together make an adjustment apply, or None where it does not."""
    for condition in every:
        if not condition.holds(measured(account, condition.metric, rules), today):
            return None
    met = [c for c in some if c.holds(measured(account, c.metric, rules), today)]
    return None if some and not met else [*every, *met]


def _base_reason(account: Account, base: _Base, policy: Policy) -> Reason:
    rules, label = policy.rules, base.metric.label
    tier = policy.tier(base.tier)
    if base.value is None:
        return Reason(
            base.metric.name,
            "unknown",
            "known",
            f"tier {tier.id}",
            f"{_capital(label)} is unknown, so the tier is provisionally {tier.id} ({tier.name}).",
            account.source,
            account.as_of,
        )
    value = shown(base.value)
    threshold = _threshold(base, rules)
    whose = "" if base.owner is account else f" of {base.owner.name}, the highest in the family"
    if rules.family.rule == "rollup" and base.value != measured(account, base.metric, rules):
        whose = " of the whole family"
    sentence = f"{_capital(label)}{whose} is {value}: {threshold} is tier {tier.id} ({tier.name})."
    source = base.owner
    return Reason(
        base.metric.name, value, threshold, f"tier {tier.id}", sentence, source.source, source.as_of
    )


def _threshold(base: _Base, rules: Rules) -> str:
    """Write the band in words: `at least $10,000 and less than $100,000`."""
    bands = rules.base.bands
    number = bands.index(base.band) if base.band else 0
    low = bands[number].at_least
    high = bands[number - 1].at_least if number else None
    parts = [f"at least {_limit(low, base.metric, rules)}"] if low is not None else []
    parts += [f"less than {_limit(high, base.metric, rules)}"] if high is not None else []
    return " and ".join(parts) or "any value"


def _limit(limit: Decimal | None, metric: Metric, rules: Rules) -> str:
    if limit is None:
        return ""
    return str(Money.of(limit, rules.currency)) if metric.kind is Kind.MONEY else shown(limit)


def _adjustment_reason(
    account: Account, adjustment: Adjustment, met: list[Condition], rules: Rules
) -> Reason:
    values = [shown(measured(account, condition.metric, rules)) for condition in met]
    facts = ", ".join(
        f"{condition.metric.label} {value}" for condition, value in zip(met, values, strict=True)
    )
    return Reason(
        adjustment.id,
        ", ".join(values),
        ", ".join(f"{condition.metric.label} {condition.words}" for condition in met),
        f"{adjustment.move} {adjustment.by}",
        f"{adjustment.because} ({_capital(facts)}.)",
        account.source,
        account.as_of,
    )


def _cap_reasons(up: int, down: int, rules: Rules) -> Iterator[Reason]:
    for moved, cap, direction in ((up, rules.caps.up, "up"), (down, rules.caps.down, "down")):
        if moved > cap:
            tiers = "one tier" if cap == 1 else f"{cap} tiers"
            sentence = f"All adjustments together move an account {direction} by {tiers} at most."
            yield Reason("cap", f"{direction} {moved}", f"at most {cap}", "capped", sentence)


def _ways_up(
    base: _Base, tier: int, applied: list[tuple[Adjustment, list[Condition]]], policy: Policy
) -> Iterator[str]:
    """Find the single changes that would make the tier higher, each tried against the rule itself."""
    rules = policy.rules
    up = sum(adjustment.by for adjustment, _ in applied if adjustment.move == "up")
    down = sum(adjustment.by for adjustment, _ in applied if adjustment.move == "down")

    def leads(changed: int) -> str:
        return f"would make it tier {changed} ({policy.tier(changed).name})."

    for band in reversed(rules.base.bands):
        changed = _moved(band.tier, up, down, rules)
        if band.at_least is not None and band.tier < base.tier and changed < tier:
            now = shown(base.value) if base.value is not None else "unknown"
            limit = _limit(band.at_least, base.metric, rules)
            yield f"{_capital(base.metric.label)} of {limit} or more (now {now}) {leads(changed)}"
    done = {adjustment.id for adjustment, _ in applied}
    for adjustment, every, some in rules.conditions:
        if adjustment.move == "up" and adjustment.id not in done:
            changed = _moved(base.tier, up + adjustment.by, down, rules)
            if changed < tier:
                yield f"{adjustment.name} ({_wanted(every, some)}) {leads(changed)}"
        elif adjustment.move == "down" and adjustment.id in done:
            changed = _moved(base.tier, up, down - adjustment.by, rules)
            if changed < tier:
                yield f"Without “{adjustment.name}” it {leads(changed).removesuffix('.')}.".replace(
                    "would make it", "would be"
                )


def _wanted(every: tuple[Condition, ...], some: tuple[Condition, ...]) -> str:
    needed = [f"{condition.metric.label} {condition.words}" for condition in every]
    choice = " or ".join(f"{condition.metric.label} {condition.words}" for condition in some)
    return " and ".join([*needed, *([choice] if choice else [])])


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
