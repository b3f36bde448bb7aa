"""Which articles hold the words of a query, and how well: arithmetic over what a reader may see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from kb.search.columns import Floats, Ints
from kb.search.snapshot import View
from kb.search.words import STOP_WORDS, exact, fold, terms_of, without_umlauts, words
from kb.synonyms import Phrase, Synonyms, telling

MOST_WORDS = 32
"""Words of a query that are looked at; nobody searches for a page of text."""

MOST_CHARACTERS = 400

COVERED = 0.65
"""The share of a score that depends on how much of the query an article covers."""

SYNONYM = 0.8
"""What a synonym is worth against the word that was typed."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way to hold a word of the query: an article must hold all the terms."""

    terms: Phrase
    idf: float
    """What it tells, if an article holds it."""
    synonym: bool = False
    """Whether synonyms.yaml gives it, and not the word itself."""


@dataclass(frozen=True, slots=True)
class Part:
    """A word of the query and the ways in which an article may hold it; the best of them counts."""

    word: str
    how: str
    """`as written`, `begins so`, `corrected`, `synonym` or `unknown`."""
    meant: str
    """The word that was corrected to, or the word itself."""
    ways: tuple[Way, ...] = ()

    @property
    def idf(self) -> float:
        """What the word tells at most."""
        return max((way.idf for way in self.ways), default=0.0)

    @property
    def terms(self) -> tuple[str, ...]:
        """All terms that are looked up, the word's own first."""
        return tuple(dict.fromkeys(term for way in self.ways for term in way.terms))


@dataclass(frozen=True, slots=True)
class Understood:
    """A query as it was taken."""

    parts: tuple[Part, ...]
    whole: Phrase
    """All terms in order, to recognise a title."""
    text: str
    """The folded query."""
    asked: str
    """The query as it was typed."""

    @property
    def terms(self) -> frozenset[str]:
        """All terms that are looked up."""
        return frozenset(term for part in self.parts for term in part.terms)

    def did_you_mean(self) -> str | None:
        """Return the query with its slips mended, if there were any."""
        if not any(part.how == "corrected" for part in self.parts):
            return None
        mended = {part.word: part.meant for part in self.parts}
        out, last = [], 0
        for word, begin, end in words(self.text):
            out += [self.text[last:begin], mended.get(word, word)]
            last = end
        return " ".join("".join([*out, self.text[last:]]).split())


@dataclass(frozen=True, slots=True)
class Matches:
    """The score of every page, 0 where it holds no word of the query."""

    scores: NDArray[np.float64]
    covered: NDArray[np.float64]
    """The share of what the query tells that the page holds, 0 to 1."""
    titled: frozenset[int]
    """Pages whose title is the query, word for word; they stand first."""

    def within(self, pages: NDArray[np.bool_]) -> Matches:
        """Return the same for some pages only."""
        titled = frozenset(at for at in self.titled if pages[at])
        return Matches(np.where(pages, self.scores, 0.0), self.covered, titled)

    def best(self, count: int) -> list[int]:
        """Return the best pages in order; of two that are equal the one whose slug comes first."""
        at = np.flatnonzero(self.scores)
        if len(at) > count > 0:
            least = np.partition(self.scores[at], -count)[-count]
            at = at[self.scores[at] >= least]
        ordered = at[np.lexsort((at, -self.scores[at]))]
        first = sorted(self.titled)
        return [*first, *(int(one) for one in ordered if one not in self.titled)][:count]


def understand(query: str, view: View, synonyms: Synonyms) -> Understood:
    """Take a query apart; a word that no article holds is completed, else corrected, else dropped."""
    asked = query[:MOST_CHARACTERS]
    text = fold(asked)
    said = [word for word, _, _ in words(text)][:MOST_WORDS]
    kept = [word for word in said if word not in STOP_WORDS] or said
    others = _others(said, synonyms)
    parts = tuple(_part(word, view, others.get(word, ())) for word in dict.fromkeys(kept))
    whole = tuple(term for word in said for term in terms_of(word))
    return Understood(parts, whole, text, asked)


