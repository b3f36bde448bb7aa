"""Measurements: the newest value counts, be it the CRM's or a measured one, and says where it came from."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tiering.domain.strategies import OFTEN, TODAY, accounts, kin, rich_policies
from tests.tiering.domain.test_decision import an_account
from tiering.domain.account import Account, Origin
from tiering.domain.criteria import Freshness
from tiering.domain.decision import ALONE, Family, decide
from tiering.domain.measurement import Measurement, as_measured, measured_name
from tiering.domain.metric import metric_named, origin
from tiering.domain.policy import Policy

DAY = date(2026, 10, 1)


def one(metric: str, value: str | int, as_of: date = DAY) -> Measurement:
    return Measurement("a", metric, Decimal(value), as_of, "survey")


@pytest.mark.parametrize(
    ("said", "confirmed", "counts"),
    [
        (None, DAY + timedelta(days=1), 40),
        (10, None, 40),
        (10, DAY, 40),
        (10, DAY - timedelta(days=1), 40),
        (10, DAY + timedelta(days=1), 10),
    ],
)
def test_the_newest_value_counts(said: int | None, confirmed: date | None, counts: int) -> None:
    known = as_measured(an_account(nps=said, as_of=confirmed, source="crm.csv"), [one("nps", 40)])
    metric = metric_named("nps")
    assert metric is not None
    assert known.nps == counts
    assert origin(known, metric) == (Origin("survey", DAY) if counts == 40 else Origin("crm.csv", confirmed))


def test_a_metric_that_is_no_column_counts_as_an_attribute() -> None:
    known = as_measured(an_account(attributes={"health": Decimal(3)}), [one("health", "99.5")])
    assert known.attributes == {"health": Decimal("99.5")}


def test_adoption_is_as_old_as_the_older_of_its_parts() -> None:
    account = an_account(seats=10, as_of=date(2026, 5, 1), source="crm.csv")
    known = as_measured(account, [one("active_users", 4)])
    metric = metric_named("adoption")
    assert metric is not None
    assert metric.read(known) == Decimal(40)
    assert origin(known, metric) == Origin("crm.csv", date(2026, 5, 1))


@pytest.mark.parametrize(
    ("metric", "names"),
    [
        ("nps", ("nps",)),
        ("family.nps", ("nps",)),
        ("adoption", ("active_users", "seats")),
        ("attributes.health", ("health",)),
        ("parent.attributes.health", ("health",)),
        ("arr", ()),
        ("industry", ()),
        ("advocate_referrals", ()),
    ],
)
def test_what_can_be_measured_has_a_name(metric: str, names: tuple[str, ...]) -> None:
    found = metric_named(metric)
    assert found is not None
    assert measured_name(found) == names


@OFTEN
@given(accounts(), kin(), rich_policies(), st.integers(-100, 100))
def test_it_makes_no_difference_to_the_tier_who_said_a_value(
    account: Account, family: Family, policy: Policy, nps: int
) -> None:
    policy = replace(policy, rules=policy.rules.model_copy(update={"freshness": Freshness()}))
    typed = decide(replace(account, nps=nps), family, None, policy, TODAY)
    told = decide(as_measured(account, [one("nps", nps)]), family, None, policy, TODAY)
    assert (typed.tier, typed.weight, typed.flags) == (told.tier, told.weight, told.flags)
    for reason in decide(as_measured(account, [one("nps", nps)]), ALONE, None, policy, TODAY).reasons:
        if reason.criterion == "nps":
            assert (reason.source, reason.as_of) == ("survey", DAY)
