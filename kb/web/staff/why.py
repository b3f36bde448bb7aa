"""Why a search answers what it answers, in words, with the numbers beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, render_template, request
from werkzeug.exceptions import BadRequest, ServiceUnavailable

from kb.search.results import ExplainedHit, ExplainedWord, Explanation
from kb.visibility import EXPECTED, visitor_like
from kb.web.desk import desk, reader_language, whole_edition
from kb.web.search import query_of_request
from kb.web.sessions import signed_in
from kb.web.staff.preview import faces

blueprint = Blueprint("why", __name__)

_FIELDS = {
    "title": "the title",
    "headings": "a heading",
    "summary": "the summary",
    "keywords": "the keywords",
    "body": "the text",
}
_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Row:
    """An article that was found, and what its place is made of."""

    hit: ExplainedHit
    by_words: str
    words: tuple[tuple[str, str, float], ...]
    """Each word that it holds, where that stands, and its points."""
    by_meaning: str
    bar: tuple[float, float]
    """How much comes from words and from meaning, 100 being the most that any article here has."""


@blueprint.get("/search")
def index() -> str:
    """Explain the answers to `q` for whom `as` says; a colleague who looks as somebody else asks as them."""
    query, here = query_of_request(), signed_in()
    chosen = request.args.get("as") or (here.session.preview if here else None) or "staff"
    asked_as = visitor_like(chosen)
    if asked_as is None:
        raise BadRequest(f"Nobody looks like that: {EXPECTED}.")
    index = desk().live.index
    if not index.ready:
        raise ServiceUnavailable("Search is being prepared and will work in a moment.")
    seen = whole_edition().seen_by(asked_as, reader_language()).library.keys
    found = index.explain(query, seen=seen, limit=_SHOWN) if query else Explanation((), ())
    return render_template(
        "staff/why.html",
        query=query,
        faces={"staff": "a colleague, who sees everything"} | faces(),
        chosen=chosen,
        found=found,
        words=[(word, sentence_on(word), share_of(word, found)) for word in found.words],
        rows=rows(found, has_meanings=index.model is not None),
    )


def sentence_on(word: ExplainedWord) -> str:
    """Say what became of a word of the question."""
    forms = ", ".join(word.forms)
    said = {
        "as written": f"Looked up as {forms}." if forms != word.word else "Looked up as you typed it.",
        "begins so": f"No article holds it, so it was taken for the beginning of: {forms}.",
        "corrected": f"No article holds it, so it was taken for “{word.meant}”.",
        "synonym": "No article holds it, only what synonyms.yaml gives for it.",
        "unknown": "No article holds it, nor anything like it, so it was left out.",
    }[word.how]
    if word.synonyms:
        said += f" Counted too, a little less: {', '.join(word.synonyms)}."
    return said


def share_of(word: ExplainedWord, found: Explanation) -> float:
    """Return how much of what the whole question tells is in one word, 0 to 1; rare words tell more."""
    return word.idf / (sum(other.idf for other in found.words) or 1.0)


def rows(found: Explanation, *, has_meanings: bool) -> list[Row]:
    """Say of every article what its place is made of."""
    most = max((hit.by_words + hit.by_meaning for hit in found.hits), default=0.0) or 1.0
    return [
        Row(
            hit,
            _on_words(hit, found),
            tuple((word, _where(said.fields), said.points) for word, said in hit.words.items()),
            _on_meaning(hit, has_meanings),
            (round(100 * hit.by_words / most, 1), round(100 * hit.by_meaning / most, 1)),
        )
        for hit in found.hits
    ]


def _on_words(hit: ExplainedHit, found: Explanation) -> str:
    if hit.word_rank is None:
        return "It holds no word of the question."
    count = len(found.words)
    held = f"{len(hit.words)} of the {count} words" if count > 1 else "the word"
    return f"Number {hit.word_rank} by words: it holds {held}, {hit.covered:.0%} of what the question tells."


def _on_meaning(hit: ExplainedHit, has_meanings: bool) -> str:
    if not has_meanings:
        return "Nothing is known of meanings here, so words alone decide."
    if hit.meaning_rank is None or hit.similarity is None:
        return "By meaning others are nearer."
    return f"Number {hit.meaning_rank} by meaning: the likeness is {hit.similarity:.2f}, where 1 is the same."


def _where(fields: Mapping[str, float]) -> str:
    """Name the parts of an article that hold a word, the one that counts most first."""
    named = sorted(fields.items(), key=lambda field: -field[1])
    return ", ".join(f"{_FIELDS.get(name, name)} {points:.2f}" for name, points in named)
