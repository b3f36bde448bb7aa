"""Searching by hand: the page, the suggestions, and what people put into the field."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.kb.web.conftest import House, MakeHouse
from tests.kb.web.page import read


def test_a_search_finds_the_article_and_marks_the_word(client: FlaskClient) -> None:
    html = client.get("/search?q=berth").text
    assert "3 articles" in html or "2 articles" in html
    assert "/articles/berths/book-a-berth" in read(html).links
    assert "<mark>" in html
    assert 'value="berth"' in html


def test_a_misspelt_word_is_answered_or_corrected(client: FlaskClient) -> None:
    html = client.get("/search?q=brth").text
    assert "Did you mean" in html or "/articles/berths/book-a-berth" in html


def test_a_search_without_results_says_so_and_helps_on(client: FlaskClient) -> None:
    page = read(client.get("/search?q=zzxqwv").text)
    assert "No article matches" in page.text
    assert {"/contact", "/articles", "/articles/berths/book-a-berth"} <= set(page.links)


def test_a_search_in_one_category_finds_only_what_stands_there(client: FlaskClient) -> None:
    links = read(client.get("/search?q=berth+bill&category=bills").text).links
    assert "/articles/bills/pay-a-bill" in links
    assert "/articles/berths/leave-a-berth" not in links
    assert client.get("/search?q=berth&category=nothing").status_code == 404


def test_categories_come_with_the_number_of_their_answers(client: FlaskClient) -> None:
    page = read(client.get("/search?q=berth+bill").text)
    assert "Everything 3" in page.text or "Everything 4" in page.text
    assert "Bills 1" in page.text
    assert "Nothing yet" not in page.text, "a category without an answer is no choice"
    assert "Everything" in read(client.get("/search?q=berth+bill&category=bills").text).text


def test_a_hit_leads_to_the_section_that_answers(client: FlaskClient) -> None:
    assert (
        "/articles/berths/book-a-berth#send-the-request" in read(client.get("/search?q=request").text).links
    )


def test_what_no_word_matches_is_answered_with_the_nearest_and_says_so(client: FlaskClient) -> None:
    page = read(client.get("/search?q=invoice+payment").text)
    assert "Nothing says exactly invoice payment" in page.text
    assert "/articles/bills/pay-a-bill" in page.links
    assert "/contact?q=invoice%20payment" in page.links or "/contact?q=invoice+payment" in page.links


def test_a_search_without_results_in_a_category_shows_what_that_holds(client: FlaskClient) -> None:
    page = read(client.get("/search?q=zzxqwv&category=bills").text)
    assert "What most people need in Bills" in page.text
    assert "/articles/bills/pay-a-bill" in page.links
    assert "/articles/berths/book-a-berth" not in page.links


def test_the_way_to_a_person_takes_the_words_along(client: FlaskClient) -> None:
    assert "/contact?q=zzxqwv" in read(client.get("/search?q=zzxqwv").text).links
    page = client.get("/contact?q=zzxqwv+%3Cb%3E").text
    assert "mailto:help@harbour.example?subject=zzxqwv%20%3Cb%3E" in page
    assert "<b>" not in page.split("<main")[1].split("</main>")[0]
    assert client.get("/contact", query_string={"q": "a" * 301}).status_code == 400


def test_synonyms_are_served_as_soon_as_they_are_saved(house: House) -> None:
    house.write("synonyms.yaml", "- [kwijibo, berth]\n- lonely\n")
    house.refresh()
    assert "/articles/berths/book-a-berth" in read(house.client.get("/search?q=kwijibo").text).links
    from kb.web.app import live

    assert any(problem.path == "synonyms.yaml" for problem in live(house.app).edition.problems)


def test_what_is_not_for_everybody_is_not_found_by_anybody(house: House) -> None:
    house.write("articles/berths/secret.md", "---\ntitle: Secret zeppelin\naudience: staff\n---\nHush.\n")
    house.refresh()
    for path in ("/search?q=zeppelin", "/search?q=zepelin", "/suggest?q=zepp", "/api/v1/search?q=zeppelin"):
        assert "ecret" not in house.client.get(path).text, path
    assert "zeppelin" not in house.client.get("/search?q=zepelin").text


def test_an_empty_search_shows_the_field_and_what_most_people_need(client: FlaskClient) -> None:
    for path in ("/search", "/search?q=", "/search?q=+++"):
        page = read(client.get(path).text)
        assert "What most people need" in page.text
        assert "No article" not in page.text


def test_results_come_in_pages(house: House) -> None:
    for number in range(23):
        house.write(f"articles/berths/pier-{number}.md", f"# Pier number {number}\n\nA pier.\n")
    house.refresh()
    first, last = (read(house.client.get(f"/search?q=pier&page={number}").text) for number in (1, 3))
    assert "Page 1 of 3" in first.text
    assert "/search?q=pier&page=2" in first.links
    assert "Page 3 of 3" in last.text
    shown = [link for link in last.links if link.startswith("/articles/berths/pier")]
    assert len(set(shown)) == 3
    assert house.client.get("/search?q=pier&page=4").status_code == 404


@pytest.mark.parametrize("number", ["0", "-1", "x", "1.5", "", "٣", "99999999999999999999", "1e3", "1%00"])
def test_a_page_number_that_is_none_is_refused_politely(client: FlaskClient, number: str) -> None:
    answer = client.get(f"/search?q=berth&page={number}")
    assert answer.status_code == 400
    assert "We could not read that request" in answer.text


@pytest.mark.parametrize(
    "query",
    [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "' onmouseover='alert(1)",
        "{{7*7}}",
        "javascript:alert(1)",
        "</title><script>alert(1)</script>",
    ],
)
def test_what_somebody_searches_for_is_shown_and_never_run(client: FlaskClient, query: str) -> None:
    answer = client.get("/search", query_string={"q": query})
    page = read(answer.text)
    assert answer.status_code == 200
    assert page.inline == []
    assert "49" not in page.text
    assert all("onerror" not in picture for picture in page.pictures)
    assert " ".join(query.split()) in page.text


@pytest.mark.parametrize(
    "query", ["*", "(((", "c++", "AND OR NOT", "title:x", "a" * 300, "ß ﬁ İ", "🦆", "%s", "\\"]
)
def test_no_query_breaks_the_search(client: FlaskClient, query: str) -> None:
    assert client.get("/search", query_string={"q": query}).status_code == 200
    assert client.get("/suggest", query_string={"q": query}).status_code == 200
    assert client.get("/api/v1/search", query_string={"q": query}).status_code == 200


@pytest.mark.parametrize("path", ["/search", "/suggest", "/api/v1/search"])
def test_a_query_that_is_no_question_is_refused(client: FlaskClient, path: str) -> None:
    assert client.get(path, query_string={"q": "a" * 301}).status_code == 400
    assert client.get(f"{path}?q=%00").status_code == 400
    assert client.get(f"{path}?q=%ff%fe").status_code == 400
    assert client.get(f"{path}?q={'b' * 100_000}").status_code in {400, 414}


def test_suggestions_complete_a_title(client: FlaskClient) -> None:
    answer = client.get("/suggest?q=boo")
    assert answer.json == {
        "query": "boo",
        "suggestions": [{"title": "Book a berth", "url": "/articles/berths/book-a-berth"}],
    }
    assert client.get("/suggest").json == {"query": "", "suggestions": []}


def test_an_article_that_was_removed_is_no_longer_found(house: House) -> None:
    (house.content / "articles/bills/pay-a-bill.md").unlink()
    house.refresh()
    assert "/articles/bills/pay-a-bill" not in house.client.get("/search?q=bill").text


def test_before_the_index_is_made_the_search_asks_for_patience(make_house: MakeHouse) -> None:
    answer = make_house(read=False).client.get("/search?q=berth")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
