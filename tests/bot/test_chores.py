"""Chores: each is done again and again, and none keeps another from being done."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from bot.chores import REMEMBERED, Chores, forget
from bot.desk import Desk
from bot.playground.local import LocalSlack
from bot.server import Parts, make_bot
from bot.slack import client
from tests.conftest import NOON


@pytest.fixture
def desk(parts: Parts, slack: LocalSlack) -> Desk:
    """The desk of a bot in the local Slack."""
    token = slack.workspace.bot.credentials.bot_token
    return make_bot(parts, client(token, slack.api_url), "unused").chores.desk


def test_a_chore_that_fails_is_noted_and_keeps_no_other_from_being_done(desk: Desk) -> None:
    done: list[str] = []

    def broken(_: Desk) -> None:
        raise ZeroDivisionError("the words of a customer")

    with capture_logs() as events:
        Chores(desk, (broken, lambda _: done.append("second"))).run()
    assert done == ["second"]
    assert [event["error"] for event in events if event["event"] == "failed"] == ["ZeroDivisionError"]
    assert "the words of a customer" not in str(events)


def test_chores_are_done_until_they_are_stopped(desk: Desk) -> None:
    twice = threading.Event()
    count = 0

    def counted(_: Desk) -> None:
        nonlocal count
        count += 1
        if count == 2:
            twice.set()

    chores = Chores(desk, (counted,), every=0.001)
    chores.start()
    assert twice.wait(5)
    chores.stop()
    after = count
    assert not threading.Event().wait(0.05)
    assert count == after


def test_requests_are_forgotten_when_slack_cannot_repeat_them_any_more(desk: Desk) -> None:
    assert desk.record.first_time("Ev-old", NOON - REMEMBERED - timedelta(hours=1))
    assert desk.record.first_time("Ev-new", NOON)
    forget(desk)
    assert desk.record.first_time("Ev-old", NOON)
    assert not desk.record.first_time("Ev-new", NOON)
