"""How well search does on questions whose right answers are known; pure, but for the reading of the file."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, RootModel

from tiering.files import Document, Problem, read_text, read_yaml, validate

DEPTH = 10
"""Hits that are looked at; nobody reads a second page."""


class _Judged(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)

    query: Annotated[str, Field(min_length=1, max_length=400)]
    relevant: Annotated[tuple[str, ...], Field(min_length=1)]
    kind: str = ""
    """A free label, such as `typo`."""


class _GoldenFile(RootModel[tuple[_Judged, ...]]):
    pass


@dataclass(frozen=True, slots=True)
class Question:
    """A query, the slugs of the articles that answer it, and the line of the file on which it stands."""

    query: str
    relevant: tuple[str, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Miss:
    """A question whose answer does not stand first."""

    query: str
    relevant: tuple[str, ...]
    rank: int | None
    """Where the first right answer stands, counted from 1, if it is among the first ten."""
    found: tuple[str, ...]
    """The three that stand first."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """How a search did."""

    questions: int
    mrr: float
    """Mean reciprocal rank: 1 where every first hit is right, 1/2 where every second is, to the tenth."""
    success: dict[int, float]
    """The share of questions with a right answer among the first 1, 3 and 10 hits."""
    nothing: tuple[str, ...]
    """Queries that found nothing at all."""
    misses: tuple[Miss, ...]

    def as_json(self) -> dict[str, object]:
        """Return plain values."""
        return asdict(self)


def read_questions(path: Path) -> tuple[list[Question], list[Problem]]:
    """Read a golden set: YAML of `query` and `relevant` slugs, or lines of JSON with file names."""
    if path.suffix == ".jsonl":
        return _read_lines(path)
    document, problems = read_yaml(path)
    if problems:
        return [], problems
    golden, problems = validate(_GoldenFile, document if document.data else replace(document, data=[]))
    return [
        Question(one.query, one.relevant, document.line([number]))
        for number, one in enumerate(golden.root if golden else ())
    ], problems


def evaluate(questions: Sequence[Question], search: Callable[[str], Sequence[str]]) -> Evaluation:
    """Ask every question; `search` returns slugs, best first."""
    ranks: list[int | None] = []
    nothing, misses = [], []
    for question in questions:
        found = list(search(question.query))[:DEPTH]
        rank = next((at for at, slug in enumerate(found, 1) if slug in question.relevant), None)
        ranks.append(rank)
        if not found:
            nothing.append(question.query)
        if rank != 1:
            misses.append(Miss(question.query, question.relevant, rank, tuple(found[:3])))
    count = len(ranks) or 1
    return Evaluation(
        questions=len(ranks),
        mrr=sum(1 / rank for rank in ranks if rank) / count,
        success={depth: sum(1 for rank in ranks if rank and rank <= depth) / count for depth in (1, 3, 10)},
        nothing=tuple(nothing),
        misses=tuple(misses),
    )


def _read_lines(path: Path) -> tuple[list[Question], list[Problem]]:
    text, problems = read_text(path)
    questions = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            data = json.loads(line)
        except (ValueError, RecursionError) as error:
            problems.append(Problem(str(path), number, f"this is not valid JSON: {error}"))
            continue
        judged, wrong = validate(_Judged, Document(str(path), data))
        problems += [replace(problem, line=number) for problem in wrong]
        if judged:
            slugs = tuple(name.removesuffix(".md") for name in judged.relevant)
            questions.append(Question(judged.query, slugs, number))
    return questions, problems
