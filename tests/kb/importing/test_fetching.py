"""Pictures are fetched from the public web alone, and within limits."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from kb.importing.fetching import Fetcher, FetchError, is_public
from tests.kb.importing.lantern import PDF, PNG


class _Pictures(BaseHTTPRequestHandler):
    """Answers as its path says."""

    def do_GET(self) -> None:
        kind, _, rest = self.path[1:].partition("/")
        if kind == "to":
            self.send_response(302)
            self.send_header("Location", rest)
            self.end_headers()
            return
        body = {"png": PNG, "html": b"<script>", "svg": b"<svg></svg>", "pdf": PDF}.get(kind, b"")
        self.send_response(200 if body else int(kind) if kind.isdecimal() else 404)
        # It lies about the kind, and where it is cut it lies about the length.
        self.send_header("Content-Type", "image/png")
        self.send_header("Content-Length", str(len(body) + (5 if rest == "cut" else 0)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The address of a web server on this machine."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Pictures) as serving:
        threading.Thread(target=serving.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{serving.server_port}"
        serving.shutdown()


@pytest.fixture
def fetcher() -> Fetcher:
    """One that may ask this machine."""
    return Fetcher(may_ask=lambda _: True)


def test_a_picture_is_fetched_whatever_its_name_is(server: str, fetcher: Fetcher) -> None:
    assert fetcher.fetch(f"{server}/png/any thing?a=b c") == PNG
    assert fetcher.fetch(f"{server}/to/{server}/png") == PNG
    assert fetcher.fetch(f"{server}/to//png") == PNG


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/html", "what came is no picture"),
        ("/svg", "what came is no picture"),
        ("/pdf", "what came is no picture"),
        ("/404", "its server answered 404"),
        ("/500", "its server answered 500"),
        ("/png/cut", "did not"),
        ("/to//to//to//to//png", "sends from one address to the next"),
        ("/to/file:///etc/passwd", "only addresses with http"),
        ("/to/", "sends from one address to the next"),
    ],
)
def test_what_is_no_picture_is_refused(server: str, fetcher: Fetcher, path: str, said: str) -> None:
    with pytest.raises(FetchError, match=said):
        fetcher.fetch(server + path)


@pytest.mark.parametrize(
    "address",
    ["file:///etc/passwd", "ftp://a.example/x", "gopher://a", "//a", "", "http://", "http://user:secret@a.example/",
     "http://[", "http://a:99999/", "data:image/png;base64,AAAA"],
)  # fmt: skip
def test_an_address_that_is_none_of_the_web_is_refused(fetcher: Fetcher, address: str) -> None:
    with pytest.raises(FetchError):
        fetcher.fetch(address)


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "localhost", "0.0.0.0", "10.0.0.1", "192.168.1.1", "172.16.0.1", "169.254.169.254", "[::1]",
     "[::ffff:127.0.0.1]", "[::ffff:10.0.0.1]", "[fd00::1]", "[fe80::1]", "2130706433", "0x7f000001",
     "127.1", "0177.0.0.1"],
)  # fmt: skip
def test_nothing_on_a_network_of_our_own_is_asked(address: str) -> None:
    with pytest.raises(FetchError, match="is no machine of the public internet"):
        Fetcher().fetch(f"http://{address}/x.png")


def test_a_redirect_to_our_own_network_is_refused(server: str) -> None:
    asked: list[str] = []

    def first_only(address: str) -> bool:
        asked.append(address)
        return len(asked) == 1

    with pytest.raises(FetchError, match="is no machine of the public internet"):
        Fetcher(may_ask=first_only).fetch(f"{server}/to/{server}/png")
    assert asked == ["127.0.0.1", "127.0.0.1"]


def test_a_name_with_one_private_address_among_public_ones_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def both(*_: object, **__: object) -> list[tuple[object, ...]]:
        return [(2, 1, 6, "", ("93.184.216.34", 80)), (2, 1, 6, "", ("10.0.0.1", 80))]

    monkeypatch.setattr(socket, "getaddrinfo", both)
    with pytest.raises(FetchError, match=r"rebind\.example is no machine of the public internet"):
        Fetcher().fetch("http://rebind.example/x.png")


@pytest.mark.parametrize(("address", "public"), [
    ("93.184.216.34", True), ("2606:2800:220:1::1", True), ("::ffff:8.8.8.8", True), ("224.0.0.1", False),
    ("100.64.0.1", False), ("2002:7f00:1::", False), ("fe80::1%eth0", False), ("255.255.255.255", False),
])  # fmt: skip
def test_public_is_what_the_internet_routes(address: str, public: bool) -> None:
    assert is_public(address) is public


def test_a_server_that_drips_is_left(monkeypatch: pytest.MonkeyPatch, fetcher: Fetcher) -> None:
    monkeypatch.setattr("kb.importing.fetching._SECONDS_EACH", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        done = threading.Event()

        def drip() -> None:
            connection, _ = listening.accept()
            with connection:
                try:
                    connection.sendall(b"HTTP/1.1 200 OK\r\n")
                    while not done.wait(0.05):
                        connection.sendall(b"X-Wait: more\r\n")
                except OSError:
                    pass

        dripping = threading.Thread(target=drip)
        dripping.start()
        began = time.monotonic()
        with pytest.raises(FetchError):
            fetcher.fetch(f"http://127.0.0.1:{port}/x.png")
        took = time.monotonic() - began
        done.set()
        dripping.join()
    assert took < 5


def test_there_is_an_end_to_the_number_and_to_the_time(
    server: str, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kb.importing.fetching._AT_MOST", 1)
    fetcher.fetch(f"{server}/png")
    with pytest.raises(FetchError, match="no more than 1 pictures"):
        fetcher.fetch(f"{server}/png")
    clock = iter([0.0, 0.0, 0.0, 1000.0])
    monkeypatch.setattr("kb.importing.fetching._SECONDS_ALL", -1)
    with pytest.raises(FetchError, match="took all the time"):
        Fetcher(may_ask=lambda _: True, now=lambda: next(clock)).fetch(f"{server}/png")


def test_a_picture_that_is_too_large_is_refused(
    server: str, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kb.importing.fetching.MAX_BYTES", 10)
    with pytest.raises(FetchError, match="it is larger than"):
        fetcher.fetch(f"{server}/png")
