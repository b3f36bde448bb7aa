"""Metrics: what the policy can name, and how values are written."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from decimal import Decimal

import pytest

from tiering.domain.account import Account
from tiering.domain.metric import METRICS, Kind, Relation, Value, any_of, metric_named, shown
from tiering.domain.money import Money


def value_of(name: str, account: Account) -> Value | None:
    metric = metric_named(name)
    assert metric is not None
    return metric.read(account)


def test_every_metric_is_unknown_of_an_account_of_which_nothing_is_known() -> None:
    nothing = Account(id="a", name="Acme")
    assert {name for name, metric in METRICS.items() if metric.read(nothing) is not None} == {"status"}


def test_every_column_about_value_can_be_measured() -> None:
    apart = {"id", "name", "domain", "aliases", "parent", "parent_id", "csm", "sponsor", "engineer"}
    apart |= {"attributes", "as_of", "source", "origins"}
    assert {one.name for one in fields(Account)} - apart == METRICS.keys() - {"adoption"}


@pytest.mark.parametrize(
    ("active", "seats", "adoption"),
    [(50, 100, Decimal(50)), (1, 3, Decimal("33.3")), (0, 5, Decimal(0)), (12, 10, Decimal(120))],
)
def test_adoption_is_the_share_of_seats_in_use(active: int, seats: int, adoption: Decimal) -> None:
    assert value_of("adoption", Account(id="a", name="A", active_users=active, seats=seats)) == adoption


@pytest.mark.parametrize(("active", "seats"), [(None, 5), (5, None), (5, 0)])
def test_adoption_is_unknown_without_both_numbers(active: int | None, seats: int | None) -> None:
    assert value_of("adoption", Account(id="a", name="A", active_users=active, seats=seats)) is None


def test_a_column_of_ones_own_is_a_metric() -> None:
    metric = metric_named("attributes.number_of_sites")
    assert metric is not None
    assert (metric.label, metric.kind) == ("number of sites", Kind.ANY)
    account = Account(id="a", name="A", attributes={"number_of_sites": Decimal(4)})
    assert metric.read(account) == 4
    assert metric.read(Account(id="b", name="B")) is None


def test_a_relatives_metric_is_the_same_metric_of_somebody_else() -> None:
    metric, column = metric_named("parent.potential_arr"), metric_named("family.attributes.sites")
    assert metric
    assert column
    assert (metric.label, metric.kind) == ("potential ARR of the parent", Kind.MONEY)
    assert (metric.relation, column.relation) == (Relation.PARENT, Relation.FAMILY)
    assert column.label == "sites in the family"


@pytest.mark.parametrize(
    "name", ["parent.", "parent.parent.arr", "family.nothing", "attributes.", "attributes", "ARR", "", "name"]
)
def test_other_names_are_no_metrics(name: str) -> None:
    assert metric_named(name) is None


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, "unknown"),
        (True, "yes"),
        (False, "no"),
        (12345, "12,345"),
        (-40, "-40"),
        (Decimal("33.30"), "33.3"),
        (Decimal("1E+3"), "1,000"),
        (Decimal(0), "0"),
        (date(2026, 11, 22), "2026-11-22"),
        (Money.of(5000, "USD"), "$5,000"),
        ("Healthcare", "Healthcare"),
    ],
)
def test_values_are_written_as_they_stand_in_a_sentence(value: Value | None, written: str) -> None:
    assert shown(value) == written


@pytest.mark.parametrize(
    ("words", "joined"), [(["A"], "A"), (["A", "B"], "A or B"), (["A", "B", "C"], "A, B or C")]
)
def test_alternatives_are_joined_as_in_a_sentence(words: list[str], joined: str) -> None:
    assert any_of(words) == joined
