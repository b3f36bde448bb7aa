"""Why articles rank where they do: what became of each word, and what each place is made of."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kb.search.fusion import Fused, K
from kb.search.ranking import Matches, Part, Understood, points_of
from kb.search.results import ExplainedHit, ExplainedPoints, ExplainedWord, Explanation
from kb.search.snapshot import View
from kb.search.words import words


def explanation(understood: Understood, matches: Matches, found: Sequence[Fused], view: View) -> Explanation:
    """Explain the articles that were found; what the reader may not see takes no part here either."""
    kept = {part.word for part in understood.parts}
    left_out = dict.fromkeys(word for word, _, _ in words(understood.text) if word not in kept)
    return Explanation(
        words=tuple(_word(part, view) for part in understood.parts),
        hits=tuple(_hit(one, understood, matches, view) for one in found),
        left_out=tuple(left_out),
        size=view.size,
    )


def _word(part: Part, view: View) -> ExplainedWord:
    own = dict.fromkeys(term for way in part.ways if not way.synonym for term in way.terms)
    return ExplainedWord(
        word=part.word,
        how=part.how,
        terms=part.terms,
        idf=part.idf,
        meant=part.meant,
        forms=tuple(dict.fromkeys(form for term in own for form in _written(term, view))),
        synonyms=tuple(
            " ".join(_written(term, view)[0] for term in way.terms) for way in part.ways if way.synonym
        ),
        articles=int(np.count_nonzero(points_of(part, view)[0])),
    )


def _written(term: str, view: View) -> list[str]:
    """Return how the articles that the reader may see write a term, the most used way first."""
    used = {form: view.uses(form) for form in view.forms(term)}
    return sorted((form for form in used if used[form]), key=lambda form: -used[form]) or [term.lstrip("=")]


def _hit(one: Fused, understood: Understood, matches: Matches, view: View) -> ExplainedHit:
    page = view.snapshot.pages[one.page]
    by_meaning = 1 / (K + one.meaning_rank) if one.meaning_rank else 0.0
    parts = [(part, float(points_of(part, view)[0][one.page])) for part in understood.parts]
    return ExplainedHit(
        slug=page.slug,
        title=page.title,
        score=one.score,
        by_words=one.score - by_meaning,
        by_meaning=by_meaning,
        is_title=one.page in matches.titled,
        word_rank=one.word_rank,
        word_score=float(matches.scores[one.page]),
        covered=float(matches.covered[one.page]),
        words={
            part.word: ExplainedPoints(points, _fields(part, one.page, view))
            for part, points in parts
            if points
        },
        meaning_rank=one.meaning_rank,
        similarity=one.near.similarity if one.near else None,
    )


def _fields(part: Part, page: int, view: View) -> dict[str, float]:
    ways = [
        (way.idf * sum(points.values()), points)
        for way in part.ways
        for points in [_standing(way.terms, page, view)]
    ]
    return max(ways, key=lambda one: one[0])[1] if ways else {}


def _standing(terms: Sequence[str], page: int, view: View) -> dict[str, float]:
    fields: dict[str, float] = {}
    for term in terms:
        for name, points in view.snapshot.points_in_fields(page, term).items():
            fields[name] = fields.get(name, 0.0) + points / len(terms)
    return fields
