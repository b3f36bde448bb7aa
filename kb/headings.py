"""The headings of an article as its file has them, and what is wrong with them; pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tiering.files import Problem

_HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*\Z")
_UNDERLINE = re.compile(r" {0,3}(=+|-+)[ \t]*\Z")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading at the left margin; those inside lists and boxes are the boxes' own."""

    line: int
    level: int
    text: str


def headings(text: str) -> Iterator[Heading]:
    """Yield the headings of a Markdown file, its front matter and its code left out."""
    lines = text.splitlines()
    start = _end_of_head(lines)
    fence, before = "", ""
    for number, line in enumerate(lines[start:], start + 1):
        opening = _FENCE.match(line)
        if fence:
            if opening and opening[1].startswith(fence) and not line.strip(" `~"):
                fence = ""
            before = ""
        elif opening:
            fence, before = opening[1], ""
        elif found := _HEADING.match(line):
            yield Heading(number, len(found[1]), (found[2] or "").strip())
            before = ""
        elif before and (under := _UNDERLINE.match(line)):
            yield Heading(number - 1, 1 if under[1][0] == "=" else 2, before)
            before = ""
        else:
            plain = line.strip() and not line.startswith(("    ", "\t", ">", "|", "- ", "* ", "+ "))
            before = line.strip() if plain else ""


def heading_problems(path: str, text: str) -> Iterator[Problem]:
    """Yield what is wrong with the headings of an article.

    A heading without words is a problem, since it is a link that nobody can see. The rest is a warning.
    """
    seen: dict[tuple[str, ...], int] = {}
    above: dict[int, str] = {}
    level = 1  # the title, which the page shows
    for number, heading in enumerate(headings(text)):
        if not heading.text:
            yield Problem(path, heading.line, "the heading is empty; write some words or take it away")
            continue
        if heading.level == 1 and number:
            said = f"`# {heading.text}` is a second title; begin headings inside an article with ##"
            yield Problem(path, heading.line, said, warning=True)
        elif heading.level > level + 1:
            said = (
                f"`{heading.text}` jumps from level {level} to {heading.level}; expected {'#' * (level + 1)}"
            )
            yield Problem(path, heading.line, said, warning=True)
        above = {outer: words for outer, words in above.items() if outer < heading.level}
        above[heading.level] = heading.text.casefold()
        first = seen.setdefault(tuple(above.values()), heading.line)
        if first != heading.line:
            said = f"the heading `{heading.text}` stands in line {first} already; say how the two differ"
            yield Problem(path, heading.line, said, warning=True)
        level = heading.level


def _end_of_head(lines: list[str]) -> int:
    """Return how many lines the front matter takes."""
    if not lines or lines[0].rstrip() != "---":
        return 0
    return next((number for number, line in enumerate(lines[1:], 2) if line.rstrip() == "---"), 0)
