"""Announcements in channels: only where managers want them, and only where colleagues alone read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.features.announcements import (
    NO_CHANNEL,
    NOT_HERE,
    NOT_SEEN,
    NOT_YOURS,
    announced_view,
    listed_view,
    silenced_view,
)
from bot.footnote import CONFIDENTIAL
from bot.news import TOPICS
from bot.playground.people import BOT_USER_ID
from bot.server import Parts
from tests.bot.features.exception.office import CHANNEL, DIRECT, lines
from tests.bot.hostile import HOSTILE, assert_slack_takes
from tests.bot.newsroom import MORNING, Newsroom, newsroom
from tests.conftest import MakeUrl
from tiering.content import Content

FELL = "Acme Corporation moved from tier 1 to tier 2."


@pytest.fixture
def room(parts: Parts, content: Content, make_url: MakeUrl) -> Iterator[Newsroom]:
    with newsroom(parts, content, make_url("sqlite")) as opened:
        yield opened


def says(room: Newsroom, words: str, person: str = "marco", channel: str = CHANNEL) -> list[str]:
    (answer,) = room.slack.command(person, channel, f"/tier {words}")
    return lines(answer)


def public(room: Newsroom, channel: str = CHANNEL) -> list[str]:
    """What the bot has said to everybody in a channel."""
    return [lines(one)[0] for one in room.messages("vera", channel) if not one.visible_to]


def test_a_channel_hears_of_a_topic_after_a_manager_said_so_and_until_one_ends_it(room: Newsroom) -> None:
    assert says(room, "announce tier-changes here") == [
        "This channel hears of tier-changes from now on: accounts that moved to another tier.",
        "[Announce nothing here]",
        f"At work hours only. {CONFIDENTIAL}",
    ]
    room.acme_falls()
    room.minute()
    room.minute()
    assert public(room) == [FELL]
    (told,) = [one for one in room.messages("vera", CHANNEL) if not one.visible_to]
    assert lines(told)[-1] == CONFIDENTIAL
    assert room.read("dana") == [FELL], "the CSM hears of it all the same"
    assert says(room, "announce off") == [
        "Nothing is announced here any more.",
        "It was tier-changes. To colleagues themselves news still comes.",
    ]
    room.acme_falls(3)
    room.minute()
    assert public(room) == [FELL]


def test_what_happened_before_a_channel_wanted_to_hear_it_hears_not(room: Newsroom) -> None:
    room.acme_falls()
    room.later(seconds=1)
    says(room, "announce tier-changes here")
    room.minute()
    assert public(room) == []


@pytest.mark.parametrize("person", ["vera", "dana"])
def test_only_managers_and_operations_may_say_so(room: Newsroom, person: str) -> None:
    assert says(room, "announce tier-changes here", person) == [NOT_YOURS]
    assert says(room, "announce off", person) == [NOT_YOURS]


def test_nothing_is_announced_beside_another_company(room: Newsroom) -> None:
    assert says(room, "announce tier-changes here", channel="globex-shared") == [NOT_HERE]
    assert says(room, "announce tier-changes here", channel=DIRECT) == [NO_CHANNEL]


def test_the_bot_must_be_in_the_channel(room: Newsroom) -> None:
    world = room.slack.workspace
    channel = world.channel(CHANNEL)
    members = tuple(one for one in channel.members if one != BOT_USER_ID)
    world.channels[channel.id] = replace(channel, members=members)
    assert says(room, "announce tier-changes here") == [NOT_SEEN]


def test_a_channel_that_another_company_joins_hears_nothing_from_then_on(room: Newsroom) -> None:
    says(room, "announce tier-changes here")
    world = room.slack.workspace
    channel = world.channel(CHANNEL)
    world.channels[channel.id] = replace(channel, is_ext_shared=True)
    room.acme_falls()
    room.minute()
    assert public(room) == []
    assert room.read("dana") == [FELL]


def test_at_night_a_channel_hears_nothing_either(room: Newsroom) -> None:
    says(room, "announce tier-changes here")
    room.clock.now = MORNING.replace(hour=23)
    room.acme_falls()
    room.minute()
    assert public(room) == []
    room.clock.now = MORNING.replace(day=27)
    room.minute()
    assert public(room) == [FELL]


def test_a_signal_in_a_channel_can_be_taken_there(room: Newsroom) -> None:
    says(room, "announce signals here")
    room.raises("A-1")
    room.minute()
    (told,) = [one for one in room.messages("vera", CHANNEL) if not one.visible_to]
    room.slack.press("vera", told, "signal_take", "1")
    taken = "Taken by Vera Novak on 26 November 2026 at 14:01."
    for message in (told, room.messages("dana")[0]):
        assert room.becomes(message, taken)


def test_a_topic_may_be_cut_short_and_what_is_none_is_answered(room: Newsroom) -> None:
    assert says(room, "announce tier changes here")[0].startswith("This channel hears of tier-changes")
    assert says(room, "announce Over here")[0].startswith("This channel hears of over-servicing")
    for words in ("announce", "announce here", "announce s here", "announce everything here"):
        assert says(room, words) == [
            "I announce tier-changes, exceptions, signals, over-servicing, reviews, searches, "
            "contact-requests. Say for example: announce tier-changes here."
        ]


def test_everybody_sees_what_their_channel_hears_of_and_managers_of_all(room: Newsroom) -> None:
    says(room, "announce signals here")
    shown = says(room, "announcements", "vera")
    assert shown[0] == "This channel hears of signals."
    assert "Where it is" not in shown
    assert says(room, "announcements", channel="sales")[-1] == (
        "• #customer-success hears of signals since 26 November 2026, by Marco Silva"
    )


@given(
    st.sampled_from(list(TOPICS)),
    st.lists(st.sampled_from(list(TOPICS)), unique=True),
    st.lists(st.tuples(HOSTILE, st.sampled_from(list(TOPICS)), HOSTILE), max_size=30),
    HOSTILE,
)
def test_the_views_take_any_words(
    topic: str, topics: list[str], channels: list[tuple[str, str, str]], command: str
) -> None:
    assert_slack_takes(announced_view(topic, topics))
    assert_slack_takes(silenced_view(topics))
    assert_slack_takes(listed_view(topics, channels, command))