def rank(understood: Understood, view: View) -> Matches:
    """Score every article that holds a word of the query.

    The score is BM25, summed over fields and words, times (0.35 + 0.65 × the share of the query's idf that
    the article covers), and less for a page of a course.
    """
    size = len(view.snapshot.pages)
    points, covered = np.zeros(size), np.zeros(size)
    for part in understood.parts:
        best, held = points_of(part, view)
        points += best
        covered += held
    covered /= sum(part.idf for part in understood.parts) or 1.0
    titled = frozenset(at for at in view.snapshot.by_title.get(understood.whole, ()) if points[at])
    weights = view.snapshot.weights
    return Matches(points * weights * (1 - COVERED + COVERED * covered), covered, titled)


def points_of(part: Part, view: View) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return what a word adds to the score of every page, before the factor, and what it covers there."""
    size = len(view.snapshot.pages)
    best, held = np.zeros(size), np.zeros(size)
    for way in part.ways:
        pages, impacts = _holding(way.terms, view)
        best[pages] = np.maximum(best[pages], way.idf * impacts)
        held[pages] = np.maximum(held[pages], way.idf)
    return best, held


def _holding(phrase: Phrase, view: View) -> tuple[Ints, Floats]:
    """Return the pages that hold all terms of a phrase, and the mean of their impacts."""
    pages, impacts = view.of(phrase[0])
    for term in phrase[1:]:
        others, more = view.of(term)
        pages, mine, theirs = np.intersect1d(pages, others, assume_unique=True, return_indices=True)
        impacts = impacts[mine] + more[theirs]
    return pages, (impacts / len(phrase)).astype(np.float32)


def _part(word: str, view: View, others: Sequence[Phrase]) -> Part:
    if ways := _ways([word], view) or _ways([without_umlauts(word)], view):
        part = Part(word, "as written", word, ways)
    elif same := _synonyms(others, view, 0.0):
        return Part(word, "synonym", word, same)
    elif ways := _ways(view.completions(word), view):
        part = Part(word, "begins so", word, ways)
    elif corrected := view.correction(word):
        part = Part(word, "corrected", corrected, _ways([corrected], view))
    else:
        return Part(word, "unknown", word)
    return replace(part, ways=part.ways + _synonyms(others, view, part.idf))


def _ways(forms: Sequence[str], view: View) -> tuple[Way, ...]:
    """Return the ways to hold one of these words; a name tells more than the stem that would hide it."""
    terms = dict.fromkeys(term for form in forms for term in terms_of(form) if view.knows(term))
    idf = max(map(view.idf, terms), default=0.0)
    ways = [Way((term,), idf) for term in terms]
    return tuple(
        ways + [Way((exact(form),), view.idf(exact(form))) for form in forms if _is_name(form, view)]
    )


def _is_name(form: str, view: View) -> bool:
    """Whether half of the articles that use a word write it as a name; `Open` on a button makes none."""
    named = view.count(exact(form))
    return named > 0 and 2 * named >= view.uses(form)


def _synonyms(others: Sequence[Phrase], view: View, idf: float) -> tuple[Way, ...]:
    """Return the ways to hold a synonym instead, which tells a little less than the word does."""
    held = [phrase for phrase in others if len(_holding(phrase, view)[0])]
    tells = [idf or sum(map(view.idf, phrase)) / len(phrase) for phrase in held]
    return tuple(Way(phrase, SYNONYM * told, True) for phrase, told in zip(held, tells, strict=True))


def _others(said: Sequence[str], synonyms: Synonyms) -> dict[str, list[Phrase]]:
    """Return for every word of the query the phrases that mean the same as it, or as a phrase around it."""
    found: dict[str, list[Phrase]] = {}
    stems = [terms_of(word)[0] if terms_of(word) else word for word in said]
    for begin in range(len(said)):
        for end in range(begin + 1, min(len(said), begin + synonyms.longest) + 1):
            for phrase in synonyms.others.get(tuple(stems[begin:end]), ()):
                for word in said[begin:end]:
                    found.setdefault(word, []).append(telling(phrase))
    return found
