"""The JSON interface that the bot asks."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.kb.web.conftest import House


def test_a_search_answers_in_the_promised_shape(client: FlaskClient) -> None:
    answer = client.get("/api/v1/search?q=berth&limit=1").get_json()
    assert set(answer) == {"query", "total", "took_ms", "did_you_mean", "results"}
    assert (answer["query"], answer["did_you_mean"]) == ("berth", None)
    assert answer["total"] >= 2
    assert answer["took_ms"] >= 0
    (result,) = answer["results"]
    assert set(result) == {"slug", "title", "url", "section", "snippet", "score"}
    assert result["url"] == f"https://help.harbour.example/articles/{result['slug']}"
    assert result["score"] > 0


def test_ten_are_given_unless_the_asker_says_otherwise(house: House) -> None:
    for number in range(60):
        house.write(f"articles/berths/pier-{number}.md", f"# Pier number {number}\n\nA pier.\n")
    house.refresh()
    given = {
        limit: len(house.client.get(f"/api/v1/search?q=pier{limit}").get_json()["results"])
        for limit in ("", "&limit=1", "&limit=50")
    }
    assert given == {"": 10, "&limit=1": 1, "&limit=50": 50}


@pytest.mark.parametrize("limit", ["0", "51", "-1", "x", "", "1.5", "9999999999"])
def test_a_limit_outside_its_bounds_is_a_problem(client: FlaskClient, limit: str) -> None:
    answer = client.get("/api/v1/search", query_string={"q": "berth", "limit": limit})
    assert answer.status_code == 400
    assert "from 1 to 50" in answer.get_json(force=True)["detail"]


def test_a_search_for_nothing_finds_nothing_and_a_missing_question_is_a_problem(client: FlaskClient) -> None:
    assert client.get("/api/v1/search?q=").get_json()["results"] == []
    assert "`q`" in client.get("/api/v1/search").get_json(force=True)["detail"]


def test_snippets_are_escaped(house: House) -> None:
    house.write("articles/berths/evil.md", "# Evil berth\n\nAn evil `<script>alert(1)</script>` berth.\n")
    house.refresh()
    found = house.client.get("/api/v1/search?q=evil+berth").get_json()["results"]
    assert "<script" not in str(found)


def test_an_audience_is_ignored_without_the_token(client: FlaskClient) -> None:
    plain, asking = (client.get(f"/api/v1/search?q=berth{more}").get_json() for more in ("", "&audience=1"))
    assert plain["results"] == asking["results"]
