"""Malformed gestures: whatever a button or a form says, whoever sent it reads a sentence and all goes on."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.app import all_ears
from bot.playground.delivery import Request
from bot.playground.local import LocalSlack
from bot.server import Parts, beside_local_slack, new_workspace, playground_roles
from tests.bot.conftest import fill
from tests.conftest import MakeUrl, noon
from tiering.content import Content
from tiering.people import Roles
from tiering.usecases.record import open_store

CHANNEL = "customer-success"
NONSENSE = (
    "",
    "x",
    "-1",
    "0",
    "9" * 30,
    "1 2 3",
    "\u0661",
    "<!channel>",
    "' OR 1=1 --",
    "\n",
    "{}",
    ":::",
    "x" * 2000,
)
EARS = all_ears()
ACTIONS = sorted({begins.pattern.removeprefix("^") for begins, _ in EARS.actions})
"""No action has a character in its name that a pattern would escape."""


@pytest.fixture(scope="module")
def slack(parts: Parts, content: Content, make_url: MakeUrl) -> Iterator[LocalSlack]:
    """A bot that lets Olivia do everything; nothing that is sent to it here makes sense."""
    store = open_store(make_url("sqlite"), noon)
    fill(store, content)
    own = replace(parts, store=store, roles=playground_roles(Roles()))
    with beside_local_slack(own, new_workspace(random.Random(7))) as local:
        yield local
    store.close()


def pressed(slack: LocalSlack, action_id: str, value: str, number: int) -> Request:
    """Make the press of a button that was never offered."""
    olivia, channel = slack.workspace.person("olivia"), slack.workspace.channel(CHANNEL)
    payload: dict[str, Any] = {
        "type": "block_actions",
        "user": {"id": olivia.id, "team_id": olivia.team_id},
        "team": {"id": olivia.team_id},
        "channel": {"id": channel.id},
        "trigger_id": f"1.{action_id}.{number}",
        "response_url": slack.gestures._response_url(olivia, channel),
        "actions": [{"type": "button", "action_id": action_id, "block_id": value[:255], "value": value}],
    }
    return Request("interactive", payload)


@pytest.mark.parametrize("action_id", [*ACTIONS, "say:", "say:below:", "unknown"])
def test_a_button_that_says_nonsense_gets_a_sentence(slack: LocalSlack, action_id: str) -> None:
    slack.workspace.calls.clear()
    with capture_logs() as events:
        for number, value in enumerate(NONSENSE):
            assert slack.delivery.send(pressed(slack, action_id, value, number)).status == 200
        assert slack.wait(lambda: answers(slack) == len(NONSENSE), 5)
    assert [event for event in events if event["event"] == "failed"] == []


def answers(slack: LocalSlack) -> int:
    shows = ("response_url", "views.open", "views.publish")
    return sum(call.method in shows for call in slack.workspace.calls)


@pytest.mark.parametrize("callback_id", [callback_id for callback_id, _ in EARS.forms])
def test_a_form_that_says_nonsense_is_refused_beside_a_field(slack: LocalSlack, callback_id: str) -> None:
    for number, value in enumerate(NONSENSE):
        answer = slack.delivery.send(submitted(slack, callback_id, value, number))
        assert (answer.status, answer.said["response_action"]) == (200, "errors")
        assert all(answer.said["errors"].values())


FIELDS = (
    "service",
    "hours",
    "team",
    "day",
    "what",
    "until",
    "reason",
    "approver",
    "cover",
    "look_up_account",
)


def submitted(slack: LocalSlack, callback_id: str, value: str, number: int) -> Request:
    """Make the submission of a form that was never opened."""
    olivia = slack.workspace.person("olivia")
    view = {
        "id": f"V{callback_id}{number}",
        "type": "modal",
        "callback_id": callback_id,
        "private_metadata": value,
        "blocks": [{"type": "input", "block_id": name} for name in FIELDS],
        "state": {"values": {name: {name: {"value": value}} for name in FIELDS}},
    }
    payload = {
        "type": "view_submission",
        "user": {"id": olivia.id, "team_id": olivia.team_id},
        "team": {"id": olivia.team_id},
        "trigger_id": f"1.{callback_id}.{number}",
        "view": view,
    }
    return Request("interactive", payload)
