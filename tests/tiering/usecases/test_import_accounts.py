from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from tests.conftest import OLGA, TODAY
from tiering.domain.account import Account, Status
from tiering.domain.account_row import AccountRow
from tiering.domain.money import Money
from tiering.files import Problem
from tiering.usecases.import_accounts import Listener, NumberedRow, Order, Summary, import_accounts
from tiering.usecases.policy import NoPolicy
from tiering.usecases.record import Store

ORDER = Order("crm.csv", OLGA, TODAY)


def row(account_id: str, name: str, arr: int | None = 20_000, **values: Any) -> AccountRow:
    money = None if arr is None else Money.of(Decimal(arr), "USD")
    return AccountRow(account_id, name, {"name": name, "arr": money, **values}, {})


def numbered(*rows: AccountRow | Problem | Sequence[Problem]) -> Iterator[NumberedRow]:
    return (NumberedRow(line, one) for line, one in enumerate(rows, 2))


def land(store: Store, *rows: AccountRow | Problem | Sequence[Problem], order: Order = ORDER) -> Summary:
    return import_accounts(store, numbered(*rows), order, Listener())


def accounts(store: Store) -> dict[str, Account]:
    with store.begin() as work:
        return {one.id: one for page in work.accounts.pages() for one in page}


def tiers(store: Store) -> dict[str, int]:
    with store.begin() as work:
        return {line.id: line.tier for line in work.decisions.listed(None)}


def crowd(arr: int = 20_000) -> list[AccountRow]:
    """Forty accounts of tier 2."""
    return [row(f"C-{number:02}", f"Crowd {number}", arr) for number in range(40)]


def test_accounts_land_with_a_decision_each_and_one_line_in_the_audit(ruled: Store) -> None:
    summary = land(
        ruled, row("A-1", "Acme", 150_000), row("B-2", "Initech", 9_999), row("C-3", "Globex", None)
    )
    assert (summary.created, summary.changed, summary.unchanged, summary.rejected) == (3, 0, 0, 0)
    assert tiers(ruled) == {"A-1": 1, "B-2": 3, "C-3": 3}
    assert accounts(ruled)["A-1"].as_of == TODAY
    assert accounts(ruled)["A-1"].source == "crm.csv"
    with ruled.begin() as work:
        [entry] = [entry for entry in work.audit.entries() if entry.action == "import"]
        assert entry.details["created"] == 3
        assert work.decisions.current(["C-3"])["C-3"].provisional


def test_importing_the_same_file_again_changes_nothing(ruled: Store) -> None:
    rows = [row("A-1", "Acme", 150_000), row("B-2", "Initech", None)]
    land(ruled, *rows)
    before = accounts(ruled)
    summary = land(ruled, *rows)
    assert (summary.created, summary.changed, summary.unchanged) == (0, 0, 2)
    assert accounts(ruled) == before
    with ruled.begin() as work:
        assert [len(work.decisions.history(one)) for one in ("A-1", "B-2")] == [1, 1]
        assert work.outbox.messages("tier_changed") == []


def test_a_column_that_the_file_lacks_leaves_what_is_known(ruled: Store) -> None:
    land(ruled, row("A-1", "Acme", 150_000, csm="Anna"))
    land(ruled, AccountRow("A-1", "Acme", {"name": "Acme", "industry": "Rockets"}, {"vip": True}))
    acme = accounts(ruled)["A-1"]
    assert (acme.arr, acme.csm, acme.industry, acme.attributes) == (
        Money(15_000_000, "USD"),
        "Anna",
        "Rockets",
        {"vip": True},
    )


def test_an_empty_cell_makes_a_value_unknown(ruled: Store) -> None:
    land(ruled, *crowd(), row("A-1", "Acme", 150_000, csm="Anna"))
    land(ruled, row("A-1", "Acme", 150_000, csm=None))
    assert accounts(ruled)["A-1"].csm is None


def test_a_rejected_row_is_told_and_the_good_ones_land(ruled: Store) -> None:
    heard: list[Problem] = []
    wrong = Problem("crm.csv", 3, "column `arr`, value '12x0': expected an amount")
    summary = import_accounts(
        ruled,
        numbered(row("A-1", "Acme"), [wrong], row("B-2", "Initech")),
        ORDER,
        Listener(problem=heard.append),
    )
    assert (summary.created, summary.rejected) == (2, 1)
    assert heard == [wrong]


def test_with_strict_a_rejected_row_keeps_everything_out(ruled: Store) -> None:
    summary = land(ruled, row("A-1", "Acme"), Problem("crm.csv", 3, "bad"), order=replace(ORDER, strict=True))
    assert summary.stopped is not None
    assert accounts(ruled) == {}
    with ruled.begin() as work:
        assert work.audit.entries()[-1].action == "import stopped"


def test_a_dry_run_says_what_would_happen_and_changes_nothing(ruled: Store) -> None:
    summary = land(ruled, *crowd(), order=replace(ORDER, dry_run=True))
    assert summary.created == 40
    assert summary.stopped is not None
    assert accounts(ruled) == {}


def test_an_id_that_stands_twice_is_rejected_the_second_time(ruled: Store) -> None:
    heard: list[Problem] = []
    rows = [row("A-1", "Acme"), *crowd(), row("A-1", "Acme again")]
    summary = import_accounts(ruled, numbered(*rows), ORDER, Listener(problem=heard.append))
    assert (summary.created, summary.rejected) == (41, 1)
    assert accounts(ruled)["A-1"].name == "Acme"
    assert [(one.line, "stands once" in one.text) for one in heard] == [(43, True)]


