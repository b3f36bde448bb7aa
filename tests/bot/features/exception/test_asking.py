"""Asking for an exception: what is said fills a form, and the form asks once."""

from __future__ import annotations

import json
import random
from dataclasses import replace

import pytest

from bot.approval import WITHDRAW
from bot.playground.local import LocalSlack
from bot.server import Parts, beside_local_slack, new_workspace
from bot.text import plain
from tests.bot.features.exception.office import (
    CHANNEL,
    DIRECT,
    REASON,
    asks,
    becomes,
    buttons,
    held,
    lines,
    notice,
    opens,
    told,
)
from tests.conftest import OLGA, TODAY
from tiering.content import Content
from tiering.domain.entitlement import level_of
from tiering.domain.service import Catalogue, Level
from tiering.usecases.policy import publish


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("request initech health check", "service:health-check"),
        ("request an exception for health check for initech", "service:health-check"),
        ("I want to ask for an exception to health check for initech", "service:health-check"),
        ("ask for an exception to tier 1 for initech", "tier:1"),
        ("request initech tier 1", "tier:1"),
        ("request initech tier Strategic", "tier:1"),
        ("REQUEST initech a higher tier", "tier:1"),
        ("request <http://initech.example|initech.example> health check", "service:health-check"),
        ("request initech", ""),
    ],
)
def test_what_is_said_fills_the_form(slack: LocalSlack, text: str, what: str) -> None:
    view = opens(slack, f"/tier {text}")
    assert plain(view.payload["blocks"]).startswith("Initech is tier 2, Growth.")
    assert held(view, "what") == what
    assert held(view, "until") == "2027-02-20"
    assert held(view, "approver") == slack.workspace.person("marco").id
    assert "22 November 2027 at the latest" in str(view.payload)


def test_a_request_goes_to_the_approver_and_can_be_taken_back(slack: LocalSlack, office: Parts) -> None:
    confirmed = asks(slack)
    assert lines(confirmed)[:2] == [
        "Asked Marco Silva for Health check for Initech, until 20 February 2027.",
        "If there is no answer within two working days, Olivia Okafor is asked too.",
    ]
    received = notice(slack, "marco")
    assert lines(received)[0] == "Vera Novak asks for Health check for Initech."
    assert f"Reason: {REASON}" in lines(received)
    assert "Until: 20 February 2027" in lines(received)
    assert any(line.startswith("Today: Not included") for line in lines(received))
    assert any(line.startswith("Account: tier 2, Growth. ARR is $24,000") for line in lines(received))
    assert buttons(received) == ["Approve", "Decline", "Show the account"]
    (withdrawn,) = slack.press("vera", confirmed, WITHDRAW)
    assert withdrawn.ts == confirmed.ts
    assert lines(withdrawn)[0] == "Withdrawn: Health check for Initech, until 20 February 2027."
    assert becomes(slack, received, "Withdrawn")[1] == "Vera Novak took it back on 22 November 2026 at 12:00."
    assert buttons(slack.workspace.message(received.channel, received.ts)) == []
    assert told(office) == ["withdraw request", "request exception"]


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"until": "2026-11-21"}, {"until": "21 November 2026 is in the past; today is 22 November 2026."}),
        ({"until": "2027-11-23"}, {"until": "An exception lasts until 22 November 2027 at the latest."}),
        (
            {"reason": " \n "},
            {"reason": "Say in a sentence why; whoever answers has nothing else to go by."},
        ),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_nothing_is_asked(
    slack: LocalSlack, office: Parts, fields: dict[str, str], wrong: dict[str, str]
) -> None:
    view = opens(slack, "/tier request initech health check")
    assert slack.submit("vera", view, {"reason": REASON, **fields}) == []
    shown = slack.view("vera")
    assert shown is not None
    assert shown.errors == wrong
    assert told(office) == []


