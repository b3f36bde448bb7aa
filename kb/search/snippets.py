"""The passage of an article that answers a query best, as escaped HTML with the matched words marked."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import NamedTuple

from kb.search.schema import Page, Place
from kb.search.words import fold

WIDTH = 180
"""Characters of a snippet, about two lines on a phone."""

_BEFORE = 40
_MOST_HITS = 20
_TITLE_SHARE = 0.5
"""What a word in a section's title counts against one in its text."""


@dataclass(frozen=True, slots=True)
class Snippet:
    """Escaped HTML, and the section in which it stands; none when it is the summary or the opening."""

    html: str
    place: Place | None = None


class _Found(NamedTuple):
    """A matched word: where it begins and ends, and which term it is."""

    begin: int
    end: int
    term: str


Needle = tuple[str, str]
"""A written word to look for, and the term that it stands for."""


def snippet(page: Page, weights: Mapping[str, float], needles: Sequence[Needle]) -> Snippet:
    """Choose the passage that holds the most telling terms."""
    body = page.body
    found = _find(body.folded, needles)
    begins = [one.begin for one in found]
    best, chosen, start = 0.0, None, 0
    for place in body.places:
        first = bisect_left(begins, place.begin - len(place.title) - 1)
        middle = bisect_left(begins, place.begin, first)
        last = bisect_left(begins, place.end, middle)
        begin, value = _best_window(found[middle:last], weights) if last > middle else (0, 0.0)
        if middle > first:
            value += _TITLE_SHARE * _distinct(found[first:middle], weights)
        if value > best:
            best, chosen, start = value, place, max(begin, place.begin)
    in_summary = _find(fold(page.summary), needles)
    if page.summary and (chosen is None or _distinct(in_summary, weights) > best):
        return Snippet(_cut(page.summary, (0, len(page.summary)), in_summary, 0))
    if chosen is None:
        whole = (body.places[0].begin, body.places[0].end) if body.places else (0, 0)
        return Snippet(_cut(body.text, whole, [], whole[0]))
    html = _cut(body.text, (chosen.begin, chosen.end), found, start)
    return Snippet(html, chosen if chosen.anchor else None)


def opening(page: Page, number: int) -> Snippet:
    """Show how a section begins, for an article that holds no word of the query; -1 shows the summary."""
    body = page.body
    if number < 0 or not body.places[number].anchor:
        return snippet(page, {}, ())
    place = body.places[number]
    return Snippet(_cut(body.text, (place.begin, place.end), [], place.begin), place)


def _find(folded: str, needles: Sequence[Needle]) -> list[_Found]:
    """Return the whole words among the needles, in order and without overlaps."""
    found = []
    for form, term in needles:
        at = folded.find(form)
        if at < 0:
            continue
        size, times = len(form), 0
        while at >= 0 and times < _MOST_HITS:
            if _whole(folded, at, at + size):
                found.append(_Found(at, at + size, term))
                times += 1
            at = folded.find(form, at + size)
    found.sort(key=_earliest_and_longest)
    kept: list[_Found] = []
    for one in found:
        if not kept or one.begin >= kept[-1].end:
            kept.append(one)
    return kept


def _earliest_and_longest(one: _Found) -> tuple[int, int]:
    return one.begin, -one.end


def _between(found: Sequence[_Found], begin: int, end: int) -> Sequence[_Found]:
    return found[bisect_left(found, (begin,)) : bisect_left(found, (end,))]


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
    for first in found:
        inside = _between(found, first.begin, first.begin + WIDTH - 2 * _BEFORE)
        value = _distinct(inside, weights) * (1 + 0.02 * min(len(inside), 5))
        if value > best:
            best, start = value, first.begin
    return start, best


def _cut(text: str, span: tuple[int, int], found: Sequence[_Found], start: int) -> str:
    """Cut a passage out of a part of a text at the ends of words, escape it and mark what was found in it."""
    first, last = span
    begin, end = first, last
    if start - first >= _BEFORE * 2:
        begin = text.rfind(" ", start - _BEFORE * 2, start - _BEFORE) + 1 or start
    if end - begin > WIDTH + 20:
        end = text.rfind(" ", begin + WIDTH // 2, begin + WIDTH)
        end = begin + WIDTH if end < 0 else end
    out, at = ["… " if begin > first else ""], begin
    for one in _between(found, begin, end):
        if one.end <= end:
            out += [_line(text[at : one.begin]), "<mark>", _line(text[one.begin : one.end]), "</mark>"]
            at = one.end
    out += [_line(text[at:end]), " …" if end < last else ""]
    return "".join(out)


def _line(text: str) -> str:
    return escape(text.replace("\n", " "))