def test_an_id_that_stands_twice_is_noticed_across_batches(ruled: Store) -> None:
    many = [row(f"N-{number}", f"Account {number}") for number in range(1200)]
    summary = land(ruled, *many, row("N-3", "Account 3"))
    assert (summary.created, summary.rejected) == (1200, 1)


def test_a_currency_without_a_rate_rejects_the_row(ruled: Store) -> None:
    heard: list[Problem] = []
    lira = AccountRow("A-1", "Acme", {"name": "Acme", "arr": Money(100, "TRY")}, {})
    euro = AccountRow("B-2", "Beta", {"name": "Beta", "arr": Money.of(Decimal(95_000), "EUR")}, {})
    import_accounts(ruled, numbered(lira, euro), ORDER, Listener(problem=heard.append))
    assert tiers(ruled) == {"B-2": 1}
    assert [(one.line, "currency" in one.text) for one in heard] == [(2, True)]


@pytest.mark.parametrize("parent_first", [True, False])
def test_parents_are_found_by_name_or_id_before_or_after_their_children(
    ruled: Store, parent_first: bool
) -> None:
    parent = row("P-1", "Acme Holding")
    children = [row("C-1", "Acme North", parent="acme holding"), row("C-2", "Acme South", parent="P-1")]
    land(ruled, *([parent, *children] if parent_first else [*children, parent]))
    assert {one.id: one.parent_id for one in accounts(ruled).values()} == {
        "P-1": None,
        "C-1": "P-1",
        "C-2": "P-1",
    }


def test_a_parent_that_comes_in_a_later_import_is_found_then(ruled: Store) -> None:
    first = land(ruled, row("C-1", "Acme North", parent="Acme Holding"))
    assert first.warnings == 1
    land(ruled, row("P-1", "Acme Holding"))
    assert accounts(ruled)["C-1"].parent_id == "P-1"


def test_an_unclear_unknown_or_circular_parent_is_told_and_the_account_lands_without(ruled: Store) -> None:
    heard: list[Problem] = []
    rows = [
        row("N-1", "Northwind"),
        row("N-2", "Northwind"),
        row("C-1", "Child", parent="Northwind"),
        row("C-2", "Orphan", parent="Nobody"),
        row("C-3", "Narcissus", parent="C-3"),
        row("X-1", "Hen", parent="X-2"),
        row("X-2", "Egg", parent="Hen"),
    ]
    summary = import_accounts(ruled, numbered(*rows), ORDER, Listener(problem=heard.append))
    assert (summary.created, summary.rejected, summary.warnings) == (7, 0, 5)
    assert all(one.parent_id is None for one in accounts(ruled).values())
    assert sorted(one.line for one in heard) == [4, 5, 6, 7, 8]


def test_an_import_that_would_move_more_than_a_twentieth_stops_and_lists_the_movers(ruled: Store) -> None:
    land(ruled, *crowd())
    moved = [row("C-00", "Crowd 0", 500_000), row("C-01", "Crowd 1", 1), row("C-02", "Crowd 2", 1)]
    summary = land(ruled, *moved)
    assert summary.stopped is not None
    assert "3 of 40" in summary.stopped
    assert [(one.id, one.before, one.after) for one in summary.movers] == [
        ("C-00", 2, 1),
        ("C-01", 2, 3),
        ("C-02", 2, 3),
    ]
    assert set(tiers(ruled).values()) == {2}

    accepted = land(ruled, *moved, order=replace(ORDER, accept_moves=True))
    assert accepted.stopped is None
    assert tiers(ruled)["C-00"] == 1
    with ruled.begin() as work:
        assert len(work.outbox.messages("tier_changed")) == 3


def test_an_import_that_moves_a_twentieth_lands(ruled: Store) -> None:
    land(ruled, *crowd())
    summary = land(ruled, row("C-00", "Crowd 0", 500_000), row("C-01", "Crowd 1", 1))
    assert summary.stopped is None
    assert len(summary.movers) == 2


def test_an_import_that_empties_a_criterion_stops_even_where_nobody_moves(ruled: Store) -> None:
    land(ruled, *crowd(100))
    summary = land(ruled, *[row(one.id, one.name, None) for one in crowd()])
    assert summary.movers == []
    assert summary.emptied == ["arr"]
    assert accounts(ruled)["C-00"].arr == Money(10_000, "USD")


def test_a_full_import_marks_what_it_lacks_as_churned_once_somebody_agreed(ruled: Store) -> None:
    land(ruled, *crowd())
    asked: list[Sequence[tuple[str, str]]] = []

    def refuse(vanished: Sequence[tuple[str, str]]) -> bool:
        asked.append(vanished)
        return False

    full = replace(ORDER, full=True)
    refused = import_accounts(ruled, numbered(*crowd()[1:]), full, Listener(confirm=refuse))
    assert refused.stopped is not None
    assert asked == [[("C-00", "Crowd 0")]]
    assert accounts(ruled)["C-00"].status is Status.CUSTOMER

    agreed = import_accounts(ruled, numbered(*crowd()[1:]), full, Listener(confirm=lambda _: True))
    assert agreed.churned == 1
    assert accounts(ruled)["C-00"].status is Status.CHURNED


def test_without_full_nothing_churns(ruled: Store) -> None:
    land(ruled, *crowd())
    land(ruled, row("A-1", "Acme"))
    assert all(one.status is Status.CUSTOMER for one in accounts(ruled).values())


def test_an_import_needs_a_policy(store: Store) -> None:
    with pytest.raises(NoPolicy):
        land(store, row("A-1", "Acme"))
