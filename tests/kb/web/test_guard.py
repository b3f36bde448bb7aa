"""What every answer carries, and which requests are refused before a page sees them."""

from __future__ import annotations

import pytest
from flask import Flask, request
from flask.testing import FlaskClient

from tests.kb.web.conftest import House, MakeHouse

_PAGES = [
    "/",
    "/articles/berths/book-a-berth",
    "/search?q=berth",
    "/nothing-here",
    "/api/v1/search",
    "/healthz",
]


@pytest.mark.parametrize("path", _PAGES)
def test_every_answer_carries_the_headers_that_keep_it_safe(client: FlaskClient, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert headers["Strict-Transport-Security"].startswith("max-age=31536000")


def test_a_site_without_https_does_not_promise_it(make_house: MakeHouse) -> None:
    headers = make_house(kb_url="http://127.0.0.1:8000").client.get("/").headers
    assert "Strict-Transport-Security" not in headers


@pytest.mark.parametrize("path", ["/", "/articles/berths/book-a-berth", "/articles/berths/book-a-berth.md"])
def test_a_page_that_did_not_change_is_not_sent_twice(client: FlaskClient, path: str) -> None:
    first = client.get(path)
    assert first.headers["Cache-Control"] == "no-cache"
    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_a_page_that_changed_is_sent_again(house: House) -> None:
    path = "/articles/berths/leave-a-berth"
    tag = house.client.get(path).headers["ETag"]
    house.write("articles/berths/leave-a-berth.md", "# Leave a berth\n\nRing the bell.\n")
    house.refresh()
    again = house.client.get(path, headers={"If-None-Match": tag})
    assert again.status_code == 200
    assert "Ring the bell" in again.text


def test_what_went_wrong_is_not_kept_by_anybody(client: FlaskClient) -> None:
    assert client.get("/nothing-here").headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "path",
    [
        "/articles/%00",
        "/%00",
        "/articles/a%00.md",
        "/files/%00",
        "/?%ff",
        "/search?q=a%00b",
    ],
)
def test_addresses_with_bytes_that_are_no_text_are_refused(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 400
    assert "We could not read that request" in answer.text


@pytest.mark.parametrize("path", ["/", "/search?q=berth", "/articles/berths/book-a-berth", "/services"])
def test_a_page_answers_head_and_options_and_refuses_the_rest(client: FlaskClient, path: str) -> None:
    head = client.head(path)
    assert (head.status_code, head.data) == (200, b"")
    assert set(client.options(path).headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}
    for refused in (client.post, client.put, client.delete, client.patch):
        answer = refused(path, data={"q": "x"})
        assert answer.status_code == 405
        assert "GET" in answer.headers["Allow"]
        assert "That is not possible here" in answer.text


def test_a_request_may_not_be_large(house: House) -> None:
    house.app.config["WTF_CSRF_ENABLED"] = False

    @house.app.post("/echo")
    def echo() -> str:
        return str(len(request.form))

    assert house.client.post("/echo", data={"a": "b"}).text == "1"
    answer = house.client.post("/echo", data={"a": "b" * 100_000})
    assert answer.status_code == 413
    assert "That is too large" in answer.text


@pytest.mark.parametrize(
    "path", ["/", "/articles/berths/book-a-berth", "/sitemap.xml", "/robots.txt", "/nothing"]
)
@pytest.mark.parametrize("header", ["Host", "X-Forwarded-Host", "Forwarded"])
def test_a_forged_host_appears_nowhere(client: FlaskClient, path: str, header: str) -> None:
    answer = client.get(
        path, headers={header: "host=evil.example" if header == "Forwarded" else "evil.example"}
    )
    assert "evil.example" not in answer.text
    assert "evil.example" not in str(answer.headers)


@pytest.mark.parametrize(("hops", "expected"), [(0, "127.0.0.1"), (1, "203.0.113.9"), (2, "198.51.100.7")])
def test_only_our_own_proxies_are_believed(make_house: MakeHouse, hops: int, expected: str) -> None:
    app: Flask = make_house(proxy_hops=hops).app

    @app.get("/who")
    def who() -> str:
        return request.remote_addr or ""

    forwarded = {"X-Forwarded-For": "198.51.100.7, 203.0.113.9"}
    assert app.test_client().get("/who", headers=forwarded).text == expected
