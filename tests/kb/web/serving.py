"""Real servers for tests: gunicorn as a deployment runs it, on a port of its own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent.parent
_PATIENCE = 30.0

Start = Callable[[int, Mapping[str, str]], "subprocess.Popen[str]"]


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        port: int = asked.getsockname()[1]
        return port


def environment(folder: Path, content: Path, **changed: str) -> dict[str, str]:
    """Return a whole environment for a server."""
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "DATABASE_URL": f"sqlite:///{folder / 'longtail.db'}",
        "CONTENT_DIR": str(content),
        "DATA_DIR": str(folder / "var"),
        "SECRET_KEY": "a secret of the pages, long enough",
        **changed,
    }


def gunicorn(port: int, environ: Mapping[str, str]) -> subprocess.Popen[str]:
    """Start gunicorn as the Procfile does."""
    command = [sys.executable, "-m", "gunicorn", "kb.wsgi:app", "--bind", f"127.0.0.1:{port}"]
    command += ["--workers", "1", "--threads", "4", "--no-control-socket"]
    return subprocess.Popen(command, cwd=ROOT, env=dict(environ), stderr=subprocess.PIPE, text=True)


def laptop(port: int, environ: Mapping[str, str]) -> subprocess.Popen[str]:
    """Start `kb serve`, which serves from one process."""
    command = [sys.executable, "-m", "kb", "serve", "--port", str(port)]
    return subprocess.Popen(command, cwd=ROOT, env=dict(environ), stderr=subprocess.PIPE, text=True)


@contextmanager
def served(folder: Path, content: Path, start: Start = gunicorn, **changed: str) -> Iterator[int]:
    """Serve the content until the block ends; gives the port once the pages are ready."""
    port, said = free_port(), list[str]()
    server = start(port, environment(folder, content, KB_URL=f"http://127.0.0.1:{port}", **changed))
    # A pipe that nobody reads is full one day, and whoever writes into it then waits for ever.
    reader = threading.Thread(target=lambda: said.extend(server.stderr or ()))
    reader.start()
    try:
        end = time.monotonic() + _PATIENCE
        while not ready(port):
            assert server.poll() is None, "".join(said)
            assert time.monotonic() < end, "the server did not become ready"
            time.sleep(0.05)
        yield port
    finally:
        server.terminate()
        server.wait(timeout=_PATIENCE)
        reader.join()
        if server.stderr:
            server.stderr.close()


def ready(port: int) -> bool:
    """Ask whether the pages are ready."""
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def raw(port: int, request: bytes) -> bytes:
    """Send bytes as they are and return everything that comes back."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(request)
        answer = b""
        while more := connection.recv(65536):
            answer += more
        return answer
