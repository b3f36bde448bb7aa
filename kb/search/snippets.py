"""The passage of an article that answers a query best, as escaped HTML with the matched words marked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from kb.article import Section
from kb.search.store import Page
from kb.search.words import fold

WIDTH = 180
"""Characters of a snippet, about two lines on a phone."""

_BEFORE = 40
_MOST_FORMS = 12
_MOST_HITS = 40


@dataclass(frozen=True, slots=True)
class Snippet:
    """Escaped HTML, and the section in which it stands; none when it is the summary or the opening."""

    html: str
    section: Section | None = None


@dataclass(frozen=True, slots=True)
class _Found:
    """A matched word: where it begins and ends, which term it is."""

    begin: int
    end: int
    term: str


def snippet(page: Page, weights: Mapping[str, float], forms: Mapping[str, Sequence[str]]) -> Snippet:
    """Choose the passage that holds the most telling terms; `forms` are the written words of each term."""
    best: tuple[float, Section, list[_Found], int] | None = None
    for section in page.sections:
        found = _find(fold(section.text), forms)
        titled = _distinct(_find(fold(section.title), forms), weights)
        start, value = _best_window(found, weights)
        value += 0.5 * titled
        if value > 0 and (best is None or value > best[0]):
            best = (value, section, found, start)
    in_summary = _find(fold(page.summary), forms)
    if best is None or _distinct(in_summary, weights) > 1.2 * best[0]:
        opening = page.summary or (page.sections[0].text if page.sections else "")
        return Snippet(_cut(opening, in_summary if page.summary else [], 0))
    _, section, found, start = best
    return Snippet(_cut(section.text, found, start), section if section.anchor else None)


def _find(folded: str, forms: Mapping[str, Sequence[str]]) -> list[_Found]:
    """Return the whole words among the forms, in order and without overlaps."""
    found = []
    for term, written in forms.items():
        for form in written[:_MOST_FORMS]:
            at, size, times = folded.find(form), len(form), 0
            while at >= 0 and times < _MOST_HITS:
                if _whole(folded, at, at + size):
                    found.append(_Found(at, at + size, term))
                    times += 1
                at = folded.find(form, at + size)
    found.sort(key=lambda one: (one.begin, -one.end))
    kept: list[_Found] = []
    for one in found:
        if not kept or one.begin >= kept[-1].end:
            kept.append(one)
    return kept


def _whole(text: str, begin: int, end: int) -> bool:
    """Whether no word goes on at either end; ideographs have no such ends."""
    before = (
        begin == 0 or not (text[begin - 1].isalnum() and text[begin].isalnum()) or text[begin] >= "\u3040"
    )
    after = (
        end == len(text) or not (text[end].isalnum() and text[end - 1].isalnum()) or text[end - 1] >= "\u3040"
    )
    return before and after


def _distinct(found: Sequence[_Found], weights: Mapping[str, float]) -> float:
    return sum(weights[term] for term in {one.term for one in found})


def _best_window(found: Sequence[_Found], weights: Mapping[str, float]) -> tuple[int, float]:
    """Return where a passage should begin, and what the terms in it tell; more of the same tells a little."""
    best, start = 0.0, 0
    for number, first in enumerate(found):
        inside = [
            one for one in found[number : number + _MOST_HITS] if one.end <= first.begin + WIDTH - _BEFORE
        ]
        value = _distinct(inside, weights) * (1 + 0.02 * min(len(inside), 5))
        if value > best:
            best, start = value, first.begin
    return start, best


def _cut(text: str, found: Sequence[_Found], start: int) -> str:
    """Cut a passage out of a text at the ends of words, escape it and mark what was found in it."""
    begin = 0 if start < _BEFORE * 2 else text.rfind(" ", start - _BEFORE * 2, start - _BEFORE) + 1 or start
    end = len(text)
    if end - begin > WIDTH + 20:
        end = text.rfind(" ", begin + WIDTH // 2, begin + WIDTH)
        end = begin + WIDTH if end < 0 else end
    out = ["… " if begin else ""]
    at = begin
    for one in found:
        if one.begin >= at and one.end <= end:
            out += [_line(text[at : one.begin]), "<mark>", _line(text[one.begin : one.end]), "</mark>"]
            at = one.end
    out += [_line(text[at:end]), " …" if end < len(text) else ""]
    return "".join(out)


def _line(text: str) -> str:
    return escape(text.replace("\n", " "))
