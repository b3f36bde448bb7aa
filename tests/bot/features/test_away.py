"""Being away: until when, who covers, what goes there meanwhile, and coming back."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.absence import Absence
from bot.features.away import Handover, away_form, away_view, back_view
from bot.playground.local import LocalSlack
from bot.playground.rules import check_message, check_view
from bot.playground.workspace import Disturbance, Message, View
from bot.server import Parts, beside_local_slack, new_workspace, playground_roles
from bot.storage import BotRecord
from bot.text import plain, unescaped
from tests.bot.conftest import fill
from tests.bot.hostile import WORDS, assert_slack_opens, assert_slack_takes
from tests.conftest import NOON, TODAY, MakeUrl, noon
from tiering.content import Content
from tiering.domain.approval import Approval
from tiering.usecases.record import open_store

CHANNEL, DIRECT = "customer-success", "longtail"
MAY_NOT = ", since whoever covers may not give it."
NO_COLLEAGUE = "Only a colleague who may ask about customers here can cover for you. Choose somebody else."


@pytest.fixture
def office(parts: Parts, content: Content, make_url: MakeUrl) -> Iterator[Parts]:
    """A bot with a record of the test's own, in which marco may approve, and after him olivia."""
    store = open_store(make_url("sqlite"), noon)
    fill(store, content)
    yield replace(parts, store=store, roles=playground_roles(parts.roles))
    store.close()


@pytest.fixture
def slack(office: Parts) -> Iterator[LocalSlack]:
    with beside_local_slack(office, new_workspace(random.Random(1))) as local:
        yield local


def lines(message: Message) -> list[str]:
    assert check_message({"text": message.text, "blocks": list(message.blocks)}) == []
    return unescaped(message.text).split("\n")


def says(slack: LocalSlack, text: str, person: str = "marco", channel: str = CHANNEL) -> list[str]:
    (answer,) = slack.command(person, channel, f"/tier {text}")
    assert answer.visible_to == slack.workspace.person(person).id
    return lines(answer)


def form(slack: LocalSlack, person: str = "marco") -> View:
    assert slack.command(person, CHANNEL, "/tier away") == []
    view = slack.view(person)
    assert view is not None
    assert check_view(view.payload) == []
    return view


def asks(slack: LocalSlack, what: str, person: str = "vera") -> None:
    """Ask marco for an exception."""
    assert slack.command(person, CHANNEL, f"/tier request {what}") == []
    view = slack.view(person)
    assert view is not None
    before = len(slack.messages("marco", DIRECT))
    slack.submit(person, view, {"reason": "Large pilot.", "approver": slack.workspace.person("marco").id})
    assert slack.wait(lambda: len(slack.messages("marco", DIRECT)) > before, 5)


@pytest.mark.parametrize(
    ("text", "until"),
    [
        ("away until 4 Dec cover @olivia", "4 December 2026"),
        ("away until 2026-12-04, cover: @olivia", "4 December 2026"),
        ("I'm away till friday and covered by @olivia", "27 November 2026"),
        ("AWAY UNTIL TOMORROW COVER @olivia.", "23 November 2026"),
        ("away until today cover @olivia", "22 November 2026"),
        ("away until 22 Nov 2027 cover @olivia", "22 November 2027"),
    ],
)
def test_one_sentence_is_enough(slack: LocalSlack, text: str, until: str) -> None:
    assert says(slack, text)[:2] == [
        f"You are away until {until}. Olivia Okafor covers.",
        "Until then my requests and messages go to Olivia Okafor, and answers that name you say so.",
    ]


def test_in_a_direct_message_too(slack: LocalSlack) -> None:
    (answer,) = slack.say("marco", DIRECT, "I am away until 4 Dec cover @olivia")
    assert lines(answer)[0] == "You are away until 4 December 2026. Olivia Okafor covers."


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "away until 21 Nov 2026 cover @olivia",
            "21 November 2026 is in the past; today is 22 November 2026.",
        ),
        (
            "away until 23 Nov 2027 cover @olivia",
            "23 November 2027 is more than a year away. Choose a day until 22 November 2027.",
        ),
        (
            "away until next friday cover @olivia",
            "I do not know the day “next friday”. Write it as 12 August, 12 August 2027, tomorrow or Friday.",
        ),
        (
            "away until 4 Dec",
            "Who covers for you? Choose a colleague from the list that Slack shows after @: "
            "away until 12 Aug cover @someone.",
        ),
        (
            "away until 4 Dec cover somebody",
            "Who covers for you? Choose a colleague from the list that Slack shows after @: "
            "away until 12 Aug cover @someone.",
        ),
        ("away cover @olivia", "Until when? Say for example: away until 12 Aug cover @someone."),
        ("away until 4 Dec cover @marco", "You cannot cover for yourself. Choose a colleague."),
        (
            "away until 4 Dec cover @gita",
            NO_COLLEAGUE,
        ),
        (
            "away until 4 Dec cover @longtail",
            NO_COLLEAGUE,
        ),
    ],
)
def test_what_cannot_be_gets_a_sentence_and_changes_nothing(
    slack: LocalSlack, text: str, sentence: str
) -> None:
    assert says(slack, text) == [sentence]
    assert says(slack, "back")[0] == "You were not away."


def test_an_account_whose_name_begins_so_is_still_asked_about(slack: LocalSlack) -> None:
    assert says(slack, "away travel")[0] == "No account is called “away travel”."


