"""How many events a second are taken over HTTP in batches of 500, beside plain inserts of the same rows.

    python -m bench.bench_events [EVENTS]

gunicorn as in the Procfile; two clients tell at once. A second telling of the same finds all of it known.
"""

from __future__ import annotations

import http.client
import json
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import quantiles

from sqlalchemy import insert

from bench.bench_pages import server
from bench.bench_report import postgres
from tiering.files import SHIPPED_CONTENT
from tiering.storage.tables import events
from tiering.usecases.record import open_store

_BATCH = 500
_CLIENTS = 2
_TOKEN = "a token of the bench, long enough"
_BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


def main(count: int) -> None:
    """Run the benchmark on SQLite and on PostgreSQL."""
    with tempfile.TemporaryDirectory() as name:
        run(Path(name), count, f"sqlite:///{Path(name) / 'longtail.db'}", "SQLite")
    with tempfile.TemporaryDirectory() as name, postgres(Path(tempfile.mkdtemp(prefix="pg"))) as url:
        run(Path(name), count, url, "PostgreSQL")


def run(folder: Path, count: int, url: str, kind: str) -> None:
    """Print events a second, told for the first time and again, and the time of a batch."""
    with server(SHIPPED_CONTENT, folder, DATABASE_URL=url, EVENTS_TOKEN=_TOKEN) as (port, _):
        plain = _rate(count, lambda: _insert(url, count))
        took: list[float] = []
        told = _rate(count, lambda: took.extend(_tell(port, count)))
        again = _rate(count, lambda: _tell(port, count))
    p95 = quantiles(took, n=20)[-1] * 1000
    print(
        f"{kind}: {told:,.0f} events a second ({told / plain:.0%} of plain inserts, {plain:,.0f}), "
        f"a batch p95 {p95:.0f} ms; told again {again:,.0f}"
    )


def _rate(count: int, work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return count / (time.perf_counter() - began)


def _tell(port: int, count: int) -> Sequence[float]:
    """Tell of many events; returns how long each batch took."""
    bodies = [
        json.dumps({"events": [_event(number) for number in range(first, min(first + _BATCH, count))]})
        for first in range(0, count, _BATCH)
    ]

    def tell(mine: Sequence[str]) -> list[float]:
        took = []
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        for body in mine:
            began = time.perf_counter()
            connection.request("POST", "/api/v1/events", body, {"Authorization": f"Bearer {_TOKEN}"})
            answer = connection.getresponse()
            told = json.loads(answer.read())
            assert (answer.status, told["rejected"]) == (200, 0), told
            took.append(time.perf_counter() - began)
        connection.close()
        return took

    with ThreadPoolExecutor(_CLIENTS) as clients:
        return [
            one
            for took in clients.map(tell, [bodies[at::_CLIENTS] for at in range(_CLIENTS)])
            for one in took
        ]


def _event(number: int) -> dict[str, object]:
    at = _BEGIN + timedelta(seconds=number)
    name = ("signed_up", "invoice.sent", "report.run")[number % 3]
    return {
        "id": f"e-{number}",
        "contact": f"C-{number // 3}",
        "name": name,
        "at": at.isoformat(),
        "value": 1,
    }


def _insert(url: str, count: int) -> None:
    """Insert as many rows, a transaction for each batch."""
    store = open_store(url, lambda: datetime.now(UTC))
    for first in range(0, count, _BATCH):
        with store.begin() as work:
            rows = [
                {
                    "id": f"plain-{number}",
                    "who": f"P-{number}",
                    "name": "plain",
                    "at": work.at,
                    "received_at": work.at,
                }
                for number in range(first, min(first + _BATCH, count))
            ]
            work.connection.execute(insert(events), rows)
    store.close()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 50_000)
