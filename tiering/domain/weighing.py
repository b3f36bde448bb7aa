"""The weighing of an account: the rule that turns what is known of it into a tier.

The base metric or the score sorts the account into a band; the adjustments whose conditions hold are added
up, each direction cut by its cap, and move it; the result stays within the tiers there are. (Longtail's
design, section 3.) Nothing is worded here: the same rule also weighs what would be if a value were another.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from tiering.domain.account import Account
from tiering.domain.condition import Condition
from tiering.domain.criteria import Segment
from tiering.domain.family import Family
from tiering.domain.first_value import First, Lender, Pool, lenders, own_first, pool_of
from tiering.domain.freshness import fresh
from tiering.domain.metric import Metric, Relation, Value
from tiering.domain.policy import Adjustment, Rules


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of an account, or supposed of it: each metric that the policy asks for, read once."""

    account: Account
    parent: Account | None
    pool: Pool
    """What the family has together."""
    rules: Rules
    today: date
    values: Mapping[str, Value | None]
    """By the name of the metric, amounts in the policy's currency."""
    ignored: Mapping[str, Value]
    """Values that are too old to count."""

    def value(self, metric: Metric) -> Value | None:
        """Return a metric of the account itself, amounts in the policy's currency."""
        return self.values[metric.name]

    def meet(self, condition: Condition) -> bool:
        """Tell whether a condition holds, for a metric of relatives: whether it holds of one of them."""
        metric = condition.metric
        if metric.relation:
            return self.witness(condition) is not None
        return condition.holds(self.values[metric.name], self.today)

    def witness(self, condition: Condition) -> Lender | None:
        """Return the first relative of whom a condition on relatives holds, with its value."""
        if condition.metric.relation is Relation.FAMILY:
            return self.pool.witness(condition, self.account)
        lent = lenders(condition.metric, [self.parent] if self.parent else [], self.rules, self.today)
        return next((one for one in lent if condition.holds(one[1], self.today)), None)

    def supposing(self, supposed: Mapping[str, Value]) -> Facts:
        """Return the same facts with other values for some metrics of the account."""
        return replace(self, values={**self.values, **supposed})


@dataclass(frozen=True, slots=True)
class Base:
    """The first sorting: the value that counted, and the tier and band it gave."""

    first: First
    tier: int
    band: int | None
    """The number of the band; None where the value is unknown."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """What came of a weighing."""

    base: Base
    applied: tuple[tuple[Adjustment, tuple[Condition, ...]], ...]
    """The adjustments that hold, each with those of its conditions that made it hold."""
    up: int
    down: int
    """Tiers up and down before the caps."""
    tier: int


def gather(account: Account, family: Family, rules: Rules, today: date) -> Facts:
    """Collect the facts for a weighing; raises UnknownCurrency where an amount has no rate."""
    values, ignored = fresh(account, rules.metrics, rules, today)
    return Facts(account, family.parent, pool_of(family, rules, today), rules, today, values, ignored)


def weigh(facts: Facts, without: str | None = None, ease: Decimal | None = None) -> Weighed:
    """Apply the rule, if need be as though one adjustment did not exist, or each band began lower.

    `ease` is by how many per cent of its limit a band begins lower.
    """
    base = _base(facts, ease)
    applied, up, down = [], 0, 0
    for adjustment, every, some in facts.rules.conditions:
        met = holding(facts, every, some)
        if met is None or adjustment.id == without:
            continue
        applied.append((adjustment, met))
        if adjustment.move == "up":
            up += adjustment.by
        else:
            down += adjustment.by
    caps = facts.rules.caps
    tier = base.tier + min(down, caps.down) - min(up, caps.up)
    return Weighed(base, tuple(applied), up, down, min(max(tier, 1), facts.rules.lowest))


def segment_of(facts: Facts) -> Segment | None:
    """Return the first segment that holds; the tier has no part in it."""
    for segment, (every, some) in facts.rules.segment_conditions:
        if holding(facts, every, some) is not None:
            return segment
    return None


def _base(facts: Facts, ease: Decimal | None) -> Base:
    own = own_first(facts.values, facts.account, facts.rules)
    first, base = facts.pool.first(own, facts.account), facts.rules.base
    if first.much is None:
        return Base(first, base.unknown, None)
    for number, band in enumerate(base.bands):  # noqa: B007 - the number is what is looked for
        limit = band.at_least
        if limit is None or first.much >= (limit if ease is None else limit - abs(limit) * ease / 100):
            break
    return Base(first, base.bands[number].tier, number)


def holding(
    facts: Facts, every: tuple[Condition, ...], some: tuple[Condition, ...]
) -> tuple[Condition, ...] | None:
    """Return the conditions that hold and together make something apply, or None where it does not."""
    for condition in every:
        if not facts.meet(condition):
            return None
    if not some:
        return every
    met = [condition for condition in some if facts.meet(condition)]
    return (*every, *met) if met else None
