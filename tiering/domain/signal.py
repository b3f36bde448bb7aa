"""Signals: what of an account wants somebody's attention, by thresholds of the policy.

A signal is raised when an account crosses a threshold and stands until it is back; crossing again is another
signal. Only what was measured counts (`tiering import-metrics`), since a column of an export has no past.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from pydantic import Field

from tiering.domain.account import Account
from tiering.domain.criteria import Part, Word
from tiering.domain.measurement import Measurement

FOLLOWED_UP = "follow_ups"
"""The metric by which whoever runs surveys says that an answer was followed up."""
_ANSWERABLE = timedelta(days=60)
"""An answer to a survey that is older than this is past answering."""
_WORDS = {"nps": "NPS", "csat": "CSAT"}


class Kind(StrEnum):
    """What a signal is about."""

    OPEN_CASES = "open_cases"
    UNANSWERED_SURVEY = "unanswered_survey"
    FALLING_USAGE = "falling_usage"
    OVER_SERVICED = "over_serviced"


class OpenCases(Part):
    """At least so many cases are open."""

    watch: bool = True
    metric: Word = "open_cases"
    at_least: int = Field(default=5, ge=1, le=100_000)


class UnansweredSurvey(Part):
    """Nobody followed an answer up within so many days."""

    watch: bool = True
    within_days: int = Field(default=14, ge=1, le=59)


class FallingUsage(Part):
    """Usage fell by so much within so many days, and the renewal is near."""

    watch: bool = True
    metric: Word = "active_users"
    by_per_cent: int = Field(default=20, ge=1, le=100)
    over_days: int = Field(default=90, ge=1, le=366)
    before_renewal_days: int = Field(default=120, ge=1, le=366)


class OverServicing(Part):
    """An account was given so many hours more this year than it is owed by now."""

    watch: bool = True
    by_hours: Decimal = Field(default=Decimal(4), gt=0, le=10_000, decimal_places=2)


class Signals(Part):
    """Which signals are raised, and when."""

    open_cases: OpenCases = OpenCases()
    unanswered_survey: UnansweredSurvey = UnansweredSurvey()
    falling_usage: FallingUsage = FallingUsage()
    over_servicing: OverServicing = OverServicing()

    @property
    def metrics(self) -> tuple[str, ...]:
        """The metrics whose measurements are needed."""
        asked = {
            self.open_cases.metric: self.open_cases.watch,
            self.falling_usage.metric: self.falling_usage.watch,
            **dict.fromkeys((*_WORDS, FOLLOWED_UP), self.unanswered_survey.watch),
        }
        return tuple(name for name, watched in asked.items() if watched)

    def begins(self, today: date) -> date:
        """Return the day of the oldest measurement that counts."""
        return today - max(_ANSWERABLE, timedelta(days=self.falling_usage.over_days))


@dataclass(frozen=True, slots=True)
class Signal:
    """A threshold that an account has crossed."""

    kind: Kind
    about: str
    """What tells it from others of its kind: which answer to which survey; empty where there is one alone."""
    sentence: str
    """What is so, against which threshold; staff read it."""


@dataclass(frozen=True, slots=True)
class Watched:
    """What is known of an account that may raise signals."""

    account: Account
    measured: Sequence[Measurement] = ()
    """Of the metrics of `Signals`, since the day on which they begin; the oldest first."""
    worked_on: date | None = None
    """The last day for which effort was logged."""
    owed: Decimal = Decimal(0)
    """Hours of this year until today."""
    given: Decimal = Decimal(0)


def signals_of(one: Watched, rules: Signals, today: date) -> list[Signal]:
    """Return every signal that holds of an account today."""
    by_metric: dict[str, list[Measurement]] = {}
    for measurement in one.measured:
        if measurement.as_of <= today:
            by_metric.setdefault(measurement.metric, []).append(measurement)
    return [
        *_open_cases(by_metric, rules.open_cases),
        *_unanswered(one, by_metric, rules.unanswered_survey, today),
        *_falling(one.account, by_metric, rules.falling_usage, today),
        *_over(one, rules.over_servicing),
    ]


def _open_cases(measured: Mapping[str, Sequence[Measurement]], rule: OpenCases) -> Iterator[Signal]:
    values = measured.get(rule.metric)
    if rule.watch and values and values[-1].value >= rule.at_least:
        yield Signal(
            Kind.OPEN_CASES,
            "",
            f"{_number(values[-1].value)} cases were open on {values[-1].as_of.isoformat()}; "
            f"from {rule.at_least} on somebody should look.",
        )


def _unanswered(
    one: Watched, measured: Mapping[str, Sequence[Measurement]], rule: UnansweredSurvey, today: date
) -> Iterator[Signal]:
    if not rule.watch:
        return
    followed = [each.as_of for each in measured.get(FOLLOWED_UP, ()) if each.value > 0]
    acted = max([*followed, *([one.worked_on] if one.worked_on else [])], default=date.min)
    for metric, word in _WORDS.items():
        for answer in _each_day(measured.get(metric, ())):
            waited = today - answer.as_of
            if timedelta(days=rule.within_days) < waited <= _ANSWERABLE and acted < answer.as_of:
                yield Signal(
                    Kind.UNANSWERED_SURVEY,
                    f"{metric} {answer.as_of.isoformat()}",
                    f"Nobody has followed up the answer of {answer.as_of.isoformat()} "
                    f"({word} {_number(answer.value)}) within {rule.within_days} days.",
                )


def _falling(
    account: Account, measured: Mapping[str, Sequence[Measurement]], rule: FallingUsage, today: date
) -> Iterator[Signal]:
    renewal = account.renewal_on
    if not rule.watch or renewal is None or not 0 <= (renewal - today).days <= rule.before_renewal_days:
        return
    first = today - timedelta(days=rule.over_days)
    values = [each for each in measured.get(rule.metric, ()) if each.as_of >= first]
    if not values:
        return
    highest, now = max(values, key=lambda each: each.value), values[-1]
    if highest.value > 0 and now.value * 100 <= highest.value * (100 - rule.by_per_cent):
        fell = 100 - now.value * 100 / highest.value
        yield Signal(
            Kind.FALLING_USAGE,
            "",
            f"{_named(rule.metric)} fell by {fell:.0f} per cent, from {_number(highest.value)} on "
            f"{highest.as_of.isoformat()} to {_number(now.value)}; the renewal is on {renewal.isoformat()}.",
        )


def _over(one: Watched, rule: OverServicing) -> Iterator[Signal]:
    beyond = one.given - one.owed
    if rule.watch and beyond >= rule.by_hours:
        yield Signal(
            Kind.OVER_SERVICED,
            "",
            f"It was given {_number(one.given)} hours this year and is owed {_number(one.owed)} by now.",
        )


def _each_day(answers: Iterable[Measurement]) -> list[Measurement]:
    """Return the last answer of each day, since that is the one that counts."""
    return list({answer.as_of: answer for answer in answers}.values())


def _named(metric: str) -> str:
    words = metric.replace("_", " ")
    return words[:1].upper() + words[1:]


def _number(value: Decimal) -> str:
    return f"{value.normalize():,f}"
