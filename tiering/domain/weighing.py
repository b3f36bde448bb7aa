"""The weighing of an account: the rule that turns what is known of it into a tier.

The base metric sorts the account into a band; the adjustments whose conditions hold are added up, each
direction cut by its cap, and move it; the result stays within the tiers there are. (Longtail's design,
section 3.) Nothing is worded here: the same rule also weighs what would be if a value were another.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tiering.domain.account import Account, Status
from tiering.domain.condition import Condition
from tiering.domain.family import Family
from tiering.domain.metric import Metric, Value
from tiering.domain.money import Money
from tiering.domain.policy import Adjustment, Rules


def measured(account: Account, metric: Metric, rules: Rules) -> Value | None:
    """Read a metric of an account, amounts in the policy's currency; raises UnknownCurrency."""
    value = metric.read(account)
    if type(value) is Money and value.currency != rules.currency:
        return value.to(rules.currency, rules.rates)
    return value


@dataclass(frozen=True, slots=True)
class Relatives:
    """What the family adds to the account's own base metric."""

    value: Value | None = None
    """The highest value among them, or the sum of all, as the policy's family rule says."""
    owner: Account | None = None
    """Whose value it is, if it is one account's."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of an account, or supposed of it: each metric that the policy asks for, read once."""

    account: Account
    relatives: Relatives
    rules: Rules
    today: date
    values: Mapping[str, Value | None]
    """By the name of the metric, amounts in the policy's currency."""

    def value(self, metric: Metric) -> Value | None:
        """Return a metric, amounts in the policy's currency."""
        return self.values[metric.name]

    def meet(self, condition: Condition) -> bool:
        """Tell whether a condition holds."""
        return condition.holds(self.values[condition.metric.name], self.today)

    def supposing(self, supposed: Mapping[str, Value]) -> Facts:
        """Return the same facts with other values for some metrics of the account."""
        return Facts(self.account, self.relatives, self.rules, self.today, {**self.values, **supposed})


@dataclass(frozen=True, slots=True)
class Base:
    """The first sorting: the value that counted, whose it is, and the tier and band it gave."""

    value: Value | None
    owner: Account | None
    """None where the value is the sum of a family."""
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
    values = {metric.name: measured(account, metric, rules) for metric in rules.metrics}
    return Facts(account, _relatives(family, rules), rules, today, values)


def weigh(facts: Facts, without: str | None = None) -> Weighed:
    """Apply the rule, if need be as though one adjustment did not exist."""
    base = _base(facts)
    applied, up, down = [], 0, 0
    for adjustment, every, some in facts.rules.conditions:
        met = _met(facts, every, some)
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


def size(value: Value | None) -> Decimal | None:
    """Return how much a value is; None where it is unknown or no number."""
    if isinstance(value, Money):
        return value.amount
    return Decimal(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else None


def _relatives(family: Family, rules: Rules) -> Relatives:
    """Find what the family adds; who is no customer (any more) pays nothing and adds nothing."""
    if rules.family.rule == "own":
        return Relatives()
    known = [
        (much, value, member)
        for member in family.members
        if member.status is Status.CUSTOMER
        and (much := size(value := measured(member, rules.base_metric, rules))) is not None
    ]
    if not known:
        return Relatives()
    if rules.family.rule == "highest":
        _, value, owner = max(known, key=lambda one: one[0])
        return Relatives(value, owner)
    return Relatives(_sum([value for _, value, _ in known]))


def _sum(values: Sequence[Value | None]) -> Value:
    """Add up values that are all amounts of the policy's currency, or all numbers."""
    amounts = [value for value in values if isinstance(value, Money)]
    if amounts:
        return Money(sum(amount.cents for amount in amounts), amounts[0].currency)
    return sum((size(value) or Decimal(0) for value in values), Decimal(0))


def _base(facts: Facts) -> Base:
    rules, relatives = facts.rules, facts.relatives
    value, owner = facts.value(rules.base_metric), facts.account
    much = size(value)
    theirs = size(relatives.value)
    if theirs is not None and rules.family.rule == "rollup":
        value = _sum([value, relatives.value] if much is not None else [relatives.value])
        return _banded(value, None, rules)
    if theirs is not None and relatives.owner and (much is None or theirs > much):
        return _banded(relatives.value, relatives.owner, rules)
    return _banded(value if much is not None else None, owner, rules)


def _banded(value: Value | None, owner: Account | None, rules: Rules) -> Base:
    much = size(value)
    if much is None:
        return Base(None, owner, rules.base.unknown, None)
    bands = rules.base.bands
    for number, band in enumerate(bands):  # noqa: B007 - the number is what is looked for
        if band.at_least is None or much >= band.at_least:
            break
    return Base(value, owner, bands[number].tier, number)


def _met(
    facts: Facts, every: tuple[Condition, ...], some: tuple[Condition, ...]
) -> tuple[Condition, ...] | None:
    """Return the conditions that hold and together make an adjustment apply, or None where it does not."""
    for condition in every:
        if not facts.meet(condition):
            return None
    if not some:
        return every
    met = [condition for condition in some if facts.meet(condition)]
    return (*every, *met) if met else None
