"""The words of Block Kit that the bot speaks: pure, literal, and inside Slack's limits by construction.

Customers' words only ever stand in rich text and plain text, which Slack shows as they are. There is no
mrkdwn, so a name such as `<!channel>` or `*bold*` is nothing but a name, and nothing needs to be escaped.
Limits: https://docs.slack.dev/reference/block-kit
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from bot import text
from bot.columns import aligned

Block: TypeAlias = dict[str, Any]
Run: TypeAlias = dict[str, Any]
Choice: TypeAlias = tuple[str, str, str]
"""An option of a menu: its value, its name, and more about it or nothing."""

BLOCKS = 50
"""Blocks of a message at most."""
MESSAGE_TEXT = 12_000
"""Characters of all blocks; Slack refuses 13,200 (https://github.com/slackapi/bolt-js/issues/2509)."""
BLOCK_TEXT = 3000
"""Characters of one block of ours."""
SENTENCE = 320
"""Characters of one point of a list."""
NAME = 70
"""Characters of a name within a sentence."""
BUTTON = 75
TABLE_TEXT = 9000
"""Characters of a table; Slack refuses more than 10,000 (https://docs.slack.dev/reference/block-kit/blocks/table-block)."""
TABLE_ROWS = 100
TABLE_COLUMNS = 20
CELL = 60
"""Characters of a cell, so that no column takes all the room."""
OPTIONS = 100
OPTION_VALUE = 150
BUTTON_VALUE = 2000
_OPTION = 60
_DESCRIPTION = 45
"""A hundred options must fit into one message, so they are shorter than the 75 that Slack allows."""
_SHORTENED = "Shortened to fit into Slack."

_ISOLATE, _END = "\u2068", "\u2069"
_JOINERS = ("\u200c", "\u200d")


@dataclass(frozen=True, slots=True)
class Message:
    """What Slack shows, and the same in words for notifications and screen readers."""

    blocks: tuple[Block, ...]
    text: str


def message(*blocks: Block | None) -> Message:
    """Put blocks together (None stands for nothing); what does not fit is left out at the end, and said."""
    kept: list[Block] = []
    room = MESSAGE_TEXT - len(_SHORTENED)
    wanted = [block for block in blocks if block is not None]
    for block in wanted:
        room -= size(block)
        if room < 0 or len(kept) == BLOCKS - 1 < len(wanted) - 1:
            kept.append(context(_SHORTENED))
            break
        kept.append(block)
    return Message(tuple(kept), text.escaped(text.plain(kept)))


def size(part: object) -> int:
    """Count the characters of everything that is read in a block."""
    if isinstance(part, dict):
        own = part.get("text")
        return (len(own) if isinstance(own, str) else 0) + sum(size(inner) for inner in part.values())
    return sum(size(inner) for inner in part) if isinstance(part, list) else 0


def tidy(words: object, limit: int = NAME) -> str:
    """Return words as one harmless line: no control characters, and right-to-left script kept to itself.

    Never empty, never longer than `limit`.
    """
    visible = "".join(" " if _breaks(char) else char for char in str(words) if not _unseen(char))
    line = _cut(" ".join(visible.split()), limit - 2)
    if not line.strip("".join(_JOINERS)):
        return "(blank)"
    right_to_left = any(unicodedata.bidirectional(char) in ("R", "AL", "AN") for char in line)
    return f"{_ISOLATE}{line}{_END}" if right_to_left else line


def _breaks(char: str) -> bool:
    return unicodedata.category(char) in ("Zl", "Zp") or char in "\n\r\t\v\f\x85"


def _unseen(char: str) -> bool:
    """Tell what shows nothing and may confuse what stands beside it; emoji and scripts need the joiners."""
    category = unicodedata.category(char)
    return category in ("Cc", "Cf", "Cs", "Co", "Cn") and char not in _JOINERS and not _breaks(char)


def _cut(line: str, limit: int) -> str:
    if len(line) <= limit:
        return line
    end = limit - 1
    while end and (_joined(line[end]) or line[end - 1] in _JOINERS):
        end -= 1
    return line[: end or limit - 1].rstrip() + "…"


def _joined(char: str) -> bool:
    """Tell whether a character belongs to the one before it."""
    return bool(unicodedata.category(char) in ("Mn", "Mc", "Me", "Sk") or char in _JOINERS)


# Runs of words


def words(what: object, limit: int = SENTENCE) -> Run:
    """Words as they are; line breaks at the ends are kept, so that runs can make lines."""
    return {"type": "text", "text": tidy(what, limit)}


def says(sentence: str) -> Run:
    """Our own words, spaces and line breaks included."""
    return {"type": "text", "text": sentence}


def bold(what: object, limit: int = NAME) -> Run:
    """Words to see first."""
    return words(what, limit) | {"style": {"bold": True}}


def aside(what: object, limit: int = SENTENCE) -> Run:
    """Words of less weight."""
    return words(what, limit) | {"style": {"italic": True}}


def code(what: object) -> Run:
    """Something to type."""
    return words(what) | {"style": {"code": True}}


def link(url: str, title: str) -> Run:
    """Link a title to its page."""
    return {"type": "link", "url": url, "text": tidy(title)}


# Blocks


def paragraphs(*lines: Sequence[Run]) -> Block:
    """Make lines of text."""
    runs: list[Run] = []
    room = BLOCK_TEXT
    for number, line in enumerate(lines):
        room -= sum(len(run["text"]) for run in line) + 1
        if room < 0:
            runs.append(says("\n…"))
            break
        runs += [says("\n"), *line] if number else line
    return {"type": "rich_text", "elements": [_section(runs)]}


def points(heading: str, items: Sequence[Sequence[Run]]) -> Block | None:
    """Make a heading with a list below it, or nothing when the list is empty; says how many did not fit."""
    kept: list[dict[str, Any]] = []
    room = BLOCK_TEXT - len(heading) - 20
    for number, item in enumerate(items):
        room -= sum(len(run["text"]) for run in item)
        if room < 0:
            kept.append(_section([says(f"and {len(items) - number} more")]))
            break
        kept.append(_section(item))
    if not kept:
        return None
    title = _section([bold(heading)])
    return {
        "type": "rich_text",
        "elements": [title, {"type": "rich_text_list", "style": "bullet", "elements": kept}],
    }


def _section(runs: Sequence[Run]) -> dict[str, Any]:
    return {"type": "rich_text_section", "elements": list(runs)}


def context(sentence: str) -> Block:
    """Make a small line."""
    return {"type": "context", "elements": [plain_text(sentence, BLOCK_TEXT)]}


def divider() -> Block:
    """Make the line between the answer and the rest."""
    return {"type": "divider"}


def button(label: str, action_id: str, value: str) -> Block:
    """Make a button."""
    return {
        "type": "button",
        "text": plain_text(label, BUTTON),
        "action_id": action_id,
        "value": value,
    }


def primary(one: Block) -> Block:
    """Let a button be the one that is meant first; a message has one of them at most."""
    return one | {"style": "primary"}


def confirmed(one: Block, title: str, what: str, yes: str) -> Block:
    """Let a button ask first whether it is meant."""
    asked = {
        "title": plain_text(title, 100),
        "text": plain_text(what, 300),
        "confirm": plain_text(yes, 30),
        "deny": plain_text("Cancel", 30),
    }
    return one | {"confirm": asked}


def without(what: Message, begins: str) -> Message:
    """Return a message without the blocks whose id begins so."""
    return message(*(block for block in what.blocks if not block.get("block_id", "").startswith(begins)))


def for_view(what: Message) -> Message:
    """Return a message as a modal or the App Home can show it, which have no tables: they become lines."""
    return message(*(_lined(block) if block["type"] == "table" else block for block in what.blocks))


def _lined(grid: Block) -> Block:
    """Write a table as lines of text."""
    return figures(aligned([[text.cell(one) for one in row] for row in grid["rows"]]))


def actions(block_id: str, buttons: Iterable[Block]) -> Block | None:
    """Make a row of buttons, or nothing when there are none; a value that Slack would refuse is left out."""
    kept = [one for one in buttons if 0 < len(one["value"]) <= BUTTON_VALUE][:25]
    return {"type": "actions", "block_id": block_id, "elements": kept} if kept else None


def menu(block_id: str, action_id: str, label: str, choices: Iterable[Choice]) -> Block | None:
    """Make a menu, or nothing when there is nothing to choose."""
    kept = options(choices)
    if not kept:
        return None
    select = {
        "type": "static_select",
        "action_id": action_id,
        "placeholder": plain_text(label, BUTTON),
        "options": kept,
    }
    return {"type": "actions", "block_id": block_id, "elements": [select]}


def options(choices: Iterable[Choice]) -> list[Block]:
    """Make the options of a menu; a value that Slack would refuse is left out."""
    return [
        {"text": plain_text(name, _OPTION), "value": value}
        | ({"description": plain_text(more, _DESCRIPTION)} if more else {})
        for value, name, more in choices
        if 0 < len(value) <= OPTION_VALUE
    ][:OPTIONS]


def figures(lines: Sequence[str]) -> Block:
    """Make lines of one width, for columns and bars of text; what does not fit is left out and counted."""
    kept: list[str] = []
    room = BLOCK_TEXT
    for number, line in enumerate(lines):
        room -= len(line) + 1
        if room < 0:
            kept.append(f"and {len(lines) - number} more")
            break
        kept.append(line)
    return {
        "type": "rich_text",
        "elements": [{"type": "rich_text_preformatted", "elements": [says("\n".join(kept))]}],
    }


def table(rows: Sequence[Sequence[str]]) -> Block:
    """Make a table whose first row is its head and whose other columns are numbers; only messages hold one.

    What does not fit is left out at the end, and counted.
    """
    kept: list[list[Block]] = []
    room = TABLE_TEXT
    for number, row in enumerate(rows):
        cells = [_cell(one, head=number == 0) for one in row[:TABLE_COLUMNS]]
        room -= size(cells)
        if room < 0 or len(kept) == TABLE_ROWS - 1 < len(rows) - 1:
            kept.append(
                [_cell(f"and {len(rows) - number} more"), *(_cell("…") for _ in row[1:TABLE_COLUMNS])]
            )
            break
        kept.append(cells)
    columns = max(len(row) for row in kept)
    settings = [{"align": "left" if not number else "right"} for number in range(columns)]
    return {"type": "table", "rows": kept, "column_settings": settings}


def _cell(words_: str, *, head: bool = False) -> Block:
    if not head:
        return {"type": "raw_text", "text": tidy(words_, CELL)}
    return {"type": "rich_text", "elements": [_section([bold(words_, CELL)])]}


def plain_text(line: str, limit: int) -> Block:
    """Make the plain text that labels, buttons and options are made of."""
    return {"type": "plain_text", "text": tidy(line, limit), "emoji": False}
