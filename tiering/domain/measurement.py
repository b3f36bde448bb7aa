"""A measurement: one value of one metric of an account on a day, which may count instead of the CRM's."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from tiering.domain.account import Account, Origin
from tiering.domain.metric import ADOPTION, ATTRIBUTE, METRICS, Kind, Metric

_FIELDS = frozenset({"nps", "csat", "seats", "active_users"})
"""The columns of an account that are measured too; any other measurement counts as an attribute."""


@dataclass(frozen=True, slots=True)
class Measurement:
    """What was measured, and who says so."""

    account_id: str
    metric: str
    value: Decimal
    as_of: date
    source: str


def measured_name(metric: Metric) -> tuple[str, ...]:
    """Return under which names a policy's metric is measured, if it can be."""
    name = metric.own_name
    if name == ADOPTION:
        return ("active_users", "seats")
    if name.startswith(ATTRIBUTE):
        return (name.removeprefix(ATTRIBUTE),)
    return (name,) if name in METRICS and METRICS[name].kind is Kind.NUMBER and name in _FIELDS else ()


def as_measured(account: Account, newest: Iterable[Measurement]) -> Account:
    """Return the account with the newest value of each metric, be it the CRM's or a measurement.

    The same rule as in the numbers by tier: a measurement counts where the CRM says nothing, or not when, or
    confirmed its value no later than the day of the measurement.
    """
    fields: dict[str, Any] = {}
    attributes = dict(account.attributes)
    origins = dict(account.origins)
    for one in newest:
        named = one.metric in _FIELDS
        said = getattr(account, one.metric) if named else account.attributes.get(one.metric)
        if said is not None and account.as_of is not None and account.as_of > one.as_of:
            continue
        origins[one.metric if named else ATTRIBUTE + one.metric] = Origin(one.source, one.as_of)
        if one.metric in ("seats", "active_users"):
            fields[one.metric] = int(one.value)
        elif named:
            fields[one.metric] = one.value
        else:
            attributes[one.metric] = one.value
    if not origins:
        return account
    return replace(account, attributes=attributes, origins=origins, **fields)
