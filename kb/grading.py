"""What somebody answered to a quiz, and how much of it is right; pure, and no browser is believed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b

from kb.quiz import Kind, Question, Quiz

FIELD = "q."
"""How the fields of a form begin that hold answers: `q.<question>`, for an order `q.<question>.<thing>`."""

LONGEST = 200
"""Characters that somebody may type in."""

Given = tuple[int, ...] | str
"""The places of the answers that were chosen, or of all in the chosen order; or what was typed in."""

_NO_WORD = re.compile(r"[^\w+#%&@]+")


class ForgedError(Exception):
    """Answers that the form could not have given; the message is a sentence for whoever sent them."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What somebody answered, by the id of the question."""

    given: Mapping[str, Given] = field(default_factory=dict)
    lacking: Mapping[str, str] = field(default_factory=dict)
    """What there is still to do, as a sentence."""


@dataclass(frozen=True, slots=True)
class Mark:
    """How one question was answered."""

    question: Question
    given: Given
    right: bool


@dataclass(frozen=True, slots=True)
class Graded:
    """How a quiz was answered."""

    marks: tuple[Mark, ...]

    @property
    def right(self) -> int:
        """How many questions were answered rightly."""
        return sum(mark.right for mark in self.marks)

    @property
    def total(self) -> int:
        """How many questions there are."""
        return len(self.marks)

    @property
    def wrong(self) -> tuple[str, ...]:
        """The ids of the questions that were answered wrongly."""
        return tuple(mark.question.id for mark in self.marks if not mark.right)

    def passed(self, pass_mark: int) -> bool:
        """Whether enough of it is right; the pass mark is in per cent."""
        return self.right * 100 >= pass_mark * self.total


def needed(quiz: Quiz, pass_mark: int) -> int:
    """Return how many questions must be answered rightly to pass."""
    return -(-pass_mark * len(quiz.questions) // 100)


def shuffled(question: Question) -> tuple[int, ...]:
    """Return the places of the answers in the order in which they are shown.

    It is always the same, so that a form stays what it was, and never the right one.
    """
    places = range(len(question.options))
    if question.kind is not Kind.ORDER:
        return tuple(places)

    def key(place: int) -> bytes:
        return blake2b(f"{question.id}\0{question.options[place].html}".encode(), digest_size=8).digest()

    order = tuple(sorted(places, key=key))
    return order if order != tuple(places) else (*order[1:], order[0])


def read_answers(quiz: Quiz, form: Mapping[str, Sequence[str]]) -> Answers:
    """Read what a form holds; raises ForgedError for what the form could not have sent."""
    given: dict[str, Given] = {}
    lacking: dict[str, str] = {}
    for name in form:
        said = name.removeprefix(FIELD).partition(".")[0]
        if name.startswith(FIELD) and quiz.question(said) is None:
            raise ForgedError("There is an answer to a question that this quiz does not have.")
    for question in quiz.questions:
        answer, wrong = _read(question, form)
        if answer:
            given[question.id] = answer
        if wrong:
            lacking[question.id] = wrong
    return Answers(given, lacking)


def grade(quiz: Quiz, given: Mapping[str, Given]) -> Graded:
    """Say what is right; every question has been answered."""
    return Graded(tuple(Mark(one, given[one.id], _is_right(one, given[one.id])) for one in quiz.questions))


def _is_right(question: Question, given: Given) -> bool:
    if isinstance(given, str):
        return _folded(given) in {_folded(word) for word in question.accepted}
    if question.kind is Kind.ORDER:
        return given == tuple(range(len(question.options)))
    return set(given) == {place for place, option in enumerate(question.options) if option.right}


def _values(form: Mapping[str, Sequence[str]], name: str) -> Sequence[str]:
    return form.get(FIELD + name, ())


def _read(question: Question, form: Mapping[str, Sequence[str]]) -> tuple[Given, str]:
    if question.kind is Kind.ORDER:
        return _order(question, form)
    values = _values(form, question.id)
    return _words(values) if question.kind is Kind.WORDS else _choice(question, values)


def _words(values: Sequence[str]) -> tuple[str, str]:
    if len(values) > 1 or any(len(value) > LONGEST for value in values):
        raise ForgedError(f"An answer that is typed in has at most {LONGEST} characters.")
    text = " ".join(values[0].split()) if values else ""
    return text, "" if text else "Please type in an answer."


def _choice(question: Question, values: Sequence[str]) -> tuple[tuple[int, ...], str]:
    chosen = tuple(sorted({_number(value, len(question.options)) for value in values}))
    if question.kind is Kind.ONE and len(chosen) > 1:
        raise ForgedError("There are two answers to a question of which one answer is right.")
    if chosen:
        return chosen, ""
    return (
        (),
        "Please choose an answer." if question.kind is Kind.ONE else "Please choose at least one answer.",
    )


def _order(question: Question, form: Mapping[str, Sequence[str]]) -> tuple[tuple[int, ...], str]:
    """Read at which place each thing was put; what is not said yet has no place."""
    total = len(question.options)
    places: dict[int, int] = {}
    for shown, thing in enumerate(shuffled(question)):
        values = [value for value in _values(form, f"{question.id}.{shown}") if value]
        if len(values) > 1:
            raise ForgedError("One thing stands at two places.")
        if values:
            places[thing] = _number(values[0], total + 1, least=1)
    if sorted(places.values()) != list(range(1, total + 1)):
        return (), f"Please give each a number of its own, from 1 to {total}."
    return tuple(sorted(places, key=lambda thing: places[thing])), ""


def _number(value: str, below: int, least: int = 0) -> int:
    if not (value.isascii() and value.isdigit() and len(value) < 4 and least <= int(value) < below):
        raise ForgedError("There is an answer that is none of those to choose from.")
    return int(value)


def _folded(text: str) -> str:
    """Return what is the same however carefully somebody types."""
    return " ".join(_NO_WORD.sub(" ", unicodedata.normalize("NFKC", text).casefold()).split())
