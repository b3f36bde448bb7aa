"""Decisions in the record: all that was decided comes back, and accounts are ranked within their tier."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select

from tests.conftest import TODAY, MakeUrl, account, an_import, noon
from tiering.content import Content
from tiering.domain.answer import Rank
from tiering.domain.decision import Decision, Pending, Reason
from tiering.storage.tables import decision_stamps
from tiering.usecases.policy import publish_first
from tiering.usecases.record import Store, open_store

REASON = Reason("arr", "$1", "any value", "tier 3", "ARR is $1: any value is tier 3.")


def decision(account_id: str, tier: int, weight: float | None) -> Decision:
    return Decision(account_id, tier, weight is None, (REASON,), 1, TODAY, weight=weight)


def test_a_decision_comes_back_with_all_that_was_decided(ruled: Store) -> None:
    pending = Pending(3, TODAY, date(2026, 12, 22))
    made = Decision(
        account_id="A-1",
        tier=2,
        provisional=True,
        reasons=(REASON,),
        policy_version=1,
        decided_on=TODAY,
        pending=pending,
        segment="compliance",
        flags=("bad_fit",),
        weight=110.55,
    )
    with ruled.begin() as work:
        work.accounts.save([account("A-1", "Acme")], an_import(work))
        work.decisions.save([made])
    with ruled.begin() as work:
        assert work.decisions.current(["A-1"])["A-1"] == made


def test_accounts_are_ranked_within_their_tier_and_equals_share_a_place(ruled: Store) -> None:
    weights = {"A": 500.0, "B": 70.0, "C": 70.0, "D": 30.5, "E": None}
    with ruled.begin() as work:
        work.accounts.save([account(one, one) for one in (*weights, "Z")], an_import(work))
        work.decisions.save([decision("Z", 1, 9.0), *(decision(one, 2, w) for one, w in weights.items())])
    places = {"A": Rank(1, 5), "B": Rank(2, 5), "C": Rank(2, 5), "D": Rank(4, 5), "E": None, "Z": Rank(1, 1)}
    with ruled.begin() as work:
        assert {one.id: one.rank for one in work.decisions.listed(None)} == places
        held = work.decisions.current(places)
        assert {one: work.decisions.rank(held[one]) for one in places} == places
        assert [one.rank for one in work.decisions.listed(2, limit=2)] == [Rank(1, 5), Rank(2, 5)]


def ranked(store: Store, account_id: str) -> Rank | None:
    with store.begin() as work:
        return work.decisions.rank(work.decisions.current([account_id])[account_id])


def save(store: Store, *made: Decision) -> None:
    with store.begin() as work:
        work.accounts.save([account(one.account_id, one.account_id) for one in made], an_import(work))
        work.decisions.save(made)


def test_a_rank_follows_what_another_process_decides(ruled: Store, database_url: str) -> None:
    other = open_store(database_url, noon)
    save(ruled, decision("A", 2, 5.0), decision("B", 2, 7.0))
    assert (ranked(ruled, "A"), ranked(other, "A")) == (Rank(2, 2), Rank(2, 2))
    save(other, decision("A", 2, 9.0))
    assert ranked(ruled, "A") == Rank(1, 2)
    save(other, decision("B", 1, 7.0))
    assert ranked(ruled, "A") == Rank(1, 1)
    other.close()


def test_what_was_rolled_back_ranks_nobody(ruled: Store) -> None:
    save(ruled, decision("A", 2, 5.0), decision("B", 2, 7.0))

    def fail_after_ranking() -> None:
        with ruled.begin() as work:
            work.decisions.save([decision("A", 2, 9.0)])
            assert work.decisions.rank(work.decisions.current(["A"])["A"]) == Rank(1, 2)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_after_ranking()
    assert ranked(ruled, "A") == Rank(2, 2)
    with pytest.raises(ZeroDivisionError):
        fail_after_ranking()
    save(ruled, decision("C", 2, 8.0))
    assert ranked(ruled, "A") == Rank(3, 3)


def test_of_two_who_decide_at_once_the_one_who_began_first_may_end_last(
    make_url: MakeUrl, content: Content
) -> None:
    store = open_store(make_url("postgresql"), noon)  # on SQLite one writes after the other
    publish_first(store, content, "cli:olga", TODAY)
    save(store, decision("A", 2, 5.0), decision("B", 2, 7.0))
    with store.begin() as slow:
        slow.decisions.save([decision("A", 2, 9.0)])
        save(store, decision("C", 2, 6.0))
        assert ranked(store, "A") == Rank(3, 3)
    assert ranked(store, "A") == Rank(1, 3)
    store.close()


def test_gathering_the_stamps_leaves_one_of_them_and_the_same_state(ruled: Store) -> None:
    for _ in range(3):
        save(ruled, decision("A", 2, 5.0))
    query = select(func.count(), func.sum(decision_stamps.c.stamp))
    with ruled.begin() as work:
        stamps, state = work.connection.execute(query).one()
        work.decisions.gather_stamps()
        assert (stamps, work.connection.execute(query).one()) == (3, (1, state))
    assert ranked(ruled, "A") == Rank(1, 1)
