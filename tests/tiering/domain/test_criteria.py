"""Criteria beyond bands: scores, relatives, anti-flap, segments, bad fit and freshness."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tiering.domain.strategies import OFTEN, SELDOM, TODAY, accounts, kin, rich_policies
from tests.tiering.domain.test_decision import (
    SHIPPED,
    altered,
    an_account,
    base_tier,
    decided,
    sentences,
    ups,
    usd,
)
from tiering.domain.account import Account, Origin, Status
from tiering.domain.condition import Written, read_condition
from tiering.domain.contradiction import problems_of
from tiering.domain.criteria import Conditional
from tiering.domain.decision import ALONE, Decision, Family, Pending, decide
from tiering.domain.freshness import measured
from tiering.domain.money import Money
from tiering.domain.policy import Policy, Rules
from tiering.domain.ways_up import ways_up

SCORE: dict[str, Any] = {
    "score": [
        {
            "metric": "arr",
            "weight": 3,
            "points": [{"at_least": 100000, "points": 100}, {"at_least": 10000, "points": 50}],
        },
        {"metric": "nps", "points": [{"at_least": 50, "points": 100}, {"at_least": 0, "points": 40}]},
        {"metric": "advocate_reference", "points": [{"at_least": 1, "points": 100}]},
    ],
    "bands": [{"tier": 1, "at_least": 80}, {"tier": 2, "at_least": 40}, {"tier": 3}],
    "unknown": 3,
}
SCORED = altered(base=SCORE)
PATIENT = altered(anti_flap={"margin": 5, "grace_days": 30})
UNTIL_RENEWAL = altered(anti_flap={"grace_days": 30, "wait_for_renewal": True})


def days(number: int) -> date:
    return TODAY + timedelta(days=number)


def then(account: Account, previous: Decision, policy: Policy, day: date = TODAY) -> Decision:
    return decide(account, ALONE, previous, policy, day)


# What always holds


@SELDOM
@given(rich_policies())
def test_the_generated_policies_are_valid_and_survive_the_record(policy: Policy) -> None:
    assert list(problems_of(policy.rules)) == []
    assert Rules.model_validate(policy.rules.model_dump(mode="json")) == policy.rules


@SELDOM
@given(accounts(), accounts(), kin(), rich_policies(), st.integers(0, 90))
def test_the_same_facts_give_the_same_decision_and_keep_it(
    before: Account, now: Account, family: Family, policy: Policy, later: int
) -> None:
    previous = decide(before, family, None, policy, TODAY)
    made = [decide(now, family, previous, policy, days(later)) for _ in range(2)]
    assert made[0] == made[1]
    assert decide(now, family, made[0], policy, days(later)) is made[0]


@OFTEN
@given(accounts(), accounts(), kin(), rich_policies(), st.data())
def test_more_of_what_is_better_never_lowers_a_tier(
    before: Account, now: Account, family: Family, policy: Policy, data: st.DataObject
) -> None:
    previous = data.draw(st.sampled_from([None, decide(before, family, None, policy, TODAY)]))
    more = data.draw(st.integers(0, 60))
    now = replace(now, arr=now.arr or usd(0), seats=now.seats or 0)
    larger = {
        "arr": replace(now, arr=raised(now.arr, more)),
        "seats": replace(now, seats=(now.seats or 0) + more),
        "nps": replace(now, nps=now.nps if now.nps is None else now.nps + more),
    }[data.draw(st.sampled_from(["arr", "seats", "nps"]))]
    related = richer(family, more)
    less = decide(now, family, previous, policy, days(10))
    assert decide(larger, family, previous, policy, days(10)).tier <= less.tier
    assert decide(now, related, previous, policy, days(10)).tier <= less.tier


def raised(money: Money | None, thousands: int) -> Money | None:
    return money and Money(money.cents + thousands * 100_000, money.currency)


def richer(family: Family, more: int) -> Family:
    members = tuple(replace(one, potential_arr=raised(one.potential_arr, more)) for one in family.members)
    by_id = {one.id: one for one in members}
    return Family(by_id[family.parent.id] if family.parent else None, members)


@OFTEN
@given(accounts(), kin(), rich_policies())
def test_an_account_is_not_its_own_relative_and_those_who_share_what_was_worked_out_are_decided_alike(
    account: Account, family: Family, policy: Policy
) -> None:
    shared = Family(family.parent, (account, *family.members))
    for one in shared.members:
        apart = Family(family.parent, tuple(other for other in shared.members if other.id != one.id))
        assert decide(one, shared, None, policy, TODAY) == decide(one, apart, None, policy, TODAY)


@SELDOM
@given(accounts(), kin(), rich_policies())
def test_the_caps_hold(account: Account, family: Family, policy: Policy) -> None:
    decision, caps = decide(account, family, None, policy, TODAY), policy.rules.caps
    assert decision.tier in policy.rules.tier_by_id
    assert -caps.up <= decision.tier - base_tier(decision) <= caps.down


@SELDOM
@given(accounts(), kin(), rich_policies(), st.none() | st.integers(0, 100))
def test_every_reason_is_true_of_the_account_and_none_is_left_out(
    account: Account, family: Family, policy: Policy, age: int | None
) -> None:
    account = replace(account, as_of=None if age is None else days(-age))
    decision = decide(account, family, None, policy, TODAY)
    told = {reason.criterion for reason in decision.reasons if reason.effect.split()[0] in ("up", "down")}
    assert told == {one.id for one in policy.rules.adjustments if met(account, family, one, policy, age)}
    assert decision.flags == (("bad_fit",) if account.narrow_use else ())
    first = [one.id for one in policy.rules.segments if met(account, family, one, policy, age)]
    assert decision.segment == (first[0] if first else None)


@OFTEN
@given(accounts(), accounts(), kin(), rich_policies(), st.integers(0, 90))
def test_nothing_falls_without_having_been_told_and_nothing_waits_for_ever(
    before: Account, now: Account, family: Family, policy: Policy, later: int
) -> None:
    previous = decide(before, family, None, policy, TODAY)
    day, rule = days(later), policy.rules.anti_flap
    strict = decide(now, family, None, policy, day)
    settled = decide(now, family, previous, policy, day)
    if now.status is not Status.CUSTOMER or strict.tier <= previous.tier:
        assert (settled.tier, settled.pending) == (strict.tier, None)
        return
    assert previous.tier <= settled.tier <= strict.tier
    if settled.pending is None:
        return
    assert settled.tier == previous.tier < settled.pending.tier <= strict.tier
    assert settled.pending.since == day < settled.pending.due
    assert rule.wait_for_renewal or settled.pending.due == day + timedelta(days=rule.grace_days)
    fallen = decide(now, family, settled, policy.at_once(), settled.pending.due)
    assert fallen.pending is None


def met(account: Account, family: Family, one: Conditional, policy: Policy, age: int | None) -> bool:
    every = [holds(account, family, name, written, policy, age) for name, written in one.when.items()]
    some = [holds(account, family, name, written, policy, age) for name, written in one.when_any.items()]
    return all(every) and (not some or any(some))


def holds(
    account: Account, family: Family, name: str, written: Written, policy: Policy, age: int | None
) -> bool:
    """Work out a condition apart from the code under test."""
    relation, _, rest = name.partition(".")
    whom: list[Account] = [account]
    if relation in ("parent", "family"):
        whom = [family.parent] if relation == "parent" and family.parent else []
        whom = list(family.members) if relation == "family" else whom
        whom, name = [one for one in whom if one.status is not Status.CHURNED], rest
    condition = read_condition(name, written, policy.rules.currency)
    limit = policy.rules.freshness.metrics.get(name)
    too_old = limit and limit.ignore and age is not None and age > limit.days
    values = [None if too_old else measured(one, condition.metric, policy.rules) for one in whom]
    return any(condition.holds(value, TODAY) for value in values)


# Scores


def test_a_score_is_told_with_each_of_its_parts() -> None:
    decision = decided(an_account(arr=usd(64000), nps=60, advocate_reference=False), policy=SCORED)
    assert (decision.tier, decision.provisional, decision.weight) == (2, False, 50.0)
    assert sentences(decision) == [
        "Score is 50: at least 40 and less than 80 is tier 2 (Growth).",
        "ARR is $64,000: at least $10,000 gives 50 points (weight 3 of 5).",
        "NPS is 60: at least 50 gives 100 points (weight 1 of 5).",
        "Reference customer is no: less than 1 gives 0 points (weight 1 of 5).",
    ]


def test_an_unknown_part_is_left_out_of_the_score_and_not_counted_as_nothing() -> None:
    decision = decided(an_account(arr=usd(164000), advocate_reference=True), policy=SCORED)
    assert (decision.tier, decision.provisional, decision.weight) == (1, True, 100.0)
    assert "NPS is unknown and left out of the score." in sentences(decision)


def test_without_any_part_the_tier_is_the_one_for_unknowns() -> None:
    decision = decided(an_account(), policy=SCORED)
    assert (decision.tier, decision.provisional, decision.weight) == (3, True, None)
    assert sentences(decision)[0] == "Score is unknown: provisionally tier 3 (Digital)."


def test_what_would_raise_the_score_enough_is_told() -> None:
    up = ups(an_account(arr=usd(9000), nps=10, advocate_reference=False), policy=SCORED)
    assert up[0] == "ARR of at least $100,000 (now $9,000) would make it tier 2 (Growth)."
    policy = altered(base=SCORE, adjustments=[])
    account = an_account(arr=usd(50000), nps=-5, advocate_reference=False)
    assert "Reference customer (now no) would make it tier 2 (Growth)." in ups(account, policy=policy)


def test_the_highest_score_of_the_family_counts_with_its_parts() -> None:
    policy = altered(base=SCORE, family={"rule": "highest"})
    sister = an_account(id="b", name="Big", arr=usd(500000))
    decision = decided(an_account(arr=usd(10), nps=-50), Family(None, (sister,)), policy)
    assert (decision.tier, decision.weight) == (1, 100.0)
    assert sentences(decision)[:2] == [
        "Score of Big, the highest in the family, is 100: at least 80 is tier 1 (Strategic).",
        "ARR of Big is $500,000: at least $100,000 gives 100 points (weight 3 of 5).",
    ]


# Relatives


def with_kin(conditions: dict[str, Any]) -> Policy:
    kin = {"id": "kin", "name": "Kin", "move": "up", "because": "It belongs to a large group."}
    return altered(adjustments=[{**kin, "when": conditions}])


def test_a_parents_potential_lifts_a_division_and_the_parent_is_named() -> None:
    parent = an_account(id="p", name="Globex", potential_arr=Money.of(500000, "EUR"), source="group.csv")
    division = an_account(arr=usd(20000), source="own.csv")
    decision = decided(division, Family(parent, (parent,)), with_kin({"parent.potential_arr": ">= 100000"}))
    assert decision.tier == 1
    assert decision.reasons[1].sentence == (
        "It belongs to a large group. (Potential ARR of Globex, its parent: €500,000 ($550,000).)"
    )
    assert decision.reasons[1].threshold == "potential ARR of the parent at least $100,000"
    assert decision.reasons[1].source == "group.csv"


def test_a_siblings_advocacy_lifts_and_the_sibling_is_named() -> None:
    family = Family(None, (an_account(id="b"), an_account(id="c", name="Sister", advocate_reference=True)))
    decision = decided(an_account(arr=usd(20000)), family, with_kin({"family.advocate_reference": "yes"}))
    assert decision.tier == 1
    assert "(Reference customer of Sister, in its family: yes.)" in decision.reasons[1].sentence


def test_of_several_relatives_the_one_with_the_highest_amount_is_the_cause() -> None:
    family = Family(None, tuple(an_account(id=i, name=i, arr=usd(n)) for i, n in (("b", 5), ("c", 9))))
    decision = decided(an_account(arr=usd(1)), family, with_kin({"family.arr": "> 1"}))
    assert decision.reasons[1].value == "$9"


@pytest.mark.parametrize("written", [">= 1", "unknown"])
def test_without_a_parent_nothing_holds_of_it(written: str) -> None:
    decision = decided(an_account(arr=usd(20000)), ALONE, with_kin({"parent.potential_arr": written}))
    assert decision.tier == 2


def test_who_has_left_us_lends_nothing() -> None:
    gone = an_account(id="b", advocate_reference=True, status=Status.CHURNED)
    policy = with_kin({"family.advocate_reference": "yes"})
    assert decided(an_account(arr=usd(20000)), Family(None, (gone,)), policy).tier == 2


def test_nobody_is_told_to_change_its_relatives() -> None:
    assert not any("Kin" in way for way in ups(an_account(), ALONE, with_kin({"family.arr": ">= 1"})))


# Anti-flap


def test_within_the_margin_an_account_stays_where_it_is() -> None:
    first = decided(an_account(arr=usd(10000)), policy=PATIENT)
    second = then(an_account(arr=usd(9500)), first, PATIENT)
    assert (second.tier, second.pending) == (2, None)
    assert sentences(second)[-1] == (
        "That is at most 5 per cent below the limit, so it still counts as tier 2 (Growth)."
    )
    assert then(an_account(arr=usd(9500)), second, PATIENT, days(400)) is second
    assert decided(an_account(arr=usd(9500)), policy=PATIENT).tier == 3


def test_a_downgrade_is_told_first_and_takes_place_when_it_is_due() -> None:
    small = an_account(arr=usd(9499))
    first = decided(an_account(arr=usd(10000)), policy=PATIENT)
    told = then(small, first, PATIENT)
    assert (told.tier, told.pending) == (2, Pending(3, TODAY, days(30)))
    assert sentences(told)[-1] == (
        "It would now be tier 3 (Digital), but a downgrade is told first: it stays in tier 2 (Growth) and "
        "moves on 2026-12-22, unless things change."
    )
    assert then(small, told, PATIENT, days(29)) is told
    fallen = then(small, told, PATIENT, days(30))
    assert (fallen.tier, fallen.pending, fallen.decided_on) == (3, None, days(30))


def test_an_account_that_recovers_in_time_stays_and_is_told_nothing_more() -> None:
    first = decided(an_account(arr=usd(10000)), policy=PATIENT)
    told = then(an_account(arr=usd(1)), first, PATIENT)
    recovered = then(an_account(arr=usd(12000)), told, PATIENT, days(5))
    assert (recovered.tier, recovered.pending) == (2, None)


def test_upgrades_take_place_at_once() -> None:
    first = decided(an_account(arr=usd(10)), policy=PATIENT)
    assert then(an_account(arr=usd(100000)), first, PATIENT).tier == 1


def test_a_downgrade_may_wait_for_the_renewal_and_a_later_renewal_delays_it_no_more() -> None:
    first = decided(an_account(arr=usd(10000)), policy=UNTIL_RENEWAL)
    told = then(an_account(arr=usd(1), renewal_on=days(100)), first, UNTIL_RENEWAL)
    assert told.pending == Pending(3, TODAY, days(100))
    renewed = then(an_account(arr=usd(1), renewal_on=days(465)), told, UNTIL_RENEWAL, days(99))
    assert renewed.pending == told.pending
    assert then(an_account(arr=usd(1), renewal_on=days(465)), renewed, UNTIL_RENEWAL, days(100)).tier == 3


def test_a_renewal_that_is_past_or_unknown_delays_nothing() -> None:
    first = decided(an_account(arr=usd(10000)), policy=UNTIL_RENEWAL)
    for renewal in (days(-5), None):
        told = then(an_account(arr=usd(1), renewal_on=renewal), first, UNTIL_RENEWAL)
        assert told.pending == Pending(3, TODAY, days(30))


@pytest.mark.parametrize("status", [Status.PROSPECT, Status.CHURNED])
def test_who_is_no_customer_falls_at_once(status: Status) -> None:
    first = decided(an_account(arr=usd(10000)), policy=PATIENT)
    assert then(an_account(arr=usd(1), status=status), first, PATIENT).tier == 3


def test_a_policy_may_be_told_to_take_effect_at_once() -> None:
    first = decided(an_account(arr=usd(10000)), policy=PATIENT)
    told = then(an_account(arr=usd(1)), first, PATIENT)
    at_once = then(an_account(arr=usd(1)), told, PATIENT.at_once())
    assert (at_once.tier, at_once.pending) == (3, None)


def test_what_would_only_bring_back_the_tier_it_still_has_is_no_way_up() -> None:
    ways = ways_up(an_account(arr=usd(9000)), ALONE, PATIENT, TODAY, 2)
    assert ways
    assert not any("tier 2" in way for way in ways)


# Segments and flags


@pytest.mark.parametrize(
    ("goal", "segment"),
    [("Compliance records", "compliance"), ("shorter drives", "efficiency"), ("fun", None), (None, None)],
)
def test_the_goal_decides_the_segment_and_not_the_tier(goal: str | None, segment: str | None) -> None:
    decision = decided(an_account(arr=usd(20000), goal=goal))
    assert (decision.segment, decision.tier) == (segment, 2)


def test_a_bad_fit_is_a_flag_and_changes_no_tier() -> None:
    policy = altered(adjustments=[])
    decision = decided(an_account(arr=usd(20000), narrow_use=True, hard_to_reach=True), policy=policy)
    assert (decision.tier, decision.flags) == (2, ("bad_fit",))
    assert decision.reasons[-1].effect == "flag"
    assert sentences(decision)[-1] == (
        "It uses one small part of the product and nobody there answers us. "
        "(Narrow use: yes; hard to reach: yes.)"
    )


# Freshness


def test_an_old_value_is_pointed_out_and_still_counts() -> None:
    account = an_account(arr=usd(20000), as_of=days(-366))
    decision = decided(account)
    assert decision.tier == 2
    assert sentences(decision)[0].endswith(
        "is tier 2 (Growth). Confirmed on 2025-11-21, more than 365 days ago."
    )
    assert decide(account, ALONE, decision, SHIPPED, days(1)) is decision
    assert "Confirmed" not in sentences(decided(replace(account, as_of=days(-365))))[0]


def test_a_value_that_is_too_old_to_count_is_unknown_and_that_is_said() -> None:
    nps = {"days": 90, "ignore": True}
    policy = altered(base=SCORE, freshness={"days": None, "metrics": {"nps": nps}})
    account = an_account(arr=usd(20000), nps=70, advocate_reference=True, as_of=days(-91))
    decision = decided(account, policy=policy)
    assert "NPS is unknown and left out of the score." in sentences(decision)
    assert sentences(decision)[-1] == (
        "NPS of 70 was confirmed on 2026-08-23, more than 90 days ago, so it counts as unknown."
    )
    assert decided(replace(account, as_of=days(-90)), policy=policy).weight != decision.weight


def test_a_base_value_that_is_too_old_to_count_makes_the_tier_provisional() -> None:
    policy = altered(freshness={"days": None, "metrics": {"arr": {"days": 30, "ignore": True}}})
    decision = decided(an_account(arr=usd(500000), as_of=days(-31)), policy=policy)
    assert (decision.tier, decision.provisional, decision.weight) == (3, True, None)
    relative = an_account(id="b", arr=usd(500000), as_of=days(-31))
    highest = Rules.model_validate({**policy.rules.model_dump(), "family": {"rule": "highest"}})
    rolled = replace(policy, rules=highest)
    assert decided(an_account(arr=usd(5)), Family(None, (relative,)), rolled).tier == 3


@pytest.mark.parametrize(("age", "tier"), [(10, 1), (91, 2)])
def test_what_was_measured_of_a_relative_is_as_old_as_its_measurement(age: int, tier: int) -> None:
    nps = {"days": 90, "ignore": True}
    policy = with_kin({"parent.nps": ">= 50"})
    aged = {**policy.rules.model_dump(), "freshness": {"metrics": {"nps": nps}}}
    measured_on = Origin("survey", days(-age))
    parent = an_account(id="p", name="Globex", nps=70, as_of=days(-400), origins={"nps": measured_on})
    policy = replace(policy, rules=Rules.model_validate(aged))
    assert decided(an_account(arr=usd(20000)), Family(parent, (parent,)), policy).tier == tier


def test_a_relatives_value_is_old_by_the_rule_for_that_metric() -> None:
    policy = with_kin({"family.nps": ">= 50"})
    aged = {**policy.rules.model_dump(), "freshness": {"metrics": {"nps": {"days": 30}}}}
    sister = an_account(id="s", name="Sister", nps=70, as_of=days(-31))
    family = Family(None, (sister,))
    decision = decided(an_account(arr=usd(20000)), family, replace(policy, rules=Rules.model_validate(aged)))
    assert sentences(decision)[1] == (
        "It belongs to a large group. (NPS of Sister, in its family: 70.)"
        " Confirmed on 2026-10-22, more than 30 days ago."
    )


# Rank


def test_the_weight_is_the_size_of_what_sorts_first() -> None:
    assert decided(an_account(arr=Money.of(Decimal("100.50"), "EUR"))).weight == 110.55
    assert decided(an_account()).weight is None
