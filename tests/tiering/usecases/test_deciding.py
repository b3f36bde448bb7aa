"""Deciding what is in the record: waiting downgrades, relatives that lift, the card's segment and rank."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from time import sleep
from typing import Any

import pytest

from tests.conftest import NOON, OLGA, TODAY, MakeUrl, account, an_import
from tests.tiering.usecases.test_import_accounts import ORDER, crowd, land
from tests.tiering.usecases.test_policy import stricter
from tiering.content import Content
from tiering.domain.account import Account
from tiering.domain.answer import Rank, TierAnswer
from tiering.domain.decision import Decision, Pending
from tiering.domain.money import Money
from tiering.domain.policy import Rules
from tiering.domain.purchase import Order as PurchaseOrder
from tiering.domain.shape import card_shape
from tiering.storage.policies import Publication
from tiering.usecases.ask import Inquiry, show
from tiering.usecases.daily import daily
from tiering.usecases.deciding import Mover, carry_out
from tiering.usecases.policy import held_in_force, publish_first
from tiering.usecases.purchases import buy
from tiering.usecases.record import RecordUnavailable, Store, open_store

PARENT = {
    "id": "parent",
    "name": "Large group",
    "move": "up",
    "when": {"parent.potential_arr": ">= 100000"},
    "because": "It belongs to a large group.",
}
AROUND = {**PARENT, "id": "around", "when": {"family.advocate_reference": "yes"}}


def usd(amount: int) -> Money:
    return Money.of(amount, "USD")


@pytest.fixture
def patient(store: Store, content: Content) -> Store:
    """A record whose policy tells downgrades thirty days before, and asks about relatives."""
    assert content.rules is not None
    changes: dict[str, Any] = {"anti_flap": {"grace_days": 30}, "adjustments": [PARENT, AROUND]}
    rules = Rules.model_validate({**content.rules.model_dump(), **changes})
    publish_first(store, replace(content, rules=rules), OLGA, TODAY)
    return store


def landed(store: Store, *accounts: Account) -> None:
    with store.begin() as work:
        work.accounts.save(accounts, an_import(work))


def in_force(store: Store, account_id: str) -> Decision:
    with store.begin() as work:
        return work.decisions.current([account_id])[account_id]


def test_a_daily_run_moves_an_account_on_the_day_that_was_told(patient: Store) -> None:
    landed(patient, account("A-1", "Acme", arr=usd(50_000)))
    daily(patient, OLGA, TODAY)
    landed(patient, account("A-1", "Acme", arr=usd(5_000)))
    due = TODAY + timedelta(days=30)
    for day in (TODAY, due - timedelta(days=1)):
        assert daily(patient, OLGA, day).movers == ()
        assert in_force(patient, "A-1").pending == Pending(3, TODAY, due)
    assert [(one.before, one.after) for one in daily(patient, OLGA, due).movers] == [(2, 3)]
    assert in_force(patient, "A-1").pending is None


def test_an_import_that_would_tell_too_many_of_a_downgrade_stops(patient: Store) -> None:
    land(patient, *crowd())
    stopped = land(patient, *crowd(5_000)[:3])
    assert stopped.stopped is not None
    assert "3 of 40" in stopped.stopped
    assert stopped.movers == []
    due = TODAY + timedelta(days=30)
    assert [(one.id, one.after, one.due) for one in stopped.waiting][:1] == [("C-00", 3, due)]
    assert in_force(patient, "C-00").pending is None
    landed_all_the_same = land(patient, *crowd(5_000)[:3], order=replace(ORDER, accept_moves=True))
    assert landed_all_the_same.stopped is None
    assert in_force(patient, "C-00").pending == Pending(3, TODAY, due)
    assert in_force(patient, "C-00").tier == 2


def test_a_parent_and_a_sibling_lift_a_division_though_each_counts_by_its_own_value(patient: Store) -> None:
    landed(
        patient,
        account("P", "Group", potential_arr=usd(900_000)),
        account("A", "Division", arr=usd(20_000), parent_id="P"),
        account("B", "Sister", arr=usd(20_000), parent_id="A", advocate_reference=True),
    )
    daily(patient, OLGA, TODAY)
    assert in_force(patient, "A").tier == 1
    told = [reason.sentence for reason in in_force(patient, "A").reasons[1:3]]
    assert "Group, its parent" in told[0]
    assert "Sister, in its family" in told[1]
    assert in_force(patient, "B").tier == 2


def test_a_circle_of_parents_lends_nothing(patient: Store) -> None:
    rich = usd(900_000)
    landed(
        patient,
        account("A", "A", arr=usd(20_000), potential_arr=rich, parent_id="B"),
        account("B", "B", arr=usd(20_000), potential_arr=rich, parent_id="A"),
    )
    daily(patient, OLGA, TODAY)
    assert [in_force(patient, one).tier for one in "AB"] == [2, 2]


def test_the_card_shows_segment_rank_and_what_is_to_come(patient: Store, inquiry: Inquiry) -> None:
    landed(
        patient,
        account("A-1", "Acme", arr=usd(50_000), goal="Compliance records"),
        account("A-2", "Zenith", arr=usd(90_000)),
    )
    daily(patient, OLGA, TODAY)
    landed(patient, account("A-1", "Acme", arr=usd(5_000), goal="Compliance records"))
    daily(patient, OLGA, TODAY)
    answer = show(patient, "A-1", inquiry)
    assert isinstance(answer, TierAnswer)
    assert answer.card.rank == Rank(2, 2)
    shape = card_shape(answer.card)
    assert shape["segment"]["id"] == "compliance"
    assert shape["segment"]["name"] == "Proving compliance"
    assert shape["rank"] == {"place": 2, "of": 2}
    assert shape["pending"] == {
        "tier": 3,
        "since": TODAY.isoformat(),
        "due": date(2026, 12, 22).isoformat(),
    }
    assert shape["flags"] == []


def test_whoever_decides_waits_for_a_publication_and_then_goes_by_it(
    ruled: Store, content: Content, inquiry: Inquiry
) -> None:
    landed(ruled, account("A-1", "Acme", arr=usd(150_000)))
    daily(ruled, OLGA, TODAY)
    order = PurchaseOrder(tier=1, until=date(2027, 1, 31), by=OLGA)
    rules = stricter(content).rules
    assert rules is not None
    with ThreadPoolExecutor(1) as threads:
        with ruled.begin() as work:
            policy = replace(held_in_force(work), version=2, rules=rules)
            work.policies.publish(Publication(policy, "", NOON, OLGA))
            work.policies.put_in_force(2, NOON)
            assert [one.new.tier for one in carry_out(work, policy, TODAY)] == [2]
            bought = threads.submit(buy, ruled, "A-1", order, inquiry)
            sleep(0.3)
            assert not bought.done()
        assert bought.result().moved == Mover("A-1", "Acme", 2, 1)
    with ruled.begin() as work:
        assert work.decisions.count() == 1, "one decision is in force, not one of each"
        assert work.decisions.current(["A-1"])["A-1"].policy_version == 2


def test_who_waits_too_long_is_told_that_the_record_is_busy(
    make_url: MakeUrl, content: Content, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tiering.storage.policies.BUSY_SECONDS", 1)
    store = open_store(make_url("postgresql"), lambda: NOON)
    publish_first(store, content, OLGA, TODAY)
    with store.begin() as work, ThreadPoolExecutor(1) as threads:
        held_in_force(work)
        with pytest.raises(RecordUnavailable, match="busy with another change; please try again"):
            threads.submit(daily, store, OLGA, TODAY).result()
    store.close()
