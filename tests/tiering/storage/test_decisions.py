"""Decisions in the record: all that was decided comes back, and accounts are ranked within their tier."""

from __future__ import annotations

from datetime import date

from tests.conftest import TODAY, account, an_import
from tiering.domain.answer import Rank
from tiering.domain.decision import Decision, Pending, Reason
from tiering.usecases.record import Store

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
