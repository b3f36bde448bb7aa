from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import pytest

from tests.conftest import OLGA, TODAY, account, an_import
from tiering.content import Content
from tiering.domain.account import Account, Contact, Status
from tiering.domain.answer import (
    AccountUnknown,
    Choice,
    Help,
    OfferAnswer,
    ServiceAnswer,
    ServiceUnknown,
    TierAnswer,
)
from tiering.domain.money import Money
from tiering.domain.refusal import Refusal
from tiering.domain.service import Level
from tiering.usecases.ask import Inquiry, NoSuchAccount, about, ask, show
from tiering.usecases.daily import daily
from tiering.usecases.policy import NoPolicy
from tiering.usecases.record import Store


def dollars(amount: int) -> Money:
    return Money.of(Decimal(amount), "USD")


CAST = (
    account("A-1", "Acme Corporation", domain="acme.example", aliases=("Roadrunner",), arr=dollars(240_000)),
    account("B-1", "Initech", domain="initech.example", arr=dollars(48_000)),
    account("C-1", "Globex GmbH", arr=dollars(900)),
    account(
        "N-1", "Northwind Traders", domain="northwind.example", country="UK", csm="Anna", arr=dollars(20_000)
    ),
    account("N-2", "Northwind Traders", domain="nwt.example", country="Peru", csm="Ben", arr=dollars(200)),
    account("P-1", "Hopeful Ltd", status=Status.PROSPECT, potential_arr=dollars(500_000)),
    account("T-1", "Training Partners Ltd", arr=dollars(50)),
    account("U-1", "Umbrella"),
)


@pytest.fixture
def peopled(ruled: Store) -> Store:
    """The shipped policy, and the cast with their decisions."""
    return with_accounts(ruled, CAST)


def with_accounts(store: Store, accounts: Sequence[Account]) -> Store:
    with store.begin() as work:
        work.accounts.save(accounts, an_import(work))
        work.contacts.save(
            [Contact(id="wile", account_id="A-1", emails=("wile@acme.example", "w@gmail.com"))]
        )
    daily(store, OLGA, TODAY)
    return store


@pytest.mark.parametrize(
    ("text", "by"),
    [
        ("acme", "name"),
        ("ACME corporation", "name"),
        ("  Acme, Corp. ", "name"),
        ("a-1", "id"),
        ("acme.example", "domain"),
        ("https://www.acme.example/", "domain"),
        ("wile@acme.example", "contact"),
        ("<mailto:w@gmail.com|w@gmail.com>", "contact"),
        ("somebody.else@acme.example", "domain"),
        ("roadrunner", "alias"),
        ("road", "prefix"),
        ("raodrunner", "spelling"),
    ],
)
def test_an_account_is_found_the_way_people_write_it(
    peopled: Store, inquiry: Inquiry, text: str, by: str
) -> None:
    answer = ask(peopled, text, inquiry)
    assert isinstance(answer, TierAnswer)
    assert answer.card.account.id == "A-1"
    assert answer.found.by == by
    assert answer.found.exact == (by not in ("prefix", "spelling"))


def test_a_freemail_address_that_nobody_has_finds_nobody_by_its_domain(
    peopled: Store, inquiry: Inquiry
) -> None:
    with_accounts(peopled, [account("G-1", "Googol", domain="gmail.com")])
    assert isinstance(ask(peopled, "stranger@gmail.com", inquiry), AccountUnknown)


def test_the_answer_holds_the_tier_its_reasons_and_what_is_owed(peopled: Store, inquiry: Inquiry) -> None:
    answer = ask(peopled, "initech", inquiry)
    assert isinstance(answer, TierAnswer)
    card = answer.card
    assert (card.tier.id, card.tier.name, card.decision.policy_version) == (2, "Growth", 1)
    assert card.decision.reasons[0].sentence.startswith("ARR is $48,000")
    levels = {one.service: one.level for one in card.entitlements}
    assert levels["assigned-csm"] is Level.INCLUDED
    assert levels["quarterly-business-review"] is Level.NO


def test_a_question_about_a_service_gets_the_service(peopled: Store, inquiry: Inquiry) -> None:
    for text in (
        "acme qbr",
        "can acme have a QBR?",
        "is acme entitled to quarterly business reviews",
        "qbr for acme",
    ):
        answer = ask(peopled, text, inquiry)
        assert isinstance(answer, ServiceAnswer), text
        assert answer.service.id == "quarterly-business-review"
        assert (answer.entitlement.level, answer.entitlement.left) == (Level.ALLOWANCE, 4)
        assert answer.definition


def test_why_is_understood(peopled: Store, inquiry: Inquiry) -> None:
    answer = ask(peopled, "why is acme tier 1?", inquiry)
    assert isinstance(answer, TierAnswer)
    assert answer.why


def test_what_may_be_offered_is_understood(peopled: Store, inquiry: Inquiry) -> None:
    answer = ask(peopled, "what can I offer Initech?", inquiry)
    assert isinstance(answer, OfferAnswer)
    assert answer.card.account.id == "B-1"
    assert [service.id for service in answer.sold] == ["health-check", "programme-management"]


def test_an_account_named_like_a_service_is_the_account(peopled: Store, inquiry: Inquiry) -> None:
    answer = ask(peopled, "Training Partners", inquiry)
    assert isinstance(answer, TierAnswer)
    assert answer.card.account.id == "T-1"


