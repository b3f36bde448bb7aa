"""Signals in the record: raised once for each crossing, ended when the account is back, taken by one."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from tests.conftest import NOON, OLGA, TODAY, account, an_import
from tiering.content import Content
from tiering.domain.account import Status
from tiering.domain.measurement import Measurement
from tiering.domain.money import Money
from tiering.domain.refusal import Refusal
from tiering.usecases.ask import Inquiry
from tiering.usecases.daily import daily
from tiering.usecases.effort import Work, log, reverse
from tiering.usecases.merge import merge
from tiering.usecases.policy import publish_first
from tiering.usecases.record import Store, open_store
from tiering.usecases.signals import SIGNAL, look_at, raised_among, standing, take, taken_since, watch

CAST = (
    account("A-1", "Acme", csm="Dana Whitfield", arr=Money.of(240_000, "USD"), status=Status.CUSTOMER),
    account("C-1", "Globex", csm="Sofia", status=Status.CUSTOMER),
    account("X-1", "Gone", csm="Sofia", status=Status.CHURNED),
)


@dataclass
class Clock:
    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def peopled(database_url: str, content: Content, clock: Clock) -> Iterator[Store]:
    store = open_store(database_url, clock)
    publish_first(store, content, OLGA, TODAY)
    with store.begin() as work:
        work.accounts.save(CAST, an_import(work))
    daily(store, OLGA, TODAY)
    yield store
    store.close()


def measure(store: Store, account_id: str, metric: str, value: int, day: date = TODAY) -> None:
    with store.begin() as work:
        work.metrics.append([Measurement(account_id, metric, Decimal(value), day, "test")])


def told(store: Store) -> list[str]:
    with store.begin() as work:
        return [message["account"] for message in work.outbox.messages(SIGNAL)]


def test_a_crossing_is_raised_once_and_crossing_again_is_another(peopled: Store, clock: Clock) -> None:
    measure(peopled, "A-1", "open_cases", 7)
    (raised,) = watch(peopled, OLGA, TODAY)
    assert (raised.account, raised.csm, raised.kind, raised.ended_at) == (
        "Acme",
        "Dana Whitfield",
        "open_cases",
        None,
    )
    clock.now += timedelta(days=1)
    measure(peopled, "A-1", "open_cases", 9, TODAY + timedelta(days=1))
    assert watch(peopled, OLGA, TODAY + timedelta(days=1)) == []
    measure(peopled, "A-1", "open_cases", 0, TODAY + timedelta(days=2))
    assert watch(peopled, OLGA, TODAY + timedelta(days=2)) == []
    assert look_at(peopled, raised.id).ended_at == clock.now
    measure(peopled, "A-1", "open_cases", 6, TODAY + timedelta(days=3))
    assert len(watch(peopled, OLGA, TODAY + timedelta(days=3))) == 1
    assert told(peopled) == ["A-1", "A-1"]


def test_the_daily_run_raises_signals_and_says_so(peopled: Store) -> None:
    measure(peopled, "A-1", "open_cases", 7)
    measure(peopled, "C-1", "nps", -10, TODAY - timedelta(days=20))
    assert [one.account_id for one in daily(peopled, OLGA, TODAY).raised] == ["A-1", "C-1"]
    assert daily(peopled, OLGA, TODAY).raised == ()
    assert told(peopled) == ["A-1", "C-1"]


def test_two_who_watch_at_once_raise_each_signal_once(peopled: Store) -> None:
    measure(peopled, "A-1", "open_cases", 7)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: watch(peopled, OLGA, TODAY), range(4)))
    assert sum(len(one) for one in found) == 1
    assert told(peopled) == ["A-1"]


def test_who_is_no_customer_raises_nothing(peopled: Store) -> None:
    measure(peopled, "X-1", "open_cases", 70)
    assert watch(peopled, OLGA, TODAY) == []


def test_hours_beyond_what_is_owed_are_told_when_they_cross_not_each_day(
    peopled: Store, inquiry: Inquiry
) -> None:
    log(peopled, "C-1", Work(service="training", hours=Decimal(3), day=TODAY), inquiry)
    assert watch(peopled, OLGA, TODAY) == []
    log(peopled, "C-1", Work(service="training", hours=Decimal(2), day=TODAY), inquiry)
    (raised,) = watch(peopled, OLGA, TODAY)
    assert raised.sentence == "It was given 5 hours this year and is owed 0 by now."
    assert watch(peopled, OLGA, TODAY) == []


def test_work_that_was_taken_back_answers_no_survey(peopled: Store, inquiry: Inquiry) -> None:
    measure(peopled, "C-1", "nps", 2, TODAY - timedelta(days=20))
    logged = log(peopled, "C-1", Work(service="training", hours=Decimal(1), day=TODAY), inquiry)
    assert watch(peopled, OLGA, TODAY) == []
    reverse(peopled, logged.entry.id, inquiry)
    assert len(watch(peopled, OLGA, TODAY)) == 1


def test_one_takes_a_signal_and_who_comes_later_reads_who_it_was(peopled: Store, inquiry: Inquiry) -> None:
    measure(peopled, "A-1", "open_cases", 7)
    (raised,) = watch(peopled, OLGA, TODAY)
    first = take(peopled, raised.id, "Anna", inquiry)
    second = take(peopled, raised.id, "Ben", replace(inquiry, who="slack:T1/ben"))
    assert first == second
    assert (first.taken_by, first.taken_by_name, first.taken_at) == ("slack:T1/anna", "Anna", NOON)
    assert taken_since(peopled, NOON) == [first]
    assert taken_since(peopled, NOON + timedelta(seconds=1)) == []
    with peopled.begin() as work:
        assert [one.who for one in work.audit.entries() if one.action == "take signal"] == ["slack:T1/anna"]


def test_a_signal_that_is_none_is_refused(peopled: Store, inquiry: Inquiry) -> None:
    with pytest.raises(Refusal, match="no signal 77"):
        take(peopled, 77, "Anna", inquiry)
    assert raised_among(peopled, [77]) == []


def test_the_signals_of_a_manager_are_those_of_their_accounts(peopled: Store, inquiry: Inquiry) -> None:
    measure(peopled, "A-1", "open_cases", 7)
    measure(peopled, "C-1", "open_cases", 8)
    watch(peopled, OLGA, TODAY)
    assert [one.account for one in standing(peopled, ["dana whitfield"], inquiry)] == ["Acme"]
    assert len(standing(peopled, None, inquiry)) == 2
    assert standing(peopled, ["Nobody"], inquiry) == []


def test_signals_go_with_an_account_that_is_merged_and_hold_once(peopled: Store, inquiry: Inquiry) -> None:
    measure(peopled, "A-1", "open_cases", 7)
    measure(peopled, "C-1", "open_cases", 8)
    watch(peopled, OLGA, TODAY)
    merge(peopled, "C-1", "A-1", OLGA, TODAY)
    assert [one.account for one in standing(peopled, None, inquiry)] == ["Acme", "Acme"]
    assert watch(peopled, OLGA, TODAY) == []
    assert [one.account for one in standing(peopled, None, inquiry)] == ["Acme"]
