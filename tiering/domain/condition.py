"""A condition of the policy on one metric, written as a person would: `">= 100000"`, `yes`, `[Health]`.

The forms: a comparison (`>=`, `>`, `<=`, `<`, `=`) with a number, an amount or an ISO date; `yes` or `no`; a
text, or a list of texts of which any may match; `known` or `unknown`; and for dates `last 90 days` and
`next 90 days`, counted from today and including both ends.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated, Any, TypeAlias

from pydantic import BeforeValidator
from rapidfuzz import fuzz, process

from tiering.domain.metric import METRICS, Kind, Metric, Value, any_of, metric_named, shown
from tiering.domain.money import Money


def _plain(written: object) -> object:
    """Refuse what no condition can be, before pydantic reports it once for each form there is."""
    parts = written if isinstance(written, list) else [written]
    if all(isinstance(one, str | bool | int | float | date) and one != "" for one in parts):
        return [text_of(one) for one in parts] if isinstance(written, list) else written
    raise ValueError('expected a condition such as ">= 100000", yes, or [one, two]')


def text_of(written: object) -> str:
    """Write one plain value as it stood in the YAML; 1.2 knows `true` as a value and `yes` as a text."""
    return "yes" if written is True else "no" if written is False else str(written).strip()


Place: TypeAlias = tuple[str | int, ...]
"""The way to a value within the file, such as ("tiers", 0, "name")."""

Written: TypeAlias = Annotated[str | bool | int | float | date | list[str], BeforeValidator(_plain)]
"""A condition as it stands in the YAML."""

_COMPARISON = re.compile(r"(>=|<=|>|<|=)\s*(.+)")
_SPAN = re.compile(r"(last|next)\s+([0-9]{1,5})\s+days?")
_NUMERAL = re.compile(r"-?([0-9]{1,15}|[0-9]{1,3}([,_][0-9]{3}){1,4})(\.[0-9]{1,6})?")
_SIGNS: Mapping[str, Callable[[Any, Any], bool]] = {
    ">=": operator.ge,
    ">": operator.gt,
    "<=": operator.le,
    "<": operator.lt,
    "=": operator.eq,
}
_WORDS = {">=": "at least", ">": "more than", "<=": "at most", "<": "less than", "=": "exactly"}
_DATE_WORDS = {">=": "on or after", ">": "after", "<=": "on or before", "<": "before", "=": "on"}
_STEPS = {">": 1, "<": -1}
"""How far from its limit the nearest whole value lies that meets a comparison."""
_FLAGS = {"yes": True, "no": False, "true": True, "false": False}
_FOR_EXAMPLE = {
    Kind.MONEY: 'a comparison such as ">= 100000"',
    Kind.NUMBER: 'a comparison such as ">= 10"',
    Kind.DATE: 'a comparison such as ">= 2026-12-31", or "next 90 days"',
}


class BadCondition(ValueError):
    """A condition that cannot be read; the message says what was expected."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A test of one metric. An unknown value meets no condition but `unknown`."""

    metric: Metric
    words: str
    """The threshold within a sentence: `at least $100,000`, `Health or Banking`, `yes`."""
    holds: Callable[[Value | None, date], bool]
    """Tells whether a value of the metric, already in the policy's currency, meets the condition today."""
    examples: Callable[[date], Sequence[Value]] = lambda _: ()
    """Values that meet it, the smallest changes first; none where it only asks whether a value is known."""

    def __str__(self) -> str:
        """Return the whole of it within a sentence: `ARR at least $5,000`, `reference customer`."""
        return self.metric.label if self.words == "yes" else f"{self.metric.label} {self.words}"


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


def condition_problems(
    conditions: Mapping[str, Written], place: Place, currency: str
) -> Iterator[tuple[Place, str]]:
    """Find the conditions that cannot be read."""
    for name, written in conditions.items():
        try:
            read_condition(name, written, currency)
        except BadCondition as error:
            yield (*place, name), str(error)


