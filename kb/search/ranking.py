"""Which articles answer a query, and why: pure arithmetic over a snapshot."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from heapq import nlargest

from kb.search.snapshot import Snapshot
from kb.search.words import STOP_WORDS, fold, terms_of, words

MOST_WORDS = 32
"""Words of a query that are looked at; nobody searches for a page of text."""

MOST_CHARACTERS = 400

COVERED = 0.65
"""The share of a score that depends on how much of the query an article covers."""


@dataclass(frozen=True, slots=True)
class Part:
    """A word of the query and the terms that it is looked up as; any of them will do."""

    word: str
    terms: tuple[str, ...]
    how: str
    """`as written`, `begins so`, `corrected` or `unknown`."""
    meant: str
    """The word that was corrected to, or the word itself."""
    idf: float


@dataclass(frozen=True, slots=True)
class Scored:
    """An article and what its score is made of."""

    page: int
    score: float
    covered: float
    """The share of what the query tells that the article holds, 0 to 1."""
    is_title: bool
    """Whether the query is its title, word for word; then it stands first."""


@dataclass(frozen=True, slots=True)
class Understood:
    """A query as it was taken."""

    parts: tuple[Part, ...]
    whole: tuple[str, ...]
    """All terms in order, to recognise a title."""
    text: str
    """The folded query."""

    terms: frozenset[str]
    """All terms that are looked up."""

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


def understand(query: str, snapshot: Snapshot, visible: Callable[[int], bool] | None) -> Understood:
    """Take a query apart; a word that no visible article holds is completed, else corrected, else dropped."""
    text = fold(query[:MOST_CHARACTERS])
    said = [word for word, _, _ in words(text)][:MOST_WORDS]
    telling = [word for word in said if word not in STOP_WORDS] or said
    parts = tuple(_part(word, snapshot, visible) for word in dict.fromkeys(telling))
    whole = tuple(term for word in said for term in terms_of(word))
    return Understood(parts, whole, text, frozenset(term for part in parts for term in part.terms))


def rank(
    understood: Understood, snapshot: Snapshot, count: int, allowed: Callable[[int], bool] | None
) -> tuple[list[Scored], int]:
    """Return the best `count` articles among those allowed, and how many match at all.

    The score is BM25, summed over fields and words, times (0.35 + 0.65 × the share of the query's idf that
    the article covers). An article whose title is the query stands before all others.
    """
    points: dict[int, float] = {}
    covered: dict[int, float] = {}
    for part in understood.parts:
        for at, impact in _matches(part, snapshot):
            points[at] = points.get(at, 0.0) + part.idf * impact
            covered[at] = covered.get(at, 0.0) + part.idf
    if allowed:
        points = {at: score for at, score in points.items() if allowed(at)}
    everything = sum(part.idf for part in understood.parts if part.terms) or 1.0
    flat = {at: score * (1 - COVERED + COVERED * covered[at] / everything) for at, score in points.items()}
    titled = {at for at in snapshot.by_title.get(understood.whole, ()) if at in flat}
    best = nlargest(count, flat, key=lambda at: (at in titled, flat[at], -at))
    return [Scored(at, flat[at], covered[at] / everything, at in titled) for at in best], len(flat)


def points_of(page: int, understood: Understood, snapshot: Snapshot) -> dict[str, float]:
    """Return what each word of the query adds to an article's score, before the factors."""
    return {
        part.word: part.idf * impact
        for part in understood.parts
        for at, impact in _matches(part, snapshot)
        if at == page
    }


def _part(word: str, snapshot: Snapshot, visible: Callable[[int], bool] | None) -> Part:
    def known(form: str) -> bool:
        return any(_seen(term, snapshot, visible) for term in terms_of(form))

    if known(word):
        return _looked_up(word, [word], "as written", snapshot)
    completions = snapshot.vocabulary.completions(word, known)
    if completions:
        return _looked_up(word, completions, "begins so", snapshot)
    corrected = snapshot.vocabulary.correction(word, known)
    if corrected:
        return _looked_up(word, [corrected], "corrected", snapshot)
    return Part(word, (), "unknown", word, 0.0)


def _looked_up(word: str, forms: Sequence[str], how: str, snapshot: Snapshot) -> Part:
    terms = tuple(
        dict.fromkeys(term for form in forms for term in terms_of(form) if term in snapshot.postings)
    )
    meant = forms[0] if how == "corrected" else word
    return Part(word, terms, how, meant, max((snapshot.idf(term) for term in terms), default=0.0))


def _seen(term: str, snapshot: Snapshot, visible: Callable[[int], bool] | None) -> bool:
    postings = snapshot.postings.get(term)
    return postings is not None and (visible is None or any(map(visible, postings.docs)))


def _matches(part: Part, snapshot: Snapshot) -> Iterable[tuple[int, float]]:
    """Return each article that holds one of the part's terms, with the best of their impacts."""
    if len(part.terms) == 1:
        return zip(*snapshot.postings[part.terms[0]], strict=True)
    best: dict[int, float] = {}
    for term in part.terms:
        for at, impact in zip(*snapshot.postings[term], strict=True):
            if impact > best.get(at, 0.0):
                best[at] = impact
    return best.items()
