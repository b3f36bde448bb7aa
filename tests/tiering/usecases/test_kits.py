from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from threading import Barrier

import pytest

from tests.conftest import NOON, OLGA, TODAY, account, an_import
from tests.tiering.usecases.test_policy import stricter
from tiering.content import Content
from tiering.domain.account import Status
from tiering.domain.exception import Request
from tiering.domain.money import Money
from tiering.domain.purchase import Order
from tiering.domain.refusal import Refusal
from tiering.domain.service import Catalogue
from tiering.usecases import exceptions, kits, purchases
from tiering.usecases.ask import Inquiry
from tiering.usecases.daily import daily
from tiering.usecases.policy import Terms, publish, rollback
from tiering.usecases.record import Store

DECEMBER = date(2026, 12, 1)
PAID = Money(15_000_000, "USD")
"""Tier 1 by the shipped policy and tier 2 by the stricter one."""


@pytest.fixture
def stocked(ruled: Store) -> Store:
    """A record with a customer who will fall, a prospect who will, and a customer who stays."""
    with ruled.begin() as work:
        accounts = [
            account("A-1", "Acme", arr=PAID),
            account("A-2", "Prospect", arr=PAID, status=Status.PROSPECT),
            account("A-3", "Small", arr=Money(100, "USD")),
        ]
        work.accounts.save(accounts, an_import(work))
    daily(ruled, OLGA, TODAY)
    return ruled


def messages(store: Store) -> list[object]:
    with store.begin() as work:
        return [dict(message) for message in work.outbox.messages("kit_released")]


def test_a_publication_writes_a_kit_for_each_customer_who_moves(stocked: Store, content: Content) -> None:
    assert publish(stocked, stricter(content), OLGA, TODAY).kits == 1
    (kit,) = kits.kits(stocked, OLGA, 2)
    assert (kit.account_id, kit.name, kit.tier_before, kit.tier_after) == ("A-1", "Acme", 1, 2)
    assert kit.text.startswith("# A change to your plan: Acme\n")
    assert kit.released_at is None
    assert kits.kits(stocked, OLGA, 1) == []


def test_nothing_may_be_sent_before_a_named_person_releases_the_batch_and_then_each_kit_once(
    stocked: Store, content: Content
) -> None:
    publish(stocked, stricter(content), OLGA, TODAY)
    daily(stocked, OLGA, TODAY)
    assert messages(stocked) == []
    assert kits.release(stocked, 2, "Clara") == 1
    (kit,) = kits.kits(stocked, OLGA)
    assert (kit.released_by, kit.released_at) == ("Clara", NOON)
    assert messages(stocked) == [{"kit": kit.id, "account": "A-1"}]
    with pytest.raises(Refusal, match="no kits that wait"):
        kits.release(stocked, 2, "Dana")
    assert len(messages(stocked)) == 1
    with stocked.begin() as work:
        assert [entry.who for entry in work.audit.entries("policy 2") if entry.action == "release kits"] == [
            "Clara"
        ]


def test_two_people_who_release_at_once_send_each_kit_once(stocked: Store, content: Content) -> None:
    publish(stocked, stricter(content), OLGA, TODAY)
    together = Barrier(2)

    def attempt(who: str) -> int:
        together.wait()
        try:
            return kits.release(stocked, 2, who)
        except Refusal:
            return 0

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(attempt, ["Clara", "Dana"])) == [0, 1]
    assert len(messages(stocked)) == 1


def test_a_kit_is_acknowledged_once_and_only_after_its_release(stocked: Store, content: Content) -> None:
    publish(stocked, stricter(content), OLGA, TODAY)
    (kit,) = kits.kits(stocked, OLGA)
    with pytest.raises(Refusal, match="has not been released"):
        kits.acknowledge(stocked, kit.id, "Clara")
    kits.release(stocked, 2, "Clara")
    assert kits.acknowledge(stocked, kit.id, "Jordan").acknowledged_by == "Jordan"
    with pytest.raises(Refusal, match="acknowledged already, by Jordan"):
        kits.acknowledge(stocked, kit.id, "Clara")
    with pytest.raises(Refusal, match="no kit 99"):
        kits.kit(stocked, OLGA, 99)


@pytest.mark.parametrize(
    ("version", "why"), [(0, "no version 0"), (9, "no version 9"), (1, "no longer true")]
)
def test_only_kits_of_the_version_in_force_or_of_one_to_come_are_released(
    stocked: Store, content: Content, version: int, why: str
) -> None:
    publish(stocked, stricter(content), OLGA, TODAY)
    with pytest.raises(Refusal, match=why):
        kits.release(stocked, version, "Clara")


def test_kits_of_a_version_that_was_overtaken_are_told_from_those_that_wait(
    stocked: Store, content: Content
) -> None:
    publish(stocked, stricter(content), OLGA, TODAY, Terms(effective_on=DECEMBER))
    assert [one.overtaken for one in kits.kits(stocked, OLGA)] == [False]
    rollback(stocked, OLGA, TODAY)
    publish(stocked, stricter(content), OLGA, TODAY)
    told = [(one.policy_version, one.overtaken) for one in kits.kits(stocked, OLGA)]
    assert told == [(2, True), (4, False)]
    assert kits.kits(stocked, OLGA, 3) == []
    with pytest.raises(Refusal, match="There is no version 9 of the policy"):
        kits.kits(stocked, OLGA, 9)


