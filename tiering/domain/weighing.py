"""The weighing of an account: the rule that turns what is known of it into a tier.

The base metric or the score sorts the account into a band; the adjustments whose conditions hold are added
up, each direction cut by its cap, and move it; the result stays within the tiers there are. (Longtail's
design, section 3.) Nothing is worded here: the same rule also weighs what would be if a value were another.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from tiering.domain.account import Account, Status
from tiering.domain.condition import Condition
from tiering.domain.criteria import ScorePart, Segment
from tiering.domain.family import Family
from tiering.domain.metric import Metric, Relation, Value, origin
from tiering.domain.money import Money
from tiering.domain.policy import Adjustment, Rules

NO_VALUES: Mapping[str, Value] = {}


def measured(account: Account, metric: Metric, rules: Rules) -> Value | None:
    """Read a metric of an account, amounts in the policy's currency; raises UnknownCurrency."""
    value = metric.read(account)
    if type(value) is Money and value.currency != rules.currency:
        return value.to(rules.currency, rules.rates)
    return value


@dataclass(frozen=True, slots=True)
class Share:
    """What one metric added to a score."""

    part: ScorePart
    metric: Metric
    value: Value | None
    points: Decimal | None
    """None where the value is unknown; it is then left out of the score, not counted as nothing."""


@dataclass(frozen=True, slots=True)
class First:
    """A value that may sort an account first."""

    value: Value | None = None
    much: Decimal | None = None
    """Its size."""
    owner: Account | None = None
    """Whose value it is; None where it is the sum of a family."""
    shares: tuple[Share, ...] = ()
    """What made up the value, if it is a score."""


Lent = tuple[tuple[Account, Value | None], ...]
"""What relatives have of one metric, the highest first."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of an account, or supposed of it: each metric that the policy asks for, read once."""

    account: Account
    relatives: First
    """The highest value among the relatives, or the sum of all, as the policy's family rule says."""
    rules: Rules
    today: date
    values: Mapping[str, Value | None]
    """By the name of the metric, amounts in the policy's currency."""
    lent: Mapping[str, Lent]
    """What the policy asks of relatives, by the name of the metric."""
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

    def witness(self, condition: Condition) -> tuple[Account, Value | None] | None:
        """Return the first relative of whom a condition on relatives holds, with its value."""
        for relative, value in self.lent[condition.metric.name]:
            if condition.holds(value, self.today):
                return relative, value
        return None

    def supposing(self, supposed: Mapping[str, Value]) -> Facts:
        """Return the same facts with other values for some metrics of the account."""
        return replace(self, values={**self.values, **supposed})


@dataclass(frozen=True, slots=True)
class Base:
    """The first sorting: the value that counted, whose it is, and the tier and band it gave."""

    value: Value | None
    much: Decimal | None
    """Its size."""
    owner: Account | None
    tier: int
    band: int | None
    """The number of the band; None where the value is unknown."""
    shares: tuple[Share, ...] = ()
    """What made up the value, if it is a score."""


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
    values, ignored = _fresh(account, rules.metrics, rules, today)
    lent = {metric.name: _lent(metric, family, rules, today) for metric in rules.lent}
    return Facts(account, _relatives(family, rules, today), rules, today, values, lent, ignored)


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


