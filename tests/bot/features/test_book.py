"""Books in Slack: one's own by one's name, anybody's by theirs, with what needs looking at first."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.book import CALM, Shown
from bot.card import PICK_ACCOUNT
from bot.features.book import MINE, book_view
from bot.playground.local import LocalSlack
from bot.server import Parts
from bot.text import unescaped
from tests.bot.conftest import row
from tests.bot.features.test_accounts import LISTED, asks, lines, listed
from tests.bot.hostile import HOSTILE, WORDS, assert_slack_takes
from tests.conftest import OLGA, TODAY
from tiering.domain.exception import Grant, Request
from tiering.domain.servicing import Balance
from tiering.usecases.ask import Inquiry
from tiering.usecases.book import Book, Renewal
from tiering.usecases.browsing import Listed, Page
from tiering.usecases.effort import Work, log
from tiering.usecases.exceptions import Running, grant
from tiering.usecases.import_accounts import Listener, NumberedRow, Order, import_accounts
from tiering.usecases.servicing import Serviced


def granted(name: str = "Acme", **values: object) -> Running:
    known: dict[str, object] = {
        "id": 1,
        "account_id": "A-1",
        "service": "training",
        "tier": None,
        "starts_on": TODAY,
        "until": date(2026, 12, 1),
        "reason": "Pilot",
        "approver": "Marco",
        "granted_by": "cli:olga",
    }
    return Running(Grant(**(known | values)), name)  # type: ignore[arg-type]  # any field by its name


def over(name: str, given: str, owed: str) -> Serviced:
    return Serviced("A-1", name, 1, Balance({"cs": Decimal(owed)}, {"cs": Decimal(given)}))


def book_of(*accounts: Listed, **values: object) -> Book:
    known: dict[str, object] = {
        "csm": "Dana Whitfield",
        "page": Page(accounts, len(accounts), 1, 1),
        "renewals": (),
        "ending": (),
        "over": (),
    }
    return Book(**(known | values))  # type: ignore[arg-type]  # any field by its name


def shown(book: Book, phrase: str = "book Dana Whitfield") -> list[str]:
    made = book_view(Shown(book, {"training": "Live training"}.__getitem__), phrase)
    assert_slack_takes(made)
    return unescaped(made.text).split("\n")


def test_a_calm_book_shows_its_accounts_tier_by_tier() -> None:
    prospect = listed("P-1", "Pied Piper", tier=2, status="prospect", arr=None, provisional=True)
    assert shown(book_of(listed("A-1", "Acme"), prospect))[:7] == [
        "Dana Whitfield looks after 2 accounts.",
        CALM,
        "",
        "Tier 1",
        "• Acme: ARR $164,000",
        "Tier 2",
        "• Pied Piper: prospect, ARR unknown, provisional",
    ]


def test_what_needs_looking_at_stands_first() -> None:
    book = book_of(
        listed("A-1", "Acme"),
        renewals=(Renewal("A-1", "Acme", 1, date(2027, 1, 14)),),
        ending=(granted(), granted("Initech", service=None, tier=1)),
        over=(over("Acme", "12.50", "8"), over("Hooli", "1", "0.5")),
    )
    said = shown(book, MINE)
    assert said[0] == "You look after 1 account."
    assert said[1] == (
        "1 renewal is due, 2 exceptions end soon, 2 accounts were given more than they are owed."
    )
    assert said[3:11] == [
        "Renewals in the next 90 days",
        "• Acme: 14 January 2027, tier 1",
        "Exceptions that end soon",
        "• Acme: Live training until 1 December 2026",
        "• Initech: tier 1 until 1 December 2026",
        "Given more than they are owed this year",
        "• Acme: 12.5 hours given, 8 hours owed, tier 1",
        "• Hooli: 1 hour given, 0.5 hours owed, tier 1",
    ]


def test_what_needs_looking_at_stands_on_the_first_page_only() -> None:
    book = book_of(
        page=Page((listed("A-1", "Acme"),), 11, 2, 2),
        renewals=(Renewal("A-1", "Acme", 1, date(2027, 1, 14)),),
    )
    said = shown(book)
    assert "Page 2 of 2." in said
    assert not any(line.startswith("Renewals") for line in said)
    assert "[Previous page]" in said


@given(st.lists(LISTED, max_size=10), WORDS, HOSTILE, st.dates())
def test_no_words_can_break_a_book(accounts: list[Listed], name: str, said: str, day: date) -> None:
    book = book_of(
        page=Page(tuple(sorted(accounts, key=lambda one: one.tier)), 100, 1, 10),
        csm=name,
        renewals=(Renewal(said, name, 1, day),) * 5,
        ending=(granted(name, service=said, until=day),) * 30,
        over=(replace(over(name, "10", "1"), id=said),) * 5,
    )
    assert_slack_takes(book_view(Shown(book, lambda one: one), said))


@pytest.fixture
def veras(own_parts: Parts) -> Parts:
    """Vera Novak looks after a dozen accounts, one of which renews, has an exception, and got too much."""
    rows = [
        row(f"N-{number}", f"Northwind {number}", csm="vera nóvak", renewal_on=date(2027, 1, number))
        for number in range(1, 13)
    ]
    numbered = [NumberedRow(number, one) for number, one in enumerate(rows, start=2)]
    import_accounts(own_parts.store, numbered, Order("crm.csv", OLGA, TODAY), Listener())
    inquiry = Inquiry(OLGA, TODAY, own_parts.content.prose)
    wanted = Request(
        service="training", until=date(2026, 12, 1), reason="Pilot", approver="Marco", by="cli:olga"
    )
    grant(own_parts.store, "N-1", wanted, inquiry)
    log(own_parts.store, "N-1", Work(service="training", hours=Decimal(80), day=TODAY), inquiry)
    return own_parts


@pytest.mark.parametrize("text", ["book", "my book", "my accounts"])
def test_my_book_is_found_by_my_name(veras: Parts, own_slack: LocalSlack, text: str) -> None:
    said = lines(asks(own_slack, text))
    assert said[:2] == [
        "You look after 12 accounts.",
        "5 renewals are due, 1 exception ends soon, 1 account was given more than it is owed.",
    ]
    assert "• Northwind 1: Live training until 1 December 2026" in said
    assert any(line.startswith("• Northwind 1: 80 hours given, ") for line in said)


def test_a_book_is_turned_and_its_accounts_are_opened(veras: Parts, own_slack: LocalSlack) -> None:
    said = asks(own_slack, "book")
    (second,) = own_slack.press("vera", said, "say:next")
    assert "Page 2 of 2." in lines(second)
    (account,) = own_slack.choose("vera", second, f"{PICK_ACCOUNT}menu", "N-1")
    assert lines(account)[0].startswith("Northwind 1 is provisionally tier 3")


def test_whoever_has_no_book_may_choose_one(slack: LocalSlack) -> None:
    said = asks(slack, "book", "marco")
    assert lines(said)[0] == "No account has a CSM called “Marco Silva”."
    (answer,) = slack.choose("marco", said, "say:manager", 'book "Dana Whitfield"')
    assert lines(answer)[0] == "Dana Whitfield looks after 1 account."


@pytest.mark.parametrize(
    "text", ["book sofia", "book of Sofia Caruso", "book SÓFIA caruso", 'book "sofia caruso"']
)
def test_a_colleagues_book_is_found_by_their_name(slack: LocalSlack, text: str) -> None:
    said = lines(asks(slack, text))
    assert said[0] == "Sofia Caruso looks after 1 account."
    assert "• Initech: ARR $24,000" in said


def test_a_mentioned_colleagues_book_is_shown(veras: Parts, own_slack: LocalSlack) -> None:
    assert lines(asks(own_slack, "book @vera", "marco"))[0] == "vera nóvak looks after 12 accounts."


def test_to_book_something_for_an_account_is_not_about_books(slack: LocalSlack) -> None:
    assert "CSM" not in lines(asks(slack, "book a QBR for acme"))[0]


@pytest.mark.parametrize("name", ["Center for Growth", "An Nguyen", "Customer Success", "Page 2"])
def test_a_book_opens_and_is_listed_whatever_its_manager_is_called(
    own_slack: LocalSlack, own_parts: Parts, name: str
) -> None:
    rows = [row(f"N-{number}", f"Northwind {number}", csm=name) for number in range(1, 13)]
    numbered = [NumberedRow(number, one) for number, one in enumerate(rows, start=2)]
    import_accounts(own_parts.store, numbered, Order("crm.csv", OLGA, TODAY), Listener())
    asked = asks(own_slack, "book zzz")
    (opened,) = own_slack.choose("vera", asked, "say:manager", f'book "{name}"')
    assert lines(opened)[0] == f"{name} looks after 12 accounts."
    (second,) = own_slack.press("vera", opened, "say:next")
    assert "Page 2 of 2." in lines(second)
    asked = asks(own_slack, "list csm zzz")
    (listed,) = own_slack.choose("vera", asked, "say:manager", f'list csm "{name}"')
    assert lines(listed)[0] == f"12 accounts, CSM {name}."
    (second,) = own_slack.press("vera", listed, "say:next")
    assert "page 2 of 2" in lines(second)[1]
