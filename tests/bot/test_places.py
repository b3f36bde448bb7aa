"""Places: nothing confidential is shared where another company reads along, or may."""

from __future__ import annotations

import random
from typing import Any

import pytest

from bot.places import Place, place, place_of
from bot.playground.app import serve
from bot.playground.people import BOT_USER_ID, VERA, Channel
from bot.playground.workspace import Disturbance
from bot.server import new_workspace
from bot.slack import Slack, client


@pytest.mark.parametrize(
    ("channel", "found"),
    [
        ({"is_channel": True}, Place.OURS),
        ({"is_channel": True, "is_org_shared": True}, Place.OURS),
        ({"is_group": True, "is_private": True}, Place.OURS),
        ({"is_im": True}, Place.DIRECT),
        ({"is_mpim": True}, Place.DIRECT),
        ({"is_channel": True, "is_ext_shared": True}, Place.CONNECTED),
        ({"is_channel": True, "is_pending_ext_shared": True}, Place.CONNECTED),
        ({"is_im": True, "is_ext_shared": True}, Place.CONNECTED),
        ({"is_mpim": True, "connected_team_ids": ["T2"]}, Place.CONNECTED),
    ],
)
def test_a_channel_is_ours_until_another_company_is_in_it(channel: dict[str, Any], found: Place) -> None:
    assert place_of(channel) is found


def test_a_channel_that_slack_does_not_show_is_unknown() -> None:
    with serve(new_workspace(random.Random())) as world:
        slack = Slack(client(world.workspace.bot.credentials.bot_token, world.api_url))
        assert place(slack, world.workspace.channel("globex-shared").id) is Place.CONNECTED
        world.workspace.disturb(Disturbance("conversations.info", times=1, error="channel_not_found"))
        assert place(slack, "C0NOBODY") is Place.UNKNOWN
        ours = world.workspace.channel("sales").id
        world.workspace.disturb(Disturbance("conversations.info", error="fatal_error"))
        assert place(slack, ours) is Place.UNKNOWN
        assert place(slack, ours) is Place.OURS


def test_a_channel_that_is_opened_to_another_company_counts_as_such_at_once() -> None:
    with serve(new_workspace(random.Random())) as world:
        slack = Slack(client(world.workspace.bot.credentials.bot_token, world.api_url))
        channels = world.workspace.channels
        channels["C1"] = Channel("C1", "project", (VERA.id, BOT_USER_ID))
        assert place(slack, "C1") is Place.OURS
        channels["C1"] = Channel("C1", "project", (VERA.id, BOT_USER_ID), is_ext_shared=True)
        assert place(slack, "C1") is Place.CONNECTED
