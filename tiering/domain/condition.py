"""A condition of the policy on one metric, written as a person would: `">= 100000"`, `yes`, `[Health]`.

The forms: a comparison (`>=`, `>`, `<=`, `<`, `=`) with a number, an amount or an ISO date; `yes` or `no`; a
text, or a list of texts of which any may match; `known` or `unknown`; and for dates `last 90 days` and
`next 90 days`, counted from today and including both ends.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, TypeAlias

from tiering.domain.metric import Kind, Metric, Value, shown
from tiering.domain.money import Money

Written: TypeAlias = str | bool | int | float | date | list[str]
"""A condition as it stands in the YAML."""

_COMPARISON = re.compile(r"(>=|<=|>|<|=)\s*(.+)")
_SPAN = re.compile(r"(last|next)\s+(\d{1,5})\s+days?")
_SIGNS: Mapping[str, Callable[[Any, Any], bool]] = {
    ">=": operator.ge,
    ">": operator.gt,
    "<=": operator.le,
    "<": operator.lt,
    "=": operator.eq,
}
_WORDS = {">=": "at least", ">": "more than", "<=": "at most", "<": "less than", "=": ""}
_FLAGS = {"yes": True, "no": False, "true": True, "false": False}


class BadCondition(ValueError):
    """A condition that cannot be read; the message says what was expected."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A test of one metric. An unknown value meets no condition but `unknown`."""

    metric: Metric
    words: str
    """The threshold within a sentence: `at least $100,000`, `Health or Banking`, `yes`."""
    _test: Callable[[Value | None, date], bool]

    def holds(self, value: Value | None, today: date) -> bool:
        """Tell whether a value of the metric, already in the policy's currency, meets the condition."""
        return self._test(value, today)


def parse_condition(metric: Metric, written: Written, currency: str) -> Condition:
    """Read a condition for a metric; raises BadCondition."""
    if isinstance(written, list):
        return _any_of(metric, written)
    text = "yes" if written is True else "no" if written is False else str(written).strip()
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
        f'`{metric.name}` is {metric.kind}; expected a comparison such as ">= 100", not {text!r}'
    )


def _flag(metric: Metric, word: str) -> Condition:
    if word not in _FLAGS:
        raise BadCondition(f"`{metric.name}` is yes or no; expected `yes` or `no`, not {word!r}")
    wanted = _FLAGS[word]
    return Condition(metric, "yes" if wanted else "no", lambda value, _: value is wanted)


def _any_of(metric: Metric, texts: list[str]) -> Condition:
    if metric.kind not in (Kind.TEXT, Kind.ANY):
        raise BadCondition(f"`{metric.name}` is {metric.kind}; a list of texts cannot be compared with it")
    if not texts:
        raise BadCondition(f"the list of values for `{metric.name}` is empty")
    wanted = frozenset(str(text).casefold().strip() for text in texts)
    words = " or ".join(str(text) for text in texts)
    return Condition(
        metric, words, lambda value, _: value is not None and shown(value).casefold().strip() in wanted
    )


def _span(metric: Metric, direction: str, days: int) -> Condition:
    if metric.kind is not Kind.DATE:
        raise BadCondition(f"`{metric.name}` is {metric.kind}, not a date")
    reach = timedelta(days=days)

    def test(value: Value | None, today: date) -> bool:
        if not isinstance(value, date):
            return False
        return today - reach <= value <= today if direction == "last" else today <= value <= today + reach

    return Condition(metric, f"in the {direction} {days} days", test)


def _comparison(metric: Metric, sign: str, text: str, currency: str) -> Condition:
    compare = _SIGNS[sign]
    threshold: Value
    if metric.kind is Kind.DATE:
        try:
            threshold = date.fromisoformat(text)
        except ValueError:
            raise BadCondition(
                f"expected a date such as 2026-12-31 for `{metric.name}`, not {text!r}"
            ) from None
    elif metric.kind is Kind.TEXT:
        raise BadCondition(f"`{metric.name}` is text; expected a text or a list of texts, not a comparison")
    else:
        threshold = _number(metric, text)
    limit = (
        int(threshold * 100) if isinstance(threshold, Decimal) and metric.kind is Kind.MONEY else threshold
    )
    if isinstance(threshold, Decimal) and metric.kind is Kind.MONEY:
        threshold = Money.of(threshold, currency)

    def test(value: Value | None, _: date) -> bool:
        if isinstance(value, Money):
            return compare(value.cents, limit)
        comparable = isinstance(value, date) if isinstance(limit, date) else isinstance(value, int | Decimal)
        return comparable and not isinstance(value, bool) and compare(value, limit)

    return Condition(metric, f"{_WORDS[sign]} {shown(threshold)}".strip(), test)


def _number(metric: Metric, text: str) -> Decimal:
    try:
        number = Decimal(text.replace(",", "").replace("_", "").removesuffix("%").strip())
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise BadCondition(f"expected a number after the sign for `{metric.name}`, not {text!r}")
    return number
