"""Answering: yes, no or withdrawn, by those who may, once, whoever else is about to."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.approval import APPROVE, DECLINE, WITHDRAW
from bot.features.exception.answering import MANAGERS_ANSWER
from bot.features.exception.lists import END
from bot.playground.local import LocalSlack
from bot.playground.rules import check_view
from bot.playground.workspace import Disturbance
from bot.server import Parts
from tests.bot.features.exception.office import (
    CHANNEL,
    DIRECT,
    REASON,
    Clock,
    asks,
    becomes,
    buttons,
    forged,
    lines,
    notice,
    opens,
    told,
)
from tiering.people import NOT_A_MEMBER


def test_approving_grants_it_at_once_and_tells_both(slack: LocalSlack, office: Parts) -> None:
    asks(slack)
    received = notice(slack, "marco")
    (answered,) = slack.press("marco", received, APPROVE)
    assert (answered.ts, buttons(answered)) == (received.ts, [])
    assert lines(answered)[:2] == [
        "Approved: Health check for Initech, until 20 February 2027.",
        "Marco Silva approved it on 22 November 2026 at 12:00.",
    ]
    outcome = notice(slack, "vera")
    assert lines(outcome)[0] == "Approved: Health check for Initech, until 20 February 2027."
    assert any(line.startswith("Included by an exception until 20 February 2027") for line in lines(outcome))
    (shown,) = slack.command("vera", CHANNEL, "/tier can initech have a health check?")
    assert lines(shown)[0] == "Yes. Health check for Initech"
    assert told(office) == ["approve request", "except", "request exception"]


def test_a_tier_that_is_granted_moves_the_account(slack: LocalSlack) -> None:
    asks(slack, "/tier request initech tier 1")
    received = notice(slack, "marco")
    assert lines(received)[0] == "Vera Novak asks for tier 1 for Initech."
    slack.press("marco", received, APPROVE)
    assert "Initech is tier 1, Strategic. Customers read “Signature”." in lines(notice(slack, "vera"))


def test_declining_asks_for_a_note_which_the_asker_reads(slack: LocalSlack, office: Parts) -> None:
    asks(slack)
    received = notice(slack, "marco")
    slack.press("marco", received, DECLINE)
    form = slack.view("marco")
    assert form is not None
    assert check_view(form.payload) == []
    slack.submit("marco", form, {"note": "Not before *renewal*."})
    said = becomes(slack, received, "Declined")
    assert said[1:3] == ["Marco Silva declined it on 22 November 2026 at 12:00.", "“Not before *renewal*.”"]
    assert "“Not before *renewal*.”" in lines(notice(slack, "vera"))
    assert told(office) == ["decline request", "request exception"]


def test_a_note_is_not_needed(slack: LocalSlack) -> None:
    asks(slack)
    received = notice(slack, "marco")
    slack.press("marco", received, DECLINE)
    form = slack.view("marco")
    assert form is not None
    slack.submit("marco", form, {})
    assert lines(notice(slack, "vera"))[0].startswith("Declined: Health check")


def test_showing_the_account_leaves_the_request_where_it_is(slack: LocalSlack) -> None:
    asks(slack)
    received = notice(slack, "marco")
    (account,) = slack.press("marco", received, "say:below:account")
    assert lines(account)[0].startswith("Initech is tier 2")
    assert lines(slack.workspace.message(received.channel, received.ts)) == lines(received)


def test_only_managers_answer_and_nobody_their_own(slack: LocalSlack, office: Parts) -> None:
    (confirmed,) = slack.submit(
        "marco", opens(slack, "/tier request initech health check", "marco"), {"reason": REASON}
    )
    received = notice(slack, "olivia")
    pressed = {
        "type": "button",
        "action_id": APPROVE,
        "block_id": "request:1",
        "value": "1",
        "action_ts": "1",
    }
    for person, sentence in (
        ("vera", MANAGERS_ANSWER),
        ("marco", "Nobody answers their own request: Marco Silva asked for it."),
        ("gita", NOT_A_MEMBER),
    ):
        assert lines(forged(slack, person, pressed)) == [sentence]
    assert told(office) == ["request exception"]
    assert lines(received)[0].startswith("Marco Silva asks for")
    assert buttons(confirmed) == ["Withdraw"]


@pytest.mark.parametrize(
    ("person", "sentence"),
    [("vera", MANAGERS_ANSWER), ("gita", NOT_A_MEMBER)],
)
def test_a_form_to_decline_that_somebody_was_never_shown_declines_nothing(
    slack: LocalSlack, office: Parts, person: str, sentence: str
) -> None:
    asks(slack)
    slack.press("marco", notice(slack, "marco"), DECLINE)
    form = slack.view("marco")
    assert form is not None
    stolen = slack.workspace.open_view(slack.workspace.person(person).id, form.payload)
    assert slack.submit(person, stolen, {"note": "No."}) == []
    shown = slack.view(person)
    assert shown is not None
    assert shown.errors == {"note": sentence}
    assert told(office) == ["request exception"]


@pytest.mark.parametrize("value", ["99", "x", "٣", "9" * 30, "1; drop", "-1"])
def test_a_button_of_nobodys_making_gets_a_sentence(slack: LocalSlack, value: str) -> None:
    for action_id in (APPROVE, DECLINE, WITHDRAW, END):
        action = {"type": "button", "action_id": action_id, "block_id": "b", "value": value, "action_ts": "1"}
        (said,) = lines(forged(slack, "marco", action))
        assert "went wrong" not in said


def test_any_manager_may_answer_and_the_others_message_loses_its_buttons(slack: LocalSlack) -> None:
    asks(slack)
    received = notice(slack, "marco")
    (listed,) = slack.command("olivia", CHANNEL, "/tier requests all")
    assert "Request 1: Health check for Initech, until 20 February 2027. Vera Novak asked today." in str(
        lines(listed)
    )
    (one,) = slack.press("olivia", listed, "say:request1")
    (answered,) = slack.press("olivia", one, APPROVE)
    assert lines(answered)[1] == "Olivia Okafor approved it on 22 November 2026 at 12:00."
    assert becomes(slack, received, "Approved")[1] == lines(answered)[1]
    assert buttons(slack.workspace.message(received.channel, received.ts)) == []


def test_who_answers_second_is_told_who_was_first(slack: LocalSlack, office: Parts) -> None:
    asks(slack)
    received = notice(slack, "marco")
    slack.workspace.disturb(Disturbance("chat.update", error="cant_update_message"))
    (listed,) = slack.command("olivia", CHANNEL, "/tier requests #1")
    slack.press("olivia", listed, APPROVE)
    notice(slack, "vera")
    assert "Approve" in buttons(slack.workspace.message(received.channel, received.ts))
    (late,) = slack.press("marco", received, DECLINE)
    assert lines(late)[:2] == [
        "Approved: Health check for Initech, until 20 February 2027.",
        "Olivia Okafor approved it on 22 November 2026 at 12:00.",
    ]
    assert (late.ts, buttons(late)) == (received.ts, [])
    assert told(office) == ["approve request", "except", "request exception"]
    assert len(slack.messages("vera", DIRECT)) == 1


def test_who_declines_in_a_form_that_was_open_too_long_is_told_who_was_first(slack: LocalSlack) -> None:
    asks(slack)
    received = notice(slack, "marco")
    slack.press("marco", received, DECLINE)
    form = slack.view("marco")
    assert form is not None
    (listed,) = slack.command("olivia", CHANNEL, "/tier requests #1")
    slack.press("olivia", listed, APPROVE)
    slack.submit("marco", form, {"note": "No."})
    assert becomes(slack, received, "Approved")[1].startswith("Olivia Okafor approved it")


def test_what_was_answered_cannot_be_taken_back(slack: LocalSlack) -> None:
    confirmed = asks(slack)
    slack.press("marco", notice(slack, "marco"), APPROVE)
    notice(slack, "vera")
    (said,) = slack.press("vera", confirmed, WITHDRAW)
    assert lines(said)[:2] == [
        "Approved: Health check for Initech, until 20 February 2027.",
        "Marco Silva approved it on 22 November 2026 at 12:00.",
    ]


def test_an_end_that_has_passed_is_said_and_the_request_stays(slack: LocalSlack, clock: Clock) -> None:
    view = opens(slack, "/tier request initech health check")
    slack.submit("vera", view, {"reason": REASON, "until": "2026-11-22"})
    received = notice(slack, "marco")
    clock.now += timedelta(days=1)
    said = slack.press("marco", received, APPROVE)[-1]
    assert lines(said) == ["The end, 22 November 2026, is in the past; today is 23 November 2026."]
    assert "Approve" in buttons(slack.workspace.message(received.channel, received.ts))
