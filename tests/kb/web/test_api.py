"""The JSON interface: searching, and what every operation does with parameters, limits and trouble."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.kb.web.conftest import TOKEN, House, MakeHouse


def test_a_search_answers_in_the_promised_shape(client: FlaskClient) -> None:
    answer = client.get("/api/v1/search?q=berth&limit=1").get_json()
    assert set(answer) == {
        "query", "total", "took_ms", "did_you_mean", "results", "page", "pages", "next",
    }  # fmt: skip
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


def test_a_list_leads_from_page_to_page_and_shows_everything_once(client: FlaskClient) -> None:
    address, seen = "https://help.harbour.example/api/v1/search?q=berth+bill&limit=1", []
    while address:
        answer = client.get(address.removeprefix("https://help.harbour.example"))
        page = answer.get_json()
        seen += [result["slug"] for result in page["results"]]
        address = page["next"]
        assert answer.headers.get("Link") == (f'<{address}>; rel="next"' if address else None)
    assert len(seen) == page["pages"] == page["total"] == 3
    assert set(seen) == {"berths/book-a-berth", "berths/leave-a-berth", "bills/pay-a-bill"}


@pytest.mark.parametrize("path", ["search?q=berth&page=50", "articles?page=1000000"])
def test_after_the_last_page_every_page_is_empty(client: FlaskClient, path: str) -> None:
    answer = client.get(f"/api/v1/{path}").get_json()
    assert answer["results" if "results" in answer else "articles"] == []
    assert (answer["next"], answer["pages"]) == (None, 1)


@pytest.mark.parametrize(
    ("query", "parameter", "sentence"),
    [
        ("limit=ten", "limit", "The parameter `limit` must be a whole number from 1 to 200."),
        ("limit=201", "limit", "The parameter `limit` must be a whole number from 1 to 200."),
        ("limit=%D9%A1", "limit", "The parameter `limit` must be a whole number from 1 to 200."),
        ("page=1.0", "page", "The parameter `page` must be a whole number from 1 to 1000000."),
        ("page=+1", "page", "The parameter `page` must be a whole number from 1 to 1000000."),
        ("page=1_0", "page", "The parameter `page` must be a whole number from 1 to 1000000."),
        ("page=1&page=2", "page", "The parameter `page` may stand there only once."),
        (
            "pages=2",
            "pages",
            "There is no parameter `pages` here; there are page, limit, audience, lang, category.",
        ),
    ],
)
def test_a_parameter_that_is_wrong_is_named_with_what_was_expected(
    client: FlaskClient, query: str, parameter: str, sentence: str
) -> None:
    answer = client.get(f"/api/v1/articles?{query}")
    assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")
    assert answer.get_json()["detail"] == sentence
    assert answer.get_json()["errors"] == [{"parameter": parameter, "detail": sentence}]


def test_all_that_is_wrong_is_said_at_once(client: FlaskClient) -> None:
    problem = client.get("/api/v1/search?limit=0&colour=red").get_json()
    assert {error["parameter"] for error in problem["errors"]} == {"limit", "colour", "q"}


def test_a_parameter_of_the_path_cannot_be_given_again_in_the_query(client: FlaskClient) -> None:
    answer = client.get("/api/v1/articles/welcome?slug=bills/pay-a-bill")
    assert answer.status_code == 400
    assert answer.get_json()["detail"] == "There is no parameter `slug` here; there are audience, lang."


def test_an_article_is_given_whole_by_its_present_and_its_old_slug(client: FlaskClient) -> None:
    ways = ("berths/book-a-berth", "berths%2Fbook-a-berth", "old/berth")
    first, second, third = (client.get(f"/api/v1/articles/{slug}").get_json() for slug in ways)
    assert first == second == third
    assert first["markdown"].startswith("# Book a berth\n\nEvery boat needs a berth.")
    assert '<a href="/articles/bills/pay-a-bill"' in first["html"]
    del first["markdown"], first["html"]
    assert first == {
        "slug": "berths/book-a-berth",
        "title": "Book a berth",
        "url": "https://help.harbour.example/articles/berths/book-a-berth",
        "summary": "Choose a place for your boat & pay later.",
        "category": "berths",
        "language": "en",
        "last_reviewed": "2026-11-05",
        "related": ["bills/pay-a-bill"],
    }


def test_articles_are_listed_in_reading_order_and_by_category(client: FlaskClient) -> None:
    def slugs(query: str) -> list[str]:
        return [one["slug"] for one in client.get(f"/api/v1/articles{query}").get_json()["articles"]]

    assert slugs("") == ["berths/book-a-berth", "berths/leave-a-berth", "bills/pay-a-bill", "welcome"]
    assert slugs("?category=berths&limit=1&page=2") == ["berths/leave-a-berth"]
    assert client.get("/api/v1/articles?category=nothing").status_code == 404


def test_services_are_told_in_the_plans_public_words(client: FlaskClient) -> None:
    answer = client.get("/api/v1/services")
    offer = answer.get_json()
    assert [plan["name"] for plan in offer["plans"]] == ["Signature", "Plus", "Essential"]
    marks = {service["id"]: [mark["words"] for mark in service["plans"]] for service in offer["services"]}
    assert marks["quarterly-business-review"] == ["4 per year", None, None]
    assert marks["knowledge-base"] == ["Included", "Included", "Included"]
    assert "tier" not in answer.text.casefold()


@pytest.mark.parametrize(
    "path", ["search?q=berth", "articles", "articles/welcome", "services", "openapi.json"]
)
def test_a_public_answer_may_be_stored_and_asked_again(client: FlaskClient, path: str) -> None:
    first = client.get(f"/api/v1/{path}", headers={"If-None-Match": '"another"'})
    assert (first.status_code, first.headers["Cache-Control"]) == (200, "no-cache")
    assert {"Cookie", "Authorization"} <= set(first.vary.as_set(preserve_casing=True))
    if not path.startswith("search"):  # whose answer says how long it took
        again = client.get(f"/api/v1/{path}", headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize(
    "path", ["search?q=berth", "articles/welcome", "services", "accounts", "openapi.json"]
)
def test_other_methods_are_refused_with_those_that_there_are(client: FlaskClient, path: str) -> None:
    for method in ("POST", "PUT", "PATCH", "DELETE", "TRACE"):
        answer = client.open(f"/api/v1/{path}", method=method)
        assert (answer.status_code, answer.mimetype) == (405, "application/problem+json")
        assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}
    asked = client.options(f"/api/v1/{path}")
    assert (asked.status_code, asked.data) == (200, b"")
    assert set(asked.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}


def test_a_head_is_an_answer_without_its_body(client: FlaskClient) -> None:
    full, head = client.get("/api/v1/articles"), client.head("/api/v1/articles")
    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["ETag"] == full.headers["ETag"]
    assert client.head("/api/v1/accounts").status_code == 401


@pytest.mark.parametrize("path", ["", "nothing", "accounts/", "articles/", "v2", "search/berth"])
def test_what_is_no_operation_is_a_problem_or_the_operation_itself(client: FlaskClient, path: str) -> None:
    answer = client.get(f"/api/v1/{path}")
    known = {"accounts/": 401, "articles/": 200}
    assert answer.status_code == known.get(path, 404)
    assert answer.mimetype == ("application/json" if path == "articles/" else "application/problem+json")


def test_all_operations_share_one_limit_that_every_answer_tells(make_house: MakeHouse) -> None:
    house = make_house(proxy_hops=1)
    stranger = {"X-Forwarded-For": "203.0.113.77"}

    def ask(path: str, **headers: str) -> TestResponse:
        return house.client.get(f"/api/v1/{path}", headers={**stranger, **headers})

    first = ask("search?q=berth")
    assert (first.headers["RateLimit-Limit"], first.headers["RateLimit-Remaining"]) == ("120", "119")
    assert 0 < int(first.headers["RateLimit-Reset"]) <= 60
    statuses = [
        ask(path).status_code for path in ("articles", "services", "accounts") * 39 + ("articles",) * 2
    ]
    assert set(statuses) == {200, 401}
    refused = ask("articles/welcome")
    assert (refused.status_code, refused.mimetype) == (429, "application/problem+json")
    assert refused.get_json()["detail"] == "Please wait a moment and try again."
    assert refused.headers["RateLimit-Remaining"] == "0"
    assert 0 < int(refused.headers["Retry-After"]) <= 60
    assert refused.headers["Retry-After"] == refused.headers["RateLimit-Reset"]
    ours = ask("accounts", Authorization=f"Bearer {TOKEN}")
    assert ours.status_code == 200
    assert "RateLimit-Limit" not in ours.headers
    assert ask("articles", **{"X-Forwarded-For": "203.0.113.78"}).status_code == 200