def parse_condition(metric: Metric, written: Written, currency: str) -> Condition:
    """Read a condition for a metric; raises BadCondition."""
    if isinstance(written, list):
        return _any_of(metric, written)
    text = text_of(written)
    word = text.casefold()
    if word in ("known", "unknown"):
        return Condition(metric, word, lambda value, _: (value is None) == (word == "unknown"))
    if metric.kind is Kind.FLAG or (metric.kind is Kind.ANY and word in _FLAGS):
        return _flag(metric, word)
    if span := _SPAN.fullmatch(word):
        return _span(metric, span[1], int(span[2]))
    compared = _COMPARISON.fullmatch(text)
    if compared:
        return _comparison(metric, compared[1], compared[2].strip(), currency)
    if metric.kind in (Kind.TEXT, Kind.ANY):
        return _any_of(metric, [text])
    raise BadCondition(
        f"`{metric.name}` is {metric.kind}; expected {_FOR_EXAMPLE[metric.kind]}, not {text!r}"
    )


def _flag(metric: Metric, word: str) -> Condition:
    if word not in _FLAGS:
        raise BadCondition(f"`{metric.name}` is yes or no; expected `yes` or `no`, not {word!r}")
    wanted = _FLAGS[word]
    return Condition(metric, "yes" if wanted else "no", lambda value, _: value is wanted, lambda _: (wanted,))


def _any_of(metric: Metric, texts: list[str]) -> Condition:
    if metric.kind not in (Kind.TEXT, Kind.ANY):
        expected = _FOR_EXAMPLE.get(metric.kind, "`yes` or `no`")
        raise BadCondition(f"`{metric.name}` is {metric.kind}; expected {expected}, not a list")
    if not texts:
        raise BadCondition(f"the list of values for `{metric.name}` is empty; expected at least one")
    wanted = frozenset(text.casefold().strip() for text in texts)
    return Condition(
        metric,
        any_of(texts),
        lambda value, _: value is not None and shown(value).casefold().strip() in wanted,
        lambda _: texts,
    )


def _span(metric: Metric, direction: str, days: int) -> Condition:
    if metric.kind not in (Kind.DATE, Kind.ANY):
        raise BadCondition(f"`{metric.name}` is {metric.kind}; the {direction} {days} days are for dates")
    reach = timedelta(days=days)

    def test(value: Value | None, today: date) -> bool:
        if not isinstance(value, date):
            return False
        return today - reach <= value <= today if direction == "last" else today <= value <= today + reach

    words = f"in the {direction} {days} days" if days != 1 else f"in the {direction} day"
    return Condition(metric, words, test, lambda today: (today,))


def _comparison(metric: Metric, sign: str, text: str, currency: str) -> Condition:
    if metric.kind is Kind.TEXT:
        raise BadCondition(f"`{metric.name}` is text; expected a text or a list of texts, not a comparison")
    compare, limit = _SIGNS[sign], _limit(metric, text, currency)
    step = _STEPS.get(sign, 0)
    nearest: Value
    if isinstance(limit, Money):
        nearest = Money(limit.cents + step, limit.currency)
    else:
        nearest = limit + timedelta(days=step) if isinstance(limit, date) else limit + step

    def test(value: Value | None, _: date) -> bool:
        if isinstance(limit, Money):
            return isinstance(value, Money) and compare(value.cents, limit.cents)
        if isinstance(limit, date):
            return isinstance(value, date) and compare(value, limit)
        return isinstance(value, int | Decimal) and not isinstance(value, bool) and compare(value, limit)

    words = (_DATE_WORDS if isinstance(limit, date) else _WORDS)[sign]
    return Condition(metric, f"{words} {shown(limit)}", test, lambda _: (nearest,))


def _limit(metric: Metric, text: str, currency: str) -> Money | Decimal | date:
    """Read what a metric is compared with."""
    if metric.kind in (Kind.DATE, Kind.ANY) and re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        try:
            day = date.fromisoformat(text)
        except ValueError:
            day = date.max
        if day.year >= 3000:
            raise BadCondition(f"expected a date such as 2026-12-31 for `{metric.name}`, not {text!r}")
        return day
    if metric.kind is Kind.DATE:
        raise BadCondition(f"expected a date such as 2026-12-31 for `{metric.name}`, not {text!r}")
    numeral = text if metric.kind is Kind.MONEY else text.removesuffix("%").rstrip()
    if not _NUMERAL.fullmatch(numeral):
        raise BadCondition(
            f"expected a number such as 100000 after the sign for `{metric.name}`, not {text!r}"
        )
    number = Decimal(numeral.replace(",", "").replace("_", ""))
    if metric.kind is not Kind.MONEY:
        return number
    if number < 0 or number != round(number, 2):
        raise BadCondition(f"expected an amount of zero or more with at most two decimals, not {text!r}")
    return Money.of(number, currency)
