"""The fields of a form: pure, literal, each answered under its block id."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from bot.blocks import Block, Choice, options, plain_text, tidy

LABEL = 75
HINT = 300
PLACEHOLDER = 150
MOST_TEXT = 3000


def text_field(
    block_id: str,
    label: str,
    *,
    initial: str = "",
    hint: str = "",
    most: int = MOST_TEXT,
) -> Block:
    """Ask for a few sentences."""
    element: Block = {"type": "plain_text_input", "multiline": most > LABEL, "max_length": most}
    if initial:
        element["initial_value"] = tidy(initial, most)
    return _field(block_id, label, element, hint)


def number_field(block_id: str, label: str, *, initial: str = "", hint: str = "") -> Block:
    """Ask for a number with a fraction; what is no number is refused by Slack itself."""
    element: Block = {"type": "number_input", "is_decimal_allowed": True}
    if initial:
        element["initial_value"] = initial
    return _field(block_id, label, element, hint)


def day_field(block_id: str, label: str, initial: date | None = None, hint: str = "") -> Block:
    """Ask for a day."""
    element: Block = {"type": "datepicker"}
    if initial:
        element["initial_date"] = initial.isoformat()
    return _field(block_id, label, element, hint)


def choice_field(
    block_id: str,
    label: str,
    choices: Iterable[Choice],
    *,
    initial: str = "",
    hint: str = "",
) -> Block:
    """Ask to choose one of at most a hundred."""
    offered = options(choices)
    element: Block = {"type": "static_select", "options": offered}
    for option in offered:
        if option["value"] == initial:
            element["initial_option"] = option
    return _field(block_id, label, element, hint)


def search_field(block_id: str, label: str, initial: Choice | None = None, hint: str = "") -> Block:
    """Ask to find something by typing; the menu of the same id says what is found."""
    element: Block = {"type": "external_select", "min_query_length": 1}
    if initial and (chosen := options([initial])):
        element["initial_option"] = chosen[0]
    return _field(block_id, label, element, hint)


def person_field(block_id: str, label: str, initial: str = "", hint: str = "") -> Block:
    """Ask for a colleague; `initial` is a user id. Slack offers everybody, guests and bots too."""
    element: Block = {"type": "users_select"}
    if initial:
        element["initial_user"] = initial
    return _field(block_id, label, element, hint)


def live_field(block_id: str, action_id: str, label: str, placeholder: str) -> Block:
    """Let a line be typed that is sent as soon as Enter is pressed, without a form around it."""
    element: Block = {
        "type": "plain_text_input",
        "action_id": action_id,
        "placeholder": plain_text(placeholder, PLACEHOLDER),
        "dispatch_action_config": {"trigger_actions_on": ["on_enter_pressed"]},
    }
    return _field(block_id, label, element, "") | {"dispatch_action": True}


def optional(field: Block) -> Block:
    """Let a field be left empty."""
    return field | {"optional": True}


def _field(block_id: str, label: str, element: dict[str, Any], hint: str) -> Block:
    field: Block = {
        "type": "input",
        "block_id": block_id,
        "label": plain_text(label, LABEL),
        "element": {"action_id": block_id, **element},
        "optional": False,
    }
    return field | ({"hint": plain_text(hint, HINT)} if hint else {})
