"""Conditions: every form they may be written in, what each means, and what is said of the others."""

from __future__ import annotations

import operator
from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from tests.tiering.domain.strategies import OFTEN, TODAY
from tiering.domain.condition import BadCondition, Condition, Written, parse_condition
from tiering.domain.metric import METRICS, Value, metric_named
from tiering.domain.money import Money


def condition(name: str, written: Any) -> Condition:
    metric = metric_named(name)
    assert metric is not None
    return parse_condition(metric, written, "USD")


def holds(name: str, written: Any, value: Value | None) -> bool:
    return condition(name, written).holds(value, TODAY)


def usd(amount: str) -> Money:
    return Money.of(Decimal(amount), "USD")


SIGNS = {">=": operator.ge, ">": operator.gt, "<=": operator.le, "<": operator.lt, "=": operator.eq}


@OFTEN
@given(st.sampled_from(sorted(SIGNS)), st.integers(0, 10**6), st.integers(0, 10**6))
def test_a_comparison_of_amounts_is_that_of_their_cents(sign: str, limit: int, cents: int) -> None:
    written = f"{sign} {Decimal(limit).scaleb(-2)}"
    assert holds("arr", written, Money(cents, "USD")) == SIGNS[sign](cents, limit)


@OFTEN
@given(st.sampled_from(sorted(SIGNS)), st.integers(-100, 100), st.integers(-100, 100))
def test_a_comparison_of_numbers_is_theirs(sign: str, limit: int, value: int) -> None:
    assert holds("nps", f"{sign}{limit}", value) == SIGNS[sign](value, limit)


@OFTEN
@given(
    st.sampled_from(sorted(METRICS)),
    st.sampled_from(
        [">= 10", "< 10.5", "= 0", "yes", "no", "growth", ["A", "B"], ">= 2026-01-01", "last 9 days"]
    ),
)
def test_examples_meet_the_condition_and_an_unknown_value_never_does(name: str, written: Any) -> None:
    try:
        one = condition(name, written)
    except BadCondition:
        return
    assert not one.holds(None, TODAY)
    assert one.examples(TODAY)
    assert all(one.holds(example, TODAY) for example in one.examples(TODAY))


@pytest.mark.parametrize("name", ["arr", "seats", "industry", "own_resources", "renewal_on", "attributes.x"])
def test_known_and_unknown_ask_whether_there_is_a_value(name: str) -> None:
    assert holds(name, "unknown", None)
    assert not holds(name, "known", None)
    assert holds(name, "known", "anything")
    assert not condition(name, "unknown").examples(TODAY)


@pytest.mark.parametrize("written", ["yes", "Yes", "true", True])
def test_yes_means_yes_and_neither_no_nor_unknown(written: str | bool) -> None:
    assert [holds("own_resources", written, value) for value in (True, False, None)] == [True, False, False]


@pytest.mark.parametrize("written", ["no", "NO", "false", False])
def test_no_means_no_and_not_unknown(written: str | bool) -> None:
    assert [holds("own_resources", written, value) for value in (True, False, None)] == [False, True, False]


def test_texts_are_compared_without_case_and_spaces_around_them() -> None:
    assert holds("industry", ["Healthcare", "Public sector"], " public SECTOR ")
    assert not holds("industry", ["Healthcare"], "Health")
    assert holds("goal", "growth", "Growth")
    assert holds("attributes.plan", ["gold", "12"], Decimal(12))


def test_thousands_may_be_grouped() -> None:
    assert holds("arr", ">= 100,000", usd("100000"))
    assert not holds("arr", ">= 1_000_000.50", usd("1000000.49"))
    assert holds("adoption", ">= 50 %", Decimal(50))


def test_a_text_or_a_flag_is_never_compared_as_a_number() -> None:
    assert not holds("attributes.sites", ">= 0", "many")
    assert not holds("attributes.sites", ">= 0", True)
    assert not holds("attributes.sites", ">= 0", TODAY)
    assert not holds("attributes.since", ">= 2020-01-01", Decimal(3))
    assert holds("attributes.since", ">= 2020-01-01", TODAY)


@OFTEN
@given(st.integers(0, 400), st.integers(-500, 500))
def test_spans_count_from_today_and_include_both_ends(days: int, offset: int) -> None:
    value = TODAY + timedelta(days=offset)
    assert holds("renewal_on", f"next {days} days", value) == (0 <= offset <= days)
    assert holds("renewal_on", f"last {days} days", value) == (-days <= offset <= 0)


