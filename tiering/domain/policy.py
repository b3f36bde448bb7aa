"""The policy: how the company sorts its accounts into tiers, as tiers.yaml says it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from tiering.domain.condition import Condition
from tiering.domain.condition import Place as Place  # re-exported: who reads policies reports mistakes
from tiering.domain.condition import condition_problems as condition_problems
from tiering.domain.condition import read_condition as read_condition
from tiering.domain.criteria import (
    AntiFlap,
    BadFit,
    Conditional,
    Freshness,
    Part,
    ScorePart,
    Segment,
    Text,
    Word,
)
from tiering.domain.measurement import measured_name
from tiering.domain.metric import SCORE, Metric, metric_named
from tiering.domain.money import Currency
from tiering.domain.refusal import Refusal
from tiering.domain.service import Catalogue, Prose
from tiering.domain.signal import Signals

Rate = Annotated[Decimal, Field(gt=0, max_digits=20)]
HourlyCost = Annotated[Decimal, Field(ge=0, le=100000, decimal_places=2)]


class Sla(Part):
    """How fast the tier is answered, in the words that staff and customers read."""

    first_response: Word
    hours: Word = "working hours"


class Tier(Part):
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


Ready: TypeAlias = tuple[tuple[Condition, ...], tuple[Condition, ...]]
"""Conditions made ready: those that must all hold, and those of which one is enough, if there are any."""


class Band(Part):
    """The accounts that have at least so much of the metric."""

    tier: int
    at_least: Decimal | None = Field(default=None, max_digits=17, decimal_places=2)
    """None in the lowest band, which takes what is left."""


class Base(Part):
    """The first sorting, by one metric or by a score of several."""

    metric: str | None = None
    score: tuple[ScorePart, ...] = ()
    """Instead of a metric: the mean of the points of each part, counted by its weight."""
    bands: tuple[Band, ...] = Field(min_length=1)
    unknown: int
    """The provisional tier of an account for which the metric, or every part of the score, is unknown."""


class Adjustment(Conditional):
    """A named reason to move an account up or down from its first sorting."""

    id: Word
    name: Text
    move: Literal["up", "down"]
    by: int = Field(default=1, ge=1, le=8)
    because: Text


class Caps(Part):
    """How many tiers all adjustments together may move an account."""

    up: int = Field(default=1, ge=0, le=8)
    down: int = Field(default=1, ge=0, le=8)


class Family(Part):
    """Whose metric counts where accounts belong together."""

    rule: Literal["own", "highest", "rollup"] = "own"


class ExceptionLimits(Part):
    """How long an exception may last, and how long before its end it is called to mind."""

    max_days: int = Field(default=365, ge=1, le=3660)
    nudge_days: int = Field(default=14, ge=0, le=366)


class Capacity(Part):
    """How much work the customer success managers can do."""

    csm_hours_per_year: Decimal = Field(default=Decimal(1600), gt=0, le=3000, decimal_places=2)
    csms: int | None = Field(default=None, ge=0, le=100_000)
    """How many there are; None counts those who have accounts."""


class Rules(Part):
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
    anti_flap: AntiFlap = AntiFlap()
    segments: tuple[Segment, ...] = ()
    """The first that holds is the account's."""
    bad_fit: BadFit | None = None
    freshness: Freshness = Freshness()
    exceptions: ExceptionLimits = ExceptionLimits()
    allowance_period: Literal["calendar", "contract"] = "calendar"
    """Whether allowances begin anew with the calendar or with each account's contract year."""
    costs: Mapping[Word, HourlyCost] = Field(default_factory=dict)
    """What an hour of each team costs, in the policy's currency."""

    capacity: Capacity = Capacity()
    signals: Signals = Signals()

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
        """The metric of the first sorting, or the score; raises LookupError for an unknown name."""
        return _known(self.base.metric) if self.base.metric is not None else SCORE

    @cached_property
    def score(self) -> tuple[tuple[ScorePart, Metric], ...]:
        """The parts of the score with their metrics, none where one metric sorts; raises LookupError."""
        return tuple((part, _known(part.metric)) for part in self.base.score)

    @cached_property
    def base_metrics(self) -> tuple[Metric, ...]:
        """What an account must bring along for the first sorting."""
        return tuple(metric for _, metric in self.score) or (self.base_metric,)

    @cached_property
    def metrics(self) -> tuple[Metric, ...]:
        """Every metric of the account itself that the policy asks for, those of the base first."""
        return tuple(metric for metric in self._asked if metric.relation is None)

    @cached_property
    def lent(self) -> tuple[Metric, ...]:
        """Every metric of relatives that the policy asks for."""
        return tuple(metric for metric in self._asked if metric.relation)

    @cached_property
    def measured(self) -> tuple[str, ...]:
        """The names under which measurements may bear on a decision."""
        return tuple(dict.fromkeys(name for metric in self._asked for name in measured_name(metric)))

    @cached_property
    def minds_family(self) -> bool:
        """Whether a decision on one account needs its relatives."""
        return self.family.rule != "own" or bool(self.lent)

    @cached_property
    def _asked(self) -> tuple[Metric, ...]:
        parts = [(every, some) for _, every, some in self.conditions]
        parts += [ready for _, ready in self.segment_conditions]
        parts += [self.bad_fit_conditions] if self.bad_fit_conditions else []
        asked = [*self.base_metrics, *(one.metric for every, some in parts for one in (*every, *some))]
        return tuple({metric.name: metric for metric in asked}.values())

    @cached_property
    def conditions(self) -> tuple[tuple[Adjustment, tuple[Condition, ...], tuple[Condition, ...]], ...]:
        """Each adjustment with its conditions made ready; raises BadCondition."""
        return tuple((adjustment, *self._ready(adjustment)) for adjustment in self.adjustments)

    @cached_property
    def segment_conditions(self) -> tuple[tuple[Segment, Ready], ...]:
        """Each segment with its conditions made ready; raises BadCondition."""
        return tuple((segment, self._ready(segment)) for segment in self.segments)

    @cached_property
    def segment_by_id(self) -> Mapping[str, Segment]:
        """The segments under their ids."""
        return {segment.id: segment for segment in self.segments}

    @cached_property
    def bad_fit_conditions(self) -> Ready | None:
        """The conditions of a bad fit made ready; raises BadCondition."""
        return self._ready(self.bad_fit) if self.bad_fit else None

    def _ready(self, written: Conditional) -> Ready:
        every, some = (
            tuple(read_condition(name, one, self.currency) for name, one in lines.items())
            for lines in (written.when, written.when_any)
        )
        return every, some

    @cached_property
    def soonest_stale(self) -> int | None:
        """The age in days that no value may pass unremarked; None where all values may grow old."""
        ages = [age.days for age in self.freshness.metrics.values()]
        ages += [self.freshness.days] if self.freshness.days else []
        return min(ages, default=None)


def _known(name: str) -> Metric:
    metric = metric_named(name)
    if metric is None:
        raise LookupError(f"the policy asks for an unknown metric {name!r}")
    return metric


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

    def check_tier(self, tier_id: int) -> None:
        """Make sure that somebody named a tier that there is; raises Refusal."""
        if tier_id not in self.rules.tier_by_id:
            tiers = ", ".join(str(tier.id) for tier in self.rules.tiers)
            raise Refusal(f"There is no tier {tier_id}; the tiers are {tiers}.")

    def at_once(self) -> Policy:
        """Return this policy without its anti-flap rule, so that every downgrade takes effect at once."""
        return replace(self, rules=self.rules.model_copy(update={"anti_flap": AntiFlap()}))

    def worded(self, prose: Prose) -> Policy:
        """Return this policy with its services in today's words."""
        services = tuple(prose.worded(service) for service in self.catalogue.services)
        return replace(self, catalogue=Catalogue(services=services))
