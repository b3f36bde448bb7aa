"""Places: nothing confidential is shared where another company reads along, or may."""

from __future__ import annotations

import random
from typing import Any

import pytest

from bot.places import REMEMBERED_SECONDS, Place, Places, place_of
from bot.playground.app import serve
from bot.playground.people import BOT_USER_ID, VERA, Channel
from bot.playground.workspace import Disturbance
from bot.server import new_workspace
from bot.slack import Slack, client


@pytest.mark.parametrize(
    ("channel", "place"),
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
def test_a_channel_is_ours_until_another_company_is_in_it(channel: dict[str, Any], place: Place) -> None:
    assert place_of(channel) is place


def test_a_channel_is_looked_up_once_a_minute_and_an_unknown_one_each_time() -> None:
    now = 0.0
    with serve(new_workspace(random.Random())) as world:
        slack = Slack(client(world.workspace.bot.credentials.bot_token, world.api_url))
        places = Places(lambda: now)

        def asked() -> int:
            return sum(call.method == "conversations.info" for call in world.workspace.calls)

        shared = world.workspace.channel("globex-shared").id
        assert [places.place(slack, shared) for _ in range(3)] == [Place.CONNECTED] * 3
        assert asked() == 1
        now = REMEMBERED_SECONDS
        assert places.place(slack, shared) is Place.CONNECTED
        assert asked() == 2
        world.workspace.disturb(Disturbance("conversations.info", times=1, error="channel_not_found"))
        assert places.place(slack, "C0NOBODY") is Place.UNKNOWN
        ours = world.workspace.channel("sales").id
        world.workspace.disturb(Disturbance("conversations.info", error="fatal_error"))
        assert places.place(slack, ours) is Place.UNKNOWN
        assert places.place(slack, ours) is Place.OURS


def test_a_channel_that_is_opened_to_another_company_counts_as_such_within_a_minute() -> None:
    now = 0.0
    with serve(new_workspace(random.Random())) as world:
        slack = Slack(client(world.workspace.bot.credentials.bot_token, world.api_url))
        places = Places(lambda: now)
        channels = world.workspace.channels
        channels["C1"] = Channel("C1", "project", (VERA.id, BOT_USER_ID))
        assert places.place(slack, "C1") is Place.OURS
        channels["C1"] = Channel("C1", "project", (VERA.id, BOT_USER_ID), is_ext_shared=True)
        now = REMEMBERED_SECONDS
        assert places.place(slack, "C1") is Place.CONNECTED