@pytest.mark.parametrize(
    ("name", "written", "said"),
    [
        ("arr", ">= 100000", "ARR at least $100,000"),
        ("arr", "<0.5", "ARR less than $0.50"),
        ("seats", "> 1000", "seats more than 1,000"),
        ("nps", "<= -10", "NPS at most -10"),
        ("seats", "= 5", "seats exactly 5"),
        ("advocate_reference", True, "reference customer"),
        ("own_resources", "no", "own resources no"),
        ("industry", ["A", "B", "C"], "industry A, B or C"),
        ("goal", "growth", "goal growth"),
        ("renewal_on", "next 90 days", "renewal date in the next 90 days"),
        ("renewal_on", "last 1 day", "renewal date in the last day"),
        ("renewal_on", "< 2027-01-01", "renewal date before 2027-01-01"),
        ("potential_arr", "known", "potential ARR known"),
    ],
)
def test_a_condition_reads_as_part_of_a_sentence(name: str, written: Any, said: str) -> None:
    assert str(condition(name, written)) == said


@pytest.mark.parametrize(
    ("name", "written", "says"),
    [
        (
            "arr",
            "about 5",
            "`arr` is an amount of money; expected a comparison such as \">= 100000\", not 'about 5'",
        ),
        ("arr", 100000, "expected a comparison such as \">= 100000\", not '100000'"),
        ("arr", ">= 100k", "expected a number such as 100000 after the sign for `arr`, not '100k'"),
        ("arr", ">= 1,5", "expected a number such as 100000 after the sign for `arr`, not '1,5'"),
        ("arr", ">= $100", "not '$100'"),
        ("arr", ">= 1e9", "not '1e9'"),
        ("arr", ">= NaN", "not 'NaN'"),
        ("arr", ">= " + "9" * 30, "not '999"),
        ("arr", ">= 50%", "not '50%'"),
        ("arr", ">= -5", "expected an amount of zero or more with at most two decimals, not '-5'"),
        ("arr", ">= 1.005", "with at most two decimals, not '1.005'"),
        ("arr", "=> 5", "expected a number such as 100000 after the sign for `arr`, not '> 5'"),
        ("arr", ["1", "2"], 'expected a comparison such as ">= 100000", not a list'),
        ("seats", "yes", "`seats` is a number; expected a comparison such as \">= 10\", not 'yes'"),
        ("seats", "last 5 days", "`seats` is a number; the last 5 days are for dates"),
        ("own_resources", "on", "`own_resources` is yes or no; expected `yes` or `no`, not 'on'"),
        ("own_resources", ">= 1", "expected `yes` or `no`"),
        ("own_resources", ["yes"], "expected `yes` or `no`, not a list"),
        ("industry", ">= 5", "`industry` is text; expected a text or a list of texts, not a comparison"),
        ("industry", [], "the list of values for `industry` is empty"),
        ("renewal_on", ">= soon", "expected a date such as 2026-12-31 for `renewal_on`, not 'soon'"),
        ("renewal_on", ">= 2026-02-30", "expected a date such as 2026-12-31"),
        ("renewal_on", "> 9999-12-31", "expected a date such as 2026-12-31"),
        ("renewal_on", "2026-12-31", 'expected a comparison such as ">= 2026-12-31", or "next 90 days"'),
    ],
)
def test_what_cannot_be_read_is_refused_with_what_was_expected(name: str, written: Any, says: str) -> None:
    with pytest.raises(BadCondition) as error:
        condition(name, written)
    assert says in str(error.value)


@OFTEN
@given(
    st.sampled_from([*sorted(METRICS), "attributes.x"]), st.text(max_size=30) | st.lists(st.text(max_size=5))
)
def test_anything_written_is_a_condition_or_refused(name: str, written: Any) -> None:
    with suppress(BadCondition):
        condition(name, written).holds(None, TODAY)


@pytest.mark.parametrize("value", [None, {}, {"a": 1}, [None], [["a"]], "", [""]])
def test_what_no_condition_can_be_is_refused_once(value: object) -> None:
    with pytest.raises(ValidationError) as error:
        TypeAdapter(Written).validate_python(value)
    assert error.value.error_count() == 1
    assert "expected a condition such as" in str(error.value)


def test_a_list_of_other_plain_values_is_one_of_texts() -> None:
    assert TypeAdapter(Written).validate_python([1, True, date(2026, 1, 2), "x"]) == [
        "1",
        "yes",
        "2026-01-02",
        "x",
    ]
