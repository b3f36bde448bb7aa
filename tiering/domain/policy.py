"""The policy: how the company sorts its accounts into tiers, as tiers.yaml says it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field
from rapidfuzz import fuzz, process

from tiering.domain.condition import BadCondition, Condition, Written, parse_condition
from tiering.domain.metric import METRICS, Kind, Metric, metric_named
from tiering.domain.money import Currency
from tiering.domain.service import Catalogue, Prose

Place: TypeAlias = tuple[str | int, ...]
"""The way to a value within the file, such as ("tiers", 0, "name")."""

Text = Annotated[str, Field(min_length=1, max_length=300)]
Word = Annotated[str, Field(min_length=1, max_length=60)]
Rate = Annotated[Decimal, Field(gt=0, max_digits=20)]
HourlyCost = Annotated[Decimal, Field(ge=0, le=100000, decimal_places=2)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Sla(_Part):
    """How fast the tier is answered, in the words that staff and customers read."""

    first_response: Word
    hours: Word = "working hours"


class Tier(_Part):
    """A tier, 1 being the highest."""

    id: int = Field(ge=1, le=9)
    name: Word
    """What staff call it."""
    public_name: Word
    """What customers read."""
    aliases: tuple[Word, ...] = ()
    touch: Literal["high", "mid", "digital"]
    promise: Text
    """One sentence to the customer about what the plan gives."""
    sla: Sla
    accounts_per_csm: int | None = Field(default=None, ge=1)


class Band(_Part):
    """The accounts that have at least so much of the metric."""

    tier: int
    at_least: Decimal | None = Field(default=None, max_digits=17, decimal_places=2)
    """None in the lowest band, which takes what is left."""


class Base(_Part):
    """The first sorting, by one metric."""

    metric: str
    bands: tuple[Band, ...] = Field(min_length=1)
    unknown: int
    """The provisional tier of an account for which the metric is unknown."""


class Adjustment(_Part):
    """A named reason to move an account up or down from its first sorting."""

    id: Word
    name: Text
    move: Literal["up", "down"]
    by: int = Field(default=1, ge=1, le=8)
    when: Mapping[str, Written] = Field(default_factory=dict)
    """Conditions that must all hold."""
    when_any: Mapping[str, Written] = Field(default_factory=dict)
    """Conditions of which one is enough."""
    because: Text


class Caps(_Part):
    """How many tiers all adjustments together may move an account."""

    up: int = Field(default=1, ge=0, le=8)
    down: int = Field(default=1, ge=0, le=8)


class Family(_Part):
    """Whose metric counts where accounts belong together."""

    rule: Literal["own", "highest", "rollup"] = "own"


class ExceptionLimits(_Part):
    """How long an exception may last, and how long before its end it is called to mind."""

    max_days: int = Field(default=365, ge=1, le=3660)
    nudge_days: int = Field(default=14, ge=0, le=366)


class Capacity(_Part):
    """How much work the customer success managers can do."""

    csm_hours_per_year: Decimal = Field(default=Decimal(1600), gt=0, le=3000, decimal_places=2)
    csms: int | None = Field(default=None, ge=0, le=100_000)
    """How many there are; None counts those who have accounts."""


class Rules(_Part):
    """The whole of tiers.yaml."""

    name: Text = "Tier policy"
    preset: Word
    """Which column of the services' levels is in force."""
    currency: Currency = "USD"
    rates: Mapping[Currency, Rate] = Field(default_factory=dict)
    """Units of the policy's currency for one unit of another."""
    rates_as_of: date | None = None
    tiers: tuple[Tier, ...] = Field(min_length=1)
    base: Base
    adjustments: tuple[Adjustment, ...] = ()
    caps: Caps = Caps()
    family: Family = Family()
    exceptions: ExceptionLimits = ExceptionLimits()
    allowance_period: Literal["calendar", "contract"] = "calendar"
    """Whether allowances begin anew with the calendar or with each account's contract year."""
    costs: Mapping[Word, HourlyCost] = Field(default_factory=dict)
    """What an hour of each team costs, in the policy's currency."""

    capacity: Capacity = Capacity()

    @cached_property
    def tier_by_id(self) -> Mapping[int, Tier]:
        """The tiers under their ids."""
        return {tier.id: tier for tier in self.tiers}

    @cached_property
    def lowest(self) -> int:
        """The id of the lowest tier."""
        return max(tier.id for tier in self.tiers)

    @cached_property
    def base_metric(self) -> Metric:
        """The metric of the first sorting; raises LookupError where there is none of that name."""
        metric = metric_named(self.base.metric)
        if metric is None:
            raise LookupError(f"the policy bands an unknown metric {self.base.metric!r}")
        return metric

    @cached_property
    def metrics(self) -> tuple[Metric, ...]:
        """Every metric by which the policy decides, the base metric first."""
        asked = [self.base_metric]
        asked += [one.metric for _, every, some in self.conditions for one in (*every, *some)]
        return tuple({metric.name: metric for metric in asked}.values())

    @cached_property
    def conditions(self) -> tuple[tuple[Adjustment, tuple[Condition, ...], tuple[Condition, ...]], ...]:
        """Each adjustment with its conditions made ready; raises BadCondition."""
        return tuple(
            (adjustment, self._ready(adjustment.when), self._ready(adjustment.when_any))
            for adjustment in self.adjustments
        )

    def _ready(self, written: Mapping[str, Written]) -> tuple[Condition, ...]:
        return tuple(read_condition(name, one, self.currency) for name, one in written.items())


