"""A quiz as an author writes it at the end of a lesson, in Markdown; pure.

    ## Quiz

    ### Who sees a striped visit? {#striped}

    - [ ] The technician
    - [x] Only dispatchers

    > Stripes mean that it has not been sent.

Several `[x]` ask for all of them, `1.` for the right order, and `= one | other` for a word to type in.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import blake2b
from html import unescape

from kb.lists import code_lines
from tiering.files import Problem

MOST_QUESTIONS = 50
MOST_ANSWERS = 20
LONGEST = 500
"""Characters of one answer."""

_QUIZ = re.compile(r"##[ \t]+quiz[ \t]*#*[ \t]*\Z", re.IGNORECASE)
_SECTION = re.compile(r"##?[ \t]+\S")
_QUESTION = re.compile(r"###(?:[ \t]+(?P<text>.*?))?(?:[ \t]*\{#(?P<id>[^}]*)\})?[ \t]*#*[ \t]*\Z")
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,39}\Z")
_CHOICE = re.compile(r"[-*+][ \t]+\[(?P<mark>[ xX])\](?:[ \t]+(?P<text>.*))?\Z")
_PLACE = re.compile(r"\d{1,3}[.)][ \t]+(?P<text>.*)\Z")
_WORDS = re.compile(r"=[ \t]*(?P<text>.*)\Z")
_BECAUSE = re.compile(r">[ \t]?(?P<text>.*)\Z")
_INDENTED = re.compile(r"(?:  |\t)[ \t]*\S")


class Kind(StrEnum):
    """How a question is answered."""

    ONE = "one"
    """By the one right answer of several; true or false is such a question."""
    SEVERAL = "several"
    """By all right answers, and no other."""
    ORDER = "order"
    """By putting the answers into the order in which they are written."""
    WORDS = "words"
    """By typing in a word."""


@dataclass(frozen=True, slots=True)
class Option:
    """One of the answers to choose from, or one of the things to put in order."""

    html: str
    right: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question with its answers."""

    id: str
    """Stays when the question is moved; made of its words where the author gives none."""
    html: str
    """What is asked, as HTML within a line."""
    detail: str = ""
    """What stands below it, as HTML."""
    kind: Kind
    options: tuple[Option, ...] = ()
    accepted: tuple[str, ...] = ()
    """The words of which one is to be typed in."""
    because: str = ""
    """Why it is so, as HTML; shown once somebody has answered."""


@dataclass(frozen=True, slots=True)
class Quiz:
    """The questions at the end of a lesson."""

    questions: tuple[Question, ...]
    revision: str
    """A hash of all of it."""

    def question(self, name: str) -> Question | None:
        """Return the question with this id."""
        return next((one for one in self.questions if one.id == name), None)


@dataclass(frozen=True, slots=True)
class Render:
    """How Markdown becomes safe HTML."""

    block: Callable[[str], str]
    line: Callable[[str], str]


@dataclass(slots=True)
class _Asked:
    """A question that is being read; every line of it knows where it stands in the text."""

    text: str
    id: str | None
    line: int
    detail: list[str] = field(default_factory=list)
    choices: list[tuple[str, bool]] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    because: list[str] = field(default_factory=list)
    stray: int = 0
    """The first line that belongs to nothing."""

    @property
    def answered(self) -> bool:
        return bool(self.choices or self.places or self.words or self.because)


def split_quiz(text: str) -> tuple[str, int]:
    """Return a lesson without its quiz, and in which line that begins, counted from 1; 0 without one."""
    lines = text.split("\n")
    for number, (line, code) in enumerate(zip(lines, code_lines(lines), strict=True)):
        if not code and _QUIZ.match(line):
            return "\n".join(lines[:number]), number + 1
    return text, 0


def read_quiz(
    text: str, begins: int, problem: Callable[[int, str], Problem], render: Render
) -> tuple[Quiz | None, list[Problem]]:
    """Read the quiz whose heading stands in a line of a text; with any problem there is no quiz.

    `problem` makes one of a line of the text and a sentence.
    """
    asked, problems = _asked(text, begins, problem)
    if not asked and not problems:
        problems.append(problem(begins, "the quiz is empty; expected a line such as `### Who sees it?`"))
    if len(asked) > MOST_QUESTIONS:
        problems.append(problem(begins, f"{len(asked)} questions; expected {MOST_QUESTIONS} at most"))
    seen: dict[str, int] = {}
    for one in asked:
        name = _id(one)
        if name in seen:
            same = f"the question `{name}` stands in this quiz twice; give one of them another {{#id}}"
            problems.append(problem(one.line, same))
        seen[name] = one.line
        problems += (problem(line, sentence) for line, sentence in _wrong_with(one))
    if problems:
        return None, problems
    revision = blake2b("\n".join(text.split("\n")[begins:]).strip().encode(), digest_size=16).hexdigest()
    return Quiz(tuple(_question(one, render) for one in asked), revision), []


