"""What a visitor reads when something is missing or broken."""

from __future__ import annotations

import json
import re

import pytest
from flask.testing import FlaskClient
from structlog.testing import capture_logs

from tests.kb.web.conftest import House, MakeHouse
from tests.kb.web.page import read


def test_an_unknown_page_offers_the_nearest_articles(client: FlaskClient) -> None:
    answer = client.get("/articles/berths/booking-berths")
    page = read(answer.text)
    assert answer.status_code == 404
    assert "/articles/berths/book-a-berth" in page.links
    assert "These come nearest" in page.text
    assert page.tags["h1"] == 1


def test_an_unknown_page_that_resembles_nothing_offers_the_search(client: FlaskClient) -> None:
    page = read(client.get("/zzxqwv").text)
    assert "These come nearest" not in page.text
    assert {"/search", "/contact", "/articles", "/"} <= set(page.links)


@pytest.mark.parametrize(
    "path", ["/<script>alert(1)</script>", "/articles/%22%3E%3Cimg%20onerror=alert(1)%3E"]
)
def test_an_address_is_never_run(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert read(answer.text).inline == []
    assert "alert(1)" not in answer.text


def _break(house: House) -> None:
    @house.app.get("/broken")
    @house.app.get("/api/v1/broken", endpoint="broken-api")
    def broken() -> str:
        raise ZeroDivisionError("the secret detail")


def test_a_failure_gives_a_reference_to_the_visitor_and_the_details_to_the_log(house: House) -> None:
    _break(house)
    with capture_logs() as logs:
        answer = house.client.get("/broken?q=personal+question")
    assert answer.status_code == 500
    assert "secret detail" not in answer.text
    assert "Traceback" not in answer.text
    found = re.search(r"reference: (\w+)", answer.text)
    assert found
    failed = next(entry for entry in logs if entry["event"] == "request failed")
    assert failed["reference"] == found[1]
    assert isinstance(failed["exc_info"], ZeroDivisionError)
    assert "personal" not in str(logs)


def test_programs_get_problem_details(house: House) -> None:
    _break(house)
    for path, status in (("/api/v1/broken", 500), ("/api/v1/nothing", 404), ("/api/v1/search", 400)):
        answer = house.client.get(path)
        problem = json.loads(answer.data)
        assert answer.mimetype == "application/problem+json"
        assert (answer.status_code, problem["status"], problem["instance"]) == (status, status, path)
        assert problem["type"] == "about:blank"
        assert problem["title"]
        assert "secret detail" not in problem["detail"]
    assert house.client.post("/api/v1/search").mimetype == "application/problem+json"


def test_before_the_content_is_read_pages_ask_for_patience(make_house: MakeHouse) -> None:
    client = make_house(read=False).client
    for path in ("/", "/articles/berths/book-a-berth", "/contact", "/nothing-here", "/sitemap.xml"):
        answer = client.get(path)
        assert answer.status_code == 503, path
        assert "Back in a moment" in answer.text
        assert answer.headers["Retry-After"] == "5"
    assert client.get("/static/site.css").status_code == 200
    for path in ("/static/nothing.css", "/metrics"):
        assert client.get(path).status_code == 404, path


@pytest.mark.parametrize(
    ("path", "status"), [("/healthz", 405), ("/static/site.css", 405), ("/metrics", 405)]
)
def test_what_is_not_a_page_gives_a_clear_page_too(client: FlaskClient, path: str, status: int) -> None:
    answer = client.post(path)
    assert answer.status_code == status
    assert read(answer.text).tags["h1"] == 1


def test_the_plans_ask_for_patience_while_the_record_is_away(make_house: MakeHouse) -> None:
    client = make_house(upgraded=False, database_url="postgresql://nobody@127.0.0.1:9/none").client
    answer = client.get("/services")
    assert answer.status_code == 503
    assert "Please try again in a minute" in answer.text
    assert "127.0.0.1:9" not in answer.text
    assert client.get("/articles/berths/book-a-berth").status_code == 200
