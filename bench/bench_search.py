"""How fast and how well search answers, beside SQLite FTS5 and tantivy on the same articles and queries.

    python -m bench.bench_search [FOLDER_OF_ARTICLES QUERIES [SIZE ...]]

For a SIZE above their number the articles are multiplied with varied words (see corpus.py). All are asked for
any of the words, which is what our search does; FTS5 also for all of them, which is quicker and finds nothing
for most questions. Everybody makes snippets. Only ours also corrects, completes and looks at meaning.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bench.baselines import Fts5, Tantivy
from bench.corpus import multiply
from kb.evaluate import Question, evaluate, read_questions
from kb.library import Library, read_library
from kb.search.index import SearchIndex, open_index
from kb.synonyms import read_synonyms
from tiering.files import SHIPPED_CONTENT

TODAY = date(2026, 11, 22)
CALLS = 600
"""Calls of each kind that are timed."""

_KEYWORDS = 3
"""A query of so many words is a search by keywords; a longer one is a question."""

_WORKER = """
import sys
from pathlib import Path
from bench.bench_search import TODAY
from kb.library import read_library
from kb.search.index import open_index
library = read_library(Path(sys.argv[1]), TODAY)
index = open_index(Path(sys.argv[2]))
assert index.search("how do I invite people").total
print(next(line.split()[1] for line in Path("/proc/self/status").open() if line.startswith("VmRSS")))
"""


@dataclass(frozen=True, slots=True)
class Way:
    """One way to search: a query gives slugs, best first, each with a snippet that is thrown away here."""

    name: str
    search: Callable[[str], Sequence[str]]


def percentile(times: Sequence[float], share: float) -> float:
    """Return the time that a share of all stays under, in milliseconds."""
    return sorted(times)[min(len(times) - 1, int(len(times) * share))] * 1000


def timed(ways: Sequence[Callable[[str], object]], queries: Sequence[str]) -> list[list[float]]:
    """Return the seconds of every call of every way, in turns, so that all meet the same machine."""
    times: list[list[float]] = [[] for _ in ways]
    for number in range(-1, -(-CALLS // len(queries))):
        for query in queries:
            for way, spent in zip(ways, times, strict=True):
                began = time.perf_counter()
                way(query)
                if number >= 0:  # the first round is to warm up
                    spent.append(time.perf_counter() - began)
    return times


def show_ways(ways: Sequence[Way], questions: Sequence[Question]) -> None:
    """Print a line for each way; its times by keywords and for questions, and how well it does."""
    queries = [question.query for question in questions]
    kinds = [
        [query for query in queries if len(query.split()) <= _KEYWORDS],
        [query for query in queries if len(query.split()) > _KEYWORDS],
    ]
    measured = [timed([way.search for way in ways], kind) for kind in kinds]
    print(f"{'':<26}{'keywords, ms':>16}{'questions, ms':>18}")
    print(f"{'search with snippets':<26}{'p50':>8}{'p95':>8}{'p50':>10}{'p95':>8}{'MRR@10':>9}{'nothing':>9}")
    for number, way in enumerate(ways):
        short, long = (kind[number] for kind in measured)
        result = evaluate(questions, way.search)
        times = [percentile(kind, share) for kind in (short, long) for share in (0.5, 0.95)]
        print(
            f"{way.name:<26}{times[0]:8.2f}{times[1]:8.2f}{times[2]:10.2f}{times[3]:8.2f}"
            f"{result.mrr:9.3f}{len(result.nothing):9}"
        )


def show_suggestions(index: SearchIndex, questions: Sequence[Question], library: Library) -> None:
    """Print how long a suggestion takes at every letter that somebody types."""
    texts = [question.query for question in questions]
    texts += [article.title for article in library.articles.values()]
    typed = [text[:end] for text in texts for end in range(1, min(len(text), 24) + 1)]
    [times] = timed([index.suggest], typed[:: max(1, len(typed) // 2000)])
    print(f"{'suggestions':<26}{percentile(times, 0.5):8.2f}{percentile(times, 0.95):8.2f}")


def show_change(folder: Path, library: Library, index: SearchIndex) -> None:
    """Print how soon a changed article is found, from the moment at which somebody notices."""
    path = sorted(folder.rglob("*.md"))[0]
    before = path.read_text("utf-8")
    path.write_text(before + "\n\nThe quixotical walrus.\n", "utf-8")
    began = time.perf_counter()
    index.refresh(read_library(folder, TODAY, previous=library))
    assert index.search("quixotical").total
    print(f"a changed article is found after {time.perf_counter() - began:.2f} s")
    path.write_text(before, "utf-8")


def show_worker(folder: Path, data: Path) -> None:
    """Print the memory of a process that holds the library and the index."""
    command = [sys.executable, "-c", _WORKER, str(folder), str(data)]
    ran = subprocess.run(command, check=True, capture_output=True, text=True)
    print(f"a worker takes {int(ran.stdout) / 1024:.0f} MB\n")


def measure(folder: Path, questions: Sequence[Question], changing: bool) -> None:
    """Measure everything on one folder of articles, which may be changed if it is a copy."""
    with tempfile.TemporaryDirectory() as name:
        began = time.perf_counter()
        library = read_library(folder, TODAY)
        rendered = time.perf_counter() - began
        began = time.perf_counter()
        index = open_index(Path(name))
        index.refresh(library)
        built = time.perf_counter() - began
        began = time.perf_counter()
        index = open_index(Path(name))
        opened = time.perf_counter() - began
        index.use(read_synonyms(folder)[0])
        machine = f"{os.cpu_count()} cores, Python {platform.python_version()}"
        print(f"{len(library.articles)} articles, {len(questions)} queries, {machine}")
        print(f"rendered in {rendered:.2f} s, indexed in {built:.2f} s, opened in {opened:.2f} s\n")
        baseline, other = Fts5(library), Tantivy(library)
        ways = [
            Way("Longtail", lambda query: [hit.slug for hit in index.search(query).hits]),
            Way("SQLite FTS5, any word", lambda query: baseline.search(query, " OR ")),
            Way("SQLite FTS5, all words", lambda query: baseline.search(query, " AND ")),
            Way("tantivy, any word", other.search),
        ]
        show_ways(ways, questions)
        show_suggestions(index, questions, library)
        print()
        if changing:
            show_change(folder, library, index)
        show_worker(folder, Path(name))


def main(articles: Path, queries: Path, sizes: Sequence[int] = ()) -> None:
    """Measure on the articles of a folder as they are, and multiplied to each of the sizes."""
    questions, problems = read_questions(queries)
    if problems:
        sys.exit("\n".join(map(str, problems)))
    if not sizes:
        measure(articles, questions, changing=False)
    for size in sizes:
        with tempfile.TemporaryDirectory() as name:
            multiply(articles, Path(name) / "articles", size)
            measure(Path(name), questions, changing=True)


if __name__ == "__main__":
    given = sys.argv[1:3] or [str(SHIPPED_CONTENT), str(SHIPPED_CONTENT / "golden.yaml")]
    if len(given) != 2:
        sys.exit(__doc__)
    main(Path(given[0]), Path(given[1]), [int(size) for size in sys.argv[3:]])
