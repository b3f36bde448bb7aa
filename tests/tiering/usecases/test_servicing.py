"""Servicing of a whole record: tiers and accounts, over and under."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tests.conftest import OLGA, TODAY, account, an_import
from tiering.domain.account import Status
from tiering.domain.money import Money
from tiering.domain.refusal import Refusal
from tiering.usecases.ask import Inquiry
from tiering.usecases.daily import daily
from tiering.usecases.effort import Work, log
from tiering.usecases.record import Store
from tiering.usecases.servicing import servicing


@pytest.fixture
def peopled(ruled: Store) -> Store:
    """One account in tier 1, two in tier 3, and one that has left."""
    cast = (
        account("A-1", "Acme Corporation", arr=Money.of(240_000, "USD")),
        account("C-1", "Globex GmbH", arr=Money.of(900, "USD")),
        account("C-2", "Initech", arr=Money.of(800, "USD")),
        account("X-1", "Gone Ltd", status=Status.CHURNED, arr=Money.of(240_000, "USD")),
    )
    with ruled.begin() as work:
        work.accounts.save(cast, an_import(work))
    daily(ruled, OLGA, TODAY)
    return ruled


def spend(store: Store, who: str, hours: int, inquiry: Inquiry) -> None:
    log(store, who, Work(service="training", hours=Decimal(hours), day=date(2026, 3, 2)), inquiry)


def test_each_tier_counts_who_has_more_and_who_has_less(peopled: Store, inquiry: Inquiry) -> None:
    spend(peopled, "C-1", 7, inquiry)
    spend(peopled, "A-1", 5, inquiry)
    spend(peopled, "X-1", 9, inquiry)
    found = servicing(peopled, inquiry)
    assert [(one.tier, one.customers, one.over, one.under) for one in found.tiers] == [
        (1, 1, 0, 1),
        (3, 2, 1, 0),
    ]
    assert [one.balance.given_hours for one in found.tiers] == [5, 7]
    assert found.tiers[1].balance.owed_hours == 0
    assert [one.id for one in found.accounts] == ["A-1", "C-1", "C-2"]
    assert found.logged


def test_the_lists_of_over_and_under_leave_out_who_is_even(peopled: Store, inquiry: Inquiry) -> None:
    spend(peopled, "C-1", 7, inquiry)
    assert [one.id for one in servicing(peopled, inquiry, only="over").accounts] == ["C-1"]
    assert [one.id for one in servicing(peopled, inquiry, only="under").accounts] == ["A-1"]
    third = servicing(peopled, inquiry, tier=3)
    assert [one.tier for one in third.tiers] == [3]
    assert [one.id for one in third.accounts] == ["C-1", "C-2"]
    assert servicing(peopled, inquiry, tier=1).logged, "somebody logged something, if not for this tier"


def test_a_tier_that_there_is_not_is_refused(peopled: Store, inquiry: Inquiry) -> None:
    with pytest.raises(Refusal, match="There is no tier 7; the tiers are 1, 2, 3"):
        servicing(peopled, inquiry, tier=7)


def test_where_nobody_logs_anything_it_says_so(peopled: Store, inquiry: Inquiry) -> None:
    assert not servicing(peopled, inquiry).logged


def test_it_leaves_one_line_in_the_audit(peopled: Store, inquiry: Inquiry) -> None:
    servicing(peopled, inquiry, 1, "under")
    with peopled.begin() as work:
        *_, line = work.audit.entries()
    assert (line.action, line.who) == ("servicing", inquiry.who)
    assert line.details == {"tier": 1, "only": "under", "accounts": 1}
