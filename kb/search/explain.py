"""Why articles rank where they do: what became of each word, and what each place is made of."""

from __future__ import annotations

from collections.abc import Sequence

from kb.search.fusion import Fused
from kb.search.ranking import Matches, Part, Understood, points_of
from kb.search.results import ExplainedHit, ExplainedPoints, ExplainedWord, Explanation
from kb.search.snapshot import View


def explanation(understood: Understood, matches: Matches, found: Sequence[Fused], view: View) -> Explanation:
    """Explain the articles that were found; what the reader may not see takes no part here either."""
    said = tuple(ExplainedWord(part.word, part.how, part.terms, part.idf) for part in understood.parts)
    return Explanation(said, tuple(_hit(one, understood, matches, view) for one in found))


def _hit(one: Fused, understood: Understood, matches: Matches, view: View) -> ExplainedHit:
    page = view.snapshot.pages[one.page]
    parts = [(part, float(points_of(part, view)[0][one.page])) for part in understood.parts]
    return ExplainedHit(
        slug=page.slug,
        title=page.title,
        score=one.score,
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
