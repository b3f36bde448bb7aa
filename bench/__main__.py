"""Run every benchmark; `python -m bench FOLDER_OF_ARTICLES QUERIES` measures search on those too."""

from __future__ import annotations

import sys
from pathlib import Path

from bench import (
    bench_accounts,
    bench_bot,
    bench_events,
    bench_learning,
    bench_pages,
    bench_policy,
    bench_programmes,
    bench_progress,
    bench_report,
    bench_search,
    bench_visits,
)
from tiering.files import SHIPPED_CONTENT

bench_search.main(SHIPPED_CONTENT, SHIPPED_CONTENT / "golden.yaml")
if len(sys.argv) == 3:
    print()
    bench_search.main(Path(sys.argv[1]), Path(sys.argv[2]), (200, 1_000, 10_000))
print()
bench_pages.main(SHIPPED_CONTENT, SHIPPED_CONTENT / "golden.yaml")
print()
bench_accounts.main()
print()
bench_report.main()
print()
bench_policy.main()
print()
bench_bot.main()
print()
bench_visits.main(1_000_000)
print()
bench_programmes.main(100_000)
print()
bench_events.main(50_000)
print()
bench_learning.main(100_000)
print()
bench_progress.main(1_000)
