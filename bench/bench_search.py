"""How fast and how well search answers, beside SQLite FTS5 on the same articles and queries in the same run.

    python -m bench.bench_search [FOLDER_OF_ARTICLES QUERIES]

FTS5 is asked twice: for any of the words, which is what our search does, and for all of them, which is
quicker and finds nothing for most questions.
"""

from __future__ import annotations

import os
import platform
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from kb.evaluate import Question, evaluate, read_questions
from kb.library import Library, read_library
from kb.search.index import SearchIndex, open_index
from kb.search.words import fold, words
from tiering.files import SHIPPED_CONTENT

TODAY = date(2026, 11, 22)
ROUNDS = 20


@dataclass(frozen=True, slots=True)
class Way:
    """One way to search: a query gives slugs, best first, each with a snippet that is thrown away here."""

    name: str
    search: Callable[[str], Sequence[str]]


class Fts5:
    """The baseline: one FTS5 table in memory with the same fields and weights."""

    def __init__(self, library: Library) -> None:
        self._db = sqlite3.connect(":memory:")
        self._db.execute(
            "create virtual table pages using fts5(slug unindexed, title, headings, summary, body, "
            "tokenize = 'porter unicode61')"
        )
        rows = (
            (
                article.slug,
                article.title,
                "\n".join(section.title for section in article.sections),
                article.summary,
                "\n".join(section.text for section in article.sections),
            )
            for article in library.articles.values()
        )
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


def percentile(times: Sequence[float], share: float) -> float:
    """Return the time that a share of all stays under, in milliseconds."""
    return sorted(times)[min(len(times) - 1, int(len(times) * share))] * 1000


def timed(work: Callable[[str], object], queries: Sequence[str]) -> list[float]:
    """Return the seconds of every call, after one round to warm up."""
    for query in queries:
        work(query)
    times = []
    for _ in range(ROUNDS):
        for query in queries:
            began = time.perf_counter()
            work(query)
            times.append(time.perf_counter() - began)
    return times


def show_ways(ways: Sequence[Way], questions: Sequence[Question]) -> None:
    """Print a line for each way; the first is compared with the others."""
    queries = [question.query for question in questions]
    measured = []
    for way in ways:
        times = timed(way.search, queries)
        result = evaluate(questions, way.search)
        measured.append((way, percentile(times, 0.5), percentile(times, 0.95), result))
    ours = measured[0][2]
    print(f"{'search with snippets':<26}{'p50 ms':>8}{'p95 ms':>8}{'ours/it':>9}{'MRR@10':>8}{'nothing':>9}")
    for way, p50, p95, result in measured:
        ratio = f"{ours / p95:.2f}x"
        print(f"{way.name:<26}{p50:8.2f}{p95:8.2f}{ratio:>9}{result.mrr:8.3f}{len(result.nothing):9}")


def show_suggestions(index: SearchIndex, questions: Sequence[Question], library: Library) -> None:
    """Print how long a suggestion takes at every letter that somebody types."""
    texts = [question.query for question in questions] + [
        article.title for article in library.articles.values()
    ]
    typed = [text[:end] for text in texts for end in range(1, min(len(text), 24) + 1)]
    times = timed(index.suggest, typed[:: max(1, len(typed) // 2000)])
    print(f"{'suggestions':<26}{percentile(times, 0.5):8.2f}{percentile(times, 0.95):8.2f}")


def main(articles: Path, queries: Path) -> None:
    """Measure everything on the articles of a folder and on judged queries."""
    questions, problems = read_questions(queries)
    if problems:
        sys.exit("\n".join(map(str, problems)))
    with tempfile.TemporaryDirectory() as name:
        began = time.perf_counter()
        library = read_library(articles, TODAY)
        rendered = time.perf_counter() - began
        began = time.perf_counter()
        index = open_index(Path(name))
        index.refresh(library)
        built = time.perf_counter() - began
        began = time.perf_counter()
        open_index(Path(name))
        opened = time.perf_counter() - began
        machine = f"{os.cpu_count()} cores, Python {platform.python_version()}"
        print(f"{len(library.articles)} articles, {len(questions)} queries, {machine}")
        print(f"rendered in {rendered:.2f} s, indexed in {built:.2f} s, opened in {opened:.2f} s\n")
        baseline = Fts5(library)
        show_ways(
            [
                Way("Longtail", lambda query: [hit.slug for hit in index.search(query).hits]),
                Way("SQLite FTS5, any word", lambda query: baseline.search(query, " OR ")),
                Way("SQLite FTS5, all words", lambda query: baseline.search(query, " AND ")),
            ],
            questions,
        )
        show_suggestions(index, questions, library)


if __name__ == "__main__":
    given = [Path(argument) for argument in sys.argv[1:]] or [
        SHIPPED_CONTENT,
        SHIPPED_CONTENT / "golden.yaml",
    ]
    if len(given) != 2:
        sys.exit(__doc__)
    main(*given)