@pytest.mark.parametrize(
    ("person", "approver"), [("vera", "vera"), ("marco", "marco"), ("vera", "gita"), ("vera", "xenia")]
)
def test_nobody_is_asked_who_may_not_answer_whatever_the_form_says(
    slack: LocalSlack, office: Parts, person: str, approver: str
) -> None:
    view = opens(slack, "/tier request initech health check", person)
    wrong = slack.workspace.person(approver).id
    payload = json.loads(json.dumps(view.payload))
    field = next(one for one in payload["blocks"] if one.get("block_id") == "approver")["element"]
    field["options"].append({"text": {"type": "plain_text", "text": "?"}, "value": wrong})
    forged = slack.workspace.update_view(view, payload)
    assert slack.submit(person, forged, {"reason": REASON, "approver": wrong}) == []
    shown = slack.view(person)
    assert shown is not None
    assert shown.errors == {"approver": "That colleague may not approve this. Choose somebody else."}
    assert told(office) == []


def test_the_same_is_not_asked_for_twice(slack: LocalSlack, office: Parts) -> None:
    asks(slack)
    view = opens(slack, "/tier request initech health check", "olivia")
    slack.submit("olivia", view, {"reason": REASON})
    shown = slack.view("olivia")
    assert shown is not None
    assert "Vera Novak has asked for health-check for Initech already" in shown.errors["what"]
    assert told(office) == ["request exception"]


def test_a_form_that_is_delivered_twice_asks_once(slack: LocalSlack, office: Parts) -> None:
    asks(slack)
    notice(slack, "marco")
    submitted = next(one for one in slack.deliveries if one.request.payload.get("type") == "view_submission")
    assert slack.redeliver(submitted).status == 200
    assert slack.redeliver(submitted).status == 200
    assert told(office) == ["request exception"]
    assert len(slack.messages("marco", DIRECT)) == 1


def test_what_is_included_needs_no_exception(slack: LocalSlack) -> None:
    (said,) = slack.command("vera", CHANNEL, "/tier request initech training")
    assert lines(said)[0] == "Initech has Live training already."


def test_whoever_has_everything_has_nothing_to_ask_for(
    slack: LocalSlack, office: Parts, content: Content
) -> None:
    assert content.rules is not None
    kept = tuple(
        one
        for one in content.catalogue.services
        if level_of(one, 1, content.rules.preset) is Level.INCLUDED and not one.condition
    )
    publish(office.store, replace(content, catalogue=Catalogue(services=kept)), OLGA, TODAY)
    (said,) = slack.command("vera", CHANNEL, "/tier request acme")
    assert lines(said) == ["Acme Corporation has everything there is, so there is nothing to ask for."]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("request", "Which account is it about?"),
        ("request pied piper", "Pied Piper is not a customer (prospect); exceptions are for customers."),
        ("request vandelay health check", "30 accounts fit “vandelay”."),
        ("request zzz qqq", "No account is called “zzz qqq”."),
        ("request can initech have helth chek?", "No service is called “helth chek”."),
    ],
)
def test_what_cannot_be_asked_for_gets_a_sentence(slack: LocalSlack, text: str, first: str) -> None:
    (said,) = slack.command("vera", CHANNEL, f"/tier {text}")
    assert lines(said)[0] == first


def test_one_of_several_is_picked_and_the_form_opens_about_it(slack: LocalSlack) -> None:
    (choice,) = slack.command("vera", CHANNEL, "/tier request globex health check")
    one = next(block for block in choice.blocks if block["type"] == "actions")["elements"][0]
    slack.press("vera", choice, one["action_id"], one["value"])
    view = slack.view("vera")
    assert view is not None
    assert held(view, "what") == "service:health-check"


def test_where_nobody_may_approve_the_bot_says_what_operations_must_do(parts: Parts) -> None:
    with beside_local_slack(parts, new_workspace(random.Random(77))) as slack:
        (said,) = slack.command("vera", CHANNEL, "/tier request initech health check")
    assert lines(said) == [
        "Nobody may approve exceptions yet.",
        "Operations must add the Slack user id of a manager under managers: in people.yaml "
        "and start the bot again.",
    ]


def test_a_manager_asks_somebody_else(slack: LocalSlack) -> None:
    view = opens(slack, "/tier request initech health check", "marco")
    assert held(view, "approver") == slack.workspace.person("olivia").id
    assert slack.workspace.person("marco").id not in str(view.payload)
