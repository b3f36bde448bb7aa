"""Puts variables and shared texts where an article asks for them with `{{ }}`; pure.

`{{ name }}` is a variable, and `{{ include: name }}` on a line of its own a shared text. In code both stay as
they are, and so does what follows a backslash.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b

from kb.finding import INCLUDES
from kb.lists import code_lines
from kb.render import MAX_CHARACTERS
from tiering.files import Problem

NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}\Z")
"""What a variable may be called."""

_DEEPEST = 8
"""So many shared texts may stand in one another."""

_MARK = re.compile(r"(?P<kept>\\?)\{\{(?P<said>[^{}\n]*)\}\}")
_INCLUDE = re.compile(r"(?P<indent>[ \t]*)\{\{[ \t]*include:[ \t]*(?P<name>[^{}\n]*?)[ \t]*\}\}\s*\Z")
_TICKS = re.compile(r"(?<![\\`])`+")
_WORDS = re.compile(r"[!\"#&()*<>\[\\\]`{|}~]|(?<!\w)_|_(?!\w)|\A[-+:=?]|(?<=\d)\.(?!\w)")
"""What could be markup within a line, or at its beginning."""


@dataclass(frozen=True, slots=True)
class Pieces:
    """What can be put into articles, by name."""

    variables: Mapping[str, str] = field(default_factory=dict)
    includes: Mapping[str, str] = field(default_factory=dict)
    """By the path below the content directory."""

    @property
    def digest(self) -> str:
        """A hash of everything; two with one digest are equal."""
        parts = [repr(sorted(one.items())) for one in (self.variables, self.includes)]
        return blake2b("\n".join(parts).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


@dataclass(frozen=True, slots=True)
class Place:
    """The file and the line, counted from 1, where a line of text was written."""

    path: str
    line: int


Runs = tuple[tuple[int, Place], ...]
"""From which line of a text on its lines were written one after another, and where the first of them."""


@dataclass(frozen=True, slots=True)
class Expanded:
    """A text with everything put in."""

    text: str
    runs: Runs
    problems: tuple[Problem, ...]


def written_at(runs: Runs, line: int) -> Place:
    """Return where a line of an expanded text, counted from 1, was written."""
    first, place = runs[bisect_right(runs, line, key=lambda run: run[0]) - 1]
    return Place(place.path, place.line + line - first)


def has_marks(text: str) -> bool:
    """Whether there may be something in a text to put in."""
    return "{{" in text


def expanded(text: str, begin: Place, pieces: Pieces) -> Expanded:
    """Put variables and shared texts into Markdown that begins at a place.

    A variable is words and never markup. What is not known stays as it was written, as a problem.
    """
    expanding = _Expanding(pieces)
    expanding.text(text.replace("\r\n", "\n"), begin)
    return Expanded("\n".join(expanding.out), tuple(expanding.runs), tuple(expanding.problems))


def expanded_words(text: str, at: Place, pieces: Pieces) -> tuple[str, list[Problem]]:
    """Put variables into words that are no Markdown, such as a title."""
    problems: list[Problem] = []
    return _MARK.sub(lambda mark: _value(mark, at, pieces, str, problems), text), problems


@dataclass(slots=True)
class _Expanding:
    """The state of one pass over a text and the texts in it."""

    pieces: Pieces
    out: list[str] = field(default_factory=list)
    runs: list[tuple[int, Place]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    within: tuple[str, ...] = ()
    """The shared texts that we are in, the outermost first."""
    indent: str = ""
    size: int = 0
    """How many characters have been included."""

    def text(self, text: str, begin: Place) -> None:
        lines = text.split("\n")
        paragraph: list[str] = []
        for number, (line, code) in enumerate(zip(lines, code_lines(lines), strict=True), begin.line):
            if not code and line.strip() and not _INCLUDE.match(line):
                paragraph.append(line)
                continue
            self._paragraph(paragraph, Place(begin.path, number - len(paragraph)))
            paragraph = []
            if code or not line.strip():
                self._put(line, Place(begin.path, number))
            else:
                self._include(line, Place(begin.path, number))
        self._paragraph(paragraph, Place(begin.path, begin.line + len(lines) - len(paragraph)))

    def _paragraph(self, lines: list[str], begin: Place) -> None:
        text = "\n".join(lines)
        if has_marks(text):
            code = _code_spans(text)

            def value(mark: re.Match[str]) -> str:
                if any(start < mark.start() < end for start, end in code):
                    return mark[0]
                at = Place(begin.path, begin.line + text.count("\n", 0, mark.start()))
                return _value(mark, at, self.pieces, as_words, self.problems)

            lines = _MARK.sub(value, text).split("\n")
        for number, line in enumerate(lines, begin.line):
            self._put(line, Place(begin.path, number))

    def _include(self, line: str, at: Place) -> None:
        found = _INCLUDE.match(line)
        assert found  # noqa: S101 (the caller has seen to it; this tells mypy)
        path = f"{INCLUDES}/{found['name']}.md"
        if wrong := self._wrong_with(path):
            self.problems.append(Problem(at.path, at.line, wrong))
            self._put(found["indent"] + as_words(line.strip()), at)
            return
        text = self.pieces.includes[path]
        self.size += len(text)
        outer = self.within, self.indent
        self.within, self.indent = (*self.within, path), self.indent + found["indent"]
        self.text(text.strip("\n"), Place(path, 1 + _leading_breaks(text)))
        self.within, self.indent = outer

    def _wrong_with(self, path: str) -> str | None:
        """Say why a text cannot be included here; without an end to it the article would have none."""
        if path not in self.pieces.includes:
            return f"there is no {path} to include here"
        if path in self.within:
            return f"this goes round in a circle: {' > '.join((*self.within, path))}"
        if len(self.within) >= _DEEPEST:
            return f"more than {_DEEPEST} shared texts stand in one another"
        if self.size + len(self.pieces.includes[path]) > MAX_CHARACTERS:
            return f"with {path} the article would be longer than {MAX_CHARACTERS:,} characters"
        return None

    def _put(self, line: str, at: Place) -> None:
        self.out.append(self.indent + line if line.strip() else line)
        if not self.runs or written_at(tuple(self.runs[-1:]), len(self.out)) != at:
            self.runs.append((len(self.out), at))


def _value(
    mark: re.Match[str], at: Place, pieces: Pieces, written: Callable[[str], str], problems: list[Problem]
) -> str:
    """Return what stands for a mark: the variable, or else the mark itself."""
    said = mark["said"].strip()
    if mark["kept"] or not said:
        return written(mark[0].removeprefix("\\"))
    if said in pieces.variables:
        return written(pieces.variables[said])
    if said.startswith("include:"):
        wrong = "a text is included on a line of its own, with nothing beside the {{ }}"
    else:
        known = ", ".join(sorted(filter(NAME.match, pieces.variables)))
        wrong = f"there is no variable `{said}`; expected one of {known}, or \\{{{{ to show it as it stands"
    problems.append(Problem(at.path, at.line, wrong))
    return written(mark[0])


def as_words(text: str) -> str:
    """Write as character references what Markdown, HTML or a mark could take for markup.

    A value is not refused for that, because "AT&T" and "Fish * Chips" are honest names; and backslashes,
    which do the same in Markdown, would show within HTML, where an author may use a variable too.
    """
    return _WORDS.sub(lambda char: f"&#{ord(char[0])};", text)


def _code_spans(text: str) -> Sequence[tuple[int, int]]:
    """Return where code stands between backticks; it ends at as many of them as it begins with."""
    runs = list(_TICKS.finditer(text))
    places: dict[int, list[int]] = {}
    for number in reversed(range(len(runs))):
        places.setdefault(len(runs[number][0]), []).append(number)
    spans, number = list[tuple[int, int]](), 0
    while number < len(runs):
        same = places[len(runs[number][0])]
        while same and same[-1] <= number:
            same.pop()
        if same:
            spans.append((runs[number].start(), runs[same[-1]].end()))
            number = same[-1]
        number += 1
    return spans


def _leading_breaks(text: str) -> int:
    return len(text) - len(text.lstrip("\n"))
