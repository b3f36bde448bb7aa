"""Fetches the pictures of an import from the web, and nothing from the company's own network."""

from __future__ import annotations

import contextlib
import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import quote, urljoin, urlsplit

from kb.importing.pictures import MAX_BYTES, kind_of

_REDIRECTS = 3
_PATIENCE = 10.0
"""Seconds for each word of a server."""

_SECONDS_EACH = 30.0
_SECONDS_ALL = 900.0
_AT_MOST = 2000
_CHUNK = 64 * 1024
_SAFE = "/%:@!$&'()*+,;=~-._?"
_KINDS = {".png", ".jpg", ".gif", ".webp", ".avif"}
"""Neither SVG nor PDF, which can hold programs: whoever wants those lays them beside the export."""


class FetchError(Exception):
    """A picture was not fetched; the message is the end of a sentence that says why."""


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public internet."""
    found = ipaddress.ip_address(address.partition("%")[0])
    inner = getattr(found, "ipv4_mapped", None) or getattr(found, "sixtofour", None)
    if getattr(found, "teredo", None):
        return False
    return found.is_global and not found.is_multicast and (inner is None or inner.is_global)


@dataclass(slots=True)
class Fetcher:
    """Fetches one picture after another, within limits of size, kind, number and time."""

    may_ask: Callable[[str], bool] = is_public
    """Whether the machine with this IP address may be asked."""
    now: Callable[[], float] = time.monotonic
    _count: int = 0
    _began: float | None = None
    _ssl: ssl.SSLContext = field(default_factory=ssl.create_default_context)

    def fetch(self, address: str) -> bytes:
        """Return the picture at an address; raises FetchError."""
        self._began = self.now() if self._began is None else self._began
        self._count += 1
        if self._count > _AT_MOST:
            raise FetchError(f"no more than {_AT_MOST} pictures are fetched in one import")
        if self.now() - self._began > _SECONDS_ALL:
            raise FetchError("the pictures before it took all the time that there is")
        end = self.now() + _SECONDS_EACH
        for _ in range(_REDIRECTS + 1):
            try:
                found = self._ask(address, end)
            except (OSError, http.client.HTTPException, ValueError) as error:
                raise FetchError(f"its server did not answer well ({type(error).__name__})") from error
            if isinstance(found, bytes):
                if kind_of(found) not in _KINDS:
                    raise FetchError(
                        "what came is no picture of a kind that is fetched (png, jpg, gif, webp, avif)"
                    )
                return found
            address = urljoin(address, found)
        raise FetchError("its server sends from one address to the next")

    def _ask(self, address: str, end: float) -> bytes | str:
        """Return the content at an address, or the address to which the server sends."""
        parts = urlsplit(address)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username is not None:
            raise FetchError("only addresses with http:// or https:// and no password are fetched")
        connection = self._connect(parts.hostname, parts.port, parts.scheme == "https")
        # A server that sends a byte now and then would keep us for ever: no wait of its own is too long.
        alarm = threading.Timer(max(end - self.now(), 0), _hang_up, [connection.sock])
        alarm.start()
        try:
            path = quote(parts.path or "/", safe=_SAFE) + (
                f"?{quote(parts.query, safe=_SAFE)}" if parts.query else ""
            )
            connection.request("GET", path, headers={"User-Agent": "Longtail", "Accept": "image/*"})
            answer = connection.getresponse()
            if answer.status in {301, 302, 303, 307, 308}:
                return answer.headers.get("Location", "")
            if answer.status != 200:
                raise FetchError(f"its server answered {answer.status}")
            return self._content(answer, end)
        finally:
            alarm.cancel()
            connection.close()

    def _content(self, answer: http.client.HTTPResponse, end: float) -> bytes:
        content = bytearray()
        while part := answer.read1(_CHUNK):
            content += part
            if len(content) > MAX_BYTES:
                raise FetchError(f"it is larger than {MAX_BYTES // 1_000_000} MB")
        if answer.length or self.now() > end:
            raise FetchError(f"it did not come as a whole within {_SECONDS_EACH:.0f} seconds")
        return bytes(content)

    def _connect(self, host: str, port: int | None, https: bool) -> http.client.HTTPConnection:
        """Connect to the very IP address that was judged: a name may mean another one a moment later."""
        port = port or (443 if https else 80)
        found = [str(one[4][0]) for one in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
        if not found or not all(self.may_ask(one) for one in found):
            raise FetchError(f"{host} is no machine of the public internet")
        plain = socket.create_connection((found[0], port), timeout=_PATIENCE)
        connection = http.client.HTTPConnection(host, port, timeout=_PATIENCE)
        try:
            connection.sock = self._ssl.wrap_socket(plain, server_hostname=host) if https else plain
        except OSError:
            plain.close()
            raise
        return connection


def _hang_up(plain: socket.socket) -> None:
    with contextlib.suppress(OSError):  # it has been closed since
        plain.shutdown(socket.SHUT_RDWR)