def test_a_kit_is_let_out_only_while_its_account_is_bound_where_it_says(
    stocked: Store, content: Content, inquiry: Inquiry
) -> None:
    publish(stocked, stricter(content), OLGA, TODAY)
    wanted = Request(tier=1, until=DECEMBER, reason="Agreed.", approver="Helen", by=OLGA)
    grant = exceptions.grant(stocked, "A-1", wanted, inquiry).grant
    assert [one.overtaken for one in kits.kits(stocked, OLGA)] == [True]
    with pytest.raises(Refusal, match="no kits that wait for release and are still true"):
        kits.release(stocked, 2, "Clara")
    assert messages(stocked) == []
    exceptions.end(stocked, grant.id, inquiry)
    assert kits.release(stocked, 2, "Clara") == 1


def test_a_kit_of_a_fall_that_waits_for_its_day_is_true(stocked: Store, content: Content) -> None:
    publish(stocked, stricter(content), OLGA, TODAY, Terms(grandfathered_until=DECEMBER))
    assert [(one.tier_after, one.overtaken) for one in kits.kits(stocked, OLGA)] == [(2, False)]
    assert kits.release(stocked, 2, "Clara") == 1


def test_a_version_that_waits_is_announced_before_its_day_and_nobody_is_told_twice(
    stocked: Store, content: Content
) -> None:
    assert publish(stocked, stricter(content), OLGA, TODAY, Terms(effective_on=DECEMBER)).kits == 1
    (kit,) = kits.kits(stocked, OLGA)
    assert "From 1 December 2026 your plan is **Plus** instead of **Signature**." in kit.text
    assert kits.release(stocked, 2, "Clara") == 1
    daily(stocked, OLGA, DECEMBER)
    assert [one.id for one in kits.kits(stocked, OLGA)] == [kit.id]


def test_on_the_day_the_kits_are_those_of_who_really_moves(stocked: Store, content: Content) -> None:
    publish(stocked, stricter(content), OLGA, TODAY, Terms(effective_on=DECEMBER))
    with stocked.begin() as work:
        grown = account("A-1", "Acme", arr=Money(90_000_000, "USD"))
        work.accounts.save([grown, account("A-4", "Latecomer", arr=PAID)], an_import(work))
    daily(stocked, OLGA, TODAY)
    daily(stocked, OLGA, DECEMBER)
    assert [kit.account_id for kit in kits.kits(stocked, OLGA, 2)] == ["A-4"]


def test_grace_stands_in_the_kit(stocked: Store, content: Content) -> None:
    publish(stocked, stricter(content), OLGA, TODAY, Terms(grandfathered_until=date(2027, 1, 31)))
    (kit,) = kits.kits(stocked, OLGA)
    assert "From 1 February 2027 your plan is **Plus**" in kit.text
    assert "up to and including 31 January 2027" in kit.text


def test_who_never_heard_of_a_change_hears_nothing_of_its_rollback(stocked: Store, content: Content) -> None:
    publish(stocked, stricter(content), OLGA, TODAY)
    assert rollback(stocked, OLGA, TODAY).kits == 0
    with pytest.raises(Refusal, match="no longer true"):
        kits.release(stocked, 2, "Clara")


def test_who_heard_of_a_change_hears_of_its_rollback(stocked: Store, content: Content) -> None:
    publish(stocked, stricter(content), OLGA, TODAY)
    kits.release(stocked, 2, "Clara")
    assert rollback(stocked, OLGA, TODAY).kits == 1
    (kit,) = kits.kits(stocked, OLGA, 3)
    assert "your plan is **Signature** instead of **Plus**" in kit.text


def test_who_heard_of_a_change_that_never_comes_is_told_so(stocked: Store, content: Content) -> None:
    publish(stocked, stricter(content), OLGA, TODAY, Terms(grandfathered_until=date(2027, 1, 31)))
    kits.release(stocked, 2, "Clara")
    assert rollback(stocked, OLGA, TODAY + timedelta(days=1)).kits == 1
    (kit,) = kits.kits(stocked, OLGA, 3)
    assert "We wrote to you that your plan would be **Plus**. It stays **Signature**" in kit.text
    assert "no longer part" not in kit.text


def test_a_service_that_leaves_the_catalogue_is_told_as_lost(stocked: Store, content: Content) -> None:
    kept = tuple(one for one in content.catalogue.services if one.id != "health-check")
    leaner = replace(stricter(content), catalogue=Catalogue(services=kept))
    publish(stocked, leaner, OLGA, TODAY)
    (kit,) = kits.kits(stocked, OLGA)
    assert "Health check is no longer part of your plan" in kit.text
    assert "Health check:" not in kit.text, "what is gone is not for sale either"


def test_what_is_paid_for_or_agreed_is_no_loss_and_says_until_when(
    stocked: Store, content: Content, inquiry: Inquiry
) -> None:
    until = date(2027, 3, 31)
    wanted = Request(
        service="programme-management", until=until, reason="Roll-out.", approver="Helen", by=OLGA
    )
    exceptions.grant(stocked, "A-1", wanted, inquiry)
    purchases.buy(stocked, "A-1", Order(service="health-check", times=2, until=until, by=OLGA), inquiry)
    publish(stocked, stricter(content), OLGA, TODAY)
    (kit,) = kits.kits(stocked, OLGA, 2)
    stays, less = kit.text.split("## What stays yours")[1].split("## What changes for you")
    assert "- Health check, which you pay for, until 31 March 2027" in stays
    assert "- Programme management, as agreed with you, until 31 March 2027" in stays
    losses = less.split("##")[0]
    assert "Quarterly business review" in losses
    assert "Health check" not in less
    assert "Programme management" not in less
