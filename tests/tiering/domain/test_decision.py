"""Deciding: generated policies and accounts for what must always hold, the shipped policy for the words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tiering.domain.strategies import OFTEN, SELDOM, TODAY, accounts, families, policies
from tiering.domain.account import Account, Status
from tiering.domain.contradiction import problems_of
from tiering.domain.decision import ALONE, Decision, Family, decide
from tiering.domain.freshness import measured
from tiering.domain.money import Money, UnknownCurrency
from tiering.domain.policy import Adjustment, Policy, Rules, read_condition
from tiering.domain.service import Catalogue
from tiering.domain.ways_up import NO_WAY, ways_up
from tiering.files import SHIPPED_CONTENT, read_yaml, validate


def shipped() -> Policy:
    rules, problems = validate(Rules, read_yaml(Path(SHIPPED_CONTENT / "tiers.yaml"))[0])
    assert rules is not None
    assert not problems
    return Policy(3, rules, Catalogue())


SHIPPED = shipped()


def altered(**values: Any) -> Policy:
    """The shipped policy with other values for some keys."""
    return replace(SHIPPED, rules=Rules.model_validate({**SHIPPED.rules.model_dump(), **values}))


def with_family_rule(rule: str) -> Policy:
    return altered(family={"rule": rule})


def usd(amount: int | str) -> Money:
    return Money.of(Decimal(amount), "USD")


def an_account(**values: Any) -> Account:
    return Account(**{"id": "a", "name": "Acme", **values})


def decided(account: Account, family: Family = ALONE, policy: Policy = SHIPPED) -> Decision:
    return decide(account, family, None, policy, TODAY)


def ups(account: Account, family: Family = ALONE, policy: Policy = SHIPPED) -> tuple[str, ...]:
    return ways_up(account, family, policy, TODAY)


def sentences(decision: Decision) -> list[str]:
    return [reason.sentence for reason in decision.reasons]


def base_tier(decision: Decision) -> int:
    return int(decision.reasons[0].effect.removeprefix("tier "))


# What always holds


@SELDOM
@given(policies())
def test_the_generated_policies_are_valid(policy: Policy) -> None:
    assert list(problems_of(policy.rules)) == []


@SELDOM
@given(accounts(), families(), policies())
def test_the_same_facts_give_the_same_decision(account: Account, family: Family, policy: Policy) -> None:
    assert decided(account, family, policy) == decided(account, family, policy)


@SELDOM
@given(accounts(), families(), policies())
def test_the_caps_hold_and_the_tier_is_one_there_is(account: Account, family: Family, policy: Policy) -> None:
    decision, caps = decided(account, family, policy), policy.rules.caps
    assert decision.tier in policy.rules.tier_by_id
    assert -caps.up <= decision.tier - base_tier(decision) <= caps.down


@SELDOM
@given(accounts(), policies())
def test_a_decision_is_provisional_exactly_when_the_base_metric_is_unknown(
    account: Account, policy: Policy
) -> None:
    alone = decided(account, policy=policy)
    assert alone.provisional == (getattr(account, policy.rules.base_metric.name) is None)
    assert alone.provisional == (alone.reasons[0].value == "unknown")


@SELDOM
@given(accounts(), families(), policies(without=["arr", "seats"]), st.integers(0, 90_000))
def test_more_of_the_base_metric_never_lowers_the_tier(
    account: Account, family: Family, policy: Policy, more: int
) -> None:
    if policy.rules.base.metric == "arr":
        held = account.arr or usd(0)
        before, after = held, Money.of(held.amount + more, held.currency)
        less, larger = replace(account, arr=before), replace(account, arr=after)
    else:
        less = replace(account, seats=account.seats or 0)
        larger = replace(account, seats=(account.seats or 0) + more // 1000)
    assert decided(larger, family, policy).tier <= decided(less, family, policy).tier


@OFTEN
@given(accounts(), families(), policies())
def test_what_sorts_first_is_the_accounts_own_the_highest_in_the_family_or_the_sum(
    account: Account, family: Family, policy: Policy
) -> None:
    def much(*some: Account) -> list[Decimal]:
        values = [measured(one, policy.rules.base_metric, policy.rules) for one in some]
        amounts = [one.amount if isinstance(one, Money) else one for one in values]
        return [Decimal(str(one)) for one in amounts if one is not None]

    rule, counted = policy.rules.family.rule, much(account)
    if rule != "own":
        counted += much(*(one for one in family.members if one.status is Status.CUSTOMER))
    expected = float(sum(counted) if rule == "rollup" else max(counted)) if counted else None
    assert decided(account, family, policy).weight == expected


@SELDOM
@given(accounts(), families(), policies())
def test_every_reason_holds_of_the_account_and_none_is_left_out(
    account: Account, family: Family, policy: Policy
) -> None:
    rules = policy.rules
    given_reasons = {reason.criterion for reason in decided(account, family, policy).reasons[1:]} - {"cap"}
    assert given_reasons == {one.id for one in rules.adjustments if applies(account, one, rules)}


@SELDOM
@given(accounts(), families(), policies())
def test_a_cap_is_a_reason_exactly_when_it_cuts(account: Account, family: Family, policy: Policy) -> None:
    decision, rules = decided(account, family, policy), policy.rules
    moved = {"up": 0, "down": 0}
    for adjustment in rules.adjustments:
        if applies(account, adjustment, rules):
            moved[adjustment.move] += adjustment.by
    cut = {direction for direction, by in moved.items() if by > getattr(rules.caps, direction)}
    assert {reason.value.split()[0] for reason in decision.reasons if reason.effect == "capped"} == cut


@OFTEN
@given(accounts(), families(), policies())
def test_what_would_move_it_up_does(account: Account, family: Family, policy: Policy) -> None:
    decision, up = decided(account, family, policy), ups(account, family, policy)
    assert bool(up) == (decision.tier > 1)
    for sentence in up:
        if sentence == NO_WAY:
            continue
        promised = int(re.findall(r"tier ([0-9]+) \(", sentence)[-1])
        assert promised < decision.tier
        outcomes = {decided(then, family, rules).tier for then, rules in changed(account, policy, sentence)}
        assert max(outcomes) == promised, sentence
        assert sentence.endswith(" or higher.") == (len(outcomes) > 1)


@SELDOM
@given(accounts(), policies())
def test_where_no_single_change_is_said_to_help_no_larger_amount_does(
    account: Account, policy: Policy
) -> None:
    decision = decided(account, policy=policy)
    if ups(account, policy=policy) != (NO_WAY,):
        return
    metric = policy.rules.base_metric.name
    for band in policy.rules.base.bands[:-1]:
        limit = int(band.at_least or 0)
        held = measured(account, policy.rules.base_metric, policy.rules)
        if (isinstance(held, Money) and held.amount >= limit) or (isinstance(held, int) and held >= limit):
            continue
        values: dict[str, Any] = {metric: usd(limit) if metric == "arr" else limit}
        assert decided(replace(account, **values), policy=policy).tier >= decision.tier


def applies(account: Account, adjustment: Adjustment, rules: Rules) -> bool:
    every = [holds(account, name, written, rules) for name, written in adjustment.when.items()]
    some = [holds(account, name, written, rules) for name, written in adjustment.when_any.items()]
    return all(every) and (not some or any(some))


def holds(account: Account, name: str, written: Any, rules: Rules) -> bool:
    condition = read_condition(name, written, rules.currency)
    return condition.holds(measured(account, condition.metric, rules), TODAY)


def changed(account: Account, policy: Policy, sentence: str) -> Iterator[tuple[Account, Policy]]:
    """Make the change that a sentence names, in each way in which it can be made."""
    rules = policy.rules
    if larger := re.match(r"(ARR|Seats) of at least \$?([0-9,]+) \(", sentence):
        much = int(larger[2].replace(",", ""))
        yield replace(account, **({"arr": usd(much)} if larger[1] == "ARR" else {"seats": much})), policy
    elif without := re.match("Without “(.*?)”", sentence):
        kept = [one.model_dump() for one in rules.adjustments if one.name != without[1]]
        fewer = Rules.model_validate({**rules.model_dump(), "adjustments": kept})
        yield account, replace(policy, rules=fewer)
    else:
        name = sentence.split(" (")[0]
        adjustment = next(one for one in rules.adjustments if one.name == name)
        for values in supposed(account, adjustment, rules):
            yield replace(account, **values), policy


def supposed(account: Account, adjustment: Adjustment, rules: Rules) -> Iterator[dict[str, Any]]:
    """Find values that make an adjustment apply; an industry that is known is not changed."""
    unmet = {k: v for k, v in adjustment.when.items() if not holds(account, k, v, rules)}
    chosen: list[tuple[str, Any]] = list(adjustment.when_any.items())
    if not chosen or any(holds(account, name, written, rules) for name, written in chosen):
        chosen = [("", None)]
    for name, written in chosen:
        wanted = {**unmet, **({name: written} if name else {})}
        if "industry" in wanted and account.industry is not None:
            continue
        for values in product(*(meeting(metric, form) for metric, form in wanted.items())):
            yield dict(zip(wanted, values, strict=True))


def meeting(metric: str, written: Any) -> list[Any]:
    """Return values that meet a condition, worked out apart from the code under test."""
    if isinstance(written, list):
        return list(written)
    if written in ("yes", "no", True, False):
        return [written in ("yes", True)]
    if metric == "renewal_on":
        return [] if written == "unknown" else [date(2026, 12, 1) if written.startswith(">=") else TODAY]
    if metric == "goal":
        return [] if written == "known" else [written]
    sign, number = written.split()
    if metric.endswith("arr"):
        return [Money(int(number) * 100 + {">": 1, "<": -1}.get(sign, 0), "USD")]
    return [int(number) + {">": 1, "<": -1}.get(sign, 0)]


# The previous decision


@SELDOM
@given(accounts(), families(), policies())
def test_a_decision_that_says_the_same_is_the_previous_one(
    account: Account, family: Family, policy: Policy
) -> None:
    first = decide(account, family, None, policy, TODAY)
    assert decide(account, family, first, policy, TODAY) is first


def test_a_decision_keeps_its_date_while_nothing_changes() -> None:
    account = an_account(arr=usd(5000), as_of=date(2026, 1, 1))
    first = decide(account, ALONE, None, SHIPPED, date(2026, 1, 1))
    assert decide(replace(account, as_of=TODAY), ALONE, first, SHIPPED, TODAY) is first


def test_a_new_version_of_the_policy_is_a_new_decision() -> None:
    account = an_account(arr=usd(5000))
    first = decided(account)
    second = decide(account, ALONE, first, replace(SHIPPED, version=4), TODAY)
    assert (second.policy_version, second.tier) == (4, first.tier)
    assert second is not first


def test_a_changed_value_is_a_new_decision_even_within_the_tier() -> None:
    first = decided(an_account(arr=usd(5000)))
    second = decide(an_account(arr=usd(6000)), ALONE, first, SHIPPED, date(2026, 11, 23))
    assert (second.decided_on, second.tier) == (date(2026, 11, 23), 3)


# The shipped policy, in words


@pytest.mark.parametrize(
    ("arr", "tier"), [("0", 3), ("9999.99", 3), ("10000", 2), ("99999.99", 2), ("100000", 1), ("5e9", 1)]
)
def test_bands_begin_exactly_at_their_limit(arr: str, tier: int) -> None:
    assert decided(an_account(arr=usd(arr))).tier == tier


def test_the_band_is_told_with_both_limits() -> None:
    account = an_account(arr=usd(64000), source="crm.csv", as_of=date(2026, 11, 1))
    decision = decided(account)
    (reason,) = decision.reasons
    assert reason.sentence == ("ARR is $64,000: at least $10,000 and less than $100,000 is tier 2 (Growth).")
    assert (reason.criterion, reason.value, reason.effect) == ("arr", "$64,000", "tier 2")
    assert reason.threshold == "at least $10,000 and less than $100,000"
    assert (reason.source, reason.as_of) == ("crm.csv", date(2026, 11, 1))
    assert ups(account) == (
        "ARR of at least $100,000 (now $64,000) would make it tier 1 (Strategic).",
        "Large potential (potential ARR at least $100,000, now unknown) would make it tier 1 (Strategic).",
        "Advocate (reference customer, case study or referrals at least 2) would make it tier 1 (Strategic).",
        "High expectations (industry Healthcare, Banking, Utilities or Public sector) would make it tier 1 "
        "(Strategic).",
    )


def test_nobody_is_told_to_change_a_known_industry() -> None:
    assert not any("industry" in way for way in ups(an_account(arr=usd(64000), industry="Telecoms")))


def test_what_is_already_met_is_not_asked_for_again() -> None:
    up = ups(an_account(arr=usd(4000), industry="Banking"))
    assert "High expectations (ARR at least $5,000, now $4,000) would make it tier 2 (Growth)." in up


def test_a_higher_arr_that_brings_another_reason_along_is_told_with_both() -> None:
    up = ups(an_account(arr=usd(4000), industry="Banking"))
    assert "ARR of at least $10,000 (now $4,000) would make it tier 1 (Strategic)." in up


def test_an_amount_in_another_currency_is_told_in_both() -> None:
    decision = decided(an_account(arr=Money.of(48000, "GBP")))
    assert decision.reasons[0].sentence.startswith("ARR is £48,000 ($61,440): at least $10,000")
    assert decision.reasons[0].value == "$61,440"


def test_unknown_arr_is_said_and_the_tier_is_provisional() -> None:
    decision = decided(an_account())
    assert (decision.tier, decision.provisional) == (3, True)
    assert sentences(decision) == ["ARR is unknown: provisionally tier 3 (Digital)."]
    assert ups(an_account())[0] == "ARR of at least $10,000 (now unknown) would make it tier 2 (Growth)."


def test_no_arr_is_not_an_unknown_arr() -> None:
    decision = decided(an_account(arr=usd(0)))
    assert not decision.provisional
    assert sentences(decision) == ["ARR is $0: less than $10,000 is tier 3 (Digital)."]


def test_an_adjustment_is_told_with_its_facts() -> None:
    account = an_account(arr=usd(24000), advocate_reference=True, advocate_referrals=4)
    decision = decided(account)
    reason = decision.reasons[1]
    assert (decision.tier, reason.effect, reason.value) == (1, "up 1", "yes, 4")
    assert reason.threshold == "reference customer, referrals at least 2"
    assert reason.sentence == (
        "It speaks for us to others, which is worth more than it pays. "
        "(Reference customer: yes; referrals: 4.)"
    )
    assert ups(account) == ()


def test_two_reasons_up_move_one_tier_and_the_cap_says_so() -> None:
    decision = decided(an_account(arr=usd(5000), potential_arr=usd(200000), advocate_case_study=True))
    assert decision.tier == 2
    assert sentences(decision)[-1] == "All adjustments together move an account up by one tier at most."


def test_one_of_two_reasons_down_would_not_help_by_going() -> None:
    account = an_account(arr=usd(50000), own_resources=True, hard_to_reach=True)
    assert decided(account).tier == 3
    assert not any(way.startswith("Without") for way in ups(account))


def test_the_only_reason_down_would_help_by_going() -> None:
    account = an_account(arr=usd(50000), own_resources=True)
    assert "Without “Has its own experts” it would be tier 2 (Growth)." in ups(account)


def test_a_cap_of_nothing_is_told_as_such() -> None:
    policy = altered(caps={"up": 0, "down": 2})
    decision = decided(an_account(arr=usd(5000), advocate_reference=True), policy=policy)
    assert sentences(decision)[-1] == "The policy lets no adjustment move an account up."


def test_where_nothing_alone_helps_that_is_said() -> None:
    policy = altered(caps={"up": 0, "down": 1})
    account = an_account(arr=usd(500000), own_resources=True, hard_to_reach=True)
    assert ups(account, policy=policy) == (NO_WAY,)


def test_an_amount_without_a_rate_is_refused_with_a_sentence() -> None:
    with pytest.raises(UnknownCurrency, match=r"no rate for the currency JPY in tiers\.yaml"):
        decided(an_account(arr=Money.of(5, "JPY")))


def test_a_column_of_ones_own_may_be_banded_and_a_text_in_it_is_no_number() -> None:
    base = {"metric": "attributes.sites", "bands": [{"tier": 1, "at_least": 10}, {"tier": 3}], "unknown": 2}
    policy = altered(base=base)
    many = decided(an_account(attributes={"sites": Decimal(12)}), policy=policy)
    assert (many.tier, sentences(many)) == (1, ["Sites is 12: at least 10 is tier 1 (Strategic)."])
    for value in ("many", True, TODAY):
        odd = decided(an_account(attributes={"sites": value}), policy=policy)
        assert (odd.tier, odd.provisional) == (2, True)


# Families


def test_by_its_own_value_a_family_changes_nothing() -> None:
    small = an_account(arr=usd(5000))
    family = Family(None, (an_account(id="b", name="Big", arr=usd(500000)),))
    assert decided(small, family) == decided(small)


def test_the_highest_in_the_family_counts_and_is_named_with_its_source() -> None:
    small = an_account(arr=usd(5000), source="small.csv")
    family = Family(None, (an_account(id="b", name="Big", arr=usd(500000), source="big.csv"),))
    decision = decided(small, family, with_family_rule("highest"))
    assert decision.reasons[0].sentence == (
        "ARR of Big, the highest in the family, is $500,000: at least $100,000 is tier 1 (Strategic)."
    )
    assert decision.reasons[0].source == "big.csv"


def test_who_is_the_highest_of_its_family_counts_by_its_own() -> None:
    large = an_account(arr=usd(50000))
    family = Family(None, (an_account(id="b", name="Bit", arr=usd(5000)),))
    assert sentences(decided(large, family, with_family_rule("highest"))) == sentences(decided(large))


def test_the_sum_of_the_family_counts_and_what_is_lacking_is_the_accounts_own() -> None:
    small = an_account(arr=usd(5000))
    family = Family(None, (an_account(id="b", name="Bit", arr=usd(30000)),))
    decision = decided(small, family, with_family_rule("rollup"))
    assert (decision.tier, decision.provisional, decision.weight) == (2, False, 35000.0)
    assert decision.reasons[0].sentence.startswith(
        "ARR of the whole family is $35,000 ($5,000 its own, the rest from Bit): at least $10,000"
    )
    assert ups(small, family, with_family_rule("rollup"))[0] == (
        "ARR of at least $70,000 (now $5,000), $100,000 in the whole family, would make it "
        "tier 1 (Strategic)."
    )


RELATIVES = (
    an_account(id="b", name="Bit", arr=usd(20000)),
    an_account(id="c", name="Cog", arr=Money.of(30000, "EUR")),
    an_account(id="d", name="Dot", arr=usd(10000)),
    an_account(id="e", name="Elf", arr=usd(5000)),
    an_account(id="f", name="Fax"),
    an_account(id="g", name="Gum"),
)


@pytest.mark.parametrize(
    ("own", "relatives", "made_of"),
    [
        (1000, RELATIVES[:3], "$64,000 ($1,000 its own, the rest from Cog, Bit and Dot)"),
        (1000, RELATIVES[:4], "$69,000 ($1,000 its own, the rest from Cog, Bit and 2 more)"),
        (1000, RELATIVES[3:], "$6,000 ($1,000 its own, the rest from Elf; unknown for Fax and Gum)"),
        (1000, RELATIVES[5:], "$1,000 ($1,000 its own; unknown for Gum)"),
        (None, RELATIVES[:1], "$20,000 (its own unknown, all from Bit)"),
    ],
)
def test_a_sum_says_whose_it_is_and_what_is_unknown_of_it(
    own: int | None, relatives: tuple[Account, ...], made_of: str
) -> None:
    account = an_account(arr=None if own is None else usd(own))
    decision = decided(account, Family(None, relatives), with_family_rule("rollup"))
    assert sentences(decision)[0].startswith(f"ARR of the whole family is {made_of}: ")
    assert decision.provisional == ("unknown" in made_of)


def test_a_sum_of_nothing_known_is_unknown() -> None:
    decision = decided(an_account(), Family(None, RELATIVES[4:]), with_family_rule("rollup"))
    assert (decision.provisional, decision.weight) == (True, None)
    assert sentences(decision) == ["ARR is unknown: provisionally tier 3 (Digital)."]


@pytest.mark.parametrize("rule", ["highest", "rollup"])
@pytest.mark.parametrize("status", [Status.CHURNED, Status.PROSPECT])
def test_relatives_who_are_no_customers_pay_nothing_into_the_family(rule: str, status: Status) -> None:
    family = Family(None, (an_account(id="b", arr=usd(500000), status=status),))
    policy = with_family_rule(rule)
    assert decided(an_account(arr=usd(5000)), family, policy).tier == 3
    assert decided(an_account(), family, policy).provisional
