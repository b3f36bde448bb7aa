"""Words that mean the same to customers, as `synonyms.yaml` of the content directory says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, RootModel, StringConstraints

from kb.search.words import STOP_WORDS, fold, terms_of, words
from tiering.files import Document, Problem, parse_yaml, read_yaml, validate

FILE = "synonyms.yaml"

MOST_WORDS = 5
"""Words of a phrase; what is longer is a sentence, which nobody searches for twice in the same way."""

Phrase = tuple[str, ...]
"""The terms of one or more words, in order."""

_Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
_Group = Annotated[tuple[_Text, ...], Field(min_length=2)]


class _Groups(RootModel[tuple[_Group, ...]], BaseModel):
    model_config = ConfigDict(frozen=True, coerce_numbers_to_str=True)


@dataclass(frozen=True, slots=True)
class Synonyms:
    """For every phrase the others of its group; never changed."""

    others: Mapping[Phrase, Sequence[Phrase]] = field(default_factory=dict)
    longest: int = 0
    """Words of the longest phrase."""


def phrase_of(text: str) -> Phrase:
    """Return the terms of a text, one for each word; inflections of a word have the same."""
    return tuple(found[0] for word, _, _ in words(fold(text)) if (found := terms_of(word)))


def telling(phrase: Phrase) -> Phrase:
    """Return the terms of a phrase that an article must hold, which little words are not."""
    return tuple(term for term in phrase if term not in STOP_WORDS) or phrase


def read_synonyms(
    content_dir: Path, previous: Synonyms | None = None, edited: str | None = None
) -> tuple[Synonyms, list[Problem]]:
    """Read `synonyms.yaml`, a list of lists of words or phrases; where there is none, nothing is a synonym.

    `edited` is what counts in its place, with what colleagues added where it cannot be written.

    A list that is wrong is reported and left out. Of a file that is no YAML at all nothing is left, so
    `previous`, the last good one, stays.
    """
    if edited is None and not (content_dir / FILE).exists():
        return Synonyms(), []
    document, problems = read_yaml(content_dir / FILE, FILE) if edited is None else parse_yaml(edited, FILE)
    if problems:
        return previous or Synonyms(), problems
    if document.data is None:
        return Synonyms(), []
    said, problems = validate(_Groups, document)
    groups = dict(enumerate(said.root)) if said else _whatever_is_good(document)
    others: dict[Phrase, Sequence[Phrase]] = {}
    stands: dict[Phrase, int] = {}
    for number, group in groups.items():
        phrases, wrong = _phrases(group, number, stands, document)
        problems += wrong
        for phrase in phrases:
            others[phrase] = [other for other in phrases if other != phrase]
    return Synonyms(others, max(map(len, others), default=0)), problems


def _whatever_is_good(document: Document) -> dict[int, Sequence[str]]:
    if not isinstance(document.data, list):
        return {}
    tried = {
        number: validate(_Groups, Document(document.path, [group]))[0]
        for number, group in enumerate(document.data)
    }
    return {number: found.root[0] for number, found in tried.items() if found}


def _phrases(
    group: Sequence[str], number: int, stands: dict[Phrase, int], document: Document
) -> tuple[list[Phrase], list[Problem]]:
    """Return the phrases of a group that no group before it has, and what is wrong with the others."""
    phrases, problems = list[Phrase](), []
    for at, text in enumerate(group):
        place, phrase = [number, at], phrase_of(text)
        if not 1 <= len(phrase) <= MOST_WORDS:
            expected = f"expected 1 to {MOST_WORDS} words"
            problems.append(document.problem(place, f"`{text}` has {len(phrase)} words; {expected}"))
        elif phrase in phrases:
            problems.append(document.problem(place, f"`{text}` is found by its other form already"))
        elif phrase in stands:
            line = stands[phrase]
            sentence = f"`{text}` stands in line {line} already; put all that means the same into one list"
            problems.append(document.problem(place, sentence))
        else:
            phrases.append(phrase)
    for phrase in phrases:
        stands[phrase] = document.line([number])
    return phrases, problems