def test_the_form_shows_how_things_stand_and_takes_the_same(slack: LocalSlack) -> None:
    view = form(slack)
    assert plain(view.payload["blocks"]).startswith("You are not away.")
    (answer,) = slack.submit("marco", view, {"until": "2026-12-04", "cover": "olivia"})
    assert lines(answer)[0] == "You are away until 4 December 2026. Olivia Okafor covers."
    again = form(slack)
    assert plain(again.payload["blocks"]).startswith(
        "You are away until 4 December 2026, and Olivia Okafor covers."
    )
    assert "'initial_user': 'U05OK3T8ZPM'" in str(again.payload)


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"until": "2026-11-21"}, {"until": "21 November 2026 is in the past; today is 22 November 2026."}),
        ({"cover": "marco"}, {"cover": "You cannot cover for yourself. Choose a colleague."}),
        (
            {"cover": "simon"},
            {"cover": NO_COLLEAGUE},
        ),
    ],
)
def test_what_is_wrong_in_the_form_stands_beside_its_field(
    slack: LocalSlack, fields: dict[str, str], wrong: dict[str, str]
) -> None:
    view = form(slack)
    slack.submit("marco", view, {"until": "2026-12-04", "cover": "olivia", **fields})
    shown = slack.view("marco")
    assert shown is not None
    assert shown.errors == wrong


def test_when_slack_cannot_say_who_covers_nothing_is_changed(slack: LocalSlack) -> None:
    says(slack, "back")
    slack.workspace.disturb(Disturbance("users.info", error="fatal_error"))
    assert says(slack, "away until 4 Dec cover @olivia") == [
        "I could not check with Slack who that is, so nothing was changed. Please try again in a minute."
    ]
    assert says(slack, "back")[0] == "You were not away."


def test_two_cannot_cover_for_one_another(slack: LocalSlack) -> None:
    says(slack, "away until 4 Dec cover @olivia", "vera")
    says(slack, "away until 4 Dec cover @vera")
    assert says(slack, "away until 4 Dec cover @marco", "olivia") == [
        "Marco Silva is away too, and in the end you would cover for yourself. Choose somebody else."
    ]


def test_a_cover_who_is_away_too_is_said(slack: LocalSlack) -> None:
    says(slack, "away until 4 Dec cover @olivia", "vera")
    assert says(slack, "away until 4 Dec cover @vera")[2] == (
        "Vera Novak is away too, so it goes to whoever covers there."
    )


def test_what_waits_goes_to_whoever_covers_and_comes_back(slack: LocalSlack) -> None:
    asks(slack, "initech health check")
    asks(slack, "lumbergh health check")
    said = says(slack, "away until 4 Dec cover @olivia")
    assert "2 requests for exceptions wait for your answer; whoever covers is told of them now." in said
    assert slack.wait(lambda: len(slack.messages("olivia", DIRECT)) == 2, 5)
    assert [lines(one)[:2] for one in slack.messages("olivia", DIRECT)] == [
        [
            f"Vera Novak asks for Health check for {name}.",
            "Marco Silva is away until 4 December 2026, and it comes to you instead.",
        ]
        for name in ("Initech", "Lumbergh")
    ]
    assert says(slack, "back")[0] == "Welcome back."
    assert says(slack, "requests")[0] == "2 requests wait for your answer."
    assert says(slack, "requests", "olivia")[0] == "No request waits for your answer."
    assert len(slack.messages("marco", DIRECT)) == 2


def test_what_the_cover_may_not_answer_stays(slack: LocalSlack) -> None:
    asks(slack, "initech health check")
    assert f"One request for an exception waits for your answer; it stays with you{MAY_NOT}" in says(
        slack, "away until 4 Dec cover @vera"
    )
    assert says(slack, "requests")[0] == "1 request waits for your answer."
    assert slack.messages("vera", DIRECT) == []


def test_answers_show_who_covers(slack: LocalSlack, office: Parts) -> None:
    dana = Absence("slack:T1/UDANA", "Dana Whitfield", date(2026, 12, 4), "slack:T1/U2", "Sofia Caruso")
    BotRecord(office.store).go_away(dana, NOON)
    assert "CSM: Dana Whitfield (away until 4 December 2026; Sofia Caruso covers)" in says(
        slack, "acme corporation"
    )


def handover(name: str, waiting: int = 0, passed: int = 0, further: str = "") -> Handover:
    asked = [
        Approval(
            id=number,
            account_id="A-1",
            tier=1,
            service=None,
            until=TODAY,
            reason="r",
            asked_by="a",
            asked_by_name="A",
            asked_at=NOON,
            approver="b",
        )
        for number in range(waiting)
    ]
    return Handover(Absence("p", name, TODAY, "c", name), asked, asked[:passed], further)


@given(WORDS, st.integers(0, 9), st.integers(0, 9), WORDS)
def test_whatever_people_are_called_slack_takes_it(
    name: str, waiting: int, passed: int, further: str
) -> None:
    assert_slack_takes(away_view(handover(name, waiting, min(passed, waiting), further)))
    assert_slack_takes(back_view(passed > 1))
    assert_slack_opens(away_form(Absence("slack:T1/U1", name, TODAY, "slack:T1/U2", name)))


@pytest.mark.parametrize(
    ("waiting", "passed", "sentence"),
    [
        (1, 1, "One request for an exception waits for your answer; whoever covers is told of it now."),
        (
            3,
            2,
            f"3 requests for exceptions wait for your answer; 1 of them stays with you{MAY_NOT}",
        ),
        (
            4,
            2,
            f"4 requests for exceptions wait for your answer; 2 of them stay with you{MAY_NOT}",
        ),
        (
            2,
            0,
            f"2 requests for exceptions wait for your answer; they stay with you{MAY_NOT}",
        ),
    ],
)
def test_what_becomes_of_the_requests_that_wait_is_said(waiting: int, passed: int, sentence: str) -> None:
    assert sentence in unescaped(away_view(handover("Olivia", waiting, passed)).text).split("\n")
