from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from tests.conftest import OLGA, TODAY, account, an_import
from tests.tiering.usecases.test_policy import stricter
from tiering.content import Content
from tiering.domain.account import Status
from tiering.domain.criteria import AntiFlap
from tiering.domain.exception import Request
from tiering.domain.money import Money, UnknownCurrency
from tiering.domain.policy import Capacity, Rules
from tiering.domain.service import Catalogue
from tiering.usecases.ask import Inquiry
from tiering.usecases.daily import daily
from tiering.usecases.exceptions import grant
from tiering.usecases.policy import NoPolicy
from tiering.usecases.record import Store
from tiering.usecases.rehearsal import simulate

COSTS = {"cs": Decimal(80), "support": Decimal(60)}


def draft_of(content: Content, **changes: object) -> Content:
    """The stricter policy, with costs and whatever else is asked for."""
    rules = stricter(content).rules
    assert rules is not None
    values = {**rules.model_dump(), "costs": COSTS, **changes}
    return replace(content, rules=Rules.model_validate(values))


@pytest.fixture
def staffed(ruled: Store) -> Store:
    """Four customers and a prospect; Anna looks after three of them."""
    with ruled.begin() as work:
        accounts = [
            account("A-1", "Acme", arr=Money(15_000_000, "USD"), csm="Anna"),
            account("A-2", "Bolt", arr=Money(40_000_000, "USD"), csm="Anna"),
            account("A-3", "Corner", arr=Money(5_000_000, "USD"), csm="Anna"),
            account("A-4", "Delta", arr=Money(2_000_000, "USD")),
            account("A-5", "Prospect", arr=Money(15_000_000, "USD"), status=Status.PROSPECT),
        ]
        work.accounts.save(accounts, an_import(work))
    daily(ruled, OLGA, TODAY)
    return ruled


def test_a_rehearsal_stores_nothing_but_its_own_line_in_the_audit(staffed: Store, content: Content) -> None:
    def state() -> tuple[object, ...]:
        with staffed.begin() as work:
            ids = [f"A-{number}" for number in range(1, 6)]
            kinds = [work.outbox.messages(kind) for kind in ("tier_changed", "kit_released")]
            return work.decisions.current(ids), work.policies.editions(), kinds, work.kits.of()

    before = state()
    simulate(staffed, draft_of(content), OLGA, TODAY)
    assert state() == before
    with staffed.begin() as work:
        entry = work.audit.entries("policy 1")[-1]
    assert (entry.action, entry.who) == ("simulate", OLGA)
    assert entry.details["moved"] == 2


def test_each_mover_is_told_with_old_and_new_reasons_revenue_and_services(
    staffed: Store, content: Content
) -> None:
    found = simulate(staffed, draft_of(content), OLGA, TODAY).rehearsal
    assert found.movement == {(1, 1): 1, (1, 2): 2, (2, 2): 2}
    assert found.revenue == {(1, 2): Money(15_000_000, "USD")}, "a prospect pays nothing"
    acme, prospect = found.movers
    assert (acme.id, acme.before, acme.after, acme.due) == ("A-1", 1, 2, None)
    assert "at least $100,000 is tier 1" in acme.old_reasons[0]
    assert "less than $200,000 is tier 2" in acme.new_reasons[0]
    assert acme.revenue == Money(15_000_000, "USD")
    assert "quarterly-business-review" in acme.changes.lost
    assert acme.changes.gained == ()
    assert (prospect.id, prospect.changes.lost, prospect.revenue) == ("A-5", (), None)
    assert found.lost["quarterly-business-review"] == 1


def test_a_grace_of_the_draft_tells_when_a_mover_would_fall(staffed: Store, content: Content) -> None:
    found = simulate(staffed, draft_of(content, anti_flap=AntiFlap(grace_days=30).model_dump()), OLGA, TODAY)
    assert [(one.id, one.after, one.due) for one in found.rehearsal.movers] == [
        ("A-1", 2, TODAY + timedelta(days=30)),
        ("A-5", 2, None),
    ]