def size(value: Value | None) -> Decimal | None:
    """Return how much a value is; None where it is unknown or no number."""
    if isinstance(value, Money):
        return value.amount
    return Decimal(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else None


def may_be_stale(account: Account, rules: Rules, today: date) -> bool:
    """Whether any value of an account may be older than the policy allows: a quick look, before each is."""
    soonest = rules.soonest_stale
    if soonest is None:
        return False
    if account.origins:
        return True
    return account.as_of is not None and (today - account.as_of).days > soonest


def too_old(account: Account, metric: Metric, rules: Rules, today: date) -> int | None:
    """Return the days allowed, where a value of an account is older than that; else None."""
    soonest, confirmed = rules.soonest_stale, origin(account, metric).as_of
    if soonest is None or confirmed is None or (age := (today - confirmed).days) <= soonest:
        return None
    allowed = rules.freshness.allowed(metric.name)
    return allowed if allowed is not None and age > allowed else None


def _fresh(
    account: Account, metrics: Sequence[Metric], rules: Rules, today: date
) -> tuple[dict[str, Value | None], Mapping[str, Value]]:
    """Read metrics of an account itself, apart from each other those that count and those too old to."""
    values = {metric.name: metric.read(account) for metric in metrics}
    for name, value in values.items():
        if type(value) is Money and value.currency != rules.currency:
            values[name] = value.to(rules.currency, rules.rates)
    if not may_be_stale(account, rules, today):
        return values, NO_VALUES
    ignored: dict[str, Value] = {}
    for metric in metrics:
        age, value = rules.freshness.metrics.get(metric.name), values[metric.name]
        if value is not None and age and age.ignore and too_old(account, metric, rules, today):
            ignored[metric.name] = value
            values[metric.name] = None
    return values, ignored


def _lent(metric: Metric, family: Family, rules: Rules, today: date) -> Lent:
    """Read a metric of the relatives it is about; who has left us lends nothing."""
    about = [family.parent] if metric.relation is Relation.PARENT else family.members
    own = replace(metric, name=metric.name.partition(".")[2])
    found = [
        (member, _fresh(member, [own], rules, today)[0][own.name])
        for member in about
        if member and member.status is not Status.CHURNED
    ]
    least = Decimal("-Infinity")
    return tuple(sorted(found, key=lambda one: (-(least if (s := size(one[1])) is None else s), one[0].id)))


def _relatives(family: Family, rules: Rules, today: date) -> First:
    """Find what the family adds; who is no customer (any more) pays nothing and adds nothing."""
    if rules.family.rule == "own":
        return First()
    known = []
    for member in family.members:
        if member.status is Status.CUSTOMER:
            values, _ = _fresh(member, rules.base_metrics, rules, today)
            first = _first(values, member, rules)
            if first.much is not None:
                known.append(first)
    if not known:
        return First()
    if rules.family.rule == "highest":
        return max(known, key=lambda one: one.much or Decimal(0))
    return _sum(known)


def _sum(firsts: Sequence[First]) -> First:
    """Add up values that are all amounts of the policy's currency, or all numbers."""
    amounts = [first.value for first in firsts if isinstance(first.value, Money)]
    if amounts:
        total = Money(sum(amount.cents for amount in amounts), amounts[0].currency)
        return First(total, total.amount)
    much = sum((first.much or Decimal(0) for first in firsts), Decimal(0))
    return First(much, much)


def _first(values: Mapping[str, Value | None], account: Account, rules: Rules) -> First:
    """Return the value that sorts an account first, None where it is unknown or no number."""
    if not rules.score:
        value = values[rules.base_metric.name]
        much = size(value)
        return First(value if much is not None else None, much, account)
    shares = tuple(_share(part, metric, values[metric.name]) for part, metric in rules.score)
    counted = [(share.part.weight, share.points) for share in shares if share.points is not None]
    if not counted:
        return First(None, None, account, shares)
    total = sum((weight * points for weight, points in counted), Decimal(0))
    score = (total / sum(weight for weight, _ in counted)).quantize(Decimal("0.1"))
    return First(score, score, account, shares)


def _share(part: ScorePart, metric: Metric, value: Value | None) -> Share:
    """Look up the points of a value; yes counts as 1 and no as 0."""
    much = Decimal(value) if isinstance(value, bool) else size(value)
    if much is None:
        return Share(part, metric, None, None)
    reached = (step.points for step in part.points if much >= step.at_least)
    return Share(part, metric, value, next(reached, Decimal(0)))


def _base(facts: Facts, ease: Decimal | None) -> Base:
    rules, theirs = facts.rules, facts.relatives
    own = _first(facts.values, facts.account, rules)
    if theirs.much is not None:
        if rules.family.rule == "rollup":
            return _banded(_sum([own, theirs]), rules, ease)
        if own.much is None or theirs.much > own.much:
            return _banded(theirs, rules, ease)
    return _banded(own, rules, ease)


def _banded(first: First, rules: Rules, ease: Decimal | None) -> Base:
    much = first.much
    if much is None:
        return Base(None, None, first.owner, rules.base.unknown, None, first.shares)
    bands = rules.base.bands
    for number, band in enumerate(bands):  # noqa: B007 - the number is what is looked for
        limit = band.at_least
        if limit is None or much >= (limit if ease is None else limit - abs(limit) * ease / 100):
            break
    return Base(first.value, much, first.owner, bands[number].tier, number, first.shares)


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
