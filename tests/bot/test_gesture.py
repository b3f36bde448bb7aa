"""What Slack says happened is read into turns, whatever shape it comes in."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk import WebClient

from bot.gesture import is_turn, makes_sense, read_turn, request_of, way_back
from bot.slack import MEMORY, Slack, remembered, remembering
from bot.turn import Spot
from tiering.people import Person, Role

VERA = Person("U1", "T1", Role.VIEWER, "Vera Novak", "vera")
SLACK = Slack(WebClient("xoxb-test"))

COMMAND: dict[str, Any] = {
    "command": "/tier",
    "text": "acme",
    "user_id": "U1",
    "channel_id": "C1",
    "trigger_id": "1.2.3",
    "response_url": "https://slack.example/r/1",
}
MESSAGE: dict[str, Any] = {
    "type": "event_callback",
    "event_id": "Ev1",
    "event": {
        "type": "message",
        "user": "U1",
        "text": "acme",
        "channel": "D1",
        "channel_type": "im",
        "ts": "1.1",
    },
}
MENTION: dict[str, Any] = {
    "type": "event_callback",
    "event_id": "Ev2",
    "event": {"type": "app_mention", "user": "U1", "text": "<@UB> acme", "channel": "C1", "thread_ts": "1.0"},
}
PRESS: dict[str, Any] = {
    "type": "block_actions",
    "user": {"id": "U1"},
    "channel": {"id": "C1"},
    "trigger_id": "4.5.6",
    "response_url": "https://slack.example/r/2",
    "actions": [{"type": "button", "action_id": "say:history", "block_id": "next", "value": "history A-1"}],
}
FORM: dict[str, Any] = {
    "type": "view_submission",
    "user": {"id": "U1"},
    "trigger_id": "7.8.9",
    "view": {
        "id": "V1",
        "type": "modal",
        "private_metadata": remembering("https://slack.example/r/3", "A-1"),
        "blocks": [{"type": "input", "block_id": "hours"}],
        "state": {
            "values": {
                "hours": {"hours": {"type": "number_input", "value": "2.5"}},
                "day": {"day": {"type": "datepicker", "selected_date": "2026-11-20"}},
                "service": {"service": {"selected_option": {"value": "training"}}},
                "cover": {"cover": {"type": "users_select", "selected_user": "U2"}},
                "note": {"note": {"type": "plain_text_input", "value": None}},
            }
        },
    },
}


def test_a_command_is_answered_where_it_was_typed() -> None:
    turn, way = read_turn(COMMAND, VERA), way_back(COMMAND, SLACK)
    assert (turn.words, turn.spot, turn.request) == ("acme", Spot("C1"), "1.2.3")
    assert (way.user, way.response_url, way.trigger, way.pressed) == (
        "U1",
        "https://slack.example/r/1",
        "1.2.3",
        False,
    )


def test_a_direct_message_is_answered_in_the_direct_message() -> None:
    assert read_turn(MESSAGE, VERA).spot == Spot("D1", direct=True)
    assert way_back(MESSAGE, SLACK).spot == Spot("D1", direct=True)


def test_a_mention_is_answered_in_its_thread() -> None:
    assert way_back(MENTION, SLACK).spot == Spot("C1", thread="1.0")
    assert read_turn(MENTION, VERA).words == "<@UB> acme"


def test_a_press_says_what_its_button_is_worth_and_is_answered_in_its_place() -> None:
    turn = read_turn(PRESS, VERA)
    assert (turn.words, turn.action_id, turn.block_id) == ("history A-1", "say:history", "next")
    assert way_back(PRESS, SLACK).pressed


def test_a_menu_says_what_was_chosen() -> None:
    action = {"type": "static_select", "action_id": "say:menu", "selected_option": {"value": "history A-2"}}
    assert read_turn(PRESS | {"actions": [action]}, VERA).words == "history A-2"


def test_a_form_gives_its_fields_and_remembers_where_its_answer_goes() -> None:
    turn, way = read_turn(FORM, VERA), way_back(FORM, SLACK)
    assert turn.fields == {"hours": "2.5", "day": "2026-11-20", "service": "training", "cover": "U2"}
    assert (turn.memory, turn.request) == ("A-1", "V1")
    assert (way.response_url, way.trigger) == ("https://slack.example/r/3", "")


def test_a_shortcut_on_a_message_brings_its_text_and_answers_in_a_modal() -> None:
    body = {
        "type": "message_action",
        "callback_id": "which_tier",
        "user": {"id": "U1"},
        "channel": {"id": "C1"},
        "message": {"text": "Acme wrote again"},
        "trigger_id": "1.1.1",
        "response_url": "https://slack.example/r/4",
    }
    way = way_back(body, SLACK)
    assert read_turn(body, VERA).message == "Acme wrote again"
    assert (way.response_url, way.spot, way.trigger) == ("", Spot(), "1.1.1")


@pytest.mark.parametrize(
    "event",
    [
        {"type": "message", "bot_id": "B1", "user": "U9", "text": "tier 1"},
        {"type": "message", "subtype": "message_changed", "channel": "D1"},
        {"type": "message", "subtype": "message_deleted", "channel": "D1"},
        {"type": "message", "channel": "D1", "text": "nobody"},
        {"type": "app_home_opened", "user": "U1", "tab": "messages"},
    ],
)
def test_what_bots_say_and_what_was_edited_is_nobodys_turn(event: dict[str, Any]) -> None:
    assert not is_turn({"type": "event_callback", "event_id": "Ev3", "event": event})


@pytest.mark.parametrize("body", [COMMAND, MESSAGE, MENTION, PRESS, FORM])
def test_what_slack_sends_makes_sense(body: dict[str, Any]) -> None:
    assert makes_sense(body)
    assert is_turn(body)
    assert request_of(body)


NONSENSE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
KEYS = (
    "type",
    "event",
    "user",
    "view",
    "channel",
    "message",
    "actions",
    "event_id",
    "trigger_id",
    "callback_id",
)


@given(st.dictionaries(st.sampled_from(KEYS), NONSENSE, max_size=8))
def test_nonsense_is_refused_or_read_but_never_breaks_anything(body: dict[str, Any]) -> None:
    if makes_sense(body) and is_turn(body):
        request_of(body)
        read_turn(body, VERA)
        way_back(body, SLACK)


@given(st.sampled_from([COMMAND, MESSAGE, MENTION, PRESS, FORM]), st.sampled_from(KEYS), NONSENSE)
def test_one_odd_value_in_a_request_breaks_nothing(body: dict[str, Any], key: str, odd: object) -> None:
    crooked = body | {key: odd}
    if makes_sense(crooked) and is_turn(crooked):
        request_of(crooked)
        read_turn(crooked, VERA)
        way_back(crooked, SLACK)


@given(st.text(max_size=200), st.text(max_size=2000))
def test_a_modal_remembers_what_fits(url: str, memory: str) -> None:
    kept = remembering(url, memory)
    assert remembered(kept)[1] == memory
    assert len(kept) <= MEMORY or len(json.dumps(["", memory], ensure_ascii=False)) > MEMORY - 2


@pytest.mark.parametrize("odd", ["", "{", "[]", "[1]", "{}", "7", '["a","b","c"]', "null"])
def test_a_memory_that_is_not_ours_is_no_memory(odd: str) -> None:
    assert remembered(odd) == ("", "")
