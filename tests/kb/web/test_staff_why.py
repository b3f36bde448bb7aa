"""Why a search answers what it answers, as colleagues read it."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from kb.search.results import ExplainedHit, ExplainedPoints, ExplainedWord, Explanation
from kb.web.desk import desk_of
from kb.web.staff.why import rows, sentence_on
from tests.kb.web.cast import colleague, settle
from tests.kb.web.conftest import House, MakeHouse
from tests.kb.web.page import read


@pytest.fixture(scope="module")
def manned(make_house: MakeHouse) -> House:
    house = make_house()
    settle(desk_of(house.app).store)
    house.write("articles/secret.md", "---\naudience: 1\n---\n# The falcon tariff\n\nFor a berth.\n")
    house.write("synonyms.yaml", "- [mooring, berth]\n")
    house.refresh()
    return house


@pytest.fixture(scope="module")
def client(manned: House) -> FlaskClient:
    return colleague(manned)


def test_a_question_is_taken_apart_word_by_word(client: FlaskClient) -> None:
    page = read(client.get("/staff/search?q=how+do+I+bertth+a+mooring+zzxqwv+har").text).text
    assert "Not looked up: how, do, i, a." in page
    assert "taken for “berth”" in page
    assert (
        "No article holds it, only what synonyms.yaml gives for it. Counted too, a little less: berth."
        in page
    )
    assert "No article holds it, nor anything like it, so it was left out." in page
    assert "taken for the beginning of: harbour" in page
    assert "In 3 of 5 articles" in page


def test_of_every_article_words_meaning_and_their_sum_are_told(client: FlaskClient) -> None:
    page = read(client.get("/staff/search?q=book+a+berth").text)
    assert "Its title is the question, word for word" in page.text
    assert "Number 1 by words: it holds 2 of the 2 words, 100% of what the question tells." in page.text
    assert "points: the title" in page.text
    assert "by meaning: the likeness is" in page.text
    assert "/articles/berths/book-a-berth" in page.links
    assert "synonyms.yaml" in page.text


def test_it_can_be_asked_as_whom_one_likes(client: FlaskClient) -> None:
    assert "The falcon tariff" in client.get("/staff/search?q=falcon").text
    assert "The falcon tariff" in client.get("/staff/search?q=falcon&as=1").text
    for who in ("public", "3", "signed-in", "segment:compliance"):
        page = client.get(f"/staff/search?q=falcon&as={who}").text
        assert "falcon tariff" not in page
        assert "In 0 of 4 articles" in page
    answer = client.get("/staff/search?q=falcon&as=king")
    assert answer.status_code == 400
    assert "Nobody looks like that" in answer.text


def test_a_colleague_who_looks_as_somebody_else_asks_as_them(manned: House) -> None:
    looking = colleague(manned, "3")
    page = looking.get("/staff/search?q=falcon").text
    assert "falcon tariff" not in page
    assert '<option value="3" selected>' in page


def test_the_search_page_leads_there_for_colleagues_only(manned: House, client: FlaskClient) -> None:
    assert "/staff/search?q=berth" in read(client.get("/search?q=berth").text).links
    assert "/staff/search" not in manned.client.get("/search?q=berth").text
    assert "/staff/search" not in client.get("/search").text


@pytest.mark.parametrize(
    "query", ["", "c%2B%2B", "*", "%28%28%28", "%3Cscript%3Ealert(1)%3C/script%3E", "the"]
)
def test_whatever_is_asked_the_page_answers(client: FlaskClient, query: str) -> None:
    answer = client.get(f"/staff/search?q={query}")
    assert answer.status_code == 200
    assert read(answer.text).inline == []
    assert read(answer.text).unclosed == []
    assert client.get(f"/staff/search?q={'x' * 301}").status_code == 400


def _word(how: str, **said: object) -> ExplainedWord:
    values = {"word": "bill", "how": how, "terms": ("bill",), "idf": 1.0, "meant": "bill",
              "forms": ("bills", "bill"), "synonyms": (), "articles": 2}  # fmt: skip
    return ExplainedWord(**(values | said))  # type: ignore[arg-type]


def test_a_word_says_what_became_of_it() -> None:
    assert sentence_on(_word("as written", forms=("bill",))) == "Looked up as you typed it."
    assert sentence_on(_word("as written", synonyms=("invoice",))) == (
        "Looked up as bills, bill. Counted too, a little less: invoice."
    )


def test_without_a_meaning_layer_words_alone_are_said_to_decide() -> None:
    hit = ExplainedHit(
        slug="a", title="A", score=0.125, by_words=0.125, by_meaning=0.0, is_title=False, word_rank=1,
        word_score=2.0, covered=0.5, words={"bill": ExplainedPoints(2.0, {"body": 0.5, "title": 1.5})},
        meaning_rank=None, similarity=None,
    )  # fmt: skip
    explained = Explanation((_word("as written"), _word("unknown")), (hit,))
    (row,) = rows(explained, has_meanings=False)
    assert row.by_words == "Number 1 by words: it holds 1 of the 2 words, 50% of what the question tells."
    assert row.words == (("bill", "the title 1.50, the text 0.50", 2.0),)
    assert row.by_meaning == "Nothing is known of meanings here, so words alone decide."
    assert row.bar == (100.0, 0.0)
    (row,) = rows(explained, has_meanings=True)
    assert row.by_meaning == "By meaning others are nearer."
