"""What customers asked, for colleagues."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kb.web.desk import desk_of
from tests.conftest import NOON, OLGA, TODAY
from tests.kb.storage.test_requests import BASE, HERS
from tests.kb.web.cast import STAN, TESS, colleague, form, settle, signed_in
from tests.kb.web.conftest import House, MakeHouse
from tests.kb.web.page import read
from tiering.usecases.privacy import erase, find


@pytest.fixture
def manned(make_house: MakeHouse) -> House:
    house = make_house()
    settle(desk_of(house.app).store)
    house.write("people.yaml", f"staff: [{STAN}]\n")
    house.refresh()
    kept = desk_of(house.app).requests
    kept.take(HERS, BASE)
    for number in range(27):
        asked = replace(HERS, number=f"N-{number}", form=f"f-{number}", subject=f"Question {number}", tier=3)
        kept.take(asked, BASE)
    return house


def test_what_waits_is_listed_by_tier_and_page(manned: House) -> None:
    client = colleague(manned)
    first, second = (read(client.get(f"/staff/requests{page}").text) for page in ("", "?page=2"))
    assert len([link for link in first.links if link.startswith("/staff/requests/")]) == 25
    assert len([link for link in second.links if link.startswith("/staff/requests/")]) == 3
    only = read(client.get("/staff/requests?tier=1").text)
    assert [link for link in only.links if link.startswith("/staff/requests/")] == [
        "/staff/requests/BCDF-2345"
    ]
    assert "Tidewater, tier 1 · CSM Dana" in only.text
    assert "Tier 1 (Strategic)" in only.text
    assert "Nothing has been marked as answered yet." in client.get("/staff/requests?state=answered").text
    assert "/staff/requests" in read(client.get("/staff/").text).links


def test_a_request_shows_all_that_helps_to_answer_it(manned: House) -> None:
    page = read(colleague(manned).get("/staff/requests/bcdf-2345").text)
    text = " ".join(page.text.split())
    for fact in (
        "A berth", "Tess, Tidewater", "Secret words", "1 (Strategic), when they asked", "addLive training",
        "fromBook a berth", "forberth", "Suggesteda, b", "openedb", "Mailnot sent yet",
    ):  # fmt: skip
        assert fact in text
    assert "mailto:tess%40tidewater.example?subject=%5BBCDF-2345%5D%20A%20berth" in page.links


def test_of_a_request_that_was_erased_the_number_is_left_and_nothing_to_answer(manned: House) -> None:
    desk = desk_of(manned.app)
    erase(desk.store, find(desk.store, HERS.address, desk.settings.secret_key, OLGA, TODAY).whom, OLGA)
    page = read(colleague(manned).get("/staff/requests/BCDF-2345").text)
    assert "Somebody of whom we no longer hold anything, Tidewater" in page.text
    assert "Answer by mail" not in page.text
    for gone in ("Tess", HERS.address, "Secret words", "Searched for"):
        assert gone not in page.text
    desk.requests.mailed("BCDF-2345", 1, NOON)  # whoever was mailing it at that moment
    assert desk.requests.due(NOON, NOON) == ()
    with desk.store.reading() as work:
        assert work.outbox.messages("contact.request") == []


def test_a_request_is_marked_as_answered_by_whoever_did_and_opened_again(manned: House) -> None:
    client, path = signed_in(manned, STAN), "/staff/requests/BCDF-2345"
    assert client.post(path, data={**form(client, path), "state": "answered"}).status_code == 303
    assert f"Answered by {STAN}, 22 November 2026, 12:00" in client.get(path).text.replace(
        '<time datetime="2026-11-22T12:00:00+00:00">', ""
    )
    assert "BCDF-2345" not in client.get("/staff/requests?tier=1").text
    assert "BCDF-2345" in client.get("/staff/requests?tier=1&state=answered").text
    client.post(path, data={**form(client, path), "state": "open"})
    assert "BCDF-2345" in client.get("/staff/requests?tier=1").text


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/staff/requests?state=lost", 400),
        ("/staff/requests?tier=high", 400),
        ("/staff/requests?page=0", 400),
        ("/staff/requests?page=9", 404),
        ("/staff/requests?page=%C2%B2", 400),
        ("/staff/requests/N-99", 404),
    ],
)
def test_what_does_not_exist_is_said_to(manned: House, path: str, status: int) -> None:
    assert colleague(manned).get(path).status_code == status


def test_a_mark_that_is_none_changes_nothing(manned: House) -> None:
    client, path = colleague(manned), "/staff/requests/BCDF-2345"
    assert client.post(path, data={**form(client, path), "state": "gone"}).status_code == 400
    assert client.post(path, data={"state": "answered"}).status_code == 400
    assert desk_of(manned.app).requests.get("BCDF-2345") == HERS


def test_to_customers_and_strangers_no_request_exists(manned: House) -> None:
    tess = signed_in(manned, TESS)
    for client in (tess, manned.client):
        for path in ("/staff/requests", "/staff/requests/BCDF-2345", "/staff/requests?tier=1"):
            answer = client.get(path)
            assert answer.status_code == 404
            assert "Secret" not in answer.text
    posted = tess.post("/staff/requests/BCDF-2345", data={**form(tess, "/account"), "state": "answered"})
    assert posted.status_code == 404
    assert desk_of(manned.app).requests.get("BCDF-2345") == HERS
