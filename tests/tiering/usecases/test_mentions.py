from __future__ import annotations

import pytest

from tests.conftest import OLGA, TODAY, account, an_import
from tiering.domain.account import Contact
from tiering.domain.answer import AccountUnknown, Choice, TierAnswer
from tiering.usecases.ask import Inquiry
from tiering.usecases.daily import daily
from tiering.usecases.mentions import mentioned
from tiering.usecases.merge import merge
from tiering.usecases.record import Store


@pytest.fixture
def peopled(ruled: Store) -> Store:
    """Acme with a subsidiary of a longer name, Globex with an alias that is a common word, two Northwinds."""
    cast = (
        account("A-1", "Acme Corporation", domain="acme.example"),
        account("A-2", "Acme Germany GmbH", aliases=("Acme Deutschland",)),
        account("C-1", "Globex GmbH", domain="globex.example", aliases=("The Support",)),
        account("D-1", "Café Zürich & Söhne AG"),
        account("N-1", "Northwind", country="France"),
        account("N-2", "Northwind", country="Peru"),
    )
    with ruled.begin() as work:
        work.accounts.save(cast, an_import(work))
        people = [Contact(id="P-1", account_id="D-1", emails=("maria@gmail.com", "maria@acme.example"))]
        work.contacts.save(people)
    daily(ruled, OLGA, TODAY)
    return ruled


def found(store: Store, inquiry: Inquiry, text: str) -> list[str]:
    answer = mentioned(store, text, inquiry)
    if isinstance(answer, TierAnswer):
        return [answer.card.account.id]
    return [one.id for one in answer.candidates] if isinstance(answer, Choice) else []


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("Hi all, Globex GmbH called about their invoice.", ["C-1"]),
        ("globex's invoice is late", ["C-1"]),
        ("Is Acme Germany's renewal due?", ["A-2"]),  # and not Acme, which stands within it
        ("what about ACME DEUTSCHLAND\nand so on", ["A-2"]),
        ("Lunch at Cafe Zurich and Sohne AG today", ["D-1"]),
        ("the support told acme corporation to wait", ["A-1", "C-1"]),
        ("the support heard from joe@acme.example", ["A-1"]),
        ("the support heard from <mailto:Maria@gmail.com|maria@gmail.com>", ["D-1"]),
        ("maria@acme.example wrote", ["D-1"]),  # the person says more than the domain
        ("someone@gmail.com wrote", []),
        ("see <https://app.acme.example/invoices?id=7|app.acme.example>", ["A-1"]),
        ("between globex.example and joe@acme.example", ["C-1", "A-1"]),
        ("Northwind is angry", ["N-1", "N-2"]),
        ("nothing of interest here", []),
        ("", []),
        ("<!channel> %_' OR 1=1; -- \x00", []),
    ],
)
def test_the_account_that_a_message_speaks_of_is_found(
    peopled: Store, inquiry: Inquiry, text: str, ids: list[str]
) -> None:
    assert found(peopled, inquiry, text) == ids


def test_how_it_was_found_is_said(peopled: Store, inquiry: Inquiry) -> None:
    by_domain = mentioned(peopled, "joe@acme.example", inquiry)
    assert isinstance(by_domain, TierAnswer)
    assert (by_domain.found.asked, by_domain.found.by) == ("acme.example", "domain")
    by_name = mentioned(peopled, "northwind and globex gmbh", inquiry)
    assert isinstance(by_name, Choice)
    assert (by_name.asked, by_name.total) == ("globex gmbh, northwind", 3)
    assert mentioned(peopled, "nobody", inquiry) == AccountUnknown("", ())


def test_by_what_was_merged_the_standing_account_is_found(peopled: Store, inquiry: Inquiry) -> None:
    merge(peopled, "A-2", "A-1", OLGA, TODAY)
    assert found(peopled, inquiry, "acme deutschland and acme.example") == ["A-1"]


def test_a_very_long_message_is_read_from_its_beginning(peopled: Store, inquiry: Inquiry) -> None:
    assert found(peopled, inquiry, "Globex GmbH " + "lorem ipsum " * 3300) == ["C-1"]


def test_the_audit_notes_the_account_and_not_the_message(peopled: Store, inquiry: Inquiry) -> None:
    mentioned(peopled, "globex gmbh is late with a secret", inquiry)
    with peopled.begin() as work:
        (entry,) = work.audit.entries("C-1")
    assert (entry.who, entry.action, entry.details) == (inquiry.who, "ask", {"answer": "TierAnswer"})
