"""What the policy can measure of an account: the name of each metric, its kind and its words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import TypeAlias

from tiering.domain.account import Account, Origin
from tiering.domain.money import Money

Value: TypeAlias = Money | Decimal | int | bool | str | date
"""What a metric of one account is worth."""

ATTRIBUTE = "attributes."
"""The beginning of a metric's name that stands for a column of the import."""


class Kind(StrEnum):
    """How the values of a metric are compared and written."""

    MONEY = "an amount of money"
    NUMBER = "a number"
    FLAG = "yes or no"
    TEXT = "text"
    DATE = "a date"
    ANY = "any value"


class Relation(StrEnum):
    """Whose metric a name with this prefix and a dot stands for."""

    PARENT = "parent"
    FAMILY = "family"
    """Any relative of the account, itself left out."""


@dataclass(frozen=True, slots=True)
class Metric:
    """Something known of an account under a name that tiers.yaml may use."""

    name: str
    label: str
    """As it stands within a sentence."""
    kind: Kind
    read: Callable[[Account], Value | None]
    fixed: bool = False
    """Whether it is of the nature of a company, so that nobody can set out to change it."""
    relation: Relation | None = None
    """Whose value it is, where it is a relative's; `read` then reads that relative."""

    @property
    def own_name(self) -> str:
        """The name under which the account whose value it is has it."""
        return self.name.partition(".")[2] if self.relation else self.name


ADOPTION = "adoption"
"""The metric that is worked out of two others."""


def _adoption(account: Account) -> Decimal | None:
    """Return active users as a share of seats, in per cent."""
    if account.active_users is None or not account.seats:
        return None
    return (Decimal(100) * account.active_users / account.seats).quantize(Decimal("0.1"))


_METRICS = (
    Metric("arr", "ARR", Kind.MONEY, lambda a: a.arr),
    Metric("potential_arr", "potential ARR", Kind.MONEY, lambda a: a.potential_arr),
    Metric("seats", "seats", Kind.NUMBER, lambda a: a.seats),
    Metric("active_users", "active users", Kind.NUMBER, lambda a: a.active_users),
    Metric(ADOPTION, "adoption in per cent of seats", Kind.NUMBER, _adoption),
    Metric("nps", "NPS", Kind.NUMBER, lambda a: a.nps),
    Metric("csat", "CSAT", Kind.NUMBER, lambda a: a.csat),
    Metric("status", "status", Kind.TEXT, lambda a: a.status.value),
    Metric("industry", "industry", Kind.TEXT, lambda a: a.industry, fixed=True),
    Metric("country", "country", Kind.TEXT, lambda a: a.country, fixed=True),
    Metric("goal", "goal", Kind.TEXT, lambda a: a.goal),
    Metric("partner", "partner", Kind.TEXT, lambda a: a.partner),
    Metric("sold_by", "sold by", Kind.TEXT, lambda a: a.sold_by),
    Metric("advocate_reference", "reference customer", Kind.FLAG, lambda a: a.advocate_reference),
    Metric("advocate_case_study", "case study", Kind.FLAG, lambda a: a.advocate_case_study),
    Metric("advocate_referrals", "referrals", Kind.NUMBER, lambda a: a.advocate_referrals),
    Metric("own_resources", "own resources", Kind.FLAG, lambda a: a.own_resources),
    Metric("hard_to_reach", "hard to reach", Kind.FLAG, lambda a: a.hard_to_reach),
    Metric("narrow_use", "narrow use", Kind.FLAG, lambda a: a.narrow_use),
    Metric("went_live_on", "go-live date", Kind.DATE, lambda a: a.went_live_on),
    Metric("renewal_on", "renewal date", Kind.DATE, lambda a: a.renewal_on),
)
METRICS: Mapping[str, Metric] = {metric.name: metric for metric in _METRICS}

SCORE = Metric("score", "score", Kind.NUMBER, lambda _: None)
"""The weighted score of a policy that sorts by one; it is worked out, no account brings it along."""


@lru_cache(maxsize=256)  # a policy asks for few, and one metric must be one object
def metric_named(name: str) -> Metric | None:
    """Find a metric; `attributes.anything` is the column of that name, `parent.arr` the parent's ARR."""
    for relation, where in ((Relation.PARENT, "of the parent"), (Relation.FAMILY, "in the family")):
        if name.startswith(f"{relation}."):
            own = metric_named(name.removeprefix(f"{relation}."))
            if own is None or own.relation:
                return None
            return Metric(name, f"{own.label} {where}", own.kind, own.read, True, relation)
    if name.startswith(ATTRIBUTE) and len(name) > len(ATTRIBUTE):
        key = name.removeprefix(ATTRIBUTE)
        return Metric(name, key.replace("_", " "), Kind.ANY, lambda account: account.attributes.get(key))
    return METRICS.get(name)


def origin(account: Account, metric: Metric) -> Origin:
    """Say where an account's value of a metric came from; of adoption, the older of its two parts."""
    if not account.origins:
        return Origin(account.source, account.as_of)
    name, own = metric.own_name, Origin(account.source, account.as_of)
    if name != ADOPTION:
        return account.origins.get(name, own)
    parts = [account.origins.get(part, own) for part in ("active_users", "seats")]
    return min(parts, key=lambda part: part.as_of or date.min)


def shown(value: Value | None) -> str:
    """Write a value as it stands in a sentence."""
    if isinstance(value, str):
        return str(value)
    if value is None:
        return "unknown"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | Decimal):
        return f"{value.normalize():,f}" if isinstance(value, Decimal) else f"{value:,}"
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def any_of(words: Sequence[str]) -> str:
    """Join alternatives as they stand in a sentence: `A, B or C`."""
    return " or ".join(filter(None, (", ".join(words[:-1]), words[-1])))
