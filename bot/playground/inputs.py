"""What a person chose or typed in Block Kit elements, in the shapes that Slack tells the bot (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Any

Values = Mapping[str, Mapping[str, object]]
"""What was filled in, as plain values: by block_id, then by action_id."""


class NotOffered(Exception):
    """The element does not offer this choice, or there is no such element."""


@dataclass(frozen=True)
class Placed:
    """An interactive element and the block that it stands in."""

    block: Mapping[str, Any]
    element: Mapping[str, Any]

    @property
    def block_id(self) -> str:
        """Give the block's id."""
        return str(self.block["block_id"])

    @property
    def action_id(self) -> str:
        """Give the element's id."""
        return str(self.element["action_id"])


_CHOICES = {
    # element type: (member of the state, member with the initial value, whether several, has options)
    "static_select": ("selected_option", "initial_option", False, True),
    "external_select": ("selected_option", "initial_option", False, True),
    "radio_buttons": ("selected_option", "initial_option", False, True),
    "overflow": ("selected_option", "", False, True),
    "multi_static_select": ("selected_options", "initial_options", True, True),
    "multi_external_select": ("selected_options", "initial_options", True, True),
    "checkboxes": ("selected_options", "initial_options", True, True),
    "users_select": ("selected_user", "initial_user", False, False),
    "multi_users_select": ("selected_users", "initial_users", True, False),
    "conversations_select": ("selected_conversation", "initial_conversation", False, False),
    "multi_conversations_select": ("selected_conversations", "initial_conversations", True, False),
    "channels_select": ("selected_channel", "initial_channel", False, False),
    "multi_channels_select": ("selected_channels", "initial_channels", True, False),
    "datepicker": ("selected_date", "initial_date", False, False),
    "timepicker": ("selected_time", "initial_time", False, False),
    "datetimepicker": ("selected_date_time", "initial_date_time", False, False),
    "plain_text_input": ("value", "initial_value", False, False),
    "email_text_input": ("value", "initial_value", False, False),
    "url_text_input": ("value", "initial_value", False, False),
    "number_input": ("value", "initial_value", False, False),
}
_STATELESS = ("button", "overflow")


def placed(blocks: Sequence[Mapping[str, Any]]) -> Iterator[Placed]:
    """Walk through the interactive elements of blocks, in reading order."""
    for block in blocks:
        candidates = [block.get("accessory"), block.get("element")]
        if block.get("type") == "actions":
            candidates += block["elements"]
        for element in candidates:
            if element is not None and element["type"] != "image":
                yield Placed(block, element)


def find(blocks: Sequence[Mapping[str, Any]], action_id: str, value: str | None = None) -> Placed:
    """Find an element by its action_id and, where several share one, by a button's value.

    Raises NotOffered, naming what there is.
    """
    there = list(placed(blocks))
    for candidate in there:
        if candidate.action_id == action_id and value in (None, candidate.element.get("value")):
            return candidate
    names = ", ".join(
        f"{one.action_id}={one.element['value']}" if "value" in one.element else one.action_id
        for one in there
    )
    raise NotOffered(f"there is no {action_id!r} here (value {value!r}); there is: {names or 'nothing'}")


