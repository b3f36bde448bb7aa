"""The interview: a few answers and the data become a first tier policy with comments."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from tiering.domain.criteria import Text, Word
from tiering.domain.money import Currency

MOST_STAFFED = (Decimal("0.2"), Decimal("0.5"), Decimal("0.8"), Decimal("0.9"))
"""The share of accounts that the first tier, the first two and so on may hold, whatever hours there are: a
tier for the best that takes in half of the customers is a tier for nobody."""

UNMEASURED = {"arr": (100_000, 10_000, 1_000, 100), "seats": (1_000, 100, 50, 10)}
"""Cut points where no data tells better."""

WEEKS_A_YEAR = Decimal(52)
WEEKS_A_MONTH = WEEKS_A_YEAR / 12

Hours = Annotated[Decimal, Field(gt=0, le=10_000)]
WeeklyHours = Annotated[Decimal, Field(ge=Decimal("0.5"), le=57)]
"""What one person has for customers in a week; 57 are as many in a year as `capacity` allows."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class StaffedTier(_Part):
    """A tier whose accounts have a person."""

    name: Word
    public_name: Word
    hours_per_month: Hours
    """CSM hours that one account takes in a month."""


class Answers(_Part):
    """What the interview asks."""

    name: Text = "Tiers by what customers pay"
    preset: Word
    currency: Currency = "USD"
    metric: Literal["arr", "seats"] = "arr"
    csms: int = Field(ge=0, le=10_000)
    hours_per_week: WeeklyHours = Decimal(25)
    """Hours a week that one CSM has for customers."""
    staffed: tuple[StaffedTier, ...] = Field(min_length=1, max_length=4)
    """The tiers with people, from the highest down."""
    digital: Word = "Digital"
    digital_public: Word = "Essential"

    @model_validator(mode="after")
    def _names_differ(self) -> Self:
        for which in ("name", "public_name"):
            last = self.digital if which == "name" else self.digital_public
            names = [getattr(tier, which) for tier in self.staffed] + [last]
            if len({name.casefold() for name in names}) < len(names):
                raise ValueError(f"every tier needs a {which.replace('_', ' ')} of its own")
        return self


def capacity(answers: Answers) -> list[int]:
    """Return how many accounts each staffed tier can hold; the CSMs' hours are shared evenly among them."""
    monthly = answers.csms * answers.hours_per_week * WEEKS_A_MONTH / len(answers.staffed)
    return [int(monthly / tier.hours_per_month) for tier in answers.staffed]


def cut_points(values: Sequence[Decimal], rooms: Sequence[int], metric: str) -> list[Decimal]:
    """Return the least value for each staffed tier, falling; `values` are those of all that have one.

    Each is the quantile at which the tiers so far are full, either with the accounts for which there are
    hours or with MOST_STAFFED of all, rounded up to the next 1, 2 or 5 times a power of ten: round limits
    are remembered and argued for, and rounding up never promises hours that are not there. Where that would
    make two tiers one, the limits have two digits instead.
    """
    if not any(value > 0 for value in values):
        return [Decimal(number) for number in UNMEASURED[metric][: len(rooms)]]
    ranked = sorted(values, reverse=True)
    firsts_out: list[Decimal] = []
    room = 0
    for share, more in zip(MOST_STAFFED, rooms, strict=False):
        room += more
        held = min(room, int(share * len(ranked)))
        firsts_out.append(max(ranked[held], Decimal(0)))
    for digits in ((1, 2, 5), tuple(range(1, 100))):
        cuts = [_next_round(value, digits) for value in firsts_out]
        if all(above > below for above, below in pairwise(cuts)):
            return cuts
    for above in range(len(cuts) - 2, -1, -1):
        if cuts[above] <= cuts[above + 1]:
            cuts[above] = _next_round(cuts[above + 1], digits)
    return cuts


def _next_round(value: Decimal, digits: Sequence[int]) -> Decimal:
    """Return the least number that is more than a value: one of the digits times a power of ten."""
    power = Decimal(1)
    while True:
        for digit in digits:
            if digit * power > value:
                return digit * power
        power *= 10


def tiers_yaml(answers: Answers, values: Sequence[Decimal], rates: dict[str, Decimal]) -> str:
    """Write a commented tiers.yaml; `rates` are units of the policy's currency for one of another."""
    rooms = capacity(answers)
    cuts = cut_points(values, rooms, answers.metric)
    return "\n".join([*_head(answers, rates), *_tiers(answers), *_base(answers, cuts, values, rooms), ""])


