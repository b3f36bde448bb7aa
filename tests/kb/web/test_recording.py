"""What is kept of searching, reading and voting, and of whom."""

from __future__ import annotations

from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from kb.deflection import Deflection
from kb.storage import EVERYBODY, Gap, Lack, Lacking, Reads
from kb.web.desk import desk_of
from tests.kb.web.cast import TESS, colleague, settle, signed_in
from tests.kb.web.conftest import TOKEN, House
from tests.kb.web.test_feedback import vote

NOVEMBER = date(2026, 11, 1)
BERTH = "berths/book-a-berth"


@pytest.fixture
def manned(house: House) -> House:
    settle(desk_of(house.app).store)
    return house


def gaps(house: House, lack: Lack = Lack.ANSWER, tier: int = EVERYBODY) -> tuple[Gap, ...]:
    desk = desk_of(house.app)
    desk.recorder.flush()
    return desk.gaps.page(Lacking(since=NOVEMBER, lack=lack, tier=tier), 50)[0]


def reads(house: House, tier: int = EVERYBODY) -> dict[str, Reads]:
    desk = desk_of(house.app)
    desk.recorder.flush()
    return desk.readership.of_articles(NOVEMBER, tier)


def rows(house: House, table: str) -> list[dict[str, object]]:
    with desk_of(house.app).store.engine.connect() as connection:
        return [dict(row) for row in connection.execute(text(f"SELECT * FROM {table}")).mappings()]


def test_a_search_that_finds_nothing_is_a_gap(house: House) -> None:
    house.client.get("/search?q=zzxqwv")
    assert [(gap.query, gap.searches, gap.empty, gap.tiers) for gap in gaps(house)] == [
        ("zzxqwv", 1, 1, {0: 1})
    ]


def test_one_visitor_counts_once_however_they_turn_pages_reload_and_narrow_down(house: House) -> None:
    client = house.client
    for query in ("q=berth", "q=berth", "q=Berths", "q=berth&category=bills", "q=berth&category=berths"):
        client.get(f"/search?{query}")
    (gap,) = gaps(house, Lack.OPENED)
    assert (gap.searches, gap.empty, gap.opened) == (1, 0, 0)


def test_what_is_typed_and_not_searched_for_is_no_search(house: House) -> None:
    for path in ("/suggest?q=zzxqwv", "/search", "/search?q=", "/api/v1/search?q=zzxqwv", "/nothing/zzxqwv"):
        house.client.get(path)
    house.client.head("/search?q=zzxqwv")
    house.client.get("/search?q=zzxqwv", headers={"Sec-Purpose": "prefetch"})
    assert gaps(house) == ()


def test_the_page_of_a_search_is_what_led_to_the_article(house: House) -> None:
    client = house.client
    client.get("/search?q=book+berth")
    client.get(f"/articles/{BERTH}", headers={"Referer": "http://localhost/search?q=book+berth&page=2"})
    client.get("/articles/welcome", headers={"Referer": "https://elsewhere.example/search?q=book+berth"})
    assert gaps(house, Lack.OPENED) == ()
    assert reads(house) == {BERTH: Reads(1, 1), "welcome": Reads(1)}


@pytest.mark.parametrize(
    "referer", ["http://[", "http://localhost/search?" + "&".join(["q=x"] * 100), "\xff", "http://localhost"]
)
def test_whatever_a_browser_says_of_where_it_comes_from_the_page_comes(house: House, referer: str) -> None:
    assert house.client.get(f"/articles/{BERTH}", headers={"Referer": referer}).status_code == 200
    assert reads(house) == {BERTH: Reads(1)}


def test_of_customers_the_tier_is_kept_and_of_strangers_nothing_that_leads_to_them(manned: House) -> None:
    signed_in(manned, TESS).get("/search?q=zzxqwv")
    manned.client.get("/search?q=zzxqwv")
    (gap,) = gaps(manned)
    assert gap.tiers == {0: 1, 1: 1}
    kept = sorted(rows(manned, "kb_visits"), key=lambda row: str(row["kind"]))
    assert [(row["kind"], row["tier"]) for row in kept] == [("contact", 1), ("visitor", 0)]
    assert kept[1]["account"] is None
    everything = str([rows(manned, name) for name in ("kb_visits", "kb_searches", "kb_reads")])
    assert "127.0.0.1" not in everything
    assert "Werkzeug" not in everything
    assert TESS not in everything
    assert "C-1" not in everything


def test_two_strangers_are_two_visitors(house: House) -> None:
    for agent in ("Mozilla/5.0 one", "Mozilla/5.0 two"):
        house.client.get("/search?q=zzxqwv", headers={"User-Agent": agent})
    assert gaps(house)[0].searches == 2


def test_colleagues_and_programs_are_not_counted(manned: House) -> None:
    for client in (colleague(manned), colleague(manned, preview="1")):
        client.get("/search?q=zzxqwv")
        client.get(f"/articles/{BERTH}")
        vote(client, helpful="yes")
    manned.client.get("/search?q=zzxqwv", headers={"User-Agent": "Googlebot/2.1"})
    manned.client.get(f"/articles/{BERTH}", headers={"User-Agent": "curl/8"})
    manned.client.get("/search?q=zzxqwv", headers={"User-Agent": ""})
    manned.client.get("/api/v1/search?q=zzxqwv", headers={"Authorization": f"Bearer {TOKEN}"})
    assert gaps(manned) == ()
    assert reads(manned) == {}
    assert rows(manned, "kb_visits") == []


def test_reading_an_article_as_markdown_or_by_an_old_address_is_not_counted(house: House) -> None:
    for path in (f"/articles/{BERTH}.md", "/articles/old/berth", "/articles/gone", f"/articles/{BERTH}/"):
        house.client.get(path)
    assert reads(house) == {}


def test_a_yes_is_explicit(house: House) -> None:
    client: FlaskClient = house.client
    client.get(f"/articles/{BERTH}")
    vote(client, helpful="yes")
    desk = desk_of(house.app)
    desk.recorder.flush()
    assert [month.did for month in desk.readership.months(NOVEMBER)] == [Deflection(1, 0, 1)] * 2


def test_names_in_a_search_are_not_kept(house: House) -> None:
    house.client.get("/search?q=zzxqwv+anna@acme.example")
    gaps(house)
    assert "anna" not in str([rows(house, name) for name in ("kb_searches", "kb_query_months")])


def test_without_a_record_the_pages_are_as_they_were(make_house: object) -> None:
    house = make_house(upgraded=False)  # type: ignore[operator]
    assert house.client.get("/search?q=berth").status_code == 200
    assert house.client.get(f"/articles/{BERTH}").status_code == 200
    desk_of(house.app).recorder.flush()
    assert house.client.get(f"/articles/{BERTH}").status_code == 200
