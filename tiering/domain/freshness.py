"""Freshness: which values of an account are young enough to count."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from tiering.domain.account import Account
from tiering.domain.metric import Metric, Value, origin
from tiering.domain.money import Money
from tiering.domain.policy import Rules

NO_VALUES: Mapping[str, Value] = {}


def measured(account: Account, metric: Metric, rules: Rules) -> Value | None:
    """Read a metric of an account, amounts in the policy's currency; raises UnknownCurrency."""
    value = metric.read(account)
    if type(value) is Money and value.currency != rules.currency:
        return value.to(rules.currency, rules.rates)
    return value


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
    allowed = rules.freshness.allowed(metric.own_name)
    return allowed if allowed is not None and age > allowed else None


def fresh(
    account: Account, metrics: Sequence[Metric], rules: Rules, today: date
) -> tuple[dict[str, Value | None], Mapping[str, Value]]:
    """Read metrics of an account itself, apart from each other those that count and those too old to.

    Amounts are in the policy's currency; raises UnknownCurrency.
    """
    values = {metric.name: metric.read(account) for metric in metrics}
    for name, value in values.items():
        if type(value) is Money and value.currency != rules.currency:
            values[name] = value.to(rules.currency, rules.rates)
    if not may_be_stale(account, rules, today):
        return values, NO_VALUES
    ignored: dict[str, Value] = {}
    for metric in metrics:
        age, value = rules.freshness.metrics.get(metric.own_name), values[metric.name]
        if value is not None and age and age.ignore and too_old(account, metric, rules, today):
            ignored[metric.name] = value
            values[metric.name] = None
    return values, ignored
