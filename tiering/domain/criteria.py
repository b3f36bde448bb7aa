"""What a policy weighs besides bands and adjustments: scores, segments, bad fit, freshness, anti-flap."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from tiering.domain.condition import Written

Text = Annotated[str, Field(min_length=1, max_length=300)]
Word = Annotated[str, Field(min_length=1, max_length=60)]


class Part(BaseModel):
    """A part of tiers.yaml: an unknown key is a mistake, and nothing changes after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Conditional(Part):
    """Something that holds of some accounts."""

    when: Mapping[str, Written] = Field(default_factory=dict)
    """Conditions that must all hold."""
    when_any: Mapping[str, Written] = Field(default_factory=dict)
    """Conditions of which one is enough."""


class Step(Part):
    """The points for at least so much of a metric."""

    at_least: Decimal = Field(max_digits=17, decimal_places=2)
    points: Decimal = Field(ge=0, le=1000, decimal_places=2)


class ScorePart(Part):
    """What one metric adds to the score; below the lowest step it is worth no points."""

    metric: str
    weight: Decimal = Field(default=Decimal(1), gt=0, le=1000, decimal_places=2)
    points: tuple[Step, ...] = Field(min_length=1)


class AntiFlap(Part):
    """What keeps an account from falling at once; the defaults keep nobody."""

    margin: Decimal = Field(default=Decimal(0), ge=0, le=50, decimal_places=2)
    """By how many per cent the base value may lie below a band's limit without a downgrade."""
    grace_days: int = Field(default=0, ge=0, le=366)
    """How many days a downgrade is told before it takes place."""
    wait_for_renewal: bool = False
    """Whether a downgrade waits for the renewal, where that is later."""


class Segment(Conditional):
    """Accounts with one kind of goal, and the journey they are led on; it says nothing about the tier."""

    id: Word
    name: Text
    journey: Text


class BadFit(Conditional):
    """The mark of an account that we should not have sold to: a flag, never a tier."""

    because: Text


class Age(Part):
    """How old the values of one metric may be."""

    days: int = Field(ge=1, le=3660)
    ignore: bool = False
    """Whether an older value counts as unknown; else it is only pointed out."""


class Freshness(Part):
    """How old values may be, for all metrics and for some."""

    days: int | None = Field(default=None, ge=1, le=3660)
    metrics: Mapping[str, Age] = Field(default_factory=dict)

    def allowed(self, metric: str) -> int | None:
        """Return how many days old a metric may be, or None where that is left open."""
        return self.metrics[metric].days if metric in self.metrics else self.days
