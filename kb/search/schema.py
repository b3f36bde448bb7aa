"""What the index holds of an article: the fields that are ranked, and all that a hit shows."""

from __future__ import annotations

import json
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from whoosh import formats
from whoosh.fields import ID, STORED, FieldType, Schema

from kb.article import Article, Section
from kb.search.meaning import Model, packed
from kb.search.words import counted, fold, words

FORMAT = 5
"""Counted up when the analysis or the fields change, so that an index of an older release is left alone."""

FIELDS = ("title", "headings", "summary", "keywords", "body")
"""The fields that are ranked."""

FORMS = "words"
"""The field of all words as they are written."""


class Counted(FieldType):  # type: ignore[misc]  # Whoosh is untyped
    """Text of which only the number of each term is kept: positions are found in the stored text.

    The terms are those of our own analysis, or, unstemmed, the words as they were written.
    """

    analyzer = None
    scorable = (
        True  # Whoosh then keeps each document's length, without which it asks the disk at every posting
    )
    stored = unique = spelling = False
    vector = column_type = None

    def __init__(self, *, stemmed: bool, title: bool = False) -> None:
        self.stemmed = stemmed
        self.title = title
        self.format = formats.Existence()  # the count travels as the weight of a posting

    def index(self, value: str, **_: object) -> Iterator[tuple[bytes, int, float, bytes]]:
        """Yield each term with its count, as Whoosh's writer wants it."""
        if self.stemmed:
            counts = counted(value, title=self.title)
        else:
            counts = Counter(word for word, _begin, _end in words(fold(value)))
        for term, count in counts.items():
            yield term.encode(), count, float(count), b""


def schema() -> Schema:
    """Return the fields as Whoosh wants them."""
    ranked = {name: Counted(stemmed=True, title=name in {"title", "headings"}) for name in FIELDS}
    unstemmed = {FORMS: Counted(stemmed=False)}
    return Schema(slug=ID(unique=True), page=STORED, vectors=STORED, **unstemmed, **ranked)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a section stands in the text of its page; its title stands in the line before `begin`."""

    anchor: str
    title: str
    begin: int
    end: int


@dataclass(frozen=True, slots=True)
class Body:
    """The text of an article and where its sections stand in it."""

    text: str
    """All sections, each as a line with its title and then its text."""
    folded: str
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """What is stored of an article: all that a hit shows."""

    slug: str
    title: str
    summary: str
    category: str
    key: str
    """What decides who is shown it: see kb.versions."""
    version: str
    """Changes whenever the article does."""
    packed: bytes
    """The body, compressed: of thousands of articles only ten are shown at a time."""

    @property
    def body(self) -> Body:
        """The text of the article and where its sections stand in it."""
        return _unpacked(self.packed)


def version_of(article: Article, model: Model | None) -> str:
    """Return what differs between two articles that must not look the same in the index."""
    return f"{article.digest} {article.path} {article.key} {model.name if model else ''}"


def document_of(article: Article, model: Model | None) -> dict[str, Any]:
    """Return what Whoosh writes of an article."""
    headings = "\n".join(section.title for section in article.sections)
    body = "\n".join(section.text for section in article.sections)
    keywords = "\n".join(article.keywords)
    # Plain tuples, so that the stored bytes do not depend on where our classes live.
    page = (
        article.slug,
        article.title,
        article.summary,
        article.category,
        article.key,
        version_of(article, model),
        zlib.compress(json.dumps(_laid_out(article.sections)).encode()),
    )
    return {
        "slug": article.slug,
        "page": page,
        "vectors": packed(model, article) if model else None,
        "title": article.title,
        "headings": headings,
        "summary": article.summary,
        "keywords": keywords,
        "body": body,
        FORMS: "\n".join((article.title, article.summary, keywords, headings, body)),
    }


def page_of(stored: Sequence[Any]) -> Page:
    """Return a page as it was stored."""
    return Page(*stored)


@lru_cache(maxsize=512)
def _unpacked(packed: bytes) -> Body:
    text, places = json.loads(zlib.decompress(packed))
    return Body(text, fold(text), tuple(Place(*one) for one in places))


def _laid_out(sections: Sequence[Section]) -> tuple[str, list[tuple[str, str, int, int]]]:
    text, places = "", []
    for section in sections:
        begin = len(text) + len(section.title) + 1
        text += f"{section.title}\n{section.text}\n"
        places.append((section.anchor, section.title, begin, begin + len(section.text)))
    return text, places
