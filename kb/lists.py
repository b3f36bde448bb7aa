"""Lists as people write them: CommonMark's indentation becomes the four spaces that Python-Markdown wants.

CommonMark, and so every editor and GitHub, nests by the column at which an item's text begins, and lets a
list follow a line of text directly. Python-Markdown nests by four spaces and wants a blank line first. Our
authors know the former, and what is written for the latter still means the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from markdown import Extension, Markdown
from markdown.preprocessors import Preprocessor

_MARKER = re.compile(r"(?P<mark>[-*+]|\d{1,9}\.)(?P<gap> {1,4})(?=\S)")
_RULE = re.compile(r"(?:[-*_] *){3,}\Z")
_FENCE = re.compile(r"(?P<fence>`{3,}|~{3,})")
_CONTAINER = re.compile(r"(?:!!!|\?\?\?\+?) ?[\w\"]|={3}[+!]{0,2} +\"")
_NEVER_LAZY = re.compile(r"#|>|`{3}|~{3}|!!!|\?\?\?|={3}[+!]{0,2} +\"|\|")
_STEP = 4


@dataclass(frozen=True, slots=True)
class _Level:
    """An open item, callout or tab: the columns of its marker and of its text."""

    marker: int
    text: int
    item: bool = True


@dataclass(slots=True)
class _Rewriting:
    """The state of one pass over the lines."""

    out: list[str] = field(default_factory=list)
    open: list[_Level] = field(default_factory=list)
    before: str = "blank"
    """What the line before was: `blank`, `text`, `item` or `code`."""
    shift: int = 0
    """How far the present block of indented code moves to the right."""
    fence: str = ""
    """The fence that must close the present block of code, if we are in one."""
    fence_column: int = 0

    def line(self, line: str) -> bool:
        """Take one more line; returns whether it is code, or a fence around it."""
        line = line.expandtabs(_STEP)
        text = line.lstrip(" ")
        indent = len(line) - len(text)
        if self.fence:
            self._code(line, text)
            return True
        if not text:
            self.out.append("")
            self.before = "code" if self.before == "code" else "blank"
        elif self._is_code(indent):
            self._indented_code(indent, text)
            return True
        else:
            self._structure(indent, text)
        return bool(self.fence)

    def _code(self, line: str, text: str) -> None:
        stripped = min(self.fence_column, len(line) - len(text))
        self.out.append(" " * _STEP * len(self.open) + line[stripped:] if self.open else line)
        if text.startswith(self.fence) and not text.strip(self.fence[0] + " "):
            self.fence, self.before = "", "text"

    def _is_code(self, indent: int) -> bool:
        """Whether a line is code by its indentation, so that nothing in it is markup."""
        column = self.open[-1].text if self.open else 0
        return indent >= column + _STEP and (self.before in {"blank", "code"} or not self.open)

    def _indented_code(self, indent: int, text: str) -> None:
        if self.before != "code":
            depth = _STEP * len(self.open)
            written_for_fours = indent >= depth + _STEP
            self.shift = 0 if written_for_fours or not self.open else depth - self.open[-1].text
        self.out.append(" " * (indent + self.shift) + text)
        self.before = "code" if self.open else "text"

    def _structure(self, indent: int, text: str) -> None:
        marker = None if _RULE.match(text) else _MARKER.match(text)
        sibling = self._close(indent, text, marker is not None)
        if marker and (sibling or self._may_begin(marker["mark"])):
            self._item(indent, text, marker, sibling)
            return
        fence = _FENCE.match(text)
        if fence:
            self.fence, self.fence_column = fence["fence"], indent
        self._emit(indent, text)
        if _CONTAINER.match(text):
            self.open.append(_Level(indent, indent + _STEP, item=False))

    def _close(self, indent: int, text: str, marked: bool) -> bool:
        """Close what the line does not belong to; returns whether it is the next item of an open list."""
        lazy = self.before in {"text", "item"}
        closed = left_callout = False
        while self.open and indent < self.open[-1].text:
            level = self.open[-1]
            if marked and level.item and indent >= level.marker:
                if left_callout and self.before != "blank":
                    self.out.append("")
                return True
            if lazy and level.item and not marked and not _NEVER_LAZY.match(text) and not closed:
                return False
            left_callout = left_callout or not level.item
            self.open.pop()
            closed = True
        if closed and not marked and self.before != "blank":
            self.out.append("")
        return False

    def _may_begin(self, mark: str) -> bool:
        """Whether a list may begin here: in the middle of a paragraph a number must be 1."""
        return self.before != "text" or mark in {"-", "*", "+", "1."}

    def _item(self, indent: int, text: str, marker: re.Match[str], sibling: bool) -> None:
        if sibling:
            self.open.pop()
        elif self.before == "text":
            self.out.append("")
        self.out.append(" " * _STEP * len(self.open) + f"{marker['mark']} {text[marker.end() :]}")
        self.open.append(_Level(indent, indent + marker.end()))
        self.before = "item"

    def _emit(self, indent: int, text: str) -> None:
        if not self.open:
            self.out.append(" " * indent + text)
        else:
            self.out.append(" " * _STEP * len(self.open) + text)
        self.before = "text"


def rewritten(lines: Iterable[str]) -> list[str]:
    """Return the lines with every list indented by fours; text without lists stays as it is."""
    rewriting = _Rewriting()
    for line in lines:
        rewriting.line(line)
    return rewriting.out


def code_lines(lines: Iterable[str]) -> list[bool]:
    """Say of each line whether it is code, by a fence or by its indentation."""
    rewriting = _Rewriting()
    return [rewriting.line(line) for line in lines]


class _Lists(Preprocessor):
    def run(self, lines: list[str]) -> list[str]:
        return rewritten(lines)


class Lists(Extension):
    """Lets Python-Markdown read lists as CommonMark does."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 (Python-Markdown's name)
        """Work before fenced code is taken out, which has to stand at the right indentation by then."""
        md.preprocessors.register(_Lists(md), "lists", 28)
