"""Searching the accounts, a manager's book, and what somebody looked up last."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from tests.conftest import OLGA, TODAY, account, an_import
from tiering.domain.account import Status
from tiering.domain.answer import Rank
from tiering.domain.exception import Request
from tiering.domain.money import Money
from tiering.domain.refusal import Refusal
from tiering.usecases.ask import Inquiry, ask, show
from tiering.usecases.book import Renewal, book, csms
from tiering.usecases.browsing import Filter, recent_lookups, search_accounts
from tiering.usecases.daily import daily
from tiering.usecases.effort import Work, log
from tiering.usecases.exceptions import grant
from tiering.usecases.mentions import mentioned
from tiering.usecases.merge import merge
from tiering.usecases.record import Store


def dollars(amount: int) -> Money:
    return Money.of(Decimal(amount), "USD")


@pytest.fixture
def peopled(ruled: Store) -> Store:
    """Accounts of René Müller, of Anna and of nobody, in all tiers and states."""
    cast = (
        account("A-1", "Acme Corporation", arr=dollars(240_000), csm="René Müller", country="Österreich"),
        account("A-2", "Acme Germany", arr=dollars(300_000), csm="Anna", domain="acme.example"),
        account("B-1", "Blue Cedar", arr=dollars(900), csm="rene muller", aliases=("Acme Cedar",)),
        account("B-2", "Blue Ember", arr=dollars(20_000), csm="René Müller", status=Status.PROSPECT),
        account("C-1", "Globex GmbH", arr=dollars(100), csm="René Müller", status=Status.CHURNED),
        account("D-1", "Initech", csm=None, industry="SaaS"),
    )
    with ruled.begin() as work:
        work.accounts.save(cast, an_import(work))
    daily(ruled, OLGA, TODAY)
    return ruled


def ids(store: Store, inquiry: Inquiry, **wanted: object) -> list[str]:
    found = search_accounts(store, Filter(**wanted), 1, inquiry)  # type: ignore[arg-type]  # any by its name
    assert found.total == len(found.lines)
    return [line.id for line in found.lines]


def test_without_a_filter_the_highest_tier_and_in_it_the_largest_come_first(
    peopled: Store, inquiry: Inquiry
) -> None:
    found = search_accounts(peopled, Filter(), 1, inquiry)
    assert [(line.id, line.tier) for line in found.lines] == [
        ("A-2", 1),
        ("A-1", 1),
        ("B-2", 2),
        ("B-1", 3),
        ("C-1", 3),
        ("D-1", 3),
    ]
    first = found.lines[0]
    assert (first.name, first.csm, first.status, first.rank) == (
        "Acme Germany",
        "Anna",
        "customer",
        Rank(1, 2),
    )
    assert found.lines[-1].rank is None


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"words": "acme"}, ["A-2", "A-1", "B-1"]),
        ({"words": "ACME cor"}, ["A-1"]),
        ({"words": "cme"}, []),
        ({"words": "ACME.example"}, ["A-2"]),
        ({"words": "österreich"}, ["A-1"]),
        ({"words": "OSTERREICH"}, ["A-1"]),
        ({"words": "saas"}, ["D-1"]),
        ({"words": "saa"}, []),
        ({"words": "  "}, ["A-2", "A-1", "B-2", "B-1", "C-1", "D-1"]),
        ({"words": "!?"}, []),
        ({"words": "%"}, []),
        ({"words": "'; DROP TABLE accounts; --\0"}, []),
        ({"tier": 1}, ["A-2", "A-1"]),
        ({"tier": 3, "status": "Customer"}, ["B-1", "D-1"]),
        ({"status": "churned"}, ["C-1"]),
        ({"csm": "RENE MÜLLER"}, ["A-1", "B-2", "B-1", "C-1"]),
        ({"csm": "nobody"}, []),
        ({"words": "acme", "csm": "anna", "tier": 1, "status": "customer"}, ["A-2"]),
    ],
)
def test_each_filter_finds_what_fits_and_all_of_them_together_narrow(
    peopled: Store, inquiry: Inquiry, wanted: dict[str, object], found: list[str]
) -> None:
    assert ids(peopled, inquiry, **wanted) == found


@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [
        (Filter(tier=9), "There is no tier 9; the tiers are 1, 2, 3."),
        (
            Filter(status="gone"),
            "There is no status 'gone'; an account is one of prospect, customer, churned.",
        ),
    ],
)
def test_a_filter_that_cannot_be_is_said(
    peopled: Store, inquiry: Inquiry, wanted: Filter, sentence: str
) -> None:
    with pytest.raises(Refusal) as refused:
        search_accounts(peopled, wanted, 1, inquiry)
    assert str(refused.value).startswith(sentence)


def test_the_pages_together_have_every_account_once(peopled: Store, inquiry: Inquiry) -> None:
    pages = [search_accounts(peopled, Filter(), page, inquiry, size=4) for page in (1, 2)]
    assert [line.id for page in pages for line in page.lines] == ["A-2", "A-1", "B-2", "B-1", "C-1", "D-1"]
    assert {(page.total, page.pages) for page in pages} == {(6, 2)}
    assert search_accounts(peopled, Filter(), 99, inquiry, size=4) == pages[1]
    assert search_accounts(peopled, Filter(), -1, inquiry, size=4) == pages[0]
    empty = search_accounts(peopled, Filter(words="xyzzy"), 3, inquiry)
    assert (empty.lines, empty.total, empty.page, empty.pages) == ((), 0, 1, 1)


def test_a_merged_account_is_found_by_its_name_as_the_one_it_is_part_of(
    peopled: Store, inquiry: Inquiry
) -> None:
    merge(peopled, "B-1", "A-1", OLGA, TODAY)
    assert ids(peopled, inquiry, words="blue cedar") == ["A-1"]
    assert ids(peopled, inquiry, words="acme c") == ["A-1"]
    assert "B-1" not in ids(peopled, inquiry, csm="rene muller")


def test_a_book_has_the_accounts_of_its_manager_however_the_name_is_written(
    peopled: Store, inquiry: Inquiry
) -> None:
    found = book(peopled, ["Nobody", "rene müller", "Anna"], inquiry)
    assert found.csm == "René Müller"
    assert [line.id for line in found.page.lines] == ["A-1", "B-2", "B-1"]
    nobodys = book(peopled, ["Nobody"], inquiry)
    assert (nobodys.csm, nobodys.page.total, nobodys.renewals, nobodys.ending, nobodys.over) == (
        None,
        0,
        (),
        (),
        (),
    )


def test_a_manager_that_an_import_brings_is_known_at_once(peopled: Store, inquiry: Inquiry) -> None:
    assert ids(peopled, inquiry, csm="Zoë") == []
    with peopled.begin() as work:
        work.accounts.save([account("D-1", "Initech", csm="Zoë", industry="SaaS")], an_import(work))
    assert ids(peopled, inquiry, csm="zoe") == ["D-1"]


def test_managers_are_listed_with_how_many_accounts_they_have(peopled: Store, inquiry: Inquiry) -> None:
    assert csms(peopled, inquiry) == [("René Müller", 2), ("Anna", 1), ("rene muller", 1)]


def test_a_book_tells_the_next_five_renewals_of_customers_within_ninety_days(
    ruled: Store, inquiry: Inquiry
) -> None:
    days = {"A": 0, "B": 90, "C": 91, "D": -1, "E": 5, "F": 4, "G": 3, "H": 2}
    accounts = [
        account(one, f"Account {one}", csm="Anna", renewal_on=TODAY + timedelta(days=day))
        for one, day in days.items()
    ]
    others = [
        account("P", "Prospect", csm="Anna", renewal_on=TODAY, status=Status.PROSPECT),
        account("X", "Bob's", csm="Bob", renewal_on=TODAY),
    ]
    with ruled.begin() as work:
        work.accounts.save([*accounts, *others], an_import(work))
    daily(ruled, OLGA, TODAY)
    found = book(ruled, ["anna"], inquiry).renewals
    assert [one.id for one in found] == ["A", "H", "G", "F", "E"]
    assert found[0] == Renewal("A", "Account A", 3, TODAY)


def test_a_book_tells_exceptions_that_end_soon_and_who_is_given_more_than_owed(
    peopled: Store, inquiry: Inquiry
) -> None:
    for account_id, days in (("A-1", 14), ("B-1", 15), ("A-2", 1)):
        until = TODAY + timedelta(days=days)
        request = Request(service="health-check", until=until, reason="Pilot.", approver="Dana", by=OLGA)
        grant(peopled, account_id, request, inquiry)
    for account_id, hours in (("B-1", 7), ("A-2", 200)):
        done = Work(service="training", hours=Decimal(hours), day=date(2026, 11, 1))
        log(peopled, account_id, done, inquiry)
    found = book(peopled, ["René Müller"], inquiry)
    assert [(one.grant.account_id, one.name) for one in found.ending] == [("A-1", "Acme Corporation")]
    (over,) = found.over
    assert (over.id, over.balance.given_hours) == ("B-1", Decimal("7.00"))
    assert over.balance.difference > 0


def test_what_somebody_asked_about_last_comes_first_and_once(peopled: Store, inquiry: Inquiry) -> None:
    show(peopled, "A-1", inquiry)
    ask(peopled, "initech", inquiry)
    ask(peopled, "acme corporation qbr", inquiry)
    mentioned(peopled, "Acme Germany is late", inquiry)
    ask(peopled, "no such account at all", inquiry)
    show(peopled, "B-2", replace(inquiry, who=OLGA))
    assert [line.id for line in recent_lookups(peopled, inquiry)] == ["A-2", "A-1", "D-1"]
    assert [line.id for line in recent_lookups(peopled, inquiry, limit=1)] == ["A-2"]
    merge(peopled, "A-2", "A-1", OLGA, TODAY)
    assert [line.id for line in recent_lookups(peopled, inquiry)] == ["A-1", "D-1"]


def test_looking_around_is_noted_without_the_words(peopled: Store, inquiry: Inquiry) -> None:
    search_accounts(peopled, Filter(words="acme"), 1, inquiry)
    book(peopled, ["Anna"], inquiry)
    csms(peopled, inquiry)
    recent_lookups(peopled, inquiry)
    with peopled.begin() as work:
        found = [entry for entry in work.audit.entries() if entry.who == inquiry.who]
    assert [(entry.action, entry.details) for entry in found] == [
        ("search", {"accounts": 3, "page": 1}),
        ("book", {"accounts": 1}),
        ("list managers", {"managers": 3}),
        ("recent lookups", {"accounts": 0}),
    ]
