"""Servicing: a service that takes an hour on each day of a year makes every span easy to count."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tiering.domain.strategies import TODAY
from tiering.content import read_content
from tiering.domain.account import Account, Status
from tiering.domain.effort import Entry
from tiering.domain.exception import Grant
from tiering.domain.holding import NOTHING, Holdings
from tiering.domain.money import Money
from tiering.domain.package import Promises
from tiering.domain.policy import Policy
from tiering.domain.purchase import Purchase
from tiering.domain.service import Catalogue, Service
from tiering.domain.servicing import Balance, balance, together
from tiering.files import SHIPPED_CONTENT

_DRAFT = read_content(SHIPPED_CONTENT).draft
assert _DRAFT is not None
SHIPPED: Policy = _DRAFT

DAY_OF_YEAR = 326
"""22 November is the 326th day of 2026."""


def policy(costs: dict[str, int] | None = None, period: str = "calendar", **values: Any) -> Policy:
    """A policy whose one service takes 36.5 hours, ten times a year, and is included in tier 1."""
    service = Service.model_validate(
        {
            "id": "care",
            "name": "Care",
            "hours": Decimal("36.5"),
            "per_year": 10,
            "levels": {"later-stage": {1: "included"}},
            **values,
        }
    )
    rules = SHIPPED.rules.model_copy(
        update={
            "costs": {team: Decimal(much) for team, much in (costs or {}).items()},
            "allowance_period": period,
        }
    )
    return replace(SHIPPED, rules=rules, catalogue=Catalogue(services=(service,)))


def customer(**values: Any) -> Account:
    return Account(**{"id": "a", "name": "Acme", **values})


def hours(much: int, day: date = TODAY, team: str = "cs") -> Entry:
    return Entry(
        id=1, account_id="a", service="care", hours=Decimal(much), team=team, day=day, who="cli:olga"
    )


def owed(account: Account, tier: int, holdings: Holdings = NOTHING, rules: Policy | None = None) -> Decimal:
    return balance(account, tier, holdings, (), Promises(rules or policy(), TODAY)).owed_hours


def excepted(since: date) -> Grant:
    return Grant(
        id=1,
        account_id="a",
        tier=None,
        service="care",
        reason="Pilot",
        approver="Dana",
        granted_by="cli:olga",
        starts_on=since,
        until=date(2027, 3, 31),
    )


def bought(times: int | None, since: date, until: date) -> Purchase:
    return Purchase(
        id=1,
        account_id="a",
        tier=None,
        service="care",
        times=times,
        starts_on=since,
        until=until,
        price=None,
        recorded_by="cli:olga",
    )


def test_what_is_included_is_owed_for_the_part_of_the_year_that_has_gone_by() -> None:
    assert owed(customer(), 1) == DAY_OF_YEAR
    assert owed(customer(), 2) == 0


@pytest.mark.parametrize(
    ("live", "much"), [(date(2026, 11, 22), 1), (date(2026, 11, 1), 22), (date(2027, 1, 1), 0)]
)
def test_nothing_is_owed_before_an_account_goes_live(live: date, much: int) -> None:
    assert owed(customer(went_live_on=live), 1) == much


def test_an_allowance_is_owed_as_often_as_it_says() -> None:
    quarterly = policy(levels={"later-stage": {1: "allowance"}}, allowance={"times": 5, "per": "quarter"})
    assert owed(customer(), 1, rules=quarterly) == 2 * DAY_OF_YEAR


def test_the_year_may_be_the_contracts() -> None:
    assert owed(customer(renewal_on=date(2027, 11, 13)), 1, rules=policy(period="contract")) == 10


@pytest.mark.parametrize(
    "values", [{"delivery": "automated"}, {"hours": 0}, {"levels": {"later-stage": {1: "request"}}}]
)
def test_what_nobody_has_to_do_or_must_be_asked_for_is_not_owed(values: dict[str, Any]) -> None:
    assert owed(customer(), 1, rules=policy(**values)) == 0


def test_a_condition_that_is_not_met_owes_nothing() -> None:
    only_large = policy(condition={"arr": ">= 1000"})
    assert owed(customer(arr=Money.of(900, "USD")), 1, rules=only_large) == 0
    assert owed(customer(arr=Money.of(1000, "USD")), 1, rules=only_large) == DAY_OF_YEAR


@pytest.mark.parametrize("status", [Status.PROSPECT, Status.CHURNED])
def test_who_is_no_customer_is_owed_nothing(status: Status) -> None:
    assert owed(customer(status=status), 1) == 0


def test_an_exception_owes_from_its_first_day_and_not_twice_what_the_plan_gives() -> None:
    held = Holdings(grants=(excepted(date(2026, 11, 13)),))
    assert owed(customer(), 2, held) == 10
    assert owed(customer(), 1, held) == DAY_OF_YEAR


def test_a_purchase_without_a_number_owes_like_an_exception() -> None:
    held = Holdings(purchases=(bought(None, date(2026, 11, 13), date(2027, 3, 31)),))
    assert owed(customer(), 2, held) == 10


def test_a_purchase_by_number_is_spread_over_its_own_days_and_added_to_the_plan() -> None:
    held = Holdings(purchases=(bought(2, date(2026, 11, 13), date(2026, 12, 2)),))
    assert owed(customer(), 2, held) == Decimal("36.5")
    assert owed(customer(), 1, held) == DAY_OF_YEAR + Decimal("36.5")


def test_what_was_logged_this_year_until_today_was_given() -> None:
    entries = [
        hours(3, date(2026, 1, 1)),
        hours(4),
        hours(-4),
        hours(5, team="sales"),
        hours(100, date(2025, 12, 31)),
        hours(100, date(2026, 11, 23)),
    ]
    weighed = balance(customer(), 2, NOTHING, entries, Promises(policy(), TODAY))
    assert [weighed.owed_hours, weighed.given_hours, weighed.difference] == [0, 8, 8]


def test_hours_become_money_by_the_team_that_owes_or_gives_them() -> None:
    priced = policy(costs={"cs": 80, "sales": 50})
    weighed = balance(customer(), 1, NOTHING, [hours(2, team="sales")], Promises(priced, TODAY))
    assert weighed.owed_cost(priced.rules) == Money.of(DAY_OF_YEAR * 80, "USD")
    assert weighed.given_cost(priced.rules) == Money.of(100, "USD")


def test_the_cost_of_a_team_without_a_price_is_unknown_and_not_nothing() -> None:
    priced = policy(costs={"cs": 80})
    weighed = balance(customer(), 1, NOTHING, [hours(2, team="sales")], Promises(priced, TODAY))
    assert weighed.given_cost(priced.rules) is None
    assert weighed.owed_cost(priced.rules) is not None


@given(st.lists(st.tuples(st.integers(-9, 9), st.sampled_from(["cs", "support"])), max_size=8))
def test_balances_add_up(lines: list[tuple[int, str]]) -> None:
    parts = [Balance({team: Decimal(much)}, {team: Decimal(-much)}) for much, team in lines]
    total = together(parts)
    assert total.owed_hours == sum(much for much, _ in lines) == -total.given_hours
