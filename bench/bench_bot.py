"""How long twenty people wait who ask the bot at once, each question being delivered three times.

    python -m bench.bench_bot [ACCOUNTS]

The bot runs in a process of its own and answers signed HTTP; Slack is a stand-in here that takes every
answer at once. The acknowledgement is what Slack waits for, the answer is what a person waits for. The
baseline is the same question, asked by one person alone.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode

from slack_sdk.signature import SignatureVerifier

from bench.bench_accounts import import_file, percentile, write_export
from bench.bench_report import postgres

PEOPLE = 20
ROUNDS = 25
DELIVERIES = 3
LOST_SECONDS = 10
SECRET = "bench"
QUESTIONS = ("acme", "acme qbr", "why A-{}", "A-{}", "can A-{} have a health check?")


class Slack:
    """A stand-in for Slack that takes every answer at once, and notes when each arrived."""

    def __init__(self) -> None:
        self.at: dict[str, float] = {}
        self.count: Counter[str] = Counter()
        self.url = ""
        self._waiting: dict[str, asyncio.Event] = {}

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one connection of the bot's."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        name = head.split(" ", 2)[1].rpartition("/")[2]
        length = next((line for line in head.split("\r\n") if line.startswith("content-length:")), ":0")
        body = await reader.readexactly(int(length.partition(":")[2]))
        if head.startswith("post /response/"):
            self.at.setdefault(name, time.perf_counter())
            self.count[name] += 1
            self.waiting(name).set()
        said = json.dumps(_answer(name, body.decode())).encode()
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n")
        writer.write(b"Content-Length: %d\r\n\r\n%b" % (len(said), said))
        await writer.drain()
        writer.close()

    def waiting(self, name: str) -> asyncio.Event:
        """Return what is set as soon as a request is answered."""
        return self._waiting.setdefault(name, asyncio.Event())


def _answer(method: str, body: str) -> dict[str, Any]:
    if method == "auth.test":
        return {"ok": True, "team_id": "T1", "user_id": "UB", "bot_id": "B1", "team": "Bench", "user": "bot"}
    if method == "users.info":
        user = parse_qs(body).get("user", [""])[0]
        return {"ok": True, "user": {"id": user, "team_id": "T1", "real_name": f"Person {user}"}}
    return {"ok": True}


@contextmanager
def bot(url: str, api: str, folder: Path) -> Iterator[tuple[int, Callable[[], None]]]:
    """Run the bot over HTTP; gives its port, and what waits until it listens."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = os.environ | {
        "DATABASE_URL": url,
        "DATA_DIR": str(folder),
        "KB_URL": api,
        "SLACK_API_URL": f"{api}/api",
        "SLACK_BOT_TOKEN": "xoxb-bench",
        "SLACK_SIGNING_SECRET": SECRET,
    }
    environment.pop("SLACK_APP_TOKEN", None)
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "run", "--port", str(port)],
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
    )
    errors = process.stderr
    assert errors

    def started() -> None:
        if "listens" not in (line := errors.readline()):
            raise SystemExit(f"the bot did not start: {line}")
        threading.Thread(target=errors.read, daemon=True).start()

    try:
        yield port, started
    finally:
        process.terminate()
        process.wait()


async def deliver(port: int, api: str, name: str, person: int, text: str) -> float:
    """Send a command as Slack does, signed; returns the seconds until it is acknowledged."""
    body = urlencode(
        {
            "command": "/tier",
            "text": text,
            "user_id": f"U{person}",
            "team_id": "T1",
            "channel_id": "C1",
            "trigger_id": name,
            "response_url": f"{api}/response/{name}",
        }
    )
    stamp = str(int(time.time()))
    signature = SignatureVerifier(SECRET).generate_signature(timestamp=stamp, body=body)
    head = (
        "POST /slack/events HTTP/1.1\r\nHost: bench\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        f"X-Slack-Request-Timestamp: {stamp}\r\nX-Slack-Signature: {signature}\r\n"
        f"Connection: close\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    )
    start = time.perf_counter()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(head.encode())
    status = await reader.readline()
    taken = time.perf_counter() - start
    await reader.read()
    writer.close()
    if b" 200 " not in status:
        raise SystemExit(f"the bot answered {status!r}")
    return taken


@dataclass
class Measured:
    """What a number of rounds came to, in seconds."""

    acknowledged: list[float] = field(default_factory=list)
    answered: list[float] = field(default_factory=list)
    lost: int = 0
    doubled: int = 0


async def ask_at_once(port: int, slack: Slack, people: int, rounds: int) -> Measured:
    """Let so many people ask at the same moment, again and again, each question delivered three times."""
    measured, salt = Measured(), time.time_ns()

    async def person(number: int, one: int) -> None:
        name = f"{salt}.{number}.{people}.{one}"
        text = QUESTIONS[(number + one) % len(QUESTIONS)].format(1 + (number * 977 + one * 131) % 9000)
        start = time.perf_counter()
        for _ in range(DELIVERIES):
            measured.acknowledged.append(await deliver(port, slack.url, name, one, text))
        try:
            await asyncio.wait_for(slack.waiting(name).wait(), LOST_SECONDS)
        except TimeoutError:
            measured.lost += 1
        else:
            measured.answered.append(slack.at[name] - start)

    for number in range(rounds):
        await asyncio.gather(*(person(number, one) for one in range(people)))
    await asyncio.sleep(1)  # a second answer would have come by now
    measured.doubled = sum(count > 1 for count in slack.count.values())
    return measured


async def measure(rows: int, url: str, label: str, folder: Path) -> None:
    """Measure the bot on a record, one person alone before twenty."""
    slack = Slack()
    server = await asyncio.start_server(slack.serve, "127.0.0.1", 0, backlog=256)
    slack.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    with bot(url, slack.url, folder) as (port, started):
        await asyncio.to_thread(started)
        await ask_at_once(port, slack, 2, 5)  # the first turns open connections and read the names
        alone = await ask_at_once(port, slack, 1, ROUNDS)
        baseline = percentile(alone.answered, 0.95)
        for found, people in ((alone, 1), (await ask_at_once(port, slack, PEOPLE, ROUNDS), PEOPLE)):
            p50, p95 = percentile(found.answered, 0.5), percentile(found.answered, 0.95)
            print(
                f"{label:<12} {rows:>9,} accounts  {people:>2} at once"
                f"  acknowledged p99 {percentile(found.acknowledged, 0.99):6.1f} ms"
                f"  answered p50 {p50:6.1f} p95 {p95:6.1f} ms, {p95 / baseline:4.1f}x one alone"
                f"  lost {found.lost} doubled {found.doubled}"
            )
    server.close()


def run(folder: Path, rows: int, url: str, label: str) -> None:
    """Fill a record and measure the bot on it."""
    export = folder / f"{rows}.csv"
    if not export.exists():
        write_export(export, rows)
    import_file(url, export)
    asyncio.run(measure(rows, url, label, folder))


def main(rows: int = 100_000) -> None:
    """Run the benchmark on SQLite and on PostgreSQL."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        run(folder, rows, f"sqlite:///{folder / 'bot.db'}", "SQLite")
        with postgres(Path(tempfile.mkdtemp(prefix="pg"))) as url:
            run(folder, rows, url, "PostgreSQL")


if __name__ == "__main__":
    main(*(int(size) for size in sys.argv[1:]))
