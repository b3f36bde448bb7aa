"""How long it takes to decide and store every account, to rehearse a policy, and to show one account.

    python -m bench.bench_policy [ACCOUNTS ...]

The baseline of deciding and of rehearsing is the reading of all accounts, which both must do; that of showing
is the fetch of one account. Times are wall-clock seconds, each in a process of its own.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.bench_accounts import TODAY, import_file, percentile, timed, write_export
from bench.bench_report import postgres
from tiering.content import Content, read_content
from tiering.domain.policy import Band
from tiering.files import SHIPPED_CONTENT
from tiering.usecases.ask import Inquiry, show
from tiering.usecases.policy import publish
from tiering.usecases.record import Store, open_store
from tiering.usecases.rehearsal import simulate


def stricter(content: Content) -> Content:
    """Return the shipped policy with tier 1 beginning at twice the ARR, so that many accounts move."""
    if content.rules is None:
        raise SystemExit("the shipped policy has problems")
    first, *others = content.rules.base.bands
    bands = (Band(tier=first.tier, at_least=2 * (first.at_least or 0)), *others)
    base = content.rules.base.model_copy(update={"bands": bands})
    return replace(content, rules=content.rules.model_copy(update={"base": base}))


def opened(url: str) -> Store:
    """Open a record that was filled before."""
    return open_store(url, lambda: datetime.now(UTC))


def read_all(url: str) -> float:
    """Read every account, the least that any of this must do; returns the seconds."""
    with opened(url).begin() as work:
        start = time.perf_counter()
        for _ in work.accounts.pages():
            pass
        return time.perf_counter() - start


def rehearse(url: str) -> float:
    """Rehearse a policy that moves many; returns the seconds."""
    draft = stricter(read_content(SHIPPED_CONTENT))
    store = opened(url)
    start = time.perf_counter()
    simulate(store, draft, "bench", TODAY)
    return time.perf_counter() - start


def decide(url: str) -> float:
    """Publish a policy under which every account's decision is a new one, and store them all."""
    content = read_content(SHIPPED_CONTENT)
    if content.rules is None:
        raise SystemExit("the shipped policy has problems")
    tiers = tuple(tier.model_copy(update={"name": f"{tier.name} plan"}) for tier in content.rules.tiers)
    renamed = replace(content, rules=content.rules.model_copy(update={"tiers": tiers}))
    store = opened(url)
    start = time.perf_counter()
    publish(store, renamed, "bench", TODAY + timedelta(1))
    return time.perf_counter() - start


def measure(work: str, url: str) -> tuple[float, int]:
    """Run one of the above in a process of its own; returns its seconds and its peak memory in MB."""
    code = (
        "import sys, resource\n"
        f"from bench.bench_policy import {work}\n"
        f"print({work}(sys.argv[1]), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, url], check=True, capture_output=True, text=True)
    seconds, memory = done.stdout.split()
    return float(seconds), int(memory)


def show_one(url: str, rows: int, label: str) -> None:
    """Time the whole answer of `tiering show`, once the program has started."""
    store, inquiry = opened(url), Inquiry("bench", TODAY, read_content(SHIPPED_CONTENT).prose)

    def fetch() -> object:
        with store.begin() as work:
            return work.accounts.get("A-500")

    baseline = percentile(timed(fetch, 200), 0.95)
    show(store, "A-500", inquiry)
    shown = percentile(timed(lambda: show(store, "A-500", inquiry), 100), 0.95)
    print(f"{label:<12} {rows:>9,} accounts  show {shown:7.1f} ms p95 {shown / baseline:6.1f}x one fetch")
    store.close()


def run(folder: Path, rows: int, url: str, label: str) -> None:
    """Fill a record and measure everything on it."""
    export = folder / f"{rows}.csv"
    if not export.exists():
        write_export(export, rows)
    taken = import_file(url, export)
    print(f"{label:<12} {rows:>9,} accounts  imported at {rows / taken:7,.0f} rows/s")
    baseline, _ = measure("read_all", url)
    for work in ("rehearse", "decide"):
        seconds, memory = measure(work, url)
        print(
            f"{label:<12} {rows:>9,} accounts  {work:<9} {seconds:7.1f} s"
            f" {seconds / baseline:5.1f}x reading them {1e6 * seconds / rows:6.0f} us each {memory:5} MB"
        )
    show_one(url, rows, label)


def main(sizes: tuple[int, ...] = (10_000, 100_000, 1_000_000)) -> None:
    """Run the benchmark on SQLite and on PostgreSQL."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for rows in sizes:
            run(folder, rows, f"sqlite:///{folder / f'{rows}.db'}", "SQLite")
        with postgres(Path(tempfile.mkdtemp(prefix="pg"))) as url:
            run(folder, min(max(sizes), 100_000), url, "PostgreSQL")


if __name__ == "__main__":
    main(tuple(int(size) for size in sys.argv[1:]) or (10_000, 100_000, 1_000_000))
