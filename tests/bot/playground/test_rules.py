"""What Slack refuses, the local Slack refuses too, and says where."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.models.blocks import ButtonElement, HeaderBlock, SectionBlock
from slack_sdk.models.views import View

from bot.playground.rules import check_message, check_options, check_view
from tests.bot.playground.sample_bot import (
    answer_blocks,
    button,
    effort_view,
    every_block,
    mrkdwn,
    option,
    plain,
)

Json = dict[str, Any]


def problems(*blocks: Json, text: str = "Fallback") -> dict[str, str]:
    return {
        problem.path: problem.sentence for problem in check_message({"text": text, "blocks": list(blocks)})
    }


def section(**more: object) -> Json:
    return {"type": "section", "text": mrkdwn("Words")} | more


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def field(element: Json) -> Json:
    return {"type": "input", "label": plain("Label"), "element": element}


def modal(*blocks: Json, **more: object) -> Json:
    return {"type": "modal", "title": plain("Title"), "submit": plain("Send"), "blocks": list(blocks)} | more


def test_every_block_that_the_page_renders_is_accepted() -> None:
    assert problems(*every_block()) == {}
    assert problems(*answer_blocks("Acme")) == {}
    assert check_view(effort_view("Acme")) == []


def test_blocks_made_with_slacks_own_models_are_accepted() -> None:
    made = [
        HeaderBlock(text="Header").to_dict(),
        SectionBlock(text="Words", accessory=ButtonElement(text="Go", action_id="go")).to_dict(),
    ]
    assert problems(*made) == {}
    view = View(type="modal", title="Title", blocks=[SectionBlock(text="Words")]).to_dict()
    assert check_view(view) == []


def test_a_problem_names_its_place() -> None:
    menu = {
        "type": "static_select",
        "action_id": "a",
        "options": [option("fits", "1"), option("x" * 76, "2")],
    }
    found = problems(section(), section(), section(), section(accessory=menu))
    assert found == {"blocks[3].accessory.options[1].text": "must be at most 75 characters, not 76"}


OVER_THE_LIMIT = {
    "section text": (section(text=mrkdwn("x" * 3001)), "blocks[0].text"),
    "field text": (section(fields=[plain("x" * 2001)]), "blocks[0].fields[0]"),
    "fields": (section(fields=[plain("x")] * 11), "blocks[0].fields"),
    "header": ({"type": "header", "text": plain("x" * 151)}, "blocks[0].text"),
    "context": ({"type": "context", "elements": [plain("x")] * 11}, "blocks[0].elements"),
    "actions": (actions(*[button("x", f"a{n}") for n in range(26)]), "blocks[0].elements"),
    "button text": (actions(button("x" * 76, "a")), "blocks[0].elements[0].text"),
    "button value": (actions(button("x", "a", value="x" * 2001)), "blocks[0].elements[0].value"),
    "button url": (actions(button("x", "a", url="https://" + "x" * 3000)), "blocks[0].elements[0].url"),
    "action_id": (actions(button("x", "a" * 256)), "blocks[0].elements[0].action_id"),
    "block_id": (section(block_id="b" * 256), "blocks[0].block_id"),
    "options": (
        section(accessory={"type": "static_select", "options": [option("x", str(n)) for n in range(101)]}),
        "blocks[0].accessory.options",
    ),
    "option value": (
        section(accessory={"type": "radio_buttons", "options": [option("x", "v" * 151)]}),
        "blocks[0].accessory.options[0].value",
    ),
    "overflow": (
        section(accessory={"type": "overflow", "options": [option("x", str(n)) for n in range(6)]}),
        "blocks[0].accessory.options",
    ),
    "placeholder": (
        section(accessory={"type": "users_select", "placeholder": plain("x" * 151)}),
        "blocks[0].accessory.placeholder",
    ),
    "confirm": (
        actions(
            button(
                "x",
                "a",
                confirm={
                    "title": plain("t" * 101),
                    "text": plain("t"),
                    "confirm": plain("y"),
                    "deny": plain("n"),
                },
            )
        ),
        "blocks[0].elements[0].confirm.title",
    ),
    "table rows": ({"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]] * 101}, "blocks[0].rows"),
    "table columns": (
        {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}] * 21]},
        "blocks[0].rows[0]",
    ),
    "table text": (
        {"type": "table", "rows": [[{"type": "raw_text", "text": "x" * 1001}] * 10]},
        "blocks[0].rows",
    ),
    "markdown": ({"type": "markdown", "text": "x" * 12_001}, "blocks[0].text"),
    "input label": (field({"type": "datepicker"}) | {"label": plain("x" * 2001)}, "blocks[0].label"),
}


@pytest.mark.parametrize(("block", "path"), OVER_THE_LIMIT.values(), ids=OVER_THE_LIMIT.keys())
def test_what_is_longer_than_slack_allows_is_refused(block: Json, path: str) -> None:
    assert list(problems(block)) == [path]


WRONG = {
    "mrkdwn in a header": ({"type": "header", "text": mrkdwn("x")}, "blocks[0].text.type"),
    "mrkdwn on a button": (
        actions(button("x", "a") | {"text": mrkdwn("x")}),
        "blocks[0].elements[0].text.type",
    ),
    "an empty section": ({"type": "section"}, "blocks[0]"),
    "empty text": (section(text=mrkdwn("")), "blocks[0].text.text"),
    "an unknown member": (section(colour="red"), "blocks[0].colour"),
    "an unknown block": ({"type": "carousel"}, "blocks[0]"),
    "no type": ({"text": plain("x")}, "blocks[0]"),
    "no object": ("words", "blocks[0]"),
    "a null": (section(accessory=None), "blocks[0]"),
    "an image without alt_text": (
        {"type": "image", "image_url": "https://x.example/a.png"},
        "blocks[0].alt_text",
    ),
    "a number for a text": (section(text={"type": "mrkdwn", "text": 7}), "blocks[0].text.text"),
    "a text input among actions": (actions({"type": "plain_text_input"}), "blocks[0].elements[0]"),
    "a button as an input": (field(button("x", "a")), "blocks[0].element"),
    "a link that runs a script": (
        actions(button("x", "a", url="javascript:alert(1)")),
        "blocks[0].elements[0].url",
    ),
    "two elements of one action_id": (actions(button("x", "a"), button("y", "a")), "blocks[0].elements"),
    "an overflow of one": (
        section(accessory={"type": "overflow", "options": [option("x", "1")]}),
        "blocks[0].accessory.options",
    ),
    "options and option_groups": (section(accessory={"type": "static_select"}), "blocks[0].accessory"),
    "an initial option that is not offered": (
        section(
            accessory={
                "type": "static_select",
                "options": [option("x", "1")],
                "initial_option": option("y", "2"),
            }
        ),
        "blocks[0].accessory",
    ),
    "an impossible date": (
        section(accessory={"type": "datepicker", "initial_date": "2026-02-30"}),
        "blocks[0].accessory.initial_date",
    ),
    "a short date": (
        section(accessory={"type": "datepicker", "initial_date": "20260201"}),
        "blocks[0].accessory.initial_date",
    ),
    "an impossible time": (
        section(accessory={"type": "timepicker", "initial_time": "24:00"}),
        "blocks[0].accessory.initial_time",
    ),
    "a rich text without a kind": (
        {"type": "rich_text", "elements": [{"elements": []}]},
        "blocks[0].elements[0]",
    ),
    "bounds the wrong way round": (
        field({"type": "number_input", "is_decimal_allowed": False, "min_value": "5", "max_value": "2"}),
        "blocks[0].element",
    ),
}


@pytest.mark.parametrize(("block", "path"), WRONG.values(), ids=WRONG.keys())
def test_what_slack_does_not_know_is_refused(block: Json, path: str) -> None:
    assert list(problems(block)) == [path]


def test_a_message_holds_fifty_blocks_one_table_and_distinct_block_ids() -> None:
    table = {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]]}
    assert "blocks" in problems(*[{"type": "divider"}] * 51)
    assert problems(*[{"type": "divider"}] * 50) == {}
    assert list(problems(table, table)) == ["blocks[1]"]
    twice = problems(section(block_id="same"), section(), section(block_id="same"))
    assert list(twice) == ["blocks[0].block_id", "blocks[2].block_id"]


def test_all_text_of_a_messages_blocks_together_is_limited() -> None:
    assert problems(*[section(text=mrkdwn("x" * 2640))] * 5) == {}
    (problem,) = check_message({"text": "Fallback", "blocks": [section(text=mrkdwn("x" * 2641))] * 5})
    assert problem.error == "msg_blocks_too_long"


@pytest.mark.parametrize(
    ("text", "error"), [("", "no_text"), (" \n", "no_text"), ("x" * 40_001, "msg_too_long")]
)
def test_a_message_needs_a_fallback_text_of_reasonable_length(text: str, error: str) -> None:
    (problem,) = check_message({"text": text, "blocks": [section()]})
    assert (problem.path, problem.error) == ("text", error)


def test_a_view_has_its_own_limits() -> None:
    inputs = field({"type": "plain_text_input", "focus_on_load": True})
    assert check_view(modal(section())) == []
    cases = {
        "title": modal(section(), title=plain("x" * 25)),
        "submit": modal(section(), submit=plain("x" * 25)),
        "private_metadata": modal(section(), private_metadata="x" * 3001),
        "callback_id": modal(section(), callback_id="x" * 256),
        "blocks": modal(*[section()] * 101),
        "blocks[0]": modal({"type": "table", "rows": []}),
        "blocks[1].element.focus_on_load": modal(inputs, inputs),
    }
    for path, view in cases.items():
        assert [problem.path for problem in check_view(view)] == [path]


def test_a_modal_with_inputs_needs_submit_and_a_home_does_not() -> None:
    without = modal(field({"type": "datepicker"}))
    del without["submit"]
    assert [str(one) for one in check_view(without)] == ["view: a modal with input blocks needs submit"]
    assert check_view({"type": "home", "blocks": [field({"type": "datepicker"})]}) == []


@pytest.mark.parametrize("view", [None, 3, "modal", [], {}, {"type": "workflow_step"}])
def test_what_is_no_view_is_refused(view: object) -> None:
    assert len(check_view(view)) == 1


def test_menu_options_are_held_to_their_limits() -> None:
    assert check_options({"options": []}) == []
    assert check_options({"option_groups": [{"label": plain("x"), "options": [option("a", "1")]}]}) == []
    assert [str(one) for one in check_options({"options": [option("x" * 76, "1")]})] == [
        "options[0].text: must be at most 75 characters, not 76"
    ]
    assert len(check_options({"options": [option("x", str(n)) for n in range(101)]})) == 1
    assert len(check_options({})) == 1
    assert len(check_options([])) == 1


@given(st.text(min_size=1, max_size=3000))
def test_any_text_of_a_fitting_length_is_accepted(text: str) -> None:
    assert problems(section(text=mrkdwn(text))) == {}


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(ANYTHING)
def test_nothing_that_a_bot_sends_breaks_the_rules_themselves(payload: Any) -> None:
    assert check_message({"text": "Fallback", "blocks": [payload]}) != []
    assert check_view(payload) != []
    assert check_view({"type": "modal", "title": plain("T"), "blocks": payload}) != []


def _places(value: Any) -> list[tuple[Any, Any]]:
    """Every member inside a payload, as its container and key."""
    keys = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else []
    return [place for key in keys for place in [(value, key), *_places(value[key])]]


@given(st.data())
def test_a_payload_with_one_member_of_a_wrong_kind_is_refused(data: st.DataObject) -> None:
    blocks = copy.deepcopy(every_block())
    container, key = data.draw(
        st.sampled_from([one for one in _places(blocks) if not isinstance(one[0], list)])
    )
    container[key] = data.draw(st.sampled_from([None, {"a": 1}, [[]], 3.5]))
    assert problems(*blocks) != {}