def test_customers_who_stay_and_have_other_services_are_counted(staffed: Store, content: Content) -> None:
    assert content.rules is not None
    kept = tuple(one for one in content.catalogue.services if one.id != "training")
    found = simulate(staffed, replace(content, catalogue=Catalogue(services=kept)), OLGA, TODAY).rehearsal
    assert found.movers == ()
    assert (found.changed, found.lost) == (4, {"training": 4})


def test_hours_are_compared_with_the_capacity_and_priced_against_everyone_like_tier_one(
    staffed: Store, content: Content
) -> None:
    capacity = Capacity(csm_hours_per_year=Decimal(100), csms=2)
    work = simulate(
        staffed, draft_of(content, capacity=capacity.model_dump()), OLGA, TODAY
    ).rehearsal.workload
    assert [(one.tier, one.customers) for one in work.demand] == [(1, 1), (2, 3), (3, 0)]
    assert (work.csms, work.available) == (2, Decimal(200))
    assert work.needed == sum(one.hours.get("cs", 0) for one in work.demand)
    hours = {team: sum(one.hours.get(team, Decimal(0)) for one in work.demand) for team in COSTS}
    assert work.cost == Money.of(sum((hours[team] * COSTS[team] for team in COSTS), Decimal(0)), "USD")
    assert work.cost is not None
    assert work.cost_like_first is not None
    assert work.cost_like_first.cents > work.cost.cents
    assert simulate(staffed, draft_of(content, costs={}), OLGA, TODAY).rehearsal.workload.cost is None


def test_books_over_the_limits_and_customers_without_anybody_are_named(
    staffed: Store, content: Content
) -> None:
    assert content.rules is not None
    tiers = [tier.model_dump() for tier in content.rules.tiers]
    tiers[0]["accounts_per_csm"], tiers[1]["accounts_per_csm"] = 2, 4
    work = simulate(staffed, draft_of(content, tiers=tiers), OLGA, TODAY).rehearsal.workload
    assert work.over == (), "one of two and two of four are just enough"
    tiers[1]["accounts_per_csm"] = 3
    work = simulate(staffed, draft_of(content, tiers=tiers), OLGA, TODAY).rehearsal.workload
    (book,) = work.over
    assert (book.csm, dict(book.accounts)) == ("Anna", {1: 1, 2: 2})
    assert book.load == pytest.approx(1 / 2 + 2 / 3)
    assert work.csms == 1
    assert work.unassigned == 1


def test_a_draft_that_lacks_a_rate_is_told_as_such(ruled: Store, content: Content) -> None:
    with ruled.begin() as work:
        work.accounts.save([account("A-1", "Acme", arr=Money(100, "EUR"))], an_import(work))
    daily(ruled, OLGA, TODAY)
    with pytest.raises(UnknownCurrency, match="EUR"):
        simulate(ruled, draft_of(content, rates={}), OLGA, TODAY)


def test_a_rehearsal_needs_a_policy_to_compare_with(store: Store, content: Content) -> None:
    with pytest.raises(NoPolicy):
        simulate(store, draft_of(content), OLGA, TODAY)


def test_families_are_rehearsed_with_their_relatives(staffed: Store, content: Content) -> None:
    with staffed.begin() as work:
        child = account("A-9", "Child", arr=Money(100, "USD"), parent_id="A-2")
        work.accounts.save([child], an_import(work))
    daily(staffed, OLGA, TODAY)
    found = simulate(staffed, draft_of(content, family={"rule": "highest"}), OLGA, TODAY).rehearsal
    assert found.accounts == 6
    assert ("A-9", 3, 1) in [(one.id, one.before, one.after) for one in found.movers]


def test_what_an_exception_holds_does_not_move(staffed: Store, content: Content, inquiry: Inquiry) -> None:
    until = TODAY + timedelta(days=60)
    grant(staffed, "A-1", Request(tier=1, until=until, reason="Pilot", approver="Vera", by=OLGA), inquiry)
    found = simulate(staffed, draft_of(content), OLGA, TODAY).rehearsal
    assert [one.id for one in found.movers] == ["A-5"]
