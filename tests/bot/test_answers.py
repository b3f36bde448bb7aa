"""What the answers show: the views for an ordinary cast, and for names that want to break out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.answers import answer_view
from bot.answers.surroundings import Surroundings
from bot.choosing import unclear
from bot.knowledge_base import Article, Shelf
from bot.sharing import shared_view
from bot.text import unescaped
from bot.turn import Reply
from bot.way import in_modal
from tests.bot.hostile import HOSTILE, WORDS, assert_slack_opens, assert_slack_takes
from tests.conftest import TODAY, account
from tiering.content import Content
from tiering.domain.account import Account, Status
from tiering.domain.answer import (
    AccountUnknown,
    Answer,
    Candidate,
    Card,
    Choice,
    Found,
    Help,
    OfferAnswer,
    ServiceAnswer,
    ServiceUnknown,
    TierAnswer,
)
from tiering.domain.decision import ALONE, decide
from tiering.domain.entitlement import Entitlement, entitlements
from tiering.domain.holding import Holdings
from tiering.domain.money import Money
from tiering.domain.policy import Policy
from tiering.domain.service import Allowance, Catalogue, Level, Price, Service
from tiering.domain.training import Training, team_training
from tiering.domain.ways_up import ways_up
from tiering.people import Person, Role

EXACT = Found("acme", "name")
KB = "https://help.example.com"


@pytest.fixture(scope="session")
def policy(content: Content) -> Policy:
    assert content.draft
    return replace(content.draft, version=3)


ACME = account(
    "A-1",
    "Acme Corporation",
    domain="acme.example",
    arr=Money.of(164_000, "USD"),
    csm="Dana Whitfield",
    parent="Acme Holdings",
    renewal_on=date(2027, 5, 14),
    source="crm.csv",
    as_of=date(2026, 11, 20),
)
INITECH = account("I-1", "Initech", arr=Money.of(24_000, "USD"))


def card_of(who: Account, policy: Policy, used: dict[str, int] | None = None) -> Card:
    decision = decide(who, ALONE, None, policy, TODAY)
    days = {service: (date(2026, 2, 3),) * times for service, times in (used or {}).items()}
    owed = entitlements(who, decision.tier, policy, TODAY, Holdings(delivered=days))
    up = ways_up(who, ALONE, policy, TODAY)
    return Card(who, decision, up, policy.tier(decision.tier), owed, None, TODAY)


def service_answer(card: Card, policy: Policy, service: str, definition: str = "") -> ServiceAnswer:
    entitlement = next(one for one in card.entitlements if one.service == service)
    return ServiceAnswer(card, EXACT, policy.catalogue.by_id[service], definition, entitlement)


def shown(answer: Answer, shelf: Shelf | None = None) -> list[str]:
    made = answer_view(answer, Surroundings(shelf or Shelf()))
    assert_slack_takes(made)
    return unescaped(made.text).split("\n")


def test_the_first_line_is_the_answer_and_the_second_is_why(policy: Policy) -> None:
    card = card_of(ACME, policy)
    first, second, third, *_ = shown(TierAnswer(card, EXACT))
    assert first == "Acme Corporation is tier 1, Strategic. Customers read “Signature”."
    assert second == card.decision.reasons[0].sentence
    assert third == ""


def test_the_rest_of_an_account_stands_below(policy: Policy) -> None:
    lines = shown(TierAnswer(card_of(ACME, policy), EXACT))
    assert "Touch: high" in lines
    assert "SLA: first response within 1 hour (24 hours a day, 7 days a week)" in lines
    assert "CSM: Dana Whitfield" in lines
    assert "Executive sponsor: promised, nobody assigned" in lines
    assert "Engineer: promised, nobody assigned" in lines
    assert "Parent: Acme Holdings" in lines
    assert "Renewal: 14 May 2027" in lines
    assert "• With an allowance: Quarterly business review (4 of 4 left this year)" in lines
    assert any(line.startswith("• Included: ") and "Executive sponsor" in line for line in lines)
    assert lines[-5:] == [
        "Account A-1. Data from crm.csv, confirmed 2 days ago. "
        "Decided on 22 November 2026 under policy version 3.",
        "[Log effort]",
        "[Ask for an exception]",
        "[History]",
        "[Share with the channel]",
    ]


def test_what_its_people_have_learned_is_one_quiet_line(policy: Policy) -> None:
    one = Training(contact_id="C-1", course="board", title="Run the board", done=3, lessons=5, begun_on=TODAY)
    card = replace(card_of(ACME, policy), training=team_training(6, [one], TODAY))
    (line,) = (line for line in shown(TierAnswer(card, EXACT)) if line.startswith("Training"))
    assert line == "Training: 1 of 6 people takes courses; Run the board: 3 of 5 lessons."
    assert "C-1" not in "".join(shown(TierAnswer(card, EXACT)))
    assert not any("Training:" in line for line in shown(TierAnswer(card_of(ACME, policy), EXACT)))


def test_nobody_is_promised_who_is_not_owed(policy: Policy) -> None:
    card = card_of(account("L-1", "Lumbergh", arr=Money.of(9, "USD")), policy)
    lines = shown(TierAnswer(card, EXACT))
    assert not any("nobody assigned" in line for line in lines)
    assert card.up
    assert {f"• {way}" for way in card.up} <= set(lines)


def test_an_unknown_arr_is_said_to_make_the_tier_provisional(policy: Policy) -> None:
    first, second, *_ = shown(TierAnswer(card_of(account("U-1", "Umbrella"), policy), EXACT))
    assert first == "Umbrella is provisionally tier 3, Digital. Customers read “Essential”."
    assert second.startswith("ARR is unknown")


def test_the_strongest_reason_is_the_one_that_moved_the_account(policy: Policy) -> None:
    lifted = replace(INITECH, potential_arr=Money.of(400_000, "USD"))
    first, second, *_ = shown(TierAnswer(card_of(lifted, policy), EXACT))
    assert "tier 1, Strategic" in first
    assert second.startswith("It could grow into one of our largest customers")
    lowered = replace(ACME, own_resources=True)
    first, second, *_ = shown(TierAnswer(card_of(lowered, policy), EXACT))
    assert "tier 2, Growth" in first
    assert second.startswith("It has its own experts")


def test_a_prospect_is_promised_nothing(policy: Policy) -> None:
    pied_piper = account("P-1", "Pied Piper", status=Status.PROSPECT, arr=Money.of(20_000, "USD"))
    lines = shown(TierAnswer(card_of(pied_piper, policy), EXACT))
    assert lines[0] == "Pied Piper is not a customer yet: would be tier 2, Growth; promise nothing."
    assert not any(line.startswith(("• Included", "Entitled", "Touch", "SLA")) for line in lines)


def test_a_former_customer_is_owed_nothing(policy: Policy) -> None:
    hooli = account("H-1", "Hooli", status=Status.CHURNED, arr=Money.of(20_000, "USD"))
    assert shown(TierAnswer(card_of(hooli, policy), EXACT))[0] == (
        "Hooli is not a customer any more: it would be tier 2, Growth; nothing is owed."
    )


def test_why_gives_every_reason_with_its_source(policy: Policy) -> None:
    card = card_of(replace(ACME, advocate_reference=True), policy)
    lines = shown(TierAnswer(card, EXACT, why=True))
    assert "Every reason" in lines
    assert "• ARR is $164,000: at least $100,000 is tier 1 (Strategic). From crm.csv, 2 days ago." in lines
    assert "There is no higher tier." in lines
    assert "[Show the whole account]" in lines


@pytest.mark.parametrize(
    ("by", "said"),
    [
        ("contact", "Found by a contact's e-mail address."),
        ("prefix", "Found by how a name begins: “acm”."),
        ("spelling", "No account is called “acm”; this is the closest name."),
    ],
)
def test_a_guess_is_never_silent(policy: Policy, by: str, said: str) -> None:
    assert said in shown(TierAnswer(card_of(ACME, policy), Found("acm", by)))
    assert said in shown(service_answer_found(policy, Found("acm", by)))


def service_answer_found(policy: Policy, found: Found) -> ServiceAnswer:
    return replace(service_answer(card_of(ACME, policy), policy, "quarterly-business-review"), found=found)


def test_yes_comes_first_with_what_is_left(policy: Policy) -> None:
    card = card_of(ACME, policy, {"quarterly-business-review": 1})
    first, second, *_ = shown(service_answer(card, policy, "quarterly-business-review"))
    assert first == "Yes. Quarterly business review for Acme Corporation"
    assert "3 of 4 left" in second


@pytest.mark.parametrize(("one", "service"), [(INITECH, "training"), (ACME, "quarterly-business-review")])
def test_what_it_may_have_need_not_be_asked_for(policy: Policy, one: Account, service: str) -> None:
    granted = service_answer(card_of(one, policy), policy, service)
    assert buttons(granted) == ["[Log effort]", "[Show the whole account]", "[Share with the channel]"]


def test_what_it_may_not_have_can_be_asked_for(policy: Policy) -> None:
    refused = service_answer(card_of(INITECH, policy), policy, "health-check")
    assert buttons(refused) == [
        "[Ask for an exception]",
        "[Log effort]",
        "[Show the whole account]",
        "[Share with the channel]",
    ]


def buttons(answer: ServiceAnswer) -> list[str]:
    return [line for line in shown(answer) if line.startswith("[")]


def test_an_allowance_that_is_used_up_is_a_no(policy: Policy) -> None:
    card = card_of(ACME, policy, {"quarterly-business-review": 4})
    first, *_ = shown(service_answer(card, policy, "quarterly-business-review"))
    assert first == "No, it is used up. Quarterly business review for Acme Corporation"


def test_a_no_says_what_to_offer_what_it_costs_and_who_may_approve(policy: Policy) -> None:
    page = Article(f"{KB}/articles/working-with-us/check-your-setup-yourself", "Check your setup yourself")
    answer = service_answer(
        card_of(INITECH, policy), policy, "health-check", "A *thorough* look at a [workspace](x).\n\nMore."
    )
    lines = shown(answer, Shelf((page,)))
    assert lines[:2] == ["No. Health check for Initech", answer.entitlement.sentence]
    assert f"• Offer Check your setup yourself ({page.url})" in lines
    assert "• It is sold for $1,200 per session." in lines
    assert "• Head of Customer Success may approve an exception." in lines
    assert "Health check: A thorough look at a workspace." in lines


def test_without_the_knowledge_base_the_link_stays_and_a_sentence_says_why(policy: Policy) -> None:
    shelf = Shelf((Article(f"{KB}/articles/a/check-it"), Article(f"{KB}/contact")), away=True)
    lines = shown(service_answer(card_of(INITECH, policy), policy, "health-check"), shelf)
    assert f"• Offer Check it ({KB}/articles/a/check-it)" in lines
    assert f"• Offer the contact page ({KB}/contact)" in lines
    assert "The knowledge base does not answer just now; the links will work when it is back." in lines


def test_nobody_approves_an_exception_for_a_prospect(policy: Policy) -> None:
    prospect = replace(INITECH, status=Status.PROSPECT)
    lines = shown(service_answer(card_of(prospect, policy), policy, "health-check"))
    assert lines[1].startswith("Not a customer yet")
    assert not any("approve" in line for line in lines)


def test_an_offer_lists_what_it_has(policy: Policy) -> None:
    lines = shown(OfferAnswer(card_of(ACME, policy), EXACT))
    granted = sum(one.granted for one in card_of(ACME, policy).entitlements)
    assert lines[0] == f"Acme Corporation may have {granted} services now."
    assert "• With an allowance: Quarterly business review (4 of 4 left this year)" in lines


def test_an_offer_names_the_price_of_what_the_plan_lacks(policy: Policy) -> None:
    sold = (policy.catalogue.by_id["health-check"],)
    lines = shown(OfferAnswer(card_of(INITECH, policy), EXACT, sold))
    assert lines[lines.index("For sale") + 1] == "• Health check: $1,200 per session"


def test_what_may_be_asked_for_or_bought_is_offered_with_its_terms(policy: Policy) -> None:
    levels = {
        "asked": Service(
            id="asked", name="Asked", levels={"later-stage": {1: Level.REQUEST}}, approver="The boss"
        ),
        "bought": Service(
            id="bought",
            name="Bought",
            levels={"later-stage": {1: Level.PAID}},
            price=Price(amount=Decimal(50)),
        ),
    }
    terms = replace(policy, catalogue=Catalogue(services=tuple(levels.values())))
    card = card_of(ACME, terms)
    lines = shown(OfferAnswer(card, EXACT))
    assert {f"• {one.name}: {one.sentence}" for one in card.entitlements} <= set(lines)
    assert shown(service_answer(card, terms, "asked"))[0] == "No, only on request. Asked for Acme Corporation"
    assert shown(service_answer(card, terms, "bought"))[0] == (
        "No, only as a paid add-on. Bought for Acme Corporation"
    )


def test_an_unknown_service_gives_the_nearest(policy: Policy) -> None:
    nearest = (policy.catalogue.by_id["health-check"], policy.catalogue.by_id["training"])
    lines = shown(ServiceUnknown(card_of(ACME, policy), EXACT, "helth", nearest))
    assert lines[0] == "No service is called “helth”."
    assert "[Health check]" in lines


def candidate(number: int, name: str = "Globex", **values: str | None) -> Candidate:
    known = {"domain": f"g{number}.example", "country": "Norway", "csm": "Dana"} | values
    return Candidate(f"G-{number}", name, known["domain"], known["country"], known["csm"], "customer")


def test_two_of_one_name_are_told_apart_on_their_buttons() -> None:
    lines = shown(Choice("globex", (candidate(1), candidate(2, country=None)), 2))
    assert lines[0] == "2 accounts fit “globex”."
    assert "[Globex, g1.example, Norway, CSM Dana]" in lines
    assert "[Globex, g2.example, CSM Dana]" in lines


def test_candidates_of_different_names_have_short_buttons() -> None:
    lines = shown(Choice("glo", (candidate(1), candidate(2, "Globus")), 2))
    assert {"[Globex]", "[Globus]"} <= set(lines)
    assert "• Globus: g2.example, Norway, CSM Dana" in lines


def test_twins_without_any_details_are_told_apart_by_their_ids() -> None:
    twins = tuple(candidate(n, domain=None, country=None, csm=None) for n in (1, 2))
    assert {"[Globex, id G-1]", "[Globex, id G-2]"} <= set(shown(Choice("globex", twins, 2)))


def test_six_are_a_menu_and_the_count_is_said() -> None:
    lines = shown(Choice("g", tuple(candidate(n) for n in range(6)), 6))
    assert lines[0] == "6 accounts fit “g”."
    assert "[Choose an account]" in lines


def test_more_than_a_hundred_are_cut_and_that_is_said() -> None:
    lines = shown(Choice("g", tuple(candidate(n) for n in range(100)), 4321))
    assert lines[0] == "4,321 accounts fit “g”."
    assert lines[1] == "The first 100 are in the menu; type more of the name for the others."


def test_the_rest_of_the_question_is_kept_with_the_buttons() -> None:
    made = answer_view(Choice("g", (candidate(1), candidate(2)), 2, service="health-check"), Surroundings())
    assert made.blocks[-1]["block_id"] == "tier::health-check"
    made = answer_view(Choice("g", (candidate(1), candidate(2)), 2, why=True), Surroundings())
    assert made.blocks[-1]["block_id"] == "tier:why:"


def test_no_account_gives_the_nearest_names() -> None:
    lines = shown(AccountUnknown("acmee", (candidate(1, "Acme"), candidate(2, "Apex"))))
    assert lines[0] == "No account is called “acmee”."
    assert {"[Acme]", "[Apex]"} <= set(lines)
    assert shown(AccountUnknown("?", ()))[1].startswith("Try its domain")


def test_help_names_real_accounts() -> None:
    lines = shown(Help(62, ("Acme Corporation", "Initech")))
    assert lines[0] == "Ask /tier about any of 62 accounts."
    assert "• /tier Acme Corporation QBR: yes or no, what is left, and what to offer instead" in lines
    assert "• /tier can Initech have a health check?: the same, in your own words" in lines
    assert shown(Help(1, ("Acme",)))[0] == "Ask /tier about the one account there is."


def test_help_without_accounts_says_what_to_do() -> None:
    assert shown(Help(0)) == [
        "There is nothing to ask about yet.",
        "Operations can bring in the accounts with tiering import.",
    ]


@st.composite
def hostile_cards(draw: st.DrawFn, policy: Policy) -> Card:
    who = account(
        draw(WORDS),
        draw(WORDS),
        status=draw(st.sampled_from(list(Status))),
        arr=draw(st.none() | st.integers(-(10**14), 10**14).map(lambda cents: Money(cents, "USD"))),
        domain=draw(HOSTILE),
        csm=draw(st.none() | HOSTILE),
        sponsor=draw(st.none() | HOSTILE),
        parent=draw(st.none() | HOSTILE),
        partner=draw(st.none() | HOSTILE),
        industry=draw(st.none() | HOSTILE),
        source=draw(st.none() | HOSTILE),
        as_of=draw(st.none() | st.dates()),
        renewal_on=draw(st.none() | st.dates()),
        advocate_reference=True,
        hard_to_reach=draw(st.booleans()),
    )
    card = card_of(who, policy)
    tier = card.tier.model_copy(update={"name": draw(WORDS), "public_name": draw(WORDS)})
    many = tuple(
        Entitlement(f"s-{n}", draw(WORDS), draw(st.sampled_from(list(Level))), 4, "year", 1, 3, draw(HOSTILE))
        for n in range(draw(st.integers(0, 40)))
    )
    up = tuple(draw(st.lists(HOSTILE, max_size=20)))
    taken = [
        Training(contact_id="C", course=f"c{n}", title=draw(HOSTILE), done=3, lessons=5, begun_on=TODAY)
        for n in range(draw(st.integers(0, 5)))
    ]
    team = team_training(draw(st.integers(1, 10**6)), taken, TODAY)
    return replace(card, tier=tier, entitlements=card.entitlements + many, up=up, training=team)


CANDIDATES = st.builds(
    Candidate,
    WORDS,
    HOSTILE,
    st.none() | HOSTILE,
    st.none() | HOSTILE,
    st.none() | HOSTILE,
    st.just("prospect"),
)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_no_account_can_break_a_view(policy: Policy, data: st.DataObject) -> None:
    card = data.draw(hostile_cards(policy))
    found = Found(data.draw(HOSTILE), data.draw(st.sampled_from(["id", "prefix", "spelling"])))
    service = Service(
        id="s",
        name="n" * 80,
        levels={},
        allowance=Allowance(times=4, per="year"),
        price=Price(amount=Decimal("1200.50")),
        approver=data.draw(HOSTILE),
    )
    entitlement = data.draw(st.sampled_from(card.entitlements))
    shelf = Shelf(
        tuple(Article(f"{KB}/articles/a", title) for title in data.draw(st.lists(HOSTILE, max_size=3)))
    )
    for answer in (
        TierAnswer(card, found),
        TierAnswer(card, found, why=True),
        OfferAnswer(card, found),
        ServiceAnswer(card, found, service, data.draw(HOSTILE), entitlement),
        ServiceUnknown(card, found, data.draw(HOSTILE), (service,)),
    ):
        made = answer_view(answer, Surroundings(shelf))
        assert_slack_takes(made)
        assert_slack_opens(in_modal(Reply(made, type(answer).__name__)))
        if isinstance(answer, ServiceUnknown):
            assert_slack_takes(unclear(answer, "history {}").message)
        elif not isinstance(answer, OfferAnswer):
            assert_slack_takes(shared_view(answer, Person("U1", "T1", Role.VIEWER, data.draw(HOSTILE))))


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(CANDIDATES, min_size=2, max_size=100), st.booleans(), HOSTILE)
def test_no_candidates_can_break_a_choice(candidates: list[Candidate], more: bool, asked: str) -> None:
    total = len(candidates) + (100 if more else 0)
    assert_slack_takes(answer_view(Choice(asked, tuple(candidates), total), Surroundings()))
    assert_slack_takes(answer_view(AccountUnknown(asked, tuple(candidates[:3])), Surroundings()))
    names = tuple(one.name for one in candidates[:2])
    assert_slack_takes(answer_view(Help(total, names), Surroundings()))


def test_a_hundred_long_names_fit() -> None:
    hundred = tuple(
        Candidate(f"{n}" * 40, "x" * 400, "d" * 253, "c" * 90, "m" * 90, "customer") for n in range(100)
    )
    assert_slack_takes(answer_view(Choice("x", hundred, 200), Surroundings()))
