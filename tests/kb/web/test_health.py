"""What operators and their machines ask."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.kb.web.conftest import TOKEN, House, MakeHouse

_BEARER = {"Authorization": f"Bearer {TOKEN}"}


def test_a_process_that_is_up_says_so_before_anything_else_works(make_house: MakeHouse) -> None:
    assert make_house(read=False, upgraded=False).client.get("/healthz").json == {"status": "up"}


def test_it_is_ready_when_index_and_database_are(client: FlaskClient) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json) == (200, {"status": "ready", "waits_for": []})


@pytest.mark.parametrize(
    ("state", "waits_for"),
    [
        ({"read": False}, ["index"]),
        ({"upgraded": False}, ["database"]),
        ({"read": False, "upgraded": False}, ["index", "database"]),
        ({"upgraded": False, "database_url": "postgresql://nobody@127.0.0.1:9/none"}, ["database"]),
    ],
)
def test_it_says_what_it_waits_for(
    make_house: MakeHouse, state: dict[str, object], waits_for: list[str]
) -> None:
    answer = make_house(**state).client.get("/readyz")
    assert (answer.status_code, answer.json) == (503, {"status": "waiting", "waits_for": waits_for})


def test_metrics_count_requests_and_searches(house: House) -> None:
    client = house.client
    client.get("/search?q=berth")
    client.get("/search?q=zzxqwv")
    client.get("/made/up")
    text = client.get("/metrics", headers=_BEARER).text
    assert 'kb_searches_total{face="page",outcome="found"} 1.0' in text
    assert 'kb_searches_total{face="page",outcome="nothing"} 1.0' in text
    assert 'kb_request_seconds_count{endpoint="search.results",method="GET",status="200"} 2.0' in text
    assert 'endpoint="none",method="ANY",status="404"' in text
    assert "kb_articles 4.0" in text
    assert "berth" not in text
    assert "made" not in text


@pytest.mark.parametrize(
    "header",
    [
        None,
        "Bearer",
        "Bearer wrong",
        f"Basic {TOKEN}",
        TOKEN,
        f"Bearer {TOKEN}x",
        f"Bearer {TOKEN[:-1]}",
        "Bearer é",
    ],
)
def test_without_the_token_there_are_no_metrics(client: FlaskClient, header: str | None) -> None:
    answer = client.get("/metrics", headers={"Authorization": header} if header else {})
    assert answer.status_code == 404
    assert "kb_" not in answer.text


def test_metrics_are_there_before_the_content_is(make_house: MakeHouse) -> None:
    text = make_house(read=False).client.get("/metrics", headers=_BEARER).text
    assert "kb_articles 0.0" in text


def test_without_a_configured_token_nobody_sees_metrics(make_house: MakeHouse) -> None:
    client = make_house(kb_api_token=None).client
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404
    assert client.get("/metrics", headers=_BEARER).status_code == 404
