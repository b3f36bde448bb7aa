from __future__ import annotations

from dataclasses import replace

import pytest

from tests.conftest import OLGA, TODAY, account, an_import
from tiering.content import Content
from tiering.domain.account import Account, Status
from tiering.domain.money import Money
from tiering.domain.refusal import Refusal
from tiering.usecases.deciding import decide_all
from tiering.usecases.lookalikes import bad_fits, lookalikes
from tiering.usecases.policy import in_force, publish_first
from tiering.usecases.record import Store


def saying(content: Content, bad_fit: object) -> Content:
    """The shipped content with another idea of a bad fit."""
    assert content.rules
    told = content.rules.model_dump(mode="json")
    return replace(content, rules=type(content.rules).model_validate({**told, "bad_fit": bad_fit}))


def people(store: Store, *accounts: Account) -> None:
    with store.begin() as work:
        work.accounts.save(accounts, an_import(work))
        decide_all(work, in_force(work), TODAY)


def bank(account_id: str, seats: int, arr: int, **values: object) -> Account:
    return account(
        account_id, f"Bank {account_id}", industry="Retail", seats=seats, arr=Money.of(arr, "USD"), **values
    )


def test_only_customers_of_lower_tiers_are_looked_at(ruled: Store) -> None:
    people(
        ruled,
        bank("A-1", 300, 150_000),
        bank("A-2", 310, 160_000),
        bank("A-3", 280, 20_000),
        bank("A-4", 290, 20_000, status=Status.CHURNED),
        bank("A-5", 295, 20_000, status=Status.PROSPECT),
    )
    assert [(one.id, one.like_id) for one in lookalikes(ruled, OLGA)] == [("A-3", "A-1")]
    with ruled.begin() as work:
        assert work.audit.entries()[-1].action == "lookalikes"


def test_bad_fits_are_grouped_by_who_sold_them_the_most_first(store: Store, content: Content) -> None:
    small = {"when": {"seats": "< 5"}, "because": "Too few seats to gain by it."}
    publish_first(store, saying(content, small), OLGA, TODAY)
    people(
        store,
        bank("A-1", 2, 9_000, sold_by="Northern Partners"),
        bank("A-2", 3, 9_000, sold_by="Northern Partners"),
        bank("A-3", 300, 9_000, sold_by="Northern Partners"),
        bank("A-4", 1, 9_000),
        bank("A-5", 300, 9_000, sold_by="Direct"),
        bank("A-6", 1, 9_000, sold_by="Direct", status=Status.CHURNED),
    )
    first, second = bad_fits(store, OLGA)
    assert (first.sold_by, first.sold, [one.id for one in first.misfits]) == (
        "Northern Partners",
        3,
        ["A-1", "A-2"],
    )
    assert (second.sold_by, second.sold, [one.id for one in second.misfits]) == (None, 1, ["A-4"])
    assert first.misfits[0].because.startswith("Too few seats to gain by it.")


def test_a_policy_that_knows_no_bad_fit_says_so(store: Store, content: Content) -> None:
    publish_first(store, saying(content, None), OLGA, TODAY)
    with pytest.raises(Refusal, match="add `bad_fit`"):
        bad_fits(store, OLGA)
