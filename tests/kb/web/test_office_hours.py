"""Office hours are there for whose plan has them, as a page and for a calendar."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from kb.web.desk import desk_of
from tests.kb.web.cast import DINA, PETRA, TESS, colleague, settle, signed_in
from tests.kb.web.conftest import House
from tests.kb.web.page import read

HOURS = (
    "title: Open hour\nwhere: https://meet.harbour.example/hour\nminutes: 30\ntime_zone: Europe/Berlin\n"
    "weekly: [Tuesday 10:00]\nwithout: [2026-12-01]\n"
)


@pytest.fixture
def hours(house: House) -> House:
    house.write("office-hours.yaml", HOURS)
    house.refresh()
    settle(desk_of(house.app).store)
    return house


def test_a_customer_sees_when_the_next_is_and_how_to_join(hours: House) -> None:
    client = signed_in(hours, DINA)
    assert "/office-hours" in client.get("/account").text
    page = client.get("/office-hours").text
    text = read(page).text
    assert "Tuesday, 24 November 2026, 10:00 to 10:30 (Berlin time)" in text
    assert 'href="https://meet.harbour.example/hour"' in page
    assert "<s>10:00</s>" in page


def test_the_page_and_the_mails_go_by_the_reader_s_own_clock(hours: House) -> None:
    with desk_of(hours.app).store.begin() as work:
        tess = work.contacts.among(["C-1"])["C-1"]
        work.contacts.save([replace(tess, time_zone="Australia/Sydney")])
    text = read(signed_in(hours, TESS).get("/office-hours").text).text
    assert "Tuesday, 24 November 2026, 20:00 to 20:30 (Sydney time)" in text
    assert "All times are Sydney time" in text
    assert "10:00" not in text


def test_a_calendar_takes_the_sessions_in_and_an_edit_makes_the_file_newer(hours: House) -> None:
    client = signed_in(hours, TESS)
    first = client.get("/office-hours.ics")
    assert first.content_type == "text/calendar; charset=utf-8"
    assert first.text.startswith("BEGIN:VCALENDAR\r\n")
    assert "UID:office-hours-2026-11-24-1@help.harbour.example\r\n" in first.text
    assert "SEQUENCE:0\r\n" in first.text
    assert first.text.count("STATUS:CANCELLED") == 1
    hours.write("office-hours.yaml", HOURS.replace("30", "45"))
    hours.refresh()
    assert "SEQUENCE:1\r\n" in client.get("/office-hours.ics").text


@pytest.mark.parametrize("path", ["/office-hours", "/office-hours.ics"])
def test_a_stranger_is_asked_to_sign_in_and_who_has_no_plan_finds_nothing(hours: House, path: str) -> None:
    stranger = hours.client.get(path)
    assert (stranger.status_code, stranger.headers["Location"]) == (303, "/sign-in?next=/office-hours")
    assert signed_in(hours, PETRA).get(path).status_code == 404
    assert colleague(hours).get(path).status_code == 200
    assert colleague(hours, "public").get(path).status_code == 404
    assert colleague(hours, "3").get(path).status_code == 200


def test_without_the_file_there_is_no_page(client: FlaskClient) -> None:
    assert client.get("/office-hours").status_code == 404