@dataclass(frozen=True)
class Policy:
    """The rules and the catalogue that decide together, under the number of their publication."""

    version: int
    """0 for a draft."""
    rules: Rules
    catalogue: Catalogue
    grandfathered_until: date | None = None
    """Until this day nobody falls because this version came into force."""

    def tier(self, tier_id: int) -> Tier:
        """Return the tier with this id."""
        return self.rules.tier_by_id[tier_id]

    def worded(self, prose: Prose) -> Policy:
        """Return this policy with its services in today's words."""
        services = tuple(prose.worded(service) for service in self.catalogue.services)
        return replace(self, catalogue=Catalogue(services=services))


def read_condition(name: str, written: Written, currency: str) -> Condition:
    """Make a condition of a line such as `arr: ">= 100000"`; raises BadCondition."""
    metric = metric_named(name)
    if metric is None:
        near = process.extractOne(name, METRICS.keys(), scorer=fuzz.WRatio, score_cutoff=70)
        meant = f"did you mean `{near[0]}`? A" if near else "a"
        raise BadCondition(
            f"there is no metric `{name}`; {meant} column of your own is written `attributes.{name}`"
        )
    return parse_condition(metric, written, currency)


def problems_of(rules: Rules) -> Iterator[tuple[Place, str]]:
    """Find what no single value shows: contradictions between the parts, each with the place to point at."""
    yield from _tier_problems(rules)
    yield from _base_problems(rules)
    seen: set[str] = set()
    for number, adjustment in enumerate(rules.adjustments):
        place: Place = ("adjustments", number)
        if adjustment.id in seen:
            yield (*place, "id"), f"the adjustment `{adjustment.id}` stands here for the second time"
        seen.add(adjustment.id)
        if not adjustment.when and not adjustment.when_any:
            text = f"the adjustment `{adjustment.id}` has no condition; expected `when` or `when_any`"
            yield (*place, "when"), text
        for key in ("when", "when_any"):
            yield from condition_problems(getattr(adjustment, key), (*place, key), rules.currency)
    if rules.currency in rules.rates:
        yield ("rates", rules.currency), f"{rules.currency} is the policy's own currency and has no rate"


def condition_problems(
    conditions: Mapping[str, Written], place: Place, currency: str
) -> Iterator[tuple[Place, str]]:
    """Find the conditions that cannot be read."""
    for name, written in conditions.items():
        try:
            read_condition(name, written, currency)
        except BadCondition as error:
            yield (*place, name), str(error)


def _tier_problems(rules: Rules) -> Iterator[tuple[Place, str]]:
    names: dict[str, int] = {}
    for number, tier in enumerate(rules.tiers):
        if tier.id != number + 1:
            yield (
                ("tiers", number, "id"),
                f"the tier with the id {tier.id} stands in place {number + 1}; "
                "tiers are numbered 1, 2, 3 ... from the highest down",
            )
        named: list[tuple[Place, str]] = [(("name",), tier.name)]
        named += [(("aliases", which), alias) for which, alias in enumerate(tier.aliases)]
        for place, name in named:
            if names.setdefault(name.casefold(), number) != number:
                yield ("tiers", number, *place), f"two tiers are called {name!r}"


def _base_problems(rules: Rules) -> Iterator[tuple[Place, str]]:
    base = rules.base
    metric = metric_named(base.metric)
    if metric is None or metric.kind not in (Kind.MONEY, Kind.NUMBER, Kind.ANY):
        yield (
            ("base", "metric"),
            f"`{base.metric}` cannot be banded; expected a metric that is a number, such as arr",
        )
    if base.unknown not in rules.tier_by_id:
        yield ("base", "unknown"), _no_tier(base.unknown, rules)
    last = len(base.bands) - 1
    for number, band in enumerate(base.bands):
        place: Place = ("base", "bands", number)
        limit = band.at_least
        if band.tier not in rules.tier_by_id:
            yield (*place, "tier"), _no_tier(band.tier, rules)
        if limit is None and number < last:
            yield place, "`at_least` is missing; only the last band goes without, since it takes what is left"
        if limit is not None and number == last:
            yield place, "the last band takes what is left, so it has no `at_least`"
        if limit is not None and limit < 0 and metric and metric.kind is Kind.MONEY:
            yield (*place, "at_least"), f"`at_least` is {limit}; expected an amount of zero or more"
        if number:
            yield from _order_problems(base.bands[number - 1], band, place)


def _order_problems(above: Band, band: Band, place: Place) -> Iterator[tuple[Place, str]]:
    if band.tier <= above.tier:
        yield place, f"the bands are out of order: tier {band.tier} follows tier {above.tier}"
    if band.at_least is not None and above.at_least is not None and band.at_least >= above.at_least:
        yield place, f"the bands are out of order: {band.at_least} follows {above.at_least}"


def _no_tier(tier_id: int, rules: Rules) -> str:
    return f"there is no tier {tier_id}; the tiers are {', '.join(str(tier.id) for tier in rules.tiers)}"
