"""Other ways to search the same articles, with the same fields and weights and with snippets."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import tantivy

from kb.library import Library
from kb.search.words import fold, words

_WEIGHTS = {"title": 3.0, "headings": 1.0, "summary": 2.0, "body": 1.0}


def _rows(library: Library) -> Iterator[dict[str, str]]:
    for article in library.articles.values():
        yield {
            "slug": article.slug,
            "title": article.title,
            "headings": "\n".join(section.title for section in article.sections),
            "summary": article.summary,
            "body": "\n".join(section.text for section in article.sections),
        }


class Fts5:
    """One FTS5 table in memory."""

    def __init__(self, library: Library) -> None:
        self._db = sqlite3.connect(":memory:")
        self._db.execute(
            "create virtual table pages using fts5(slug unindexed, title, headings, summary, body, "
            "tokenize = 'porter unicode61')"
        )
        rows = (tuple(row.values()) for row in _rows(library))
        self._db.executemany("insert into pages values (?, ?, ?, ?, ?)", rows)

    def search(self, query: str, joint: str) -> list[str]:
        """Return the slugs of the best ten; the snippets are made as well."""
        asked = joint.join(f'"{word}"' for word, _, _ in words(fold(query)))
        found = self._db.execute(
            "select slug, snippet(pages, 4, '<mark>', '</mark>', '…', 30) from pages where pages match ? "
            "order by bm25(pages, 0, 3, 1, 2, 1) limit 10",
            (asked,),
        )
        return [slug for slug, _ in found]


class Tantivy:
    """A tantivy index in memory."""

    def __init__(self, library: Library) -> None:
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("slug", stored=True, tokenizer_name="raw")
        for name in _WEIGHTS:
            builder.add_text_field(name, stored=name == "body", tokenizer_name="en_stem")
        self._schema = builder.build()
        self._index = tantivy.Index(self._schema)
        writer = self._index.writer(num_threads=1)
        for row in _rows(library):
            writer.add_document(tantivy.Document(**row))
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()

    def search(self, query: str) -> list[str]:
        """Return the slugs of the best ten; the snippets are made as well."""
        searcher = self._index.searcher()
        said = " ".join(f'"{word}"' for word, _, _ in words(fold(query)))
        asked = self._index.parse_query(said, list(_WEIGHTS), field_boosts=_WEIGHTS)
        maker = tantivy.SnippetGenerator.create(searcher, asked, self._schema, "body")
        slugs = []
        for _score, address in searcher.search(asked, 10).hits:
            found = searcher.doc(address)
            maker.snippet_from_doc(found).to_html()
            slugs.append(str(found["slug"][0]))
        return slugs
