"""How many search pages a second gunicorn serves, beside a page that is only a template, from one server.

    python -m bench.bench_pages [CONTENT_DIR QUERIES]

Two workers, as in the Procfile; two clients on this machine ask for a fixed number of pages, by turns.
"""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from kb.evaluate import read_questions
from tiering.files import SHIPPED_CONTENT

_CLIENTS = 2
_PAGES = 300
"""Pages that each client asks for in one round."""

_ROUNDS = 3
_PATIENCE = 300.0
"""Seconds until the server must be ready."""

_TEMPLATE = "/search"
"""A page that is only a template: that of the search before anybody asks anything."""

_AT_ONCE = 32

_BIN = Path(sys.executable).parent


def main(content: Path, golden: Path) -> None:
    """Print the pages a second of both kinds, and the memory of the workers."""
    queries = [question.query for question in read_questions(golden)[0]]
    searches = [f"/search?q={quote(query)}" for query in queries]
    with tempfile.TemporaryDirectory() as data, server(content, Path(data)) as (port, process):
        rates: dict[str, list[float]] = {_TEMPLATE: [], "searches": []}
        for _ in range(_ROUNDS):
            rates[_TEMPLATE].append(_rate(port, [_TEMPLATE]))
            rates["searches"].append(_rate(port, searches))
        template, search = (max(found) for found in rates.values())
        share = search / template
        print(f"{template:.0f} template pages a second, {search:.0f} search pages: {share:.0%}")
        print(f"workers: {', '.join(f'{size} MB' for size in _memory(process.pid))}")


@contextmanager
def server(content: Path, data: Path, **more: str) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """Serve with gunicorn as the Procfile does; `more` is added to its environment."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = int(one.getsockname()[1])
    environment = os.environ | {
        "DATABASE_URL": f"sqlite:///{data / 'longtail.db'}",
        "CONTENT_DIR": str(content),
        "DATA_DIR": str(data),
        "SECRET_KEY": "a secret of the bench, long enough",
        **more,
    }
    for before in (["tiering", "upgrade"], ["kb", "index"]):
        subprocess.run([_BIN / before[0], before[1]], env=environment, check=True, capture_output=True)
    command: list[str | Path] = [
        _BIN / "gunicorn",
        "kb.wsgi:app",
        "--bind",
        f"127.0.0.1:{port}",
        "--workers",
        "2",
    ]
    command += ["--threads", "4", "--no-control-socket"]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, env=environment, stdout=quiet, stderr=quiet) as process:
        try:
            _wait(port)
            yield port, process
        finally:
            process.terminate()


def _wait(port: int) -> None:
    until = time.monotonic() + _PATIENCE
    ready = 0
    with ThreadPoolExecutor(_AT_ONCE) as asking:
        while ready < 5:  # in a row, and many at once, so that a worker that is still reading is asked too
            answers = list(asking.map(lambda _: _is_ready(port), range(_AT_ONCE)))
            ready = ready + 1 if all(answers) else 0
            if time.monotonic() > until:
                sys.exit("the server did not become ready")
            time.sleep(0.2)


def _is_ready(port: int) -> bool:
    try:
        return _fetch(port, "/readyz") == 200
    except OSError:
        return False


def _fetch(port: int, path: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        answer.read()
        return answer.status
    finally:
        connection.close()


def _rate(port: int, paths: Sequence[str]) -> float:
    def ask(first: int) -> None:
        for number in range(_PAGES):
            status = _fetch(port, paths[(first + number) % len(paths)])
            assert status == 200, status

    clients = [threading.Thread(target=ask, args=(at * len(paths) // _CLIENTS,)) for at in range(_CLIENTS)]
    began = time.perf_counter()
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    return _CLIENTS * _PAGES / (time.perf_counter() - began)


def _memory(parent: int) -> list[int]:
    """Return the resident megabytes of the children of a process."""
    sizes = []
    for place in Path("/proc").glob("[0-9]*/status"):
        try:
            lines = dict(line.split(":", 1) for line in place.read_text().splitlines())
        except OSError:  # it ended meanwhile
            continue
        if lines["PPid"].strip() == str(parent) and "VmRSS" in lines:
            sizes.append(int(lines["VmRSS"].split()[0]) // 1024)
    return sizes


if __name__ == "__main__":
    given = [Path(argument) for argument in sys.argv[1:]]
    if given and len(given) != 2:
        sys.exit(__doc__)
    main(*(given or [SHIPPED_CONTENT, SHIPPED_CONTENT / "golden.yaml"]))