def options_of(element: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """List an element's own options, flat."""
    grouped = [option for group in element.get("option_groups", ()) for option in group["options"]]
    return [*grouped, *element.get("options", ())]


def is_multiple(element: Mapping[str, Any]) -> bool:
    """Tell whether several things may be chosen."""
    return _CHOICES[element["type"]][2]


def initial(element: Mapping[str, Any]) -> dict[str, Any]:
    """Describe an untouched element."""
    member, begins_with, several, _ = _CHOICES[element["type"]]
    return _extras(element) | {member: element.get(begins_with, [] if several else None)}


def chosen(
    element: Mapping[str, Any], value: object, offered: Sequence[Mapping[str, Any]] = ()
) -> dict[str, Any]:
    """Describe an element after a person chose or typed `value`; an empty one clears it.

    Options are named by their value; `offered` are the options that the bot suggested for an external menu.
    Raises NotOffered.
    """
    member, _, several, with_options = _CHOICES[element["type"]]
    state = _extras(element)
    if several:
        values = list(value) if isinstance(value, list | tuple) else [value] if value else []
        most = element.get("max_selected_items")
        if most is not None and len(values) > most:
            raise NotOffered(f"at most {most} may be chosen, not {len(values)}")
        return state | {
            member: [_option(element, one, offered) for one in values] if with_options else values
        }
    if value in (None, ""):
        return state | {member: None}
    if with_options:
        return state | {member: _option(element, value, offered)}
    return state | {member: _checked(element, value)}


def _extras(element: Mapping[str, Any]) -> dict[str, Any]:
    state = {"type": element["type"]}
    return state | ({"timezone": element["timezone"]} if "timezone" in element else {})


def _option(
    element: Mapping[str, Any], value: object, offered: Sequence[Mapping[str, Any]]
) -> Mapping[str, Any]:
    known: list[Mapping[str, Any]] = [*options_of(element), *offered, *element.get("initial_options", ())]
    known += [element["initial_option"]] if "initial_option" in element else []
    for option in known:
        if option["value"] == value:
            return option
    names = ", ".join(str(option["value"]) for option in known)
    raise NotOffered(f"{value!r} is not an option; the options are: {names or 'none'}")


def _checked(element: Mapping[str, Any], value: object) -> object:
    try:
        match element["type"]:
            case "datepicker":
                return date.fromisoformat(str(value)).isoformat()
            case "timepicker":
                return time.fromisoformat(str(value)).strftime("%H:%M")
            case "datetimepicker":
                return int(str(value))
    except ValueError:
        raise NotOffered(f"{value!r} is not what a {element['type']} takes") from None
    return str(value)


def state_of(
    blocks: Sequence[Mapping[str, Any]], values: Values, offered: Sequence[Mapping[str, Any]] = ()
) -> dict[str, Any]:
    """Describe all elements of a message or view, as `state.values` in Slack's payloads."""
    state: dict[str, dict[str, Any]] = {}
    for one in placed(blocks):
        if one.element["type"] in _STATELESS:
            continue
        filled = values.get(one.block_id, {})
        described = (
            chosen(one.element, filled[one.action_id], offered)
            if one.action_id in filled
            else initial(one.element)
        )
        state.setdefault(one.block_id, {})[one.action_id] = described
    return {"values": state}


def action_of(one: Placed, value: object, offered: Sequence[Mapping[str, Any]] = ()) -> dict[str, Any]:
    """Describe a press or choice, as one of `actions` in a block_actions payload (without its time)."""
    action = {"action_id": one.action_id, "block_id": one.block_id}
    if one.element["type"] == "button":
        kept = ("type", "text", "value", "style", "url")
        return action | {member: one.element[member] for member in kept if member in one.element}
    action |= chosen(one.element, value, offered)
    return action | {member: one.element[member] for member in ("placeholder",) if member in one.element}


def complaints(blocks: Sequence[Mapping[str, Any]], state: Mapping[str, Any]) -> dict[str, str]:
    """Say what Slack itself finds wrong with a filled form before the bot hears of it, by block_id."""
    found: dict[str, str] = {}
    for block in blocks:
        if block["type"] == "input":
            element = block["element"]
            described = state["values"][block["block_id"]][element["action_id"]]
            value = described[_CHOICES[element["type"]][0]]
            sentence = _complaint(element, value, optional=block.get("optional", False))
            if sentence:
                found[block["block_id"]] = sentence
    return found


def _complaint(element: Mapping[str, Any], value: Any, *, optional: bool) -> str:
    if value in (None, "", []):
        return "" if optional else "Please complete this required field."
    match element["type"]:
        case "plain_text_input":
            return _length_complaint(element, value)
        case "number_input":
            return _number_complaint(element, value)
        case "email_text_input" if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", value):
            return "Enter a valid email address."
        case "url_text_input" if not re.fullmatch(r"https?://[^\s/]+\.[^\s]+", value):
            return "Enter a valid URL."
    return ""


def _length_complaint(element: Mapping[str, Any], value: str) -> str:
    least, most = element.get("min_length", 0), element.get("max_length", 3000)
    if len(value) < least:
        return f"Enter at least {least} characters."
    return f"Enter at most {most} characters." if len(value) > most else ""


def _number_complaint(element: Mapping[str, Any], value: str) -> str:
    if not re.fullmatch(r"-?\d+(\.\d+)?", value):
        return "Enter a number."
    if "." in value and not element["is_decimal_allowed"]:
        return "Enter a whole number."
    if "min_value" in element and float(value) < float(element["min_value"]):
        return f"Enter {element['min_value']} or more."
    if "max_value" in element and float(value) > float(element["max_value"]):
        return f"Enter {element['max_value']} or less."
    return ""
