"""Refuses what Slack refuses: pure checks of messages, views and options, each problem with its place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from bot.playground.block_kit import TAG, Option, OptionGroup
from bot.playground.surfaces import MessageBlocks, View

MESSAGE_TEXT = 40_000
"""Characters of a message's text (https://docs.slack.dev/reference/methods/chat.postMessage)."""

MESSAGE_BLOCKS_TEXT = 13_200
"""Characters of all text in a message's blocks; Slack answers msg_blocks_too_long above it. The limit is not
published, it was measured in https://github.com/slackapi/bolt-js/issues/2509."""

TABLE_TEXT = 10_000
"""Characters in all cells of a table."""

VIEW_BYTES = 250_000
"""Size of a whole view."""


@dataclass(frozen=True)
class Problem:
    """Something that Slack would refuse; the path reads like `blocks[3].accessory.options[1].text`."""

    path: str
    sentence: str
    error: str = "invalid_blocks"

    def __str__(self) -> str:
        return f"{self.path}: {self.sentence}"


_BLOCKS: TypeAdapter[Any] = TypeAdapter(MessageBlocks)
_VIEW: TypeAdapter[Any] = TypeAdapter(View)
_OPTIONS: TypeAdapter[Any] = TypeAdapter(Annotated[list[Option], Field(max_length=100)])
_OPTION_GROUPS: TypeAdapter[Any] = TypeAdapter(Annotated[list[OptionGroup], Field(max_length=100)])


def check_message(message: Mapping[str, Any]) -> list[Problem]:
    """Check a message, ephemeral or not: its fallback text and its blocks.

    Slack only warns when a message with blocks has no text; here it is a problem, because notifications and
    screen readers then have nothing to say.
    """
    problems = list(_text_problems(message.get("text", "")))
    blocks = message.get("blocks", [])
    if problems_in_blocks := list(_structure(_BLOCKS, blocks, "blocks")):
        return problems + problems_in_blocks
    return problems + list(_together(blocks)) + list(_message_only(blocks))


def check_view(view: object) -> list[Problem]:
    """Check a modal or an App Home."""
    if problems := list(_structure(_VIEW, view, "")):
        return problems
    assert isinstance(view, dict)  # noqa: S101 (the structure was just found sound)
    problems = list(_together(view["blocks"]))
    focused = [path for path, part in _parts(view["blocks"], "blocks") if part.get("focus_on_load") is True]
    if len(focused) > 1:
        problems.append(
            Problem(f"{focused[1]}.focus_on_load", "only one element of a view can take the focus")
        )
    if len(repr(view).encode()) > VIEW_BYTES:
        problems.append(Problem("view", f"must be at most {VIEW_BYTES} bytes as a whole", "view_too_large"))
    return problems


def check_options(answer: object) -> list[Problem]:
    """Check the answer to block_suggestion: `{"options": [...]}` or `{"option_groups": [...]}`."""
    if not isinstance(answer, dict) or ("options" in answer) == ("option_groups" in answer):
        return [Problem("options", "the answer needs either options or option_groups")]
    if "options" in answer:
        return list(_structure(_OPTIONS, answer["options"], "options"))
    return list(_structure(_OPTION_GROUPS, answer["option_groups"], "option_groups"))


def _text_problems(text: object) -> Iterator[Problem]:
    if not isinstance(text, str):
        yield Problem("text", "must be a string", "invalid_arguments")
    elif not text.strip():
        yield Problem("text", "is missing: notifications and screen readers read this fallback", "no_text")
    elif len(text) > MESSAGE_TEXT:
        yield Problem("text", f"must be at most {MESSAGE_TEXT} characters, not {len(text)}", "msg_too_long")


def _structure(adapter: TypeAdapter[Any], value: object, root: str) -> Iterator[Problem]:
    try:
        adapter.validate_python(value)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            yield Problem(_path(root, detail["loc"]), _sentence(detail))


def _path(root: str, location: Sequence[int | str]) -> str:
    path = root
    for step in location:
        if isinstance(step, int):
            path += f"[{step}]"
        elif not step.startswith(TAG):
            path += f".{step}" if path else step
    return path or "view"


def _sentence(detail: ErrorDetails) -> str:
    context = detail.get("ctx", {})
    match detail["type"]:
        case "union_tag_invalid":
            found = str(context["tag"]).removeprefix(TAG)
            expected = str(context["expected_tags"]).replace(TAG, "").replace("'", "")
            said = "needs a type" if found == "None" else f"the type {found!r} cannot stand here"
            return f"{said}; expected one of {expected}"
        case "missing":
            return "is required"
        case "extra_forbidden":
            return "is not a member that Slack knows here"
        case "string_too_long":
            return f"must be at most {context['max_length']} characters, not {len(detail['input'])}"
        case "string_too_short":
            return "must not be empty"
        case "too_long":
            return f"must have at most {context['max_length']} items, not {context['actual_length']}"
        case "too_short":
            return f"must have at least {context['min_length']} items, not {context['actual_length']}"
    return detail["msg"][:1].lower() + detail["msg"][1:]


def _together(blocks: Sequence[Mapping[str, Any]]) -> Iterator[Problem]:
    seen = Counter(block["block_id"] for block in blocks if "block_id" in block)
    for index, block in enumerate(blocks):
        if seen[block.get("block_id")] > 1:
            yield Problem(f"blocks[{index}].block_id", f"{block['block_id']!r} stands more than once")


def _message_only(blocks: Sequence[Mapping[str, Any]]) -> Iterator[Problem]:
    tables = [index for index, block in enumerate(blocks) if block["type"] == "table"]
    for index in tables[1:]:
        yield Problem(f"blocks[{index}]", "only one table is allowed in a message")
    for index in tables:
        length = _text_length([blocks[index]])
        if length > TABLE_TEXT:
            yield Problem(
                f"blocks[{index}].rows",
                f"all cells together hold at most {TABLE_TEXT} characters, not {length}",
            )
    length = _text_length(blocks)
    if length > MESSAGE_BLOCKS_TEXT:
        sentence = f"all text together must be at most {MESSAGE_BLOCKS_TEXT} characters, not {length}"
        yield Problem("blocks", sentence, "msg_blocks_too_long")


def _text_length(blocks: Sequence[Mapping[str, Any]]) -> int:
    return sum(len(part["text"]) for _, part in _parts(blocks, "") if isinstance(part.get("text"), str))


def _parts(value: object, path: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if isinstance(value, dict):
        yield path, value
        for key, member in value.items():
            yield from _parts(member, f"{path}.{key}")
    elif isinstance(value, list | tuple):
        for index, member in enumerate(value):
            yield from _parts(member, f"{path}[{index}]")
