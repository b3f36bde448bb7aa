"""Pages for colleagues: looking at the pages as somebody else, and that nobody else gets there."""

from __future__ import annotations

import pytest

from kb.web.desk import desk_of
from tests.kb.web.cast import TESS, colleague, form, settle, signed_in
from tests.kb.web.conftest import House, MakeHouse
from tests.kb.web.page import read


@pytest.fixture
def manned(make_house: MakeHouse) -> House:
    house = make_house()
    settle(desk_of(house.app).store)
    house.write("articles/secret.md", "---\naudience: 1\n---\n# A secret\n")
    house.refresh()
    return house


def test_a_preview_is_shown_on_every_page_until_it_is_ended(manned: House) -> None:
    client = colleague(manned, "3")
    for path in ("/", "/articles", "/search?q=boat", "/nothing", "/account", "/staff/"):
        said = read(client.get(path).text).text
        assert "You see what a customer of tier 3 (Digital) sees." in said
    assert client.get("/articles/secret").status_code == 404
    client.post("/staff/preview", data={**form(client, "/"), "as": ""})
    assert client.get("/articles/secret").status_code == 200
    assert "You see what" not in client.get("/").text


def test_a_preview_is_one_session_s_own(manned: House) -> None:
    looking, other = colleague(manned, "3"), colleague(manned)
    assert looking.get("/articles/secret").status_code == 404
    assert other.get("/articles/secret").status_code == 200


def test_nobody_can_be_looked_at_who_does_not_exist(manned: House) -> None:
    client = colleague(manned)
    answer = client.post("/staff/preview", data={**form(client, "/staff/"), "as": "king"})
    assert answer.status_code == 400
    assert client.get("/articles/secret").status_code == 200


def test_to_customers_and_strangers_there_are_no_pages_for_colleagues(manned: House) -> None:
    tess = signed_in(manned, TESS)
    for client in (tess, manned.client):
        missing = client.get("/staff/")
        assert missing.status_code == 404
        # The page says the address again, and offers its words for the search.
        unknown = client.get("/stafg/").text.replace("stafg", "staff")
        assert missing.text == unknown
    posted = tess.post("/staff/preview", data={**form(tess, "/account"), "as": "staff"})
    assert posted.status_code == 404


def test_a_customer_reads_of_their_plan_in_words_for_customers(manned: House) -> None:
    page = read(signed_in(manned, TESS).get("/account").text).text
    assert "Tess" in page
    assert "Tidewater, on the plan Signature" in page
    assert "Quarterly business review 4 of 4 left this year" in page
    for word in ("tier", "Strategic", "high touch", "long tail", "segment"):
        assert word not in page.lower().replace("strategic question", "")


def test_who_is_not_signed_in_is_asked_to(manned: House) -> None:
    assert manned.client.get("/account").headers["Location"] == "/sign-in?next=/account"
