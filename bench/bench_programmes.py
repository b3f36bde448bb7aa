"""How long a dry run of all shipped programmes takes, and its memory, beside one reading of the contacts.

    python -m bench.bench_programmes [CONTACTS]

Two contacts work at each account; half of them have signed up lately, and each tenth got mails before. The
product tells three events of each contact, one of them by an address.
"""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import insert

from kb.programmes.round import KIND
from kb.storage import Launches
from tiering.content import read_content
from tiering.domain.account import Account, Contact
from tiering.domain.decision import Decision
from tiering.domain.event import Event
from tiering.files import SHIPPED_CONTENT
from tiering.storage.store import UnitOfWork
from tiering.storage.tables import deliveries
from tiering.usecases.policy import publish_first
from tiering.usecases.reach import reach
from tiering.usecases.record import Store, open_store, upgrade

_PORTION = 5_000
_AT_ANY_HOUR = '---\nquiet_hours: {begin: "0:00", end: "0:00", weekends: false}'


def main(contacts: int) -> None:
    """Print the seconds and the memory of a dry run."""
    with tempfile.TemporaryDirectory() as name:
        url = f"sqlite:///{Path(name) / 'longtail.db'}"
        store = open_store(url, lambda: datetime.now(UTC))
        upgrade(store, "bench")
        content = read_content(SHIPPED_CONTENT)
        publish_first(store, content, "bench", store.now().date())
        for first in range(0, contacts, _PORTION):
            fill(store, first, min(first + _PORTION, contacts))
        Launches(store).launch(["onboarding"])
        always = Path(name) / "content"
        shutil.copytree(SHIPPED_CONTENT, always)
        for index in always.glob("programmes/*/index.md"):
            index.write_text(index.read_text().replace("---", _AT_ANY_HOUR, 1))
        began = time.perf_counter()
        read = sum(len(page) for page in reach(store, content.prose))
        baseline = time.perf_counter() - began
        store.close()
        environ = {**os.environ, "DATABASE_URL": url, "SECRET_KEY": "k" * 32, "CONTENT_DIR": str(always)}
        command = [sys.executable, "-m", "kb", "send", "--dry-run", "--backfill", "renewal", "--json"]
        began = time.perf_counter()
        done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
        seconds = time.perf_counter() - began
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        print(
            f"dry run over {read:,} contacts: {seconds:.1f} s, {peak:.0f} MB; reading alone {baseline:.1f} s"
        )
        print(done.stdout.splitlines()[1].strip(), done.stderr.strip())


def fill(store: Store, first: int, end: int) -> None:
    """Put contacts with these numbers into the record, and what belongs to them."""
    today = store.now().date()
    numbers = range(first, end, 2)
    with store.begin() as work:
        saw = work.audit.add(work.at, "bench", "import", None, {})
        work.accounts.save(
            [
                Account(
                    id=f"A-{number}",
                    name=f"Company {number}",
                    csm="Dana Whitfield",
                    went_live_on=today - timedelta(days=0 if number % 4 else 400),
                    renewal_on=today + timedelta(days=number % 365),
                )
                for number in numbers
            ],
            saw,
        )
        work.decisions.save(
            [Decision(f"A-{number}", 1 + number % 3, False, (), 1, today) for number in numbers]
        )
        work.contacts.save(
            [
                Contact(
                    id=f"C-{number}",
                    account_id=f"A-{number - number % 2}",
                    emails=(f"c{number}@company{number}.example",),
                    name=f"Contact {number}",
                    role="manager" if number % 2 else "member",
                    time_zone=("Europe/London", "America/New_York", "Asia/Tokyo")[number % 3],
                )
                for number in range(first, end)
            ]
        )
        _fill_events(work, first, end)
        _fill_mails(work, first, end)


def _fill_events(work: UnitOfWork, first: int, end: int) -> None:
    at = work.at - timedelta(days=400)
    work.events.add(
        [
            Event(f"{name}-{number}", who, name, at + timedelta(days=400 * (number % 4 == 0)))
            for number in range(first, end)
            for name, who in (
                ("signed_up", f"C-{number}"),
                ("invoice.sent", f"c{number}@company{number}.example"),
                ("report.run", f"C-{number}"),
            )
        ],
        work.at,
    )


def _fill_mails(work: UnitOfWork, first: int, end: int) -> None:
    work.connection.execute(
        insert(deliveries),
        [
            {
                "key": f"{KIND}:onboarding:{step}::{number}",
                "kind": KIND,
                "recipient": f"C-{number}",
                "about": {"programme": "onboarding", "step": step, "occasion": ""},
                "claimed_at": work.at - timedelta(days=days),
                "sent_at": work.at - timedelta(days=days),
            }
            for number in range(first, end, 10)
            for step, days in (("welcome", 13), ("phones", 10), ("clients", 3))
        ],
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
