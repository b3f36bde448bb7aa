from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from tests.conftest import NOON, OLGA, TODAY
from tests.tiering.usecases.numbers import (
    NOW,
    OCTOBER,
    Q3,
    START,
    SUMMER,
    dollars,
    land,
    lived,
    measure,
    put,
    spent,
    values,
)
from tiering.domain.account import Account, Status
from tiering.domain.report import Report
from tiering.storage.tables import effort, quarter_accounts
from tiering.usecases.daily import daily
from tiering.usecases.quarters import close_quarter
from tiering.usecases.record import Store
from tiering.usecases.report import report


def of_q3(store: Store) -> Report:
    return report(store, OLGA, TODAY, Q3).report


def snapshot(store: Store) -> list[tuple[object, ...]]:
    with store.begin() as work:
        rows = work.connection.execute(select(quarter_accounts).order_by(quarter_accounts.c.account_id))
        return [tuple(row) for row in rows]


def test_the_quarter_that_has_ended_is_closed_once(ruled: Store) -> None:
    land(ruled, START, SUMMER)
    assert close_quarter(ruled, OLGA, date(2026, 9, 30)) is None
    assert close_quarter(ruled, OLGA, OCTOBER) == Q3
    assert close_quarter(ruled, OLGA, OCTOBER) is None
    assert close_quarter(ruled, OLGA, TODAY) is None
    assert of_q3(ruled).closed_at == NOON


def test_a_closed_quarter_keeps_tier_status_arr_and_renewal_of_each_account(ruled: Store) -> None:
    land(ruled, START, SUMMER)
    close_quarter(ruled, OLGA, OCTOBER)
    assert snapshot(ruled) == [
        ("2026Q3", "A-1", 1, "customer", 20_000_000, None),
        ("2026Q3", "A-2", 2, "customer", 2_000_000, date(2026, 11, 1)),
        ("2026Q3", "A-3", 3, "customer", 110_000, None),
        ("2026Q3", "A-4", 2, "customer", 5_000_000, date(2026, 10, 15)),
    ]


def test_a_quarter_before_the_first_decision_is_never_closed(ruled: Store) -> None:
    assert close_quarter(ruled, OLGA, TODAY) is None
    land(ruled, START, TODAY)
    assert close_quarter(ruled, OLGA, TODAY) is None
    assert of_q3(ruled).closed_at is None


def test_without_a_policy_there_is_nothing_to_close(store: Store) -> None:
    assert close_quarter(store, OLGA, TODAY) is None


def test_an_account_that_came_after_the_quarter_is_not_in_it(ruled: Store) -> None:
    land(ruled, START, SUMMER)
    land(ruled, NOW, OCTOBER)
    close_quarter(ruled, OLGA, OCTOBER)
    assert [row[1] for row in snapshot(ruled)] == ["A-1", "A-2", "A-3", "A-4"]


def test_the_first_daily_run_of_a_quarter_closes_the_one_before(ruled: Store) -> None:
    land(ruled, START, SUMMER)
    assert daily(ruled, OLGA, SUMMER).closed is None
    assert daily(ruled, OLGA, OCTOBER).closed == Q3
    assert daily(ruled, OLGA, OCTOBER).closed is None
    assert len(snapshot(ruled)) == 4


def test_closing_is_one_line_of_the_audit(ruled: Store) -> None:
    land(ruled, START, SUMMER)
    close_quarter(ruled, OLGA, OCTOBER)
    with ruled.begin() as work:
        [entry] = [one for one in work.audit.entries() if one.action == "close quarter"]
    assert (entry.who, entry.subject) == (OLGA, "2026Q3")


Change = Callable[[Store, int], None]


def _another_arr(store: Store, number: int) -> None:
    land(store, [_changed(number, arr=dollars(number))], TODAY)


def _churn(store: Store, number: int) -> None:
    land(store, [_changed(number, status=Status.CHURNED)], TODAY)


def _late_effort(store: Store, number: int) -> None:
    put(store, effort, spent("A-1", "training", "1", Q3.last - timedelta(number % 90)))


def _late_metric(store: Store, number: int) -> None:
    measure(store, "A-1", "service_requests", number, Q3.last - timedelta(number % 90))
    measure(store, "A-2", "nps", number % 100, Q3.last)


def _closing_again(store: Store, number: int) -> None:
    close_quarter(store, OLGA, OCTOBER + timedelta(number % 90))


def _changed(number: int, **what: object) -> Account:
    return replace(START[number % len(START)], **what)  # type: ignore[arg-type]  # any field by its name


CHANGES: tuple[Change, ...] = (_another_arr, _churn, _late_effort, _late_metric, _closing_again)


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(CHANGES), st.integers(0, 10**6)), min_size=1, max_size=4))
def test_whatever_happens_later_a_closed_quarter_says_the_same(
    ruled: Store, changes: list[tuple[Change, int]]
) -> None:
    # One record serves all examples: what one of them did is only more that happened later.
    with ruled.begin() as work:
        fresh = work.quarters.closed(Q3) is None
    if fresh:
        land(ruled, START, SUMMER)
        close_quarter(ruled, OLGA, OCTOBER)
    before, kept = of_q3(ruled), snapshot(ruled)
    for change, number in changes:
        change(ruled, number)
    assert (of_q3(ruled), snapshot(ruled)) == (before, kept)
    assert values(before, "customers") == [1, 2, 1, 4]


def test_the_open_quarter_goes_on_while_the_closed_one_stands(ruled: Store) -> None:
    lived(ruled)
    before = report(ruled, OLGA, TODAY)
    put(ruled, effort, spent("A-1", "training", "10", TODAY), spent("A-1", "training", "10", Q3.last))
    after = report(ruled, OLGA, TODAY)
    assert after.previous == before.previous
    assert values(before.report, "hours")[0] == 6
    assert values(after.report, "hours")[0] == Decimal(16)
