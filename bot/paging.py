"""Pages: long lists are shown in parts, and a button says the phrase of the next part."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TypeVar

from bot.blocks import Block, actions
from bot.way import say_button

SIZE = 10
"""Lines of a page."""
_PAGE = re.compile(r"(?:^|\s)page (\d{1,6})$", re.IGNORECASE)
_T = TypeVar("_T")


def page_of(words: str) -> tuple[str, int]:
    """Return the words without the `page 3` at their end, and the number of the page, from 1."""
    found = _PAGE.search(words)
    return (words[: found.start()].strip(), max(int(found[1]), 1)) if found else (words.strip(), 1)


def pages(total: int, size: int = SIZE) -> int:
    """Return how many pages of a size so many lines have; nothing is one page."""
    return max(-(-total // size), 1)


def part(lines: Sequence[_T], page: int, size: int = SIZE) -> Sequence[_T]:
    """Return the lines of a page that there is."""
    return lines[(page - 1) * size : page * size]


def place(page: int, last: int) -> str:
    """Return which page it is, to go on a sentence with; nothing where all is shown."""
    return f", page {page:,} of {last:,}" if last > 1 else ""


def turning(phrase: str, page: int, last: int) -> Block | None:
    """Make the buttons that lead to the page before and the page after, or nothing where all is shown."""
    buttons = []
    if page > 1:
        buttons.append(say_button("Previous page", f"{phrase} page {page - 1}", "previous"))
    if page < last:
        buttons.append(say_button("Next page", f"{phrase} page {page + 1}", "next"))
    return actions("pages", buttons)
