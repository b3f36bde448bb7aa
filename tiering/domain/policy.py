"""The policy: how the company sorts its accounts into tiers, as tiers.yaml says it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

from tiering.domain.condition import BadCondition, Condition, Written, parse_condition
from tiering.domain.metric import Kind, metric_named
from tiering.domain.service import Catalogue, Prose

Place: TypeAlias = tuple[str | int, ...]
"""The way to a value within the file, such as ("tiers", 0, "name")."""

Text = Annotated[str, Field(min_length=1, max_length=300)]
Word = Annotated[str, Field(min_length=1, max_length=60)]


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
    at_least: Decimal | None = None
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


class Rules(_Part):
    """The whole of tiers.yaml."""

    name: Text = "Tier policy"
    preset: Word
    """Which column of the services' levels is in force."""
    currency: str = Field(default="USD", pattern="^[A-Z]{3}$")
    rates: Mapping[str, Decimal] = Field(default_factory=dict)
    """Units of the policy's currency for one unit of another."""
    rates_as_of: date | None = None
    tiers: tuple[Tier, ...] = Field(min_length=1)
    base: Base
    adjustments: tuple[Adjustment, ...] = ()
    caps: Caps = Caps()
    family: Family = Family()

    @cached_property
    def tier_by_id(self) -> Mapping[int, Tier]:
        """The tiers under their ids."""
        return {tier.id: tier for tier in self.tiers}

    @property
    def lowest(self) -> int:
        """The id of the lowest tier."""
        return max(tier.id for tier in self.tiers)

    @cached_property
    def conditions(self) -> tuple[tuple[Adjustment, tuple[Condition, ...], tuple[Condition, ...]], ...]:
        """Each adjustment with its conditions made ready; raises BadCondition."""
        return tuple(
            (
                adjustment,
                tuple(
                    read_condition(name, written, self.currency) for name, written in adjustment.when.items()
                ),
                tuple(
                    read_condition(name, written, self.currency)
                    for name, written in adjustment.when_any.items()
                ),
            )
            for adjustment in self.adjustments
        )


@dataclass(frozen=True)
class Policy:
    """The rules and the catalogue that decide together, under the number of their publication."""

    version: int
    """0 for a draft."""
    rules: Rules
    catalogue: Catalogue

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
        raise BadCondition(f"there is no metric `{name}`; a column of the import is `attributes.{name}`")
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
            yield place, f"the adjustment `{adjustment.id}` has no condition; expected `when` or `when_any`"
        for key in ("when", "when_any"):
            yield from condition_problems(getattr(adjustment, key), (*place, key), rules.currency)
    for currency, rate in rules.rates.items():
        if rate <= 0:
            yield ("rates", currency), f"the rate for {currency} is {rate}; expected a number above zero"


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
    ids = [tier.id for tier in rules.tiers]
    if ids != list(range(1, len(ids) + 1)):
        yield ("tiers",), f"the tiers are numbered {ids}; expected 1, 2, 3 ... from the highest down"
    names: dict[str, int] = {}
    for number, tier in enumerate(rules.tiers):
        for name in (tier.name, *tier.aliases):
            if names.setdefault(name.casefold(), number) != number:
                yield ("tiers", number), f"two tiers are called {name!r}"


def _base_problems(rules: Rules) -> Iterator[tuple[Place, str]]:
    base, tiers = rules.base, rules.tier_by_id
    metric = metric_named(base.metric)
    if metric is None or metric.kind not in (Kind.MONEY, Kind.NUMBER, Kind.ANY):
        yield (
            ("base", "metric"),
            f"`{base.metric}` cannot be banded; expected a metric that is a number, such as arr",
        )
    if base.unknown not in tiers:
        yield ("base", "unknown"), f"there is no tier {base.unknown}"
    last = len(base.bands) - 1
    for number, band in enumerate(base.bands):
        place: Place = ("base", "bands", number)
        if band.tier not in tiers:
            yield (*place, "tier"), f"there is no tier {band.tier}"
        if (band.at_least is None) != (number == last):
            yield (
                place,
                "every band but the last needs `at_least`, and the last takes what is left, without one",
            )
        if number:
            above = base.bands[number - 1]
            if band.tier <= above.tier:
                yield place, f"the bands are out of order: tier {band.tier} follows tier {above.tier}"
            if band.at_least is not None and above.at_least is not None and band.at_least >= above.at_least:
                yield place, f"the bands are out of order: {band.at_least} follows {above.at_least}"
