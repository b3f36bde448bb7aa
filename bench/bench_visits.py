"""How long the pages about searches and articles take over many recorded searches, and recording itself.

    python -m bench.bench_visits [SEARCHES]

The baseline of a page is one count of what it reads. 100,000 accounts' visitors search over a year, in words
of which few are frequent and most are not, a fifth of them in vain; each second one reads.
"""

from __future__ import annotations

import logging
import random
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import structlog
from sqlalchemy import func, select

from kb.config import KbSettings
from kb.invitations import invite, link_path
from kb.storage import Visits
from kb.storage.visits import query_months
from kb.visit import Event, Read, Searched, Visit
from kb.web import recording
from kb.web.app import create_app, live
from kb.web.desk import desk_of
from tiering.content import read_content
from tiering.files import SHIPPED_CONTENT
from tiering.usecases.policy import publish_first
from tiering.usecases.record import open_store, upgrade

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
TODAY = date(2026, 11, 22)
_DAYS = 365
_PORTION = 5_000
_ROUNDS = 40
_MANY = 2_000
_PAGES = (
    "/staff/searches",
    "/staff/searches?lack=opened",
    "/staff/searches?tier=3",
    "/staff/articles",
    "/staff/deflection",
)


def main(searches: int) -> None:
    """Print p95 of every page, and what recording adds to a page."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        store = open_store(f"sqlite:///{folder / 'longtail.db'}", lambda: NOW)
        upgrade(store, "bench")
        publish_first(store, read_content(SHIPPED_CONTENT), "bench", TODAY)
        visits, began = Visits(store), time.perf_counter()
        for events in _portions(searches):
            visits.record(events)
        print(f"{searches:,} searches recorded, {searches / (time.perf_counter() - began):,.0f} a second")
        with store.reading() as work:
            count = select(func.count()).select_from(query_months)
            print(
                f"one count of the sums: {_p95(lambda: work.connection.execute(count).scalar_one()):.2f} ms"
            )
        _pages(folder)
        store.close()


def _pages(folder: Path) -> None:
    app = create_app(_settings(folder), clock=lambda: NOW)
    live(app).refresh()
    desk = desk_of(app)
    invited = invite(desk.settings.secret_key, NOW, "/staff/")
    desk.door.invite(invited.invitation, NOW)
    staff, path = app.test_client(), link_path(invited.link)
    fields = staff.get(path).text.split('name="csrf_token" value="')[1]
    staff.post("/sign-in/link", data={"csrf_token": fields.split('"')[0], "token": path.split("token=")[1]})
    for page in _PAGES:
        assert staff.get(page).status_code == 200, page
        print(f"{page}: p95 {_p95(lambda page=page: staff.get(page)):.0f} ms")  # type: ignore[misc]
    found, article = (
        desk.live.index.search("invoice"),
        next(iter(desk.live.edition.library.articles.values())),
    )
    asked = {
        "User-Agent": "Mozilla/5.0 (X11; Linux) Firefox/140",
        "Referer": "http://localhost/search?q=invoice",
    }
    with app.test_request_context("/search?q=invoice", headers=asked):
        print(
            f"recording a search adds p95 {_p95(lambda: recording.searched(found), _MANY):.3f} ms to its page"
        )
        print(f"recording a view adds p95 {_p95(lambda: recording.read(article), _MANY):.3f} ms to its page")
    desk.recorder.flush()
    shutil.rmtree(folder / "var", ignore_errors=True)


def _portions(searches: int) -> Iterator[list[Event]]:
    chance = random.Random(7)
    slugs = [f"category/article-{number}" for number in range(300)]
    for begin in range(0, searches, _PORTION):
        events: list[Event] = []
        for number in range(begin, min(begin + _PORTION, searches)):
            day = TODAY - timedelta(days=_DAYS - 1 - number * _DAYS // searches)
            account = chance.randrange(100_000)
            visit = Visit(key=f"{day}-{account}", day=day, kind="contact", tier=account % 3 + 1)
            word = int(chance.paretovariate(0.2)) % 1_000_000
            missing = word % 5 == 0
            at = datetime.combine(day, NOW.timetz())
            query = f"term{word} topic{word % 97}"
            found = 0 if missing else 1 + word % 9
            events.append(Searched(visit=visit, at=at, query=query, results=found, nearest=word % 15 == 1))
            if found and chance.random() < 0.5:
                events.append(Read(visit=visit, at=at, slug=chance.choice(slugs), revision="r", query=query))
        yield events


def _settings(folder: Path) -> KbSettings:
    return KbSettings.model_validate(
        {
            "database_url": f"sqlite:///{folder / 'longtail.db'}",
            "content_dir": SHIPPED_CONTENT,
            "data_dir": folder / "var",
            "secret_key": "a secret of the bench, long enough",
        }
    )


def _p95(ask: Callable[[], object], rounds: int = _ROUNDS) -> float:
    """Return the 95th percentile of many askings in milliseconds, after one that counts for nothing."""
    ask()
    took = []
    for _ in range(rounds):
        began = time.perf_counter()
        ask()
        took.append((time.perf_counter() - began) * 1000)
    return statistics.quantiles(took, n=20)[-1]


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
