"""How articles fare and how far the pages spare people writing to us, as colleagues read it."""

from __future__ import annotations

import html
import io
import re

import pytest
from flask.testing import FlaskClient

from kb.web.desk import desk_of
from tests.kb.web.cast import TESS, colleague, form, settle, signed_in
from tests.kb.web.conftest import House
from tests.kb.web.page import read
from tests.kb.web.test_feedback import vote

BERTH = "berths/book-a-berth"


@pytest.fixture
def manned(house: House) -> House:
    settle(desk_of(house.app).store)
    return house


def page(house: House, path: str, client: FlaskClient | None = None) -> str:
    desk_of(house.app).recorder.flush()
    text = (client or colleague(house)).get(path).text
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


def write_to_us(client: FlaskClient) -> None:
    typed = {"name": "Ann", "email": "ann@elsewhere.example", "subject": "Help", "message": "It is stuck."}
    assert client.post("/contact", data={**form(client, "/contact"), **typed}).status_code == 303


def test_an_article_stands_there_with_what_is_known_of_it(manned: House) -> None:
    reader = signed_in(manned, TESS)
    reader.get(f"/articles/{BERTH}", headers={"Referer": "http://localhost/search?q=berth"})
    vote(manned.client, helpful="yes")
    text = page(manned, "/staff/articles")
    assert "Book a berth Berths 1 0% from a search 100% 1 of 1, few 0% 0 of 1, few – no day named" in text
    assert "Pay a bill Bills 0 – no votes – – no day named" in text


def test_whoever_writes_after_reading_is_counted_with_the_article(manned: House) -> None:
    reader = manned.client
    reader.get(f"/articles/{BERTH}")
    write_to_us(reader)
    assert "100% 1 of 1, few –" in page(manned, "/staff/articles")
    text = page(manned, "/staff/deflection")
    assert "(1 − 1) ÷ 1." in text
    assert "Of so few visits it says little." in text


def test_leaving_the_form_for_an_article_is_an_answer_until_the_form_is_sent(manned: House) -> None:
    reader = manned.client
    reader.get(f"/articles/{BERTH}", headers={"Referer": "http://localhost/contact?q=berth"})
    assert "1 ÷ (1 + 0)." in page(manned, "/staff/deflection")
    write_to_us(reader)
    assert "0 ÷ (0 + 1)." in page(manned, "/staff/deflection")


def test_articles_are_sorted_and_narrowed_down(manned: House) -> None:
    client = colleague(manned)
    manned.client.get("/articles/welcome")
    text = page(manned, "/staff/articles", client)
    assert text.index("Welcome aboard") < text.index("Book a berth")
    text = page(manned, "/staff/articles?category=berths&sort=review", client)
    assert "2 articles" in text
    assert "Pay a bill" not in text
    assert "No article is like that." in page(manned, "/staff/articles?owner=Nobody", client)
    for wrong, status in (("sort=x", 400), ("tier=x", 400), ("page=9", 404)):
        assert client.get(f"/staff/articles?{wrong}").status_code == status


def test_reading_can_be_looked_at_tier_by_tier(manned: House) -> None:
    signed_in(manned, TESS).get(f"/articles/{BERTH}")
    assert "Book a berth Berths 1" in page(manned, "/staff/articles?tier=1")
    assert "Book a berth Berths 0" in page(manned, "/staff/articles?tier=2")
    assert "November 2026 1 0 100%" in page(manned, "/staff/deflection?tier=1")
    assert "Nobody of these has searched" in page(manned, "/staff/deflection?tier=2")


def test_tickets_are_uploaded_and_stand_beside_the_visits(manned: House) -> None:
    manned.client.get(f"/articles/{BERTH}")
    client = colleague(manned)
    data = {
        **form(client, "/staff/deflection"),
        "tickets": (io.BytesIO(b"day,tier\n2026-11-20,1\n"), "t.csv"),
    }
    said = client.post("/staff/deflection", data=data, follow_redirects=True)
    assert "1 ticket is counted, from 2026-11-20 to 2026-11-20." in read(said.text).text
    assert "November 2026 1 0 100% few: 1 of 1 0 1 0% few: 0 of 1" in page(
        manned, "/staff/deflection", client
    )


@pytest.mark.parametrize(
    ("upload", "sentence"),
    [
        ((io.BytesIO(b"day\nx<b>\n"), "<i>.csv"), "<i>.csv:2: `day` is 'x<b>'"),
        ((io.BytesIO(b""), "t.csv"), "t.csv:1: the file is empty"),
        ((io.BytesIO(b""), ""), "choose a CSV file first"),
    ],
)
def test_a_file_with_a_mistake_changes_nothing(
    manned: House, upload: tuple[io.BytesIO, str], sentence: str
) -> None:
    client = colleague(manned)
    answer = client.post("/staff/deflection", data={**form(client, "/staff/deflection"), "tickets": upload})
    assert answer.status_code == 400
    assert sentence in read(answer.text).text
    assert "<i>" not in answer.text
    assert "<b>" not in answer.text


def test_only_colleagues_read_figures(manned: House) -> None:
    for client in (manned.client, signed_in(manned, TESS)):
        for path in ("/staff/articles", "/staff/deflection", "/staff/searches"):
            assert client.get(path).status_code == 404
        data = {**form(client, "/contact"), "tickets": (io.BytesIO(b"day\n2026-11-20\n"), "t.csv")}
        assert client.post("/staff/deflection", data=data).status_code == 404


def test_who_looks_as_a_customer_meets_no_article_that_these_cannot_see(manned: House) -> None:
    manned.write("articles/secret.md", "---\ntitle: The kraken\naudience: staff\n---\n\nIt sleeps.\n")
    manned.refresh()
    assert "The kraken" in page(manned, "/staff/articles")
    assert "The kraken" not in page(manned, "/staff/articles", colleague(manned, preview="public"))
