from __future__ import annotations

from decimal import Decimal

from tests.conftest import TODAY, account
from tiering.content import Content
from tiering.domain.account import Status
from tiering.domain.money import Money
from tiering.domain.package import NOTHING, Package, Promises, difference
from tiering.domain.policy import Policy

RICH = account("A-1", "Acme", arr=Money(90_000_000, "USD"))
POOR = account("A-2", "Bolt", arr=Money(10_000_000, "USD"))


def promises(content: Content) -> Promises:
    assert content.rules is not None
    return Promises(Policy(1, content.rules, content.catalogue), TODAY)


def test_a_package_counts_allowances_for_a_year_and_the_hours_of_each_team(content: Content) -> None:
    package = promises(content).package(POOR, 1)
    assert package.times["quarterly-business-review"] == 4
    assert package.times["health-check"] is None
    assert package.times["knowledge-base"] is None
    assert "on-site-visit" not in package.times, "its condition is not met"
    assert set(package.hours) == {"cs", "support"}
    person = [one for one in content.catalogue.services if one.team == "support" and one.delivery == "person"]
    owed = [one for one in person if one.id in package.times]
    assert package.hours["support"] == sum((one.hours * one.per_year for one in owed), Decimal(0))


def test_a_condition_that_is_met_adds_its_service(content: Content) -> None:
    assert "on-site-visit" in promises(content).package(RICH, 1).times


def test_accounts_with_the_same_promises_share_one_package(content: Content) -> None:
    asked = promises(content)
    assert asked.package(POOR, 2) is asked.package(account("A-9", "Other"), 2)


def test_nobody_but_customers_is_promised_anything(content: Content) -> None:
    for status in (Status.PROSPECT, Status.CHURNED):
        assert promises(content).package(account("A-1", "Acme", status=status), 1) is NOTHING


def test_a_smaller_allowance_is_a_loss_and_a_larger_one_a_gain() -> None:
    before = Package({"review": 4, "advice": None, "visit": 1, "same": 2}, {})
    after = Package({"review": 2, "visit": None, "same": 2, "new": 1}, {})
    found = difference(before, after)
    assert (found.lost, found.gained) == (("review", "advice"), ("visit", "new"))
    assert difference(after, before).lost == found.gained


def test_the_hours_of_what_a_partner_delivers_are_the_partners(content: Content) -> None:
    own = promises(content).package(POOR, 1)
    served = promises(content).package(account("A-3", "Fjord", partner="Nordlys Consulting"), 1)
    services = content.catalogue.by_id
    theirs = sum(services[one].hours * services[one].per_year for one in ("training", "health-check"))
    assert served.hours["partner"] == theirs
    assert served.hours["cs"] == own.hours["cs"] - theirs