def unexplained(text: str, begins: int) -> list[int]:
    """Return the lines of a text in which questions stand that say nothing to who answered wrongly."""
    asked, _ = _asked(text, begins, lambda line, said: Problem("", line, said))
    return [one.line for one in asked if not "".join(one.because).strip()]


def _asked(
    text: str, begins: int, problem: Callable[[int, str], Problem]
) -> tuple[list[_Asked], list[Problem]]:
    asked: list[_Asked] = []
    problems: list[Problem] = []
    lines = text.split("\n")
    for number, (line, code) in enumerate(zip(lines, code_lines(lines), strict=True), 1):
        if number <= begins:
            continue
        found = None if code else _QUESTION.match(line)
        if found:
            asked.append(_Asked((found["text"] or "").strip(), found["id"], number))
        elif not code and _SECTION.match(line):
            problems.append(problem(number, "the quiz is the last part of a lesson; move this above it"))
            break
        elif asked:
            _take(asked[-1], line, number, code=code)
        elif line.strip():
            problems.append(problem(number, "expected a question, such as `### Who sees it?`"))
            break
    return asked, problems


def _take(one: _Asked, line: str, number: int, *, code: bool) -> None:
    """Put a line where it belongs in a question."""
    if not code and (found := _CHOICE.match(line)):
        one.choices.append(((found["text"] or "").strip(), found["mark"] != " "))
    elif not code and (found := _PLACE.match(line)):
        one.places.append(found["text"].strip())
    elif not code and (found := _WORDS.match(line)):
        one.words += (unescape(word).strip() for word in found["text"].split("|"))
    elif not code and (found := _BECAUSE.match(line)):
        one.because.append(found["text"])
    elif not one.answered:
        one.detail.append(line)
    elif _INDENTED.match(line) and not one.because and (one.choices or one.places):
        _go_on(one, line.strip())
    elif line.strip():
        one.stray = one.stray or number


def _go_on(one: _Asked, line: str) -> None:
    """Add a line to the last answer."""
    if one.choices:
        text, right = one.choices[-1]
        one.choices[-1] = (f"{text}\n{line}", right)
    else:
        one.places[-1] += f"\n{line}"


def _id(one: _Asked) -> str:
    if one.id is not None:
        return one.id
    return blake2b(" ".join(one.text.casefold().split()).encode(), digest_size=5).hexdigest()


def _wrong_with(one: _Asked) -> Iterator[tuple[int, str]]:
    """Yield the line and the sentence for each thing that is wrong with a question."""
    if not one.text:
        yield one.line, "the question has no words; expected `### Who sees it?`"
    if one.id is not None and not _ID.match(one.id):
        yield one.line, f"{one.id!r} is no id; use up to 40 small letters, digits and hyphens"
    if one.stray:
        yield (
            one.stray,
            "this is no answer; an explanation begins with `> `, a picture stands above",
        )
    kinds = [kind for kind in (one.choices, one.places, one.words) if kind]
    if not kinds:
        yield one.line, "the question has no answers; expected lines of `- [x] right` and `- [ ] wrong`"
    elif len(kinds) > 1:
        yield (
            one.line,
            "the answers are of several kinds; expected only `- [x]`, only `1.` or only `=`",
        )
    else:
        yield from ((one.line, sentence) for sentence in _wrong_answers(one))


def _wrong_answers(one: _Asked) -> Iterator[str]:
    answers: Sequence[str] = one.words or one.places or [text for text, _ in one.choices]
    if not all(answers):
        yield "an answer of this question is empty"
    if len(set(answers)) < len(answers):
        yield "two answers of this question are the same"
    if len(answers) > MOST_ANSWERS:
        yield f"the question has {len(answers)} answers; expected {MOST_ANSWERS} at most"
    if any(len(answer) > LONGEST for answer in answers):
        yield f"an answer of this question is longer than {LONGEST} characters"
    if not one.words and len(answers) < 2:
        yield "the question has one answer only; expected at least two to choose from"
    if one.choices and not any(right for _, right in one.choices):
        yield "no answer of this question is right; mark one with `- [x]`"


def _question(one: _Asked, render: Render) -> Question:
    rights = sum(right for _, right in one.choices)
    chosen = Kind.ONE if rights == 1 else Kind.SEVERAL
    kind = Kind.WORDS if one.words else Kind.ORDER if one.places else chosen
    written = one.choices or [(text, True) for text in one.places]
    return Question(
        id=_id(one),
        html=render.line(one.text),
        detail=render.block("\n".join(one.detail).strip("\n")),
        kind=kind,
        options=tuple(Option(render.line(text), right) for text, right in written),
        accepted=tuple(one.words),
        because=render.block("\n".join(one.because)),
    )
