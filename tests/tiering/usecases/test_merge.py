from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, select

from tests.conftest import NOON, OLGA, TODAY, MakeUrl, account, an_import, noon
from tests.tiering.domain.strategies import SELDOM
from tiering.content import Content, read_content
from tiering.domain.account import Account, Contact
from tiering.domain.account_row import AccountRow
from tiering.domain.answer import TierAnswer
from tiering.domain.family import circles
from tiering.domain.money import Money
from tiering.files import SHIPPED_CONTENT, Problem
from tiering.storage import tables
from tiering.storage.store import UnitOfWork
from tiering.usecases.ask import Inquiry, NoSuchAccount, about, show
from tiering.usecases.browsing import count_accounts, listed
from tiering.usecases.deciding import decide_all
from tiering.usecases.import_accounts import Listener, NumberedRow, Order, import_accounts
from tiering.usecases.merge import MergeRefused, merge, undo
from tiering.usecases.policy import in_force, publish_first
from tiering.usecases.record import Store, open_store

LOGS = {"audit", "merges", "outbox", "decision_stamps"}
"""What only grows: who did what, and what was told to whom."""


def dollars(amount: int) -> Money:
    return Money.of(amount, "USD")


def snapshot(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table that is no log."""
    with store.engine.connect() as connection:
        return {
            table.name: sorted((tuple(row) for row in connection.execute(select(table))), key=repr)
            for table in tables.accounts.metadata.sorted_tables
            if table.name not in LOGS
        }


def people(store: Store, *accounts: Account) -> None:
    with store.begin() as work:
        work.accounts.save(accounts, an_import(work))
        decide_all(work, in_force(work), TODAY)


def belongings(work: UnitOfWork, account_id: str) -> None:
    """Give an account one of everything that an account may have."""
    work.contacts.save(
        [Contact(id=f"C-{account_id}", account_id=account_id, emails=(f"{account_id.lower()}@x.example",))]
    )
    now = {"account_id": account_id}
    work.connection.execute(
        insert(tables.effort).values(
            **now, service="training", hours=Decimal(2), team="cs", day=TODAY, who=OLGA, logged_at=NOON
        )
    )
    work.connection.execute(
        insert(tables.signals).values(
            **now, kind="open_cases", about="", sentence="7 cases are open.", raised_at=NOON
        )
    )
    work.connection.execute(
        insert(tables.metrics).values(**now, metric="nps", value=Decimal(40), as_of=TODAY, source="survey")
    )
    spell = {"starts_on": TODAY, "until": TODAY + timedelta(days=30)}
    work.connection.execute(
        insert(tables.purchases).values(
            **now, service="training", times=1, recorded_by=OLGA, recorded_at=NOON, **spell
        )
    )
    work.connection.execute(
        insert(tables.exceptions).values(
            **now,
            service="training",
            reason="promised",
            approver="anna",
            granted_by=OLGA,
            granted_at=NOON,
            **spell,
        )
    )
    work.connection.execute(
        insert(tables.approvals).values(
            **now,
            service="training",
            until=TODAY,
            reason="promised",
            asked_by=OLGA,
            asked_by_name="Olga",
            asked_at=NOON,
            approver="anna",
            state="open",
        )
    )


def ranks_agree(store: Store) -> bool:
    """Whether each account is ranked as counting all of them anew says."""
    with store.begin() as work:
        counted = {one.id: one.rank for one in work.decisions.listed(None)}
        held = work.decisions.current(counted)
        return counted == {one: work.decisions.rank(held[one]) for one in counted}


@pytest.fixture
def doubled(ruled: Store) -> Store:
    """Acme twice, once by its old name, and a subsidiary of the one that should go."""
    people(
        ruled,
        account("A-1", "Acme Corporation", arr=dollars(150_000), domain="acme.example"),
        account("A-2", "Roadrunner Supplies", arr=dollars(20_000), aliases=("Beep Beep",)),
        account("A-3", "Roadrunner Nevada", arr=dollars(5_000), parent="A-2", parent_id="A-2"),
    )
    with ruled.begin() as work:
        belongings(work, "A-2")
        belongings(work, "A-1")
    return ruled


@pytest.mark.parametrize(
    "asked", ["A-2", "a-2", "Roadrunner Supplies", "Beep Beep", "roadruner suplies", "A-2@x.example"]
)
def test_the_account_that_went_is_found_as_the_other_by_all_its_names(
    doubled: Store, inquiry: Inquiry, asked: str
) -> None:
    show(doubled, "roadrunner", inquiry)  # so that names are already kept in memory
    merge(doubled, "A-2", "A-1", OLGA, TODAY)
    answer = show(doubled, asked, inquiry)
    assert isinstance(answer, TierAnswer)
    assert answer.card.account.id == "A-1"


def test_a_button_from_before_the_merge_still_answers(doubled: Store, inquiry: Inquiry) -> None:
    merge(doubled, "A-2", "A-1", OLGA, TODAY)
    answer = about(doubled, "A-2", inquiry)
    assert isinstance(answer, TierAnswer)
    assert answer.card.account.id == "A-1"


def test_what_belongs_to_the_account_moves_and_is_counted(doubled: Store) -> None:
    done = merge(doubled, "A-2", "A-1", OLGA, TODAY)
    assert done.moved == {
        "contacts": 1,
        "exceptions": 1,
        "approvals": 1,
        "purchases": 1,
        "effort": 1,
        "metrics": 1,
        "signals": 1,
        "children": 1,
    }
    with doubled.begin() as work:
        for table in (
            tables.contacts,
            tables.effort,
            tables.metrics,
            tables.purchases,
            tables.exceptions,
            tables.signals,
        ):
            owners = work.connection.execute(select(table.c.account_id)).scalars()
            assert set(owners) == {"A-1"}, table.name
        assert work.accounts.parents_of(["A-3"]) == {"A-3": "A-1"}
        assert [entry.action for entry in work.audit.entries("A-1")] == ["merge"]


def test_a_merged_account_is_counted_listed_and_decided_no_more(doubled: Store) -> None:
    merge(doubled, "A-2", "A-1", OLGA, TODAY)
    assert count_accounts(doubled) == 2
    assert [line.id for line in listed(doubled, OLGA)] == ["A-1", "A-3"]
    with doubled.begin() as work:
        assert decide_all(work, in_force(work), TODAY) == (2, [])
        assert work.decisions.current(["A-2"]) == {}
        assert work.accounts.vanished(an_import(work)) == [
            ("A-1", "Acme Corporation"),
            ("A-3", "Roadrunner Nevada"),
        ]


def test_a_merge_that_is_taken_back_was_never_there(doubled: Store) -> None:
    before = snapshot(doubled)
    done = merge(doubled, "A-2", "A-1", OLGA, TODAY)
    assert snapshot(doubled) != before
    undo(doubled, done.id, OLGA, TODAY)
    assert snapshot(doubled) == before


def test_what_came_after_the_merge_stays_where_it_came(doubled: Store) -> None:
    done = merge(doubled, "A-2", "A-1", OLGA, TODAY)
    with doubled.begin() as work:
        work.contacts.save([Contact(id="C-new", account_id="A-1", emails=("new@x.example",))])
        work.contacts.save([Contact(id="C-A-2", account_id="A-3", emails=("a-2@x.example",))])
    undo(doubled, done.id, OLGA, TODAY)
    with doubled.begin() as work:
        owners = {one.id: one.account_id for one in work.contacts.among(["C-new", "C-A-1", "C-A-2"]).values()}
    assert owners == {"C-new": "A-1", "C-A-1": "A-1", "C-A-2": "A-3"}


def test_an_import_of_the_id_that_went_is_rejected_with_where_it_went(doubled: Store) -> None:
    merge(doubled, "A-2", "A-1", OLGA, TODAY)
    problems: list[Problem] = []
    rows = [
        NumberedRow(2, AccountRow("A-2", "Roadrunner", {"name": "Roadrunner"}, {})),
        NumberedRow(3, AccountRow("A-4", "Kid", {"name": "Kid", "parent": "Roadrunner Supplies"}, {})),
    ]
    summary = import_accounts(doubled, rows, Order("crm.csv", OLGA, TODAY), Listener(problems.append))
    assert (summary.created, summary.rejected) == (1, 1)
    assert "'A-2'" in str(problems[0])
    assert "merged into 'A-1'" in str(problems[0])
    with doubled.begin() as work:
        assert work.accounts.parents_of(["A-4"]) == {"A-4": "A-1"}
    undo(doubled, 1, OLGA, TODAY)
    with doubled.begin() as work:
        assert work.accounts.parents_of(["A-4"]) == {"A-4": "A-2"}


@pytest.mark.parametrize(
    ("gone", "kept", "sentence"),
    [
        ("A-1", "A-1", "into itself"),
        ("a-1", "A-1", "into itself"),
        ("A-2", "A-3", "already"),
        ("A-3", "A-2", "already"),
    ],
)
def test_a_merge_that_makes_no_sense_is_refused(doubled: Store, gone: str, kept: str, sentence: str) -> None:
    merge(doubled, "A-2", "A-1", OLGA, TODAY)
    before = snapshot(doubled)
    with pytest.raises(MergeRefused, match=sentence):
        merge(doubled, gone, kept, OLGA, TODAY)
    assert snapshot(doubled) == before


@pytest.mark.parametrize("unknown", ["", "A-9", "Acme Corporation", "%", "A-1'; --", "A" * 500])
def test_a_merge_asks_for_ids_that_exist(doubled: Store, unknown: str) -> None:
    for pair in ((unknown, "A-1"), ("A-1", unknown)):
        with pytest.raises(NoSuchAccount):
            merge(doubled, *pair, OLGA, TODAY)


def test_a_merge_that_would_close_a_circle_in_the_family_is_refused(ruled: Store) -> None:
    people(
        ruled,
        account("top", "Top"),
        account("middle", "Middle", parent_id="top"),
        account("low", "Low", parent_id="middle"),
    )
    with pytest.raises(MergeRefused, match="circle: low > middle > low"):
        merge(ruled, "top", "low", OLGA, TODAY)
    assert merge(ruled, "top", "middle", OLGA, TODAY).moved == {}
    with ruled.begin() as work:
        assert work.accounts.links() == {"low": "middle"}


def test_merges_on_top_of_each_other_are_taken_back_from_the_top(doubled: Store, inquiry: Inquiry) -> None:
    before = snapshot(doubled)
    first = merge(doubled, "A-2", "A-1", OLGA, TODAY)
    second = merge(doubled, "A-1", "A-3", OLGA, TODAY)
    answer = show(doubled, "Beep Beep", inquiry)
    assert isinstance(answer, TierAnswer)
    assert answer.card.account.id == "A-3"
    with pytest.raises(MergeRefused, match=f"--undo {second.id}"):
        undo(doubled, first.id, OLGA, TODAY)
    undo(doubled, second.id, OLGA, TODAY)
    undo(doubled, first.id, OLGA, TODAY)
    assert snapshot(doubled) == before
    with pytest.raises(MergeRefused, match="already"):
        undo(doubled, first.id, OLGA, TODAY)
    with pytest.raises(MergeRefused, match="no merge"):
        undo(doubled, 99, OLGA, TODAY)


@pytest.fixture(scope="module")
def rolled_up(tmp_path_factory: pytest.TempPathFactory) -> Content:
    """The shipped policy, but a family's revenue counts as a whole."""
    folder: Path = tmp_path_factory.mktemp("rollup")
    text = (SHIPPED_CONTENT / "tiers.yaml").read_text().replace("{rule: own}", "{rule: rollup}")
    (folder / "tiers.yaml").write_text(text)
    return read_content(SHIPPED_CONTENT, folder / "tiers.yaml")


def test_families_are_decided_again_and_who_moved_is_said(store: Store, rolled_up: Content) -> None:
    publish_first(store, rolled_up, OLGA, TODAY)
    people(
        store,
        account("A-1", "Acme", arr=dollars(50_000)),
        account("A-2", "Ajax", arr=dollars(1)),
        account("A-3", "Ajax Paris", arr=dollars(60_000), parent_id="A-2"),
    )
    done = merge(store, "A-2", "A-1", OLGA, TODAY)
    assert {(mover.id, mover.before, mover.after) for mover in done.movers} == {("A-1", 2, 1), ("A-3", 2, 1)}


@pytest.fixture(scope="module")
def family_record(make_url: MakeUrl, rolled_up: Content) -> Iterator[Store]:
    store = open_store(make_url("sqlite"), noon)
    publish_first(store, rolled_up, OLGA, TODAY)
    yield store
    store.close()


@SELDOM
@given(data=st.data())
def test_merge_and_undo_together_change_nothing(family_record: Store, data: st.DataObject) -> None:
    store = family_record
    with store.begin() as work:  # every example begins with an empty record
        for table in reversed(tables.accounts.metadata.sorted_tables):
            if table.name not in {"policies", "audit"}:
                work.connection.execute(table.delete())
    ids = [f"A-{number}" for number in range(data.draw(st.integers(2, 7)))]
    parents = {
        one: parent
        for one in ids
        if (parent := data.draw(st.none() | st.sampled_from(ids))) and parent != one
    }
    for circle in circles(parents):
        del parents[circle[0]]
    amounts = st.none() | st.integers(0, 20).map(lambda tens: dollars(tens * 10_000))
    people(
        store, *(account(one, f"N {one}", arr=data.draw(amounts), parent_id=parents.get(one)) for one in ids)
    )
    with store.begin() as work:
        for one in data.draw(st.sets(st.sampled_from(ids))):
            belongings(work, one)
    stack = []
    for _ in range(data.draw(st.integers(1, 3))):
        before = snapshot(store)
        try:
            gone, kept = data.draw(st.sampled_from(ids)), data.draw(st.sampled_from(ids))
            stack.append((before, merge(store, gone, kept, OLGA, TODAY).id))
        except MergeRefused:
            assert snapshot(store) == before
        assert ranks_agree(store)
    for before, merge_id in reversed(stack):
        with store.begin() as work:
            assert circles(work.accounts.links()) == []
        undo(store, merge_id, OLGA, TODAY)
        assert snapshot(store) == before
        assert ranks_agree(store)
