from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import TODAY, account
from tiering.content import Content, read_content
from tiering.domain.account import Account
from tiering.domain.change_kit import PlanChange, write_kit
from tiering.domain.money import Money
from tiering.domain.package import Promises, difference
from tiering.domain.policy import Policy
from tiering.domain.service import Catalogue
from tiering.files import SHIPPED_CONTENT

STARTS = date(2027, 2, 1)


def policy_of(content: Content) -> Policy:
    assert content.rules is not None
    return Policy(1, content.rules, content.catalogue)


POLICY = policy_of(read_content(SHIPPED_CONTENT))


def kit(customer: Account, before: int, after: int, grace: bool = False, stays: bool = False) -> str:
    promises = Promises(POLICY, TODAY)
    package = promises.package(customer, after)
    changes = difference(promises.package(customer, before), package)
    change = PlanChange(
        customer, POLICY.tier(before), POLICY.tier(after), package, changes, STARTS, grace, stays=stays
    )
    return write_kit(change, POLICY, POLICY)


ACME = account("A-1", "Acme", arr=Money(15_000_000, "USD"), hard_to_reach=True, narrow_use=True, nps=-80)

FORBIDDEN = [
    r"\btiers?\b",
    r"long.tail",
    r"bad.fit",
    r"\bflag",
    r"\bARR\b",
    r"revenue",
    r"\bNPS\b",
    r"150,000",
    r"-80",
    r"hard to reach",
    r"narrow",
    r"segment",
    r"policy",
    *(re.escape(reason.because) for reason in POLICY.rules.adjustments),
    *(rf"\b{re.escape(tier.name)}\b" for tier in POLICY.rules.tiers),
    *(rf"\b{re.escape(alias)}\b" for tier in POLICY.rules.tiers for alias in tier.aliases if len(alias) > 1),
]


@pytest.mark.parametrize("grace", [False, True])
@pytest.mark.parametrize("stays", [False, True])
@pytest.mark.parametrize(("before", "after"), [(1, 2), (2, 3), (1, 3), (3, 2), (2, 1), (3, 1)])
def test_customers_never_read_tiers_reasons_flags_or_what_was_measured(
    before: int, after: int, grace: bool, stays: bool
) -> None:
    text = kit(ACME, before, after, grace, stays)
    for service in POLICY.catalogue.services:  # their names are the catalogue's, such as Growth planning
        text = text.replace(service.name, "")
    for forbidden in FORBIDDEN:
        assert not re.search(forbidden, text, re.IGNORECASE), forbidden
    assert POLICY.tier(after).public_name in text
    digits = re.findall(r"\d+", text)
    allowed = {"1", "31", "2027", "600", "200", "800", "4", "24", "7"}  # days, prices, hours, times a year
    assert set(digits) <= allowed


def test_a_loss_is_told_with_empathy_expectations_grace_and_what_can_be_bought() -> None:
    text = kit(ACME, 1, 2, grace=True)
    assert "From 1 February 2027 your plan is **Plus** instead of **Signature**." in text
    assert "You should hear it from us" in text
    assert "It is no judgement of you" in text
    assert "- Quarterly business review is no longer part of your plan" in text
    assert POLICY.tier(2).promise in text
    assert "We answer your messages within 4 hours (working hours)." in text
    assert "You keep everything that you have today up to and including 31 January 2027" in text
    assert "- Health check: $1,200 per session" in text
    assert "## What is new for you" not in text


def test_a_gain_is_told_as_good_news() -> None:
    text = kit(ACME, 2, 1)
    assert "Thank you for building on us." in text
    assert "- Quarterly business review, 4 times a year" in text
    assert "not welcome news" not in text
    assert "If you want to keep something" not in text


def test_where_nothing_can_be_bought_the_door_stays_open() -> None:
    services = tuple(one.model_copy(update={"price": None}) for one in POLICY.catalogue.services)
    unsold = Policy(2, POLICY.rules, Catalogue(services=services))
    promises, package = Promises(POLICY, TODAY), Promises(unsold, TODAY).package(ACME, 2)
    changes = difference(promises.package(ACME, 1), package)
    change = PlanChange(ACME, POLICY.tier(1), POLICY.tier(2), package, changes, STARTS, grace=False)
    assert "Tell us what you would miss most" in write_kit(change, POLICY, unsold)


@given(name=st.text(min_size=1, max_size=60))
def test_a_name_from_the_crm_never_becomes_markup(name: str) -> None:
    text = kit(account("A-1", name), 1, 2)
    assert len([line for line in text.splitlines() if line.startswith("# ")]) <= 1 + name.count("\n")
    first = text.split("\n")[0].removeprefix("# A change to your plan: ")
    assert not re.search(r"(?<!\\)[*_`\[\]<>|]", first.replace("\\\\", ""))
