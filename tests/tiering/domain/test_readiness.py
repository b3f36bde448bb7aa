from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import account
from tests.tiering.domain.strategies import OFTEN
from tiering.content import Content
from tiering.domain.account import Account
from tiering.domain.money import Money
from tiering.domain.readiness import MOST_VIPS, Readiness, readiness


def book(amounts: list[int | None], csms: int = 0) -> list[Account]:
    return [
        account(
            f"A-{number}",
            f"Account {number}",
            arr=None if amount is None else Money.of(amount, "USD"),
            csm=f"CSM {number % csms}" if csms else None,
        )
        for number, amount in enumerate(amounts)
    ]


def assess(content: Content, accounts: list[Account]) -> Readiness:
    assert content.rules
    return readiness(accounts, content.rules)


def test_few_customers_need_a_list_not_tiers(content: Content) -> None:
    found = assess(content, book([100_000, *[1_000] * 20]))
    assert not found.ready
    assert found.verdict.startswith("You do not need tiers yet: a short list of names")
    assert [vip.id for vip in found.vips] == ["A-0"]
    assert found.vips[0].because == "Brings 83% of the revenue."


def test_many_customers_with_uneven_revenue_need_tiers(content: Content) -> None:
    found = assess(content, book([*[50_000] * 10, *[1_000] * 40]))
    assert found.ready
    assert found.verdict == "You need tiers: you have many customers, and revenue is uneven."
    assert [finding.value for finding in found.findings] == ["100%", "50", "93%", "0"]


def test_many_customers_on_few_shoulders_need_tiers(content: Content) -> None:
    found = assess(content, book([1_000] * 120, csms=2))
    assert found.ready
    assert found.verdict.endswith("and people are stretched.")


def test_many_customers_who_pay_alike_need_none(content: Content) -> None:
    found = assess(content, book([1_000] * 120, csms=6))
    assert not found.ready
    assert "pay alike" in found.verdict


def test_what_customers_pay_comes_first(content: Content) -> None:
    found = assess(content, book([1_000, *[None] * 99]))
    assert not found.ready
    assert "first find out what your customers pay" in found.verdict


def test_no_customers_need_no_tiers(content: Content) -> None:
    found = assess(content, [])
    assert (found.ready, found.vips) == (False, ())
    assert "no customers" in found.verdict


@OFTEN
@given(amounts=st.lists(st.none() | st.integers(0, 10**9), max_size=80), csms=st.integers(0, 5))
def test_the_list_to_start_with_is_short_and_nobody_outside_pays_more(
    content: Content, amounts: list[int | None], csms: int
) -> None:
    found = assess(content, book(amounts, csms))
    assert len(found.vips) <= MOST_VIPS
    inside = {vip.id for vip in found.vips}
    paid = {f"A-{number}": amount for number, amount in enumerate(amounts) if amount is not None}
    least = min((paid[one] for one in inside), default=0)
    assert not inside or all(paid[one] <= least for one in paid.keys() - inside)
    assert found.ready == found.verdict.startswith("You need tiers")
