"""Signals in Slack: what wants a look in one's own accounts or in all, and taking it from the list."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.features.signals import LISTED, list_view, taken_view
from bot.server import Parts
from tests.bot.features.exception.office import CHANNEL, buttons, forged, lines
from tests.bot.hostile import assert_slack_takes
from tests.bot.newsroom import Newsroom, newsroom
from tests.bot.test_announcement import raised, signals
from tests.conftest import MakeUrl
from tiering.content import Content
from tiering.usecases.signals import Raised

ZONE = ZoneInfo("Europe/London")


@pytest.fixture
def room(parts: Parts, content: Content, make_url: MakeUrl) -> Iterator[Newsroom]:
    with newsroom(parts, content, make_url("sqlite")) as opened:
        yield opened


def test_dana_sees_hers_and_takes_one_where_it_stands(room: Newsroom) -> None:
    room.raises("A-1", "I-1")
    (shown,) = room.slack.command("dana", CHANNEL, "/tier signals")
    assert lines(shown) == [
        "1 signal of your accounts; 1 of them waits for somebody.",
        "",
        "Acme Corporation: 7 cases were open on 26 November 2026; from 5 on somebody should look.",
        "[I take it]",
        "[Show the account]",
        "[Signals of all accounts]",
    ]
    (now,) = room.slack.press("dana", shown, "signals_take", "1")
    assert (now.ts, lines(now)[0]) == (shown.ts, "1 signal of your accounts; somebody takes care of each.")
    assert "Taken by Dana Whitfield on 26 November 2026 at 14:00." in lines(now)
    assert buttons(now) == ["Show the account", "Signals of all accounts"]


def test_what_nobody_takes_care_of_comes_first(room: Newsroom) -> None:
    room.raises("A-1", "I-1")
    (shown,) = room.slack.command("vera", CHANNEL, "/tier all signals")
    assert lines(shown)[0] == "2 signals of all accounts; 2 of them wait for somebody."
    (now,) = room.slack.press("vera", shown, "signals_take", "1")
    assert [line.partition(":")[0] for line in lines(now) if "cases were open" in line] == [
        "Initech",
        "Acme Corporation",
    ]
    assert lines(now)[0] == "2 signals of all accounts; 1 of them waits for somebody."


def test_where_nothing_holds_that_is_said(room: Newsroom) -> None:
    (shown,) = room.slack.command("vera", CHANNEL, "/tier signals")
    assert lines(shown)[0] == "No signal holds of your accounts."


@pytest.mark.parametrize(
    ("value", "sentence"), [("77", "There is no signal 77."), ("x", "That is not a number that I know.")]
)
def test_a_signal_that_is_none_is_refused(room: Newsroom, value: str, sentence: str) -> None:
    answer = forged(room.slack, "dana", {"action_id": "signals_take", "value": value, "type": "button"})
    assert lines(answer) == [sentence]


@given(st.lists(signals(), max_size=LISTED + 3, unique_by=lambda one: one.id), st.booleans())
def test_the_list_takes_any_words(found: list[Raised], own: bool) -> None:
    assert_slack_takes(list_view(found, ZONE, own=own))


@given(signals(), st.booleans())
def test_taking_takes_any_words(one: Raised, mine: bool) -> None:
    assert_slack_takes(taken_view(one, ZONE, mine=mine))


def test_more_than_a_list_holds_are_counted() -> None:
    many = [raised(number) for number in range(LISTED + 2)]
    assert "And 2 more." in list_view(many, ZONE, own=True).text