def test_two_accounts_of_one_name_are_a_choice_that_tells_them_apart(
    peopled: Store, inquiry: Inquiry
) -> None:
    answer = ask(peopled, "northwind traders qbr", inquiry)
    assert isinstance(answer, Choice)
    assert answer.total == 2
    assert answer.service == "quarterly-business-review"
    assert [(one.domain, one.country, one.csm) for one in answer.candidates] == [
        ("northwind.example", "UK", "Anna"),
        ("nwt.example", "Peru", "Ben"),
    ]
    picked = about(peopled, "N-2", inquiry, service=answer.service)
    assert isinstance(picked, ServiceAnswer)
    assert picked.card.account.id == "N-2"


def test_many_accounts_are_counted_and_a_hundred_shown(peopled: Store, inquiry: Inquiry) -> None:
    with_accounts(peopled, [account(f"M-{number}", f"Multi {number}") for number in range(130)])
    answer = ask(peopled, "multi", inquiry)
    assert isinstance(answer, Choice)
    assert (answer.total, len(answer.candidates)) == (130, 100)


def test_nobody_is_guessed_and_the_nearest_three_are_named(peopled: Store, inquiry: Inquiry) -> None:
    answer = ask(peopled, "xyzzy", inquiry)
    assert isinstance(answer, AccountUnknown)
    assert len(answer.nearest) <= 3


def test_an_unknown_service_of_a_known_account_names_the_nearest(peopled: Store, inquiry: Inquiry) -> None:
    answer = ask(peopled, "can acme have a healthcheckup?", inquiry)
    assert isinstance(answer, ServiceUnknown)
    assert "health-check" in {service.id for service in answer.nearest}


def test_a_prospect_is_promised_nothing(peopled: Store, inquiry: Inquiry) -> None:
    answer = ask(peopled, "hopeful training", inquiry)
    assert isinstance(answer, ServiceAnswer)
    assert answer.card.tier.id == 2
    assert answer.entitlement.level is Level.NO
    assert "promise nothing" in answer.entitlement.sentence


def test_unknown_revenue_is_said(peopled: Store, inquiry: Inquiry) -> None:
    answer = ask(peopled, "umbrella", inquiry)
    assert isinstance(answer, TierAnswer)
    assert answer.card.decision.provisional
    assert "unknown" in answer.card.decision.reasons[0].sentence


@pytest.mark.parametrize("text", ["", "   ", "help", "?", "HELP"])
def test_an_empty_question_gets_help_with_real_names(peopled: Store, inquiry: Inquiry, text: str) -> None:
    answer = ask(peopled, text, inquiry)
    assert isinstance(answer, Help)
    assert answer.accounts == 8
    assert "Acme Corporation" in answer.examples


def test_an_empty_record_says_so(ruled: Store, inquiry: Inquiry) -> None:
    assert ask(ruled, "help", inquiry) == Help(0, ())
    assert ask(ruled, "acme", inquiry) == AccountUnknown("acme", ())


def test_every_question_leaves_one_line_in_the_audit_without_its_words(
    peopled: Store, inquiry: Inquiry
) -> None:
    ask(peopled, "can acme have a qbr? my password is hunter2", inquiry)
    ask(peopled, "acme qbr", inquiry)
    with peopled.begin() as work:
        first, second = [entry for entry in work.audit.entries() if entry.action == "ask"]
    assert "hunter2" not in repr(first)
    assert (second.who, second.subject) == ("slack:T1/anna", "A-1")
    assert second.details == {"answer": "ServiceAnswer", "service": "quarterly-business-review"}


def test_a_picked_account_that_is_gone_is_one_sentence(peopled: Store, inquiry: Inquiry) -> None:
    with pytest.raises(NoSuchAccount, match="X-1"):
        about(peopled, "X-1", inquiry)


def test_a_service_that_the_catalogue_has_no_more_is_refused_with_a_sentence(
    peopled: Store, inquiry: Inquiry
) -> None:
    with pytest.raises(Refusal) as caught:
        about(peopled, "A-1", inquiry, service="concierge")
    assert str(caught.value) == "The catalogue has no service concierge any more."


def test_questions_need_a_policy(store: Store, inquiry: Inquiry) -> None:
    with pytest.raises(NoPolicy):
        ask(store, "acme", inquiry)


@pytest.mark.parametrize(
    "text",
    [
        "<!channel>",
        "'; DROP TABLE accounts; --",
        "%",
        "_",
        "\x00",
        "a" * 10_000,
        "‮acme",
        "<script>",
        "\\",
        '"',
        "*",
    ],
)
def test_hostile_words_are_only_words(peopled: Store, inquiry: Inquiry, text: str) -> None:
    ask(peopled, text, inquiry)
    answer = show(peopled, "acme", inquiry)
    assert isinstance(answer, TierAnswer)


def test_edits_of_the_prose_take_effect_at_once_but_not_of_the_levels(
    peopled: Store, inquiry: Inquiry, content: Content
) -> None:
    service = content.catalogue.by_id["quarterly-business-review"]
    edited = service.model_copy(
        update={"name": "Quarterly talk", "aliases": ("qt",), "levels": {"later-stage": {1: Level.NO}}}
    )
    catalogue = type(content.catalogue)(services=(edited,))
    prose = type(content.prose)(catalogue, {"quarterly-business-review": "We talk."})
    answer = ask(peopled, "acme qt", Inquiry(inquiry.who, TODAY, prose))
    assert isinstance(answer, ServiceAnswer)
    assert (answer.service.name, answer.definition) == ("Quarterly talk", "We talk.")
    assert answer.entitlement.level is Level.ALLOWANCE
