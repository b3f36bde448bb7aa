"""Text is made smaller on its way, and nothing that is private."""

from __future__ import annotations

import gzip

import pytest
from flask.testing import FlaskClient

from kb.web.desk import desk_of
from tests.kb.web.cast import TESS, settle, signed_in
from tests.kb.web.conftest import House

_GZIP = {"Accept-Encoding": "gzip, deflate, br"}
_BERTH = "/articles/berths/book-a-berth"


@pytest.mark.parametrize(
    "path",
    ["/", _BERTH, "/articles", "/search?q=berth", "/feed.xml", "/static/site.css", "/static/article.js"],
)
def test_text_is_sent_smaller_to_whoever_understands_it(client: FlaskClient, path: str) -> None:
    plain, small = client.get(path), client.get(path, headers=_GZIP)
    assert "Content-Encoding" not in plain.headers
    assert small.headers["Content-Encoding"] == "gzip"
    assert len(small.data) == int(small.headers["Content-Length"]) < len(plain.data)
    assert gzip.decompress(small.data) == plain.data
    for answer in (plain, small):
        assert "Accept-Encoding" in answer.headers["Vary"]


def test_what_did_not_change_is_not_sent_twice_however_it_was_sent(client: FlaskClient) -> None:
    for first in (client.get(_BERTH), client.get(_BERTH, headers=_GZIP)):
        for again in ({}, _GZIP):
            answer = client.get(_BERTH, headers={"If-None-Match": first.headers["ETag"], **again})
            assert (answer.status_code, answer.data) == (304, b"")
            assert {"Accept-Encoding", "Cookie"} <= set(answer.headers["Vary"].split(", "))


@pytest.mark.parametrize("accepted", ["", "identity", "br", "gzip;q=0", "*;q=0"])
def test_whoever_does_not_want_it_gets_it_as_it_is(client: FlaskClient, accepted: str) -> None:
    assert "Content-Encoding" not in client.get(_BERTH, headers={"Accept-Encoding": accepted}).headers


def test_pages_of_one_visitor_are_left_alone(house: House) -> None:
    settle(desk_of(house.app).store)
    for answer in (
        signed_in(house, TESS).get(_BERTH, headers=_GZIP),
        house.client.get("/sign-in", headers=_GZIP),
        house.client.get("/nothing", headers=_GZIP),
    ):
        assert "Content-Encoding" not in answer.headers


def test_a_picture_and_what_is_short_are_left_alone(client: FlaskClient) -> None:
    for path in ("/healthz", "/robots.txt", "/static/fonts/figtree-latin-5.3.woff2"):
        assert "Content-Encoding" not in client.get(path, headers=_GZIP).headers


def test_head_says_what_get_would(client: FlaskClient) -> None:
    head, get = client.head(_BERTH, headers=_GZIP), client.get(_BERTH, headers=_GZIP)
    assert head.data == b""
    for name in ("ETag", "Content-Length", "Content-Encoding", "Cache-Control", "Vary"):
        assert head.headers[name] == get.headers[name]