def _head(answers: Answers, rates: dict[str, Decimal]) -> Iterator[str]:
    yield "# The tier policy, as `tiering init` wrote it from answers and data. Every line is yours to edit:"
    yield "# `tiering check` reads it, `tiering simulate` rehearses it, `tiering publish` puts it in force."
    yield ""
    yield f"name: {_quoted(answers.name)}"
    yield ""
    yield "# Which column of the services' levels is in force."
    yield f"preset: {_quoted(answers.preset)}"
    yield ""
    yield "# All amounts are in this currency. Rates: how many of it one unit of another currency is worth."
    yield f"currency: {answers.currency}"
    told = ", ".join(f"{code}: {rate:f}" for code, rate in sorted(rates.items()) if code != answers.currency)
    yield f"rates: {{{told}}}"
    yield ""


def _tiers(answers: Answers) -> Iterator[str]:
    yield "# From the highest tier down. Staff read `name`; customers only read `public_name` and `promise`."
    yield "tiers:"
    for number, tier in enumerate(answers.staffed):
        limit = max(1, int(answers.hours_per_week * WEEKS_A_MONTH / tier.hours_per_month))
        yield f"  - id: {number + 1}"
        yield f"    name: {_quoted(tier.name)}"
        yield f"    public_name: {_quoted(tier.public_name)}"
        yield f"    touch: {'mid' if number else 'high'}"
        yield "    promise: A named contact who knows your plans and watches over your progress."
        yield f"    sla: {{first_response: {'1 hour' if number == 0 else '4 hours'}}}"
        monthly = _number(tier.hours_per_month)
        yield f"    # {monthly} CSM hours a month for each account leave time for so many:"
        yield f"    accounts_per_csm: {limit}"
    yield f"  - id: {len(answers.staffed) + 1}"
    yield f"    name: {_quoted(answers.digital)}"
    yield f"    public_name: {_quoted(answers.digital_public)}"
    yield "    touch: digital"
    yield "    promise: Guides, courses and office hours at any time, and an answer to every message."
    yield "    sla: {first_response: 1 working day}"
    yield ""


def _base(
    answers: Answers, cuts: Sequence[Decimal], values: Sequence[Decimal], rooms: Sequence[int]
) -> Iterator[str]:
    lowest = len(cuts) + 1
    yield "# The first sorting. A band takes the accounts that have at least so much; the last the rest."
    if not any(value > 0 for value in values):
        yield "# There is no data to cut by yet: these limits are guesses to start with."
    yield "base:"
    yield f"  metric: {answers.metric}"
    yield "  bands:"
    above = 0
    for number, cut in enumerate(cuts):
        within = sum(value >= cut for value in values)
        yield f"    # {within - above} customers by today's data; there are hours for {rooms[number]}"
        yield f"    - {{tier: {number + 1}, at_least: {cut:f}}}"
        above = within
    yield f"    - {{tier: {lowest}}}"
    yield f"  unknown: {lowest}   # the provisional tier while the metric is not known"
    yield ""
    yield "# Reasons to move an account from there. Each needs a sentence that staff can say aloud."
    yield "adjustments:"
    yield "  - id: advocacy"
    yield "    name: Advocate"
    yield "    move: up"
    yield "    when_any: {advocate_reference: yes, advocate_case_study: yes}"
    yield "    because: It speaks for us to others, which is worth more than it pays."
    yield "  - id: own-resources"
    yield "    name: Has its own experts"
    yield "    move: down"
    yield "    when: {own_resources: yes}"
    yield "    because: It has its own experts and asks little of ours."
    yield ""
    yield "# How many tiers all adjustments together may move an account."
    yield "caps: {up: 1, down: 1}"
    yield ""
    yield "# Whose metric counts in a family of accounts: own, highest (in the family) or rollup (their sum)."
    yield "family: {rule: own}"
    yield ""
    yield "# Who there is to serve them; `tiering simulate` compares the hours that the services promise."
    hours = _number(round(answers.hours_per_week * WEEKS_A_YEAR, 2))
    yield f"capacity: {{csms: {answers.csms}, csm_hours_per_year: {hours}}}"
    yield ""
    yield "# What an hour of each team costs, in the currency above; without it, costs are unknown."
    yield "# costs: {cs: 80, support: 60, partner: 95}"


def _number(number: Decimal) -> str:
    return f"{number.normalize():f}"


def _quoted(text: str) -> str:
    """Write text so that YAML reads it as text, whatever it contains: JSON's strings are YAML's too."""
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(mark if mark.isprintable() else f"\\U{ord(mark):08x}" for mark in quoted)
