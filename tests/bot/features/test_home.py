"""The App Home: what needs somebody first, then their accounts, and what they last asked about."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import text
from bot.absence import Absence
from bot.book import CALM, Shown
from bot.card import PICK_ACCOUNT
from bot.conversation import RECORD_AWAY
from bot.features.home import Desktop, home_view
from bot.playground.local import LocalSlack
from bot.playground.rules import check_view
from bot.playground.workspace import View
from bot.server import Parts
from bot.storage import BotRecord
from tests.bot.conftest import row
from tests.bot.features.test_accounts import LISTED, listed
from tests.bot.features.test_book import book_of, granted, over
from tests.bot.hostile import HOSTILE, WORDS, assert_slack_shows
from tests.conftest import OLGA, TODAY
from tiering.people import NOT_A_MEMBER, Person, Role
from tiering.usecases.approvals import Approval, Asking, Named, ask_approval
from tiering.usecases.ask import Inquiry
from tiering.usecases.book import Renewal
from tiering.usecases.browsing import Listed, Page
from tiering.usecases.import_accounts import Listener, NumberedRow, Order, import_accounts

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
VERA = Person("U1", "T1", Role.VIEWER, "Vera Novak", "vera")
MARCO = Person("U2", "T1", Role.MANAGER, "Marco Silva", "marco")
NOBODY = Shown(book_of(csm=None), str)


def desktop(person: Person = VERA, shown: Shown = NOBODY, **values: object) -> Desktop:
    known: dict[str, object] = {"requests": (), "lookups": (), "away": (), "now": NOW}
    return Desktop(person, shown, **(known | values))  # type: ignore[arg-type]  # any field by its name


def told(made: Desktop) -> list[str]:
    shown = home_view(made)
    assert_slack_shows(shown)
    return text.plain(shown.blocks).split("\n")


def lines(home: View | None) -> list[str]:
    assert home is not None
    assert check_view(home.payload) == []
    return text.plain(home.payload["blocks"]).split("\n")


def wanted(**values: object) -> Approval:
    known: dict[str, object] = {
        "id": 3,
        "account_id": "A-1",
        "tier": None,
        "service": "training",
        "until": date(2027, 1, 31),
        "reason": "A pilot",
        "asked_by": "slack:T1/U1",
        "asked_by_name": "Vera Novak",
        "asked_at": NOW,
        "approver": "slack:T1/U2",
    }
    return Approval(**(known | values))  # type: ignore[arg-type]  # any field by its name


def test_without_a_book_it_says_what_to_do() -> None:
    assert told(desktop()) == [
        "No account names you as its CSM.",
        "You can open a colleague's book, or ask about any account below.",
        "",
        "[Choose a book]",
        "[List all accounts]",
        "",
        "The accounts that you ask about will stand here.",
        "[Refresh]",
        "[Everything you can ask]",
        "As of 22 November 2026, 12:00. Only you see this page.",
    ]


def test_what_needs_looking_at_stands_above_the_accounts() -> None:
    book = book_of(
        page=Page((listed("A-1", "Acme"),), 11, 1, 2),
        renewals=(Renewal("A-1", "Acme", 1, date(2027, 1, 14)),),
        ending=(granted(),),
        over=(over("Acme", "12", "8"),),
    )
    said = told(desktop(shown=Shown(book, str), lookups=(listed("I-1", "Initech", tier=2),)))
    assert said[:2] == [
        "You look after 11 accounts.",
        "1 renewal is due, 1 exception ends soon, 1 account was given more than it is owed.",
    ]
    places = [
        said.index(line)
        for line in (
            "• Acme: 14 January 2027, tier 1",
            "• Acme: training until 1 December 2026",
            "• Acme: 12 hours given, 8 hours owed, tier 1",
            "Tier 1",
            "[Show all of my accounts]",
            "[Initech, tier 2]",
        )
    ]
    assert places == sorted(places)


def test_only_those_who_may_answer_see_what_waits_for_an_answer() -> None:
    waiting = (Named(wanted(), "Acme"),) * 7
    said = told(desktop(MARCO, Shown(book_of(csm=None), str.upper), requests=waiting))
    assert "7 requests wait for your answer" in said
    assert said.count("• Acme: TRAINING until 31 January 2027, asked by Vera Novak: A pilot") == 5
    assert "[Answer them]" in said
    assert not any("wait" in line for line in told(desktop(VERA)))
    assert "No request waits for your answer." in told(desktop(MARCO))


def test_it_says_who_is_away() -> None:
    until = date(2026, 12, 1)
    away = (
        Absence("slack:T1/U1", "Vera Novak", until, "slack:T1/U2", "Marco Silva"),
        Absence("slack:T1/U3", "Olivia Okafor", until, "slack:T1/U1", "Vera Novak"),
    )
    said = told(desktop(away=away))
    assert "You are away until 1 December 2026; Marco Silva covers for you." in said
    assert "You cover for Olivia Okafor until 1 December 2026." in said
    assert "[I am back]" in said
    assert "[I am back]" not in told(desktop(MARCO, away=away))


@given(st.lists(LISTED, max_size=10), WORDS, HOSTILE, st.dates())
def test_no_words_can_break_a_home(accounts: list[Listed], name: str, said: str, day: date) -> None:
    book = book_of(
        page=Page(tuple(sorted(accounts, key=lambda one: one.tier)), 100, 1, 10),
        csm=name,
        renewals=(Renewal(said, name, 1, day),) * 5,
        ending=(granted(name, service=said, until=day),) * 30,
        over=(replace(over(name, "10", "1"), id=said),) * 5,
    )
    request = wanted(service=said, reason=name, asked_by_name=said, until=day)
    told(
        desktop(
            MARCO,
            Shown(book, str),
            requests=(Named(request, name),) * 30,
            lookups=tuple(accounts[:5]),
            away=(Absence(MARCO.reference, said, day, said, name),),
        )
    )


def test_it_is_written_when_it_is_opened(slack: LocalSlack) -> None:
    said = lines(slack.open_home("marco"))
    assert said[0] == "No account names you as its CSM."


def test_a_question_in_it_is_answered_in_a_modal(own_slack: LocalSlack) -> None:
    home = own_slack.open_home("vera")
    assert home is not None
    own_slack.choose("vera", home, "say:ask", "can acme have a QBR?")
    answer = own_slack.view("vera")
    assert lines(answer)[0] == "Yes. Quarterly business review for Acme Corporation"


def test_what_was_asked_about_stands_in_it_after_a_refresh(own_slack: LocalSlack) -> None:
    home = own_slack.open_home("vera")
    assert home is not None
    own_slack.command("vera", "sales", "/tier initech")
    own_slack.press("vera", home, "home_refresh")
    assert "[Initech, tier 2]" in lines(own_slack.home("vera"))
    own_slack.press("vera", home, f"{PICK_ACCOUNT}0")
    assert lines(own_slack.view("vera"))[0].startswith("Initech is tier 2")


def test_my_accounts_stand_in_it_and_open_in_a_modal(own_slack: LocalSlack, own_parts: Parts) -> None:
    rows = [row(f"N-{number}", f"Northwind {number}", csm="Vera Novak") for number in range(1, 13)]
    numbered = [NumberedRow(number, one) for number, one in enumerate(rows, start=2)]
    import_accounts(own_parts.store, numbered, Order("crm.csv", OLGA, TODAY), Listener())
    home = own_slack.open_home("vera")
    assert lines(home)[:2] == ["You look after 12 accounts.", CALM]
    assert home is not None
    own_slack.choose("vera", home, f"{PICK_ACCOUNT}menu", "N-7" if "N-7" in repr(home.payload) else "N-12")
    assert lines(own_slack.view("vera"))[0].startswith("Northwind ")
    view = own_slack.view("vera")
    assert view is not None
    own_slack.close("vera", view)
    own_slack.press("vera", home, "say:my")
    book = own_slack.view("vera")
    assert "[Next page]" in lines(book)
    assert book is not None
    own_slack.press("vera", book, "say:next")
    assert "Page 2 of 2." in lines(own_slack.view("vera"))


def test_a_request_that_waits_stands_in_the_home_of_whoever_answers_it(
    own_slack: LocalSlack, own_parts: Parts
) -> None:
    vera, marco = (own_slack.workspace.person(name) for name in ("vera", "marco"))
    asking = Asking(
        service="health-check",
        until=date(2027, 1, 31),
        reason="A pilot",
        approver=f"slack:{marco.team_id}/{marco.id}",
        asker_name="Vera Novak",
        request="V1",
    )
    inquiry = Inquiry(f"slack:{vera.team_id}/{vera.id}", TODAY, own_parts.content.prose)
    ask_approval(own_parts.store, "I-1", asking, inquiry)
    assert "1 request waits for your answer" in lines(own_slack.open_home("marco"))
    assert "No request waits for your answer." in lines(own_slack.open_home("olivia"))
    assert not any("wait" in line for line in lines(own_slack.open_home("vera")))


def test_whoever_is_away_reads_it_there(own_slack: LocalSlack, own_parts: Parts) -> None:
    vera = own_slack.workspace.person("vera")
    reference = f"slack:{vera.team_id}/{vera.id}"
    absence = Absence(reference, "Vera Novak", date(2026, 12, 1), "slack:T1/U2", "Marco Silva")
    BotRecord(own_parts.store).go_away(absence, NOW)
    assert "You are away until 1 December 2026; Marco Silva covers for you." in lines(
        own_slack.open_home("vera")
    )


@pytest.mark.parametrize("person", ["gita", "simon", "stella", "xenia"])
def test_guests_and_strangers_see_one_polite_sentence(slack: LocalSlack, person: str) -> None:
    assert lines(slack.open_home(person)) == [NOT_A_MEMBER]


def test_when_the_record_is_away_a_sentence_says_so(slack_without_record: LocalSlack) -> None:
    assert lines(slack_without_record.open_home("vera")) == [RECORD_AWAY]
