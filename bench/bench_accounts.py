"""How fast accounts are imported and asked about, and how much memory an import takes.

The baseline of an import is Python's own csv reader over the same file; the baseline of an answer is the
fetch of one account by its primary key.
"""

from __future__ import annotations

import csv
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

from tiering.cli.desk import Desk
from tiering.cli.importing import land_accounts
from tiering.config import Settings
from tiering.content import read_content
from tiering.files import SHIPPED_CONTENT
from tiering.usecases.ask import Inquiry, ask
from tiering.usecases.import_accounts import Order
from tiering.usecases.policy import publish_first
from tiering.usecases.record import Store, open_store, upgrade

TODAY = date(2026, 11, 22)
_WORDS = (
    "Acme",
    "Blue",
    "Cedar",
    "Delta",
    "Ember",
    "Falcon",
    "Granite",
    "Harbor",
    "Iris",
    "Juniper",
    "Kestrel",
)
_FORMS = ("Inc", "GmbH", "Ltd", "LLC", "SA", "")
_ACME = 'A-0,Acme Corporation,acme.example,customer,"$120,000.00",USD,,40,30,9,Retail,France,,yes,,Anna,,10'
_HEADER = (
    "id,name,domain,status,arr,currency,potential_arr,seats,active_users,nps,industry,country,parent,"
    "advocate_reference,own_resources,csm,renewal_on,Employees"
)


def write_export(path: Path, rows: int) -> None:
    """Write a made-up export; one account is called Acme Corporation."""
    chance = random.Random(7)
    with path.open("w", encoding="utf-8") as file:
        file.write(f"{_HEADER}\n{_ACME}\n")
        for number in range(1, rows):
            name = f"{chance.choice(_WORDS)} {chance.choice(_WORDS)} {number} {chance.choice(_FORMS)}".strip()
            parent = f"A-{chance.randrange(number)}" if number % 10 == 0 else ""
            file.write(
                f'A-{number},{name},d{number}.example,customer,"${chance.randrange(1, 300_000):,}.00",USD,,'
                f"{chance.randrange(1, 500)},{chance.randrange(1, 300)},{chance.randrange(-100, 101)},Retail,"
                f"France,{parent},{chance.choice(('yes', 'no', ''))},{chance.choice(('no', ''))},Anna,"
                f"2027-01-31,{chance.randrange(5000)}\n"
            )


def percentile(times: list[float], share: float) -> float:
    """Return the time that a share of all stays under, in milliseconds."""
    return sorted(times)[min(len(times) - 1, int(len(times) * share))] * 1000


def timed(work: Callable[[], object], times: int) -> list[float]:
    """Run something several times and return the seconds that each took."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return taken


def import_file(url: str, export: Path) -> float:
    """Import an export into a new record and return the seconds."""
    store = open_store(url, lambda: datetime.now(UTC))
    upgrade(store, "bench")
    publish_first(store, read_content(SHIPPED_CONTENT), "bench", TODAY)
    here = Desk(Settings(database_url=url, content_dir=SHIPPED_CONTENT))
    start = time.perf_counter()
    summary = land_accounts(here, export, None, Order(str(export), "bench", TODAY))
    taken = time.perf_counter() - start
    if summary.rejected or summary.stopped:
        raise SystemExit(f"the import went wrong: {summary}")
    store.close()
    return taken


def show_import(folder: Path, rows: int, url: str, label: str) -> None:
    """Import `rows` accounts in a process of its own, so that its memory can be told."""
    export = folder / f"{rows}.csv"
    if not export.exists():
        write_export(export, rows)
    start = time.perf_counter()
    with export.open(encoding="utf-8", newline="") as file:
        for _ in csv.reader(file):
            pass
    baseline = time.perf_counter() - start
    code = (
        "import sys, resource, pathlib\n"
        "from bench.bench_accounts import import_file\n"
        "taken = import_file(sys.argv[1], pathlib.Path(sys.argv[2]))\n"
        "print(taken, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, url, str(export)], capture_output=True, text=True, check=True
    )
    seconds, memory = done.stdout.split()
    print(
        f"{label:<12} {rows:>9,} rows {float(seconds):8.1f} s {rows / float(seconds):9,.0f} rows/s"
        f" {float(seconds) / baseline:7.0f}x csv.reader {int(memory):5} MB"
    )


def show_answers(store: Store, label: str) -> None:
    """Ask the questions that staff ask, and tell how long whole answers take."""
    inquiry = Inquiry("bench", TODAY, read_content(SHIPPED_CONTENT).prose)

    def fetch() -> object:
        with store.begin() as work:
            return work.accounts.get("A-500")

    baseline = percentile(timed(fetch, 300), 0.95)
    for question in (
        "acme",
        "acme qbr",
        "why acme corporation",
        "blue ced",
        "acme corporatoin",
        "nobody at all",
    ):
        ask(store, question, inquiry)
        times = timed(lambda question=question: ask(store, question, inquiry), 100)  # type: ignore[misc]
        p50, p95 = percentile(times, 0.5), percentile(times, 0.95)
        print(
            f"{label:<12} /tier {question:<22} {p50:7.1f} {p95:7.1f} ms p50/p95"
            f" {p95 / baseline:6.1f}x one fetch"
        )


def main(sizes: tuple[int, ...] = (100_000, 1_000_000)) -> None:
    """Run the whole benchmark on SQLite."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for rows in sizes:
            show_import(folder, rows, f"sqlite:///{folder / f'{rows}.db'}", "SQLite")
        store = open_store(f"sqlite:///{folder / '100000.db'}", lambda: datetime.now(UTC))
        show_answers(store, "SQLite")
        store.close()
    print(f"peak memory of this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")


if __name__ == "__main__":
    main(tuple(int(size) for size in sys.argv[1:]) or (100_000, 1_000_000))
