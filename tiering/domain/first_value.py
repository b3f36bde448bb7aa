"""The value that sorts an account first: its own, the highest in its family, or the sum of that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from itertools import islice
from operator import attrgetter
from typing import TypeAlias

from tiering.domain.account import Account, Status
from tiering.domain.condition import Condition
from tiering.domain.criteria import ScorePart
from tiering.domain.family import Family
from tiering.domain.freshness import fresh
from tiering.domain.metric import Kind, Metric, Value
from tiering.domain.money import Money
from tiering.domain.policy import Rules


@dataclass(frozen=True, slots=True)
class Share:
    """What one metric added to a score."""

    part: ScorePart
    metric: Metric
    value: Value | None
    points: Decimal | None
    """None where the value is unknown; it is then left out of the score, not counted as nothing."""


NAMED = 3
"""How many relatives a sum names at most."""


@dataclass(frozen=True, slots=True)
class Some:
    """Accounts, of which only the first few are named."""

    named: tuple[Account, ...]
    count: int

    def __str__(self) -> str:
        """Return them within a sentence: `Beta, Gamma and 2 more`."""
        shown = self.named if self.count <= len(self.named) else self.named[: NAMED - 1]
        more = [f"{self.count - len(shown):,} more"] if self.count > len(shown) else []
        words = [*(one.name for one in shown), *more]
        return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))


@dataclass(frozen=True, slots=True)
class Sum:
    """What a family's sum is made of."""

    own: Value | None
    rest: Some
    """The relatives who added to it, the largest first."""
    unknown: Some
    """The relatives who would add to it if their value were known."""


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
    sum: Sum | None = None
    """What made up the value, if it is the sum of a family."""

    @property
    def provisional(self) -> bool:
        """Whether the value, or a part of it, is unknown."""
        if self.much is None or any(share.points is None for share in self.shares):
            return True
        return self.sum is not None and (self.sum.own is None or self.sum.unknown.count > 0)


def size(value: Value | None) -> Decimal | None:
    """Return how much a value is; None where it is unknown or no number."""
    if isinstance(value, Money):
        return value.amount
    return Decimal(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else None


def own_first(values: Mapping[str, Value | None], account: Account, rules: Rules) -> First:
    """Return what an account itself brings along, None where it is unknown or no number."""
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


Lender: TypeAlias = tuple[Account, Value | None]
"""A relative, and what it has of a metric."""


def lenders(metric: Metric, relatives: Iterable[Account], rules: Rules, today: date) -> Sequence[Lender]:
    """Read a metric of relatives, the highest first; who has left us lends nothing."""
    found = [
        (one, fresh(one, [metric], rules, today)[0][metric.name])
        for one in relatives
        if one.status is not Status.CHURNED
    ]
    least = Decimal("-Infinity")
    return sorted(found, key=lambda one: (-(least if (much := size(one[1])) is None else much), one[0].id))


class Pool:
    """What the accounts of a family have together, worked out once for all of them.

    Who is no customer (any more) pays nothing, and so adds nothing to the first value.
    """

    def __init__(self, members: Sequence[Account], rules: Rules, today: date) -> None:
        self.rules, self.today, self._members = rules, today, members
        self._lenders: dict[str, Sequence[Lender]] = {}
        self._witnesses: dict[Condition, Sequence[Lender]] = {}

    def first(self, own: First, account: Account) -> First:
        """Return what sorts an account first by the policy's family rule; raises UnknownCurrency."""
        rule = self.rules.family.rule
        if rule == "own":
            return own
        if rule == "rollup":
            return self._with_rest(own, account)
        others = (first for id_, first in self._known.items() if id_ != account.id)
        highest = next(others, First())
        if highest.much is None or (own.much is not None and own.much >= highest.much):
            return own
        return highest

    def rest(self, account: Account) -> Decimal:
        """Return how much the relatives of an account add to the sum of its family."""
        mine = self._known.get(account.id)
        return self._total - ((mine.much if mine else None) or 0)

    def witness(self, condition: Condition, account: Account) -> Lender | None:
        """Return the first relative of whom a condition on the family holds, the highest value first."""
        metric = condition.metric
        if metric.name not in self._lenders:
            self._lenders[metric.name] = lenders(metric, self._members, self.rules, self.today)
        if condition not in self._witnesses:
            held = (one for one in self._lenders[metric.name] if condition.holds(one[1], self.today))
            self._witnesses[condition] = tuple(islice(held, 2))  # the account itself may be one of them
        return next((one for one in self._witnesses[condition] if one[0].id != account.id), None)

    def _with_rest(self, own: First, account: Account) -> First:
        rest, unknown = _some(self._known, account), _some(self._unknown, account)
        if not rest.count and not unknown.count:
            return own
        parts = Sum(own.value, rest, unknown)
        if own.much is None and not rest.count:
            return First(sum=parts)
        much = (own.much or Decimal(0)) + self.rest(account)
        is_money = self.rules.base_metric.kind is Kind.MONEY
        return First(Money.of(much, self.rules.currency) if is_money else much, much, sum=parts)

    @cached_property
    def _firsts(self) -> Sequence[First]:
        rules = self.rules
        customers = [one for one in self._members if one.status is Status.CUSTOMER]
        customers.sort(key=attrgetter("id"))  # in whatever order they come, the same words are made of them
        values = (fresh(one, rules.base_metrics, rules, self.today)[0] for one in customers)
        return [own_first(value, one, rules) for value, one in zip(values, customers, strict=True)]

    @cached_property
    def _known(self) -> Mapping[str, First]:
        """The known values by the ids of their owners, the largest first."""
        known = [first for first in self._firsts if first.much is not None]
        known.sort(key=lambda first: -(first.much or 0))
        return _by_owner(known)

    @cached_property
    def _unknown(self) -> Mapping[str, First]:
        return _by_owner(first for first in self._firsts if first.much is None)

    @cached_property
    def _total(self) -> Decimal:
        return sum((first.much for first in self._known.values() if first.much is not None), Decimal(0))


def pool_of(family: Family, rules: Rules, today: date) -> Pool:
    """Return what was worked out of a family already, or begin anew for another policy or day."""
    pool = family.memo.get("pool")
    if not isinstance(pool, Pool) or pool.rules is not rules or pool.today != today:
        pool = family.memo["pool"] = Pool(family.members, rules, today)
    return pool


def _by_owner(firsts: Iterable[First]) -> Mapping[str, First]:
    return {first.owner.id: first for first in firsts if first.owner}


def _some(firsts: Mapping[str, First], besides: Account) -> Some:
    others = (first.owner for id_, first in firsts.items() if id_ != besides.id and first.owner)
    return Some(tuple(islice(others, NAMED)), len(firsts) - (besides.id in firsts))
