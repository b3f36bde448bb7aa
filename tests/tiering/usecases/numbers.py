"""A small company whose numbers are known: five accounts, a quarter that was closed, and one that runs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Table, insert

from tests.conftest import NOON, OLGA, TODAY, account, an_import
from tiering.domain.account import Account, Status
from tiering.domain.figure import Value
from tiering.domain.measurement import Measurement
from tiering.domain.money import Money
from tiering.domain.quarter import Quarter
from tiering.domain.report import Report
from tiering.storage.tables import effort, exceptions, purchases
from tiering.usecases.daily import daily
from tiering.usecases.quarters import close_quarter
from tiering.usecases.record import Store

SUMMER, OCTOBER = date(2026, 8, 3), date(2026, 10, 1)
Q3, Q4 = Quarter(2026, 3), Quarter(2026, 4)


def dollars(amount: int) -> Money:
    return Money(100 * amount, "USD")


START = (
    account("A-1", "Big", arr=dollars(200_000), nps=-10, csm="Dana", as_of=SUMMER),
    account("A-2", "Mid", arr=dollars(20_000), nps=50, csm="Mo", renewal_on=date(2026, 11, 1), as_of=SUMMER),
    account("A-3", "Small", arr=Money(100_000, "EUR"), seats=40, active_users=10, as_of=SUMMER),
    account("A-4", "Gone", arr=dollars(50_000), csm="Mo", renewal_on=date(2026, 10, 15), as_of=SUMMER),
)
NOW = (
    account("A-1", "Big", arr=dollars(180_000), nps=-10, csm="Dana", as_of=SUMMER),
    account("A-2", "Mid", arr=dollars(30_000), nps=20, csm="Mo", renewal_on=date(2027, 11, 1), as_of=TODAY),
    account("A-3", "Small", arr=Money(200_000, "EUR"), seats=40, active_users=30, as_of=TODAY),
    account("A-4", "Gone", arr=dollars(50_000), status=Status.CHURNED, as_of=TODAY),
    account(
        "A-5",
        "New",
        arr=dollars(15_000),
        csm="Mo",
        went_live_on=date(2026, 11, 11),
        attributes={"signed_on": date(2026, 10, 2)},
        as_of=TODAY,
    ),
    account("A-6", "Perhaps", arr=dollars(500_000), status=Status.PROSPECT, as_of=TODAY),
)


def land(store: Store, accounts: Sequence[Account], today: date) -> None:
    """Save accounts as an import would, and decide everybody."""
    with store.begin() as work:
        work.accounts.save(accounts, an_import(work))
    daily(store, OLGA, today)


def measure(store: Store, account_id: str, metric: str, value: int, as_of: date) -> None:
    with store.begin() as work:
        work.metrics.append([Measurement(account_id, metric, Decimal(value), as_of, "survey")])


def put(store: Store, table: Table, *rows: dict[str, Any]) -> None:
    with store.begin() as work:
        work.connection.execute(insert(table), list(rows))


def spent(account_id: str, service: str, hours: str, day: date, team: str = "cs") -> dict[str, Any]:
    return {
        "account_id": account_id,
        "service": service,
        "hours": Decimal(hours),
        "team": team,
        "day": day,
        "who": OLGA,
        "logged_at": NOON,
    }


def bought(account_id: str, starts_on: date, cents: int | None) -> dict[str, Any]:
    return {
        "account_id": account_id,
        "service": "training",
        "starts_on": starts_on,
        "until": starts_on + timedelta(365),
        "price_cents": cents,
        "price_currency": "EUR" if cents else None,
        "recorded_by": OLGA,
        "recorded_at": NOON,
    }


def excepted(account_id: str, until: date) -> dict[str, Any]:
    return {
        "account_id": account_id,
        "service": "training",
        "reason": "They asked",
        "approver": "Head",
        "granted_by": OLGA,
        "granted_at": NOON,
        "starts_on": OCTOBER,
        "until": until,
    }


def lived(store: Store) -> Store:
    """Give the company its summer, a closed third quarter, and most of a fourth."""
    land(store, START, SUMMER)
    measure(store, "A-1", "service_requests", 4, date(2026, 9, 30))
    close_quarter(store, OLGA, OCTOBER)
    land(store, NOW, TODAY)
    measure(store, "A-1", "nps", 40, date(2026, 10, 5))
    measure(store, "A-2", "nps", 90, date(2026, 10, 5))
    measure(store, "A-1", "service_requests", 9, date(2026, 10, 31))
    measure(store, "A-1", "service_requests", 7, date(2026, 10, 31))
    measure(store, "A-1", "service_requests", 5, date(2026, 11, 15))
    put(
        store,
        effort,
        spent("A-1", "quarterly-business-review", "6", date(2026, 10, 7)),
        spent("A-2", "quarterly-business-review", "3.5", date(2026, 11, 2)),
        spent("A-2", "quarterly-business-review", "-3.5", date(2026, 11, 2)),
        spent("A-2", "training", "2.25", date(2026, 11, 3), "support"),
        spent("A-1", "training", "99", date(2026, 9, 30)),
    )
    put(store, purchases, bought("A-2", date(2026, 10, 9), 10_000), bought("A-2", SUMMER, 10_000))
    put(store, exceptions, excepted("A-2", TODAY), excepted("A-1", TODAY - timedelta(1)))
    return store


def values(report: Report, figure: str) -> list[Value]:
    """Return a figure of every tier, then of all."""
    return [column.values.get(figure) for column in report.columns]
