"""Entitlements: the shipped table for both presets, and every sentence that staff may hear."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.tiering.domain.strategies import TODAY
from tiering.content import read_content
from tiering.domain.account import Account, Status
from tiering.domain.entitlement import Entitlement, entitlements, level_of
from tiering.domain.exception import Grant
from tiering.domain.holding import Holdings
from tiering.domain.money import Money
from tiering.domain.policy import Policy
from tiering.domain.purchase import Purchase
from tiering.domain.service import Catalogue, Level, Service
from tiering.files import SHIPPED_CONTENT

MAY, JUNE = date(2026, 5, 1), date(2026, 6, 1)

_DRAFT = read_content(SHIPPED_CONTENT).draft
assert _DRAFT is not None
SHIPPED: Policy = _DRAFT

AUTOMATED = (
    "knowledge-base",
    "self-paced-courses",
    "certification",
    "onboarding-mails",
    "adoption-tips",
    "renewal-reminders",
    "office-hours",
    "community",
    "product-news",
)
TABLE = {
    # service: which tiers get it in a later stage, and in an early one
    "executive-sponsorship": ({1}, {1}),
    "quarterly-business-review": ({1}, {1}),
    "proactive-communication": ({1, 2}, set()),
    "assigned-csm": ({1, 2}, {1}),
    "assigned-technical-resource": ({1}, set()),
    "adoption-monitoring": ({1, 2}, {1, 2}),
    "survey-monitoring": ({1, 2}, {1, 2}),
    "best-practice-advice": ({1}, {1}),
    "training": ({1, 2}, {1}),
    "health-check": ({1}, set()),
    "renewal": ({1, 2}, {1, 2}),
    "escalation-management": ({1, 2}, {1, 2}),
    "support-case-monitoring": ({1}, {1}),
    "upsell": ({1, 2}, {1, 2}),
    "programme-management": ({1}, set()),
    "on-site-visit": ({1}, {1}),
    **dict.fromkeys(AUTOMATED, ({1, 2, 3}, {1, 2, 3})),
}


DAYS = tuple(date(2026, month, 3) for month in range(1, 12))
"""Days of deliveries in the year that runs."""

REVIEW = "quarterly-business-review"


def under(preset: str) -> Policy:
    return replace(SHIPPED, rules=SHIPPED.rules.model_copy(update={"preset": preset}))


def customer(**values: Any) -> Account:
    return Account(**{"id": "a", "name": "Acme", "arr": Money.of(300000, "USD"), **values})


def owed(account: Account, tier: int, service: str, policy: Policy = SHIPPED, used: int = 0) -> Entitlement:
    return having(account, tier, service, Holdings(delivered={service: DAYS[:used]}), policy)


def having(
    account: Account, tier: int, service: str, holdings: Holdings, policy: Policy = SHIPPED
) -> Entitlement:
    (one,) = (one for one in entitlements(account, tier, policy, TODAY, holdings) if one.service == service)
    return one


def a_policy_with(**values: Any) -> Policy:
    service = Service.model_validate({"id": "audit", "name": "Audit", "levels": {}, **values})
    return replace(SHIPPED, catalogue=Catalogue(services=(service,)))


@pytest.mark.parametrize("column", [0, 1], ids=["later-stage", "early-stage"])
@pytest.mark.parametrize("tier", [1, 2, 3])
def test_each_tier_gets_what_the_table_says(column: int, tier: int) -> None:
    policy = under(("later-stage", "early-stage")[column])
    granted = {one.service for one in entitlements(customer(), tier, policy, TODAY) if one.granted}
    assert granted == {service for service, tiers in TABLE.items() if tier in tiers[column]}


def test_only_the_quarterly_review_is_counted_four_a_year() -> None:
    counted = [one for one in entitlements(customer(), 1, SHIPPED, TODAY) if one.level is Level.ALLOWANCE]
    assert [(one.service, one.allowance, one.period) for one in counted] == [
        ("quarterly-business-review", 4, "year")
    ]


def test_the_shipped_services_are_those_of_the_table_in_a_fixed_order() -> None:
    ids = [one.service for one in entitlements(customer(), 1, SHIPPED, TODAY)]
    assert set(ids) == TABLE.keys()
    assert ids == [service.id for service in SHIPPED.catalogue.services]


def test_what_runs_by_itself_is_marked_automated() -> None:
    automated = {service.id for service in SHIPPED.catalogue.services if service.delivery == "automated"}
    assert automated == set(AUTOMATED)


def test_what_nobody_promised_is_a_no() -> None:
    service = Service.model_validate({"id": "x", "name": "X", "levels": {"later-stage": {1: "included"}}})
    assert level_of(service, 1, "later-stage") is Level.INCLUDED
    assert level_of(service, 2, "later-stage") is Level.NO
    assert level_of(service, 1, "early-stage") is Level.NO


@pytest.mark.parametrize(
    ("used", "left", "sentence"),
    [
        (0, 4, "Included in tier 1 (Strategic), 4 per year; 4 of 4 left this year."),
        (3, 1, "Included in tier 1 (Strategic), 4 per year; 1 of 4 left this year."),
        (4, 0, "Included in tier 1 (Strategic), 4 per year; none left this year."),
        (6, 0, "Included in tier 1 (Strategic), 4 per year; none left this year."),
    ],
)
def test_an_allowance_says_what_is_left_of_it(used: int, left: int, sentence: str) -> None:
    one = owed(customer(), 1, "quarterly-business-review", used=used)
    assert (one.level, one.used, one.left, one.sentence) == (Level.ALLOWANCE, used, left, sentence)
    assert one.granted == (left > 0)


@pytest.mark.parametrize(
    ("arr", "sentence"),
    [
        (250000, "Included in tier 1 (Strategic)."),
        (
            164000,
            "Not included: tier 1 (Strategic) has it only with ARR at least $250,000 (now $164,000).",
        ),
        (None, "Not included: tier 1 (Strategic) has it only with ARR at least $250,000 (now unknown)."),
    ],
)
def test_a_visit_depends_on_the_arr_and_says_so(arr: int | None, sentence: str) -> None:
    one = owed(customer(arr=None if arr is None else Money.of(arr, "USD")), 1, "on-site-visit")
    assert one.sentence == sentence
    assert one.granted == sentence.startswith("Included")


def test_a_condition_reads_amounts_of_other_currencies() -> None:
    assert owed(customer(arr=Money.of(230000, "EUR")), 1, "on-site-visit").granted


def test_a_tier_without_the_service_hears_nothing_of_its_condition() -> None:
    assert owed(customer(arr=None), 2, "on-site-visit").sentence == "Not included in tier 2 (Growth)."


@pytest.mark.parametrize(
    ("level", "sentence"),
    [
        ("included", "Included in tier 2 (Growth)."),
        ("request", "On request in tier 2 (Growth): ask Head of CS."),
        ("paid", "A paid add-on in tier 2 (Growth): €99.50 per session."),
        ("no", "Not included in tier 2 (Growth)."),
    ],
)
def test_every_level_has_its_sentence(level: str, sentence: str) -> None:
    price = {"amount": Decimal("99.5"), "currency": "EUR", "per": "session"}
    policy = a_policy_with(levels={"later-stage": {2: level}}, price=price, approver="Head of CS")
    one = owed(customer(), 2, "audit", policy)
    assert (one.level.value, one.sentence, one.allowance, one.left) == (level, sentence, None, None)
    assert one.granted == (level == "included")


def test_on_request_without_an_approver_names_nobody() -> None:
    policy = a_policy_with(levels={"later-stage": {2: "request"}})
    assert owed(customer(), 2, "audit", policy).sentence == "On request in tier 2 (Growth)."


@pytest.mark.parametrize(
    ("level", "sentence"),
    [
        ("included", "Not a customer yet: tier 1 (Strategic) would have it, but promise nothing."),
        ("request", "Not a customer yet: tier 1 (Strategic) could ask for it, but promise nothing."),
        ("paid", "Not a customer yet: tier 1 (Strategic) could buy it, but promise nothing."),
        ("no", "Not a customer yet, and tier 1 (Strategic) would not include it."),
    ],
)
def test_a_prospect_is_promised_nothing(level: str, sentence: str) -> None:
    policy = a_policy_with(levels={"later-stage": {1: level}}, price={"amount": 5})
    one = owed(customer(status=Status.PROSPECT), 1, "audit", policy)
    assert (one.level, one.granted, one.sentence) == (Level.NO, False, sentence)


def test_a_prospect_hears_of_the_condition_too() -> None:
    assert owed(customer(status=Status.PROSPECT, arr=None), 1, "on-site-visit").sentence == (
        "Not a customer yet: tier 1 (Strategic) would have it only with ARR at least $250,000 (now unknown), "
        "but promise nothing."
    )


@pytest.mark.parametrize("tier", [1, 2, 3])
def test_nothing_is_owed_to_who_has_left(tier: int) -> None:
    for one in entitlements(customer(status=Status.CHURNED), tier, SHIPPED, TODAY):
        assert (one.level, one.granted) == (Level.NO, False)
        assert one.sentence == "Not a customer any more: nothing is owed."


def excepted(service: str) -> Grant:
    return Grant(
        id=7,
        account_id="a",
        tier=None,
        service=service,
        reason="Large pilot",
        approver="Dana",
        granted_by="cli:olga",
        starts_on=TODAY,
        until=date(2027, 3, 31),
    )


def bought(service: str, times: int | None, since: date = TODAY) -> Purchase:
    return Purchase(
        id=1,
        account_id="a",
        tier=None,
        service=service,
        times=times,
        starts_on=since,
        until=date(2027, 3, 31),
        price=None,
        recorded_by="cli:olga",
    )


def test_an_exception_includes_a_service_and_says_on_whose_word() -> None:
    one = having(customer(), 3, "health-check", Holdings(grants=(excepted("health-check"),)))
    assert (one.level, one.granted) == (Level.INCLUDED, True)
    assert one.sentence == ("Included by an exception until 2027-03-31, approved by Dana: Large pilot.")


def test_what_the_plan_gives_anyway_needs_no_exception_and_no_purchase() -> None:
    holdings = Holdings(grants=(excepted("health-check"),), purchases=(bought("health-check", 2),))
    assert having(customer(), 1, "health-check", holdings).sentence == "Included in tier 1 (Strategic)."


def test_an_exception_goes_on_where_an_allowance_is_used_up_or_a_condition_is_not_met() -> None:
    used_up = Holdings(grants=(excepted(REVIEW),), delivered={REVIEW: DAYS[:4]})
    assert having(customer(), 1, REVIEW, used_up).sentence.startswith("Included by an exception")
    visit = Holdings(grants=(excepted("on-site-visit"),))
    assert having(customer(arr=None), 1, "on-site-visit", visit).granted


@pytest.mark.parametrize("status", [Status.PROSPECT, Status.CHURNED])
def test_who_is_no_customer_has_nothing_by_exception_or_purchase(status: Status) -> None:
    holdings = Holdings(grants=(excepted("training"),), purchases=(bought("training", None),))
    assert not having(customer(status=status), 1, "training", holdings).granted


def test_a_service_bought_is_included_until_it_ends() -> None:
    one = having(customer(), 3, "training", Holdings(purchases=(bought("training", None),)))
    assert (one.level, one.sentence) == (Level.INCLUDED, "Bought until 2027-03-31.")


@pytest.mark.parametrize(
    ("days_ago", "sentence"),
    [
        ((), "Bought until 2027-03-31; 2 of 2 left."),
        ((30,), "Bought until 2027-03-31; 2 of 2 left."),
        ((30, 0), "Bought until 2027-03-31; 1 of 2 left."),
        ((9, 5), "Not included in tier 3 (Digital)."),
    ],
)
def test_deliveries_bought_by_number_are_counted_from_the_day_of_the_purchase(
    days_ago: tuple[int, ...], sentence: str
) -> None:
    holdings = Holdings(
        purchases=(bought("training", 2, TODAY - timedelta(days=10)),),
        delivered={"training": tuple(TODAY - timedelta(days=ago) for ago in days_ago)},
    )
    assert having(customer(), 3, "training", holdings).sentence == sentence


def test_the_allowance_is_taken_before_what_was_bought_on_top_of_it() -> None:
    purchases = (bought(REVIEW, 2, date(2026, 1, 1)),)
    sentences = [
        having(customer(), 1, REVIEW, Holdings((), purchases, {REVIEW: DAYS[:used]})).sentence
        for used in (3, 4, 5, 6)
    ]
    assert sentences == [
        "Included in tier 1 (Strategic), 4 per year; 1 of 4 left this year.",
        "Bought until 2027-03-31; 2 of 2 left.",
        "Bought until 2027-03-31; 1 of 2 left.",
        "Included in tier 1 (Strategic), 4 per year; none left this year.",
    ]


def spell(first: date, last: date, times: int | None, number: int = 1) -> Purchase:
    return replace(bought("training", times, first), until=last, id=number)


def sentence_of(holdings: Holdings) -> str:
    return having(customer(), 3, "training", holdings).sentence


def test_of_two_purchases_the_one_that_ends_first_is_used_first() -> None:
    soon, late = spell(MAY, TODAY, 2, 1), spell(JUNE, date(2027, 5, 31), 3, 2)
    used = (MAY, JUNE, JUNE + timedelta(1))
    both = Holdings(purchases=(late, soon), delivered={"training": used[:1]})
    assert sentence_of(both) == "Bought until 2027-05-31; 4 of 5 left."
    one_open = Holdings(purchases=(late, soon), delivered={"training": used})
    assert sentence_of(one_open) == "Bought until 2027-05-31; 2 of 3 left."


def test_what_was_taken_from_a_purchase_that_is_over_is_not_taken_from_the_next() -> None:
    over, runs = spell(MAY, JUNE + timedelta(9), 2, 1), spell(JUNE, date(2027, 5, 31), 2, 2)
    days = (JUNE, JUNE + timedelta(1))
    held = Holdings(purchases=(runs,), former=(over,), delivered={"training": days})
    assert sentence_of(held) == "Bought until 2027-05-31; 2 of 2 left."
    one_more = replace(held, delivered={"training": (*days, JUNE + timedelta(2))})
    assert sentence_of(one_more) == "Bought until 2027-05-31; 1 of 2 left."


def test_what_an_exception_gave_while_it_held_is_not_taken_from_a_purchase() -> None:
    over = replace(excepted("training"), starts_on=MAY, until=date(2026, 12, 31), ended_on=JUNE)
    days = (MAY + timedelta(1), JUNE)
    held = Holdings(
        purchases=(spell(MAY, date(2027, 5, 31), 2),), former=(over,), delivered={"training": days}
    )
    assert sentence_of(held) == "Bought until 2027-05-31; 1 of 2 left."


def test_of_purchases_without_a_number_the_longest_says_until_when() -> None:
    short, counted = spell(MAY, TODAY, None, 1), spell(MAY, date(2027, 5, 31), 2, 2)
    held = Holdings(purchases=(short, counted), delivered={"training": (MAY, JUNE)})
    assert sentence_of(held) == f"Bought until {TODAY.isoformat()}."
    tomorrow = Holdings(purchases=(counted,), former=(short,), delivered=held.delivered)
    assert sentence_of(tomorrow) == "Bought until 2027-05-31; 2 of 2 left."


def test_last_years_deliveries_are_not_counted_this_year() -> None:
    holdings = Holdings(delivered={REVIEW: (date(2025, 12, 31), date(2026, 1, 1))})
    assert having(customer(), 1, REVIEW, holdings).left == 3


def test_an_allowance_may_follow_the_contract_year() -> None:
    rules = SHIPPED.rules.model_copy(update={"allowance_period": "contract"})
    policy = replace(SHIPPED, rules=rules)
    account = customer(renewal_on=date(2027, 5, 14))
    holdings = Holdings(delivered={REVIEW: (date(2026, 5, 13), date(2026, 5, 14))})
    assert having(account, 1, REVIEW, holdings, policy).left == 3


def test_who_went_live_this_year_has_a_part_of_the_allowance_and_hears_why() -> None:
    one = owed(customer(went_live_on=date(2026, 7, 2)), 1, REVIEW, used=1)
    assert (one.allowance, one.used, one.left) == (2, 1, 1)
    assert one.sentence == (
        "Included in tier 1 (Strategic), 4 per year (live since 2026-07-02, so 2); 1 of 2 left this year."
    )


# Partners


def test_what_a_partner_delivers_is_shown_as_the_partners() -> None:
    served = customer(partner="Nordlys Consulting")
    assert owed(served, 1, "training").sentence == (
        "Included in tier 1 (Strategic). Nordlys Consulting delivers it, as the partner."
    )
    assert owed(served, 1, "best-practice-advice").sentence == "Included in tier 1 (Strategic)."
    assert owed(served, 3, "training").sentence == "Not included in tier 3 (Digital)."
    assert owed(customer(), 1, "training").sentence == "Included in tier 1 (Strategic)."
