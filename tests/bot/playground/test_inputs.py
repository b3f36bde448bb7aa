"""What people choose and type, in the shapes that Slack tells the bot."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.playground import inputs
from bot.playground.inputs import NotOffered
from tests.bot.playground.sample_bot import button, every_element, option, plain


def form(element: dict[str, Any], **more: object) -> list[dict[str, Any]]:
    named = {"action_id": "a"} | element
    return [{"type": "input", "block_id": "b", "label": plain("Label"), "element": named} | more]


def complaint(element: dict[str, Any], value: object, **more: object) -> str | None:
    blocks = form(element, **more)
    return inputs.complaints(blocks, inputs.state_of(blocks, {"b": {"a": value}})).get("b")


NUMBER = {"type": "number_input", "is_decimal_allowed": False, "min_value": "2", "max_value": "9"}
TEXT = {"type": "plain_text_input", "min_length": 3, "max_length": 5}
COMPLAINTS: list[tuple[dict[str, Any], object, str | None]] = [
    (TEXT, "four", None),
    (TEXT, "", "Please complete this required field."),
    (TEXT, "ab", "Enter at least 3 characters."),
    (TEXT, "abcdef", "Enter at most 5 characters."),
    (NUMBER, "2", None),
    (NUMBER, "2.5", "Enter a whole number."),
    (NUMBER, "1", "Enter 2 or more."),
    (NUMBER, "10", "Enter 9 or less."),
    (NUMBER, "ten", "Enter a number."),
    ({"type": "email_text_input"}, "a@b.example", None),
    ({"type": "email_text_input"}, "a@b", "Enter a valid email address."),
    ({"type": "url_text_input"}, "https://a.example/x", None),
    ({"type": "url_text_input"}, "javascript:alert(1)", "Enter a valid URL."),
    ({"type": "checkboxes", "options": [option("x", "1")]}, [], "Please complete this required field."),
    ({"type": "datepicker"}, "", "Please complete this required field."),
]


@pytest.mark.parametrize(("element", "value", "sentence"), COMPLAINTS)
def test_slack_looks_at_a_form_before_the_bot_does(
    element: dict[str, Any], value: object, sentence: str | None
) -> None:
    assert complaint(element, value) == sentence


def test_an_optional_field_may_stay_empty() -> None:
    assert complaint(TEXT, "", optional=True) is None


def test_an_untouched_element_has_its_initial_value() -> None:
    menu = {"type": "static_select", "options": [option("x", "1")], "initial_option": option("x", "1")}
    state = inputs.state_of(form(menu), {})
    assert state == {"values": {"b": {"a": {"type": "static_select", "selected_option": option("x", "1")}}}}
    empty = inputs.state_of(form({"type": "multi_users_select"}), {})
    assert empty["values"]["b"]["a"] == {"type": "multi_users_select", "selected_users": []}


def test_an_initial_choice_of_an_external_menu_stays_choosable() -> None:
    menu = {"type": "external_select", "initial_option": option("Acme", "acme")}
    assert inputs.chosen(menu, "acme")["selected_option"] == option("Acme", "acme")
    several = {"type": "multi_external_select", "initial_options": [option("Acme", "acme")]}
    assert inputs.chosen(several, ["acme"])["selected_options"] == [option("Acme", "acme")]


def test_a_time_zone_travels_with_its_time() -> None:
    picker = {"type": "timepicker", "timezone": "Europe/Madrid"}
    assert inputs.chosen(picker, "09:30") == picker | {"selected_time": "09:30"}


def test_buttons_of_one_action_are_told_apart_by_value() -> None:
    row = {
        "type": "actions",
        "block_id": "b",
        "elements": [button("A", "a", value="1"), button("B", "a", value="2")],
    }
    assert inputs.find([row], "a", "2").element["text"] == plain("B")
    with pytest.raises(NotOffered, match="a=1, a=2"):
        inputs.find([row], "a", "3")


VALUES = st.none() | st.text(max_size=8) | st.integers() | st.lists(st.text(max_size=3), max_size=3)


@given(st.sampled_from([one for block in every_element() for one in block["elements"]]), VALUES)
def test_any_value_is_either_a_choice_or_not_offered(element: dict[str, Any], value: object) -> None:
    try:
        state = inputs.chosen(element, value)
    except NotOffered:
        return
    assert state["type"] == element["type"]
