from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from threading import Barrier

from tests.conftest import NOON, TODAY
from tiering.storage.deliveries import Delivery
from tiering.usecases.deliveries import claim, confirm, delivered, fail, uncertain
from tiering.usecases.record import Store, open_store

ABOUT = {"approval": 7, "until": TODAY, "hours": Decimal("1.5")}


def claimed(store: Store, key: str = "approval-7") -> bool:
    return claim(store, key, "approval", "slack:T1/bob", ABOUT)


def test_a_message_is_claimed_once_and_confirmed_with_its_receipt(store: Store) -> None:
    assert [claimed(store) for _ in range(3)] == [True, False, False]
    confirm(store, "approval-7", "D1/1700.1")
    assert delivered(store, "approval-7") == Delivery(
        "approval-7", "approval", "slack:T1/bob", ABOUT, NOON, NOON, "D1/1700.1", None
    )
    assert not claimed(store)
    assert delivered(store, "approval-8") is None


def test_of_many_who_claim_at_once_one_sends(store: Store) -> None:
    together = Barrier(6)

    def attempt(_: int) -> bool:
        together.wait()
        return claimed(store)

    with ThreadPoolExecutor(6) as threads:
        assert sorted(threads.map(attempt, range(6))) == [False] * 5 + [True]


def test_what_was_certainly_refused_may_be_claimed_again_by_one(store: Store) -> None:
    claimed(store)
    fail(store, "approval-7", "channel_not_found")
    together = Barrier(6)

    def attempt(_: int) -> bool:
        together.wait()
        return claimed(store)

    with ThreadPoolExecutor(6) as threads:
        assert sorted(threads.map(attempt, range(6))) == [False] * 5 + [True]
    found = delivered(store, "approval-7")
    assert found is not None
    assert found.failure is None


def test_what_has_arrived_can_fail_no_more(store: Store) -> None:
    claimed(store)
    confirm(store, "approval-7", "D1/1700.1")
    fail(store, "approval-7", "channel_not_found")
    confirm(store, "approval-7", "D1/9999.9")
    found = delivered(store, "approval-7")
    assert found is not None
    assert (found.receipt, found.failure) == ("D1/1700.1", None)
    assert not claimed(store)


def test_only_what_is_neither_confirmed_nor_refused_is_uncertain(store: Store, database_url: str) -> None:
    earlier = open_store(database_url, lambda: NOON - timedelta(minutes=11))
    for key in ("sent", "refused", "lost"):
        claimed(earlier, key)
    earlier.close()
    claimed(store, "under way")
    confirm(store, "sent", "D1/1")
    fail(store, "refused", "channel_not_found")
    found = uncertain(store, NOON - timedelta(minutes=10))
    assert [one.key for one in found] == ["lost"]
    assert not claimed(store, "lost")
