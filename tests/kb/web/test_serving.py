"""The pages behind the real gunicorn: starting, refusing to start, and bytes that no client would send."""

from __future__ import annotations

import gzip
import shutil
from collections.abc import Iterator, Mapping
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests.conftest import OLGA, noon
from tests.kb.web.serving import environment, free_port, gunicorn, laptop, raw, served
from tiering.files import SHIPPED_CONTENT
from tiering.usecases.record import open_store, upgrade


@pytest.fixture(scope="module")
def port(record: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of a server over the shipped content."""
    folder = tmp_path_factory.mktemp("served")
    shutil.copy(record, folder)
    with served(folder, SHIPPED_CONTENT) as port:
        yield port


def _status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


def _get(port: int, target: bytes) -> bytes:
    return raw(port, b"GET " + target + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")


def test_pages_come_over_real_http(port: int) -> None:
    answer = _get(port, b"/")
    assert _status(answer) == 200
    assert b"Help with Wrenfield" in answer
    assert b"content-security-policy" in answer.lower()


def _ask(port: int, method: str, path: str, **headers: str) -> tuple[int, Mapping[str, str], bytes]:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request(
        method, path, headers={name.replace("_", "-"): value for name, value in headers.items()}
    )
    answer = connection.getresponse()
    found = answer.status, {name.title(): value for name, value in answer.getheaders()}, answer.read()
    connection.close()
    return found


_MARKDOWN = "/articles/scheduling/move-a-visit.md"
_PICTURE = "/files/scheduling/images/drag-a-visit.svg"


@pytest.mark.parametrize("path", ["/", "/articles/scheduling/move-a-visit", _MARKDOWN, _PICTURE, "/feed.xml"])
def test_what_a_browser_has_is_asked_for_and_not_sent_again(port: int, path: str) -> None:
    status, headers, body = _ask(port, "GET", path)
    assert (status, headers["Cache-Control"]) == (200, "no-cache")
    assert len(body) == int(headers["Content-Length"]) > 0
    head = _ask(port, "HEAD", path)
    assert (head[0], head[1]["Etag"], head[1]["Content-Length"], head[2]) == (
        200, headers["Etag"], headers["Content-Length"], b"",
    )  # fmt: skip
    again = _ask(port, "GET", path, If_None_Match=headers["Etag"])
    assert (again[0], again[2]) == (304, b"")
    assert _ask(port, "GET", path, If_None_Match='"another"')[0] == 200


def test_text_comes_compressed(port: int) -> None:
    _, headers, body = _ask(port, "GET", _MARKDOWN, Accept_Encoding="gzip")
    assert headers["Content-Encoding"] == "gzip"
    assert len(body) == int(headers["Content-Length"])
    assert gzip.decompress(body) == _ask(port, "GET", _MARKDOWN)[2]


def test_a_part_of_a_picture_comes_when_a_part_is_asked_for(port: int) -> None:
    whole = _ask(port, "GET", _PICTURE)[2]
    status, headers, body = _ask(port, "GET", _PICTURE, Range="bytes=10-19")
    assert (status, body) == (206, whole[10:20])
    assert headers["Content-Range"] == f"bytes 10-19/{len(whole)}"
    assert _ask(port, "GET", _PICTURE, Range=f"bytes={len(whole)}-")[0] == 416


@pytest.mark.parametrize(
    "target",
    [
        b"/articles/%ff%fe",
        b"/articles/\xff\xfe",
        b"/%c0%ae%c0%ae/etc/passwd",
        b"/search?q=%ff",
        b"/%00",
        b"/a%00b",
    ],
)
def test_bytes_that_are_no_text_get_a_clear_page(port: int, target: bytes) -> None:
    answer = _get(port, target)
    assert _status(answer) == 400
    assert b"Traceback" not in answer


@pytest.mark.parametrize(
    "target",
    [
        b"/files/../../../etc/passwd",
        b"/files/..%2f..%2f..%2fetc%2fpasswd",
        b"/static/../../config.py",
        b"/static/..%2f..%2fconfig.py",
        b"/articles/..\\..\\site.yaml",
        b"//etc/passwd",
    ],
)
def test_no_path_leads_outside(port: int, target: bytes) -> None:
    answer = _get(port, target)
    assert _status(answer) == 404
    assert b"root:" not in answer
    assert b"SECRET_KEY" not in answer


def test_a_query_without_end_is_refused(port: int) -> None:
    assert _status(_get(port, b"/search?q=" + b"a" * 3000)) == 400
    assert 400 <= _status(_get(port, b"/search?q=" + b"a" * 100_000)) < 500


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY is not set; see .env.example for what it means"),
        ({"DATABASE_URL": ""}, "DATABASE_URL is not set; see .env.example for what it means"),
        ({"PROXY_HOPS": "many"}, "PROXY_HOPS cannot be used: "),
    ],
)
def test_a_server_that_cannot_start_says_why_in_one_sentence_and_stops(
    tmp_path: Path, changed: dict[str, str], says: str
) -> None:
    server = gunicorn(free_port(), environment(tmp_path, SHIPPED_CONTENT, **changed))
    _, problems = server.communicate(timeout=30)
    assert server.returncode != 0
    assert sum(line.startswith(says) for line in problems.splitlines()) == 1
    assert "Traceback" not in problems


def test_a_server_does_not_start_on_a_record_that_is_behind(tmp_path: Path) -> None:
    server = gunicorn(free_port(), environment(tmp_path, SHIPPED_CONTENT))
    _, problems = server.communicate(timeout=30)
    assert server.returncode != 0
    assert "tiering upgrade" in problems
    assert "Traceback" not in problems
    store = open_store(f"sqlite:///{tmp_path / 'longtail.db'}", noon)
    upgrade(store, OLGA)
    store.close()
    with served(tmp_path, SHIPPED_CONTENT) as port:
        assert b"not published here yet" in _get(port, b"/services")


def test_one_process_on_a_laptop_serves_the_same_pages(record: Path, tmp_path: Path) -> None:
    shutil.copy(record, tmp_path)
    with served(tmp_path, SHIPPED_CONTENT, laptop) as port:
        answer = _get(port, b"/")
        assert b"Help with Wrenfield" in answer
        assert b"server:" not in answer.lower()  # nobody needs to know what serves
