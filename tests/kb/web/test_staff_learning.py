"""How courses fare, as colleagues read it."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from kb.progress import Learned
from kb.storage import Attempt
from kb.web.app import live
from kb.web.desk import desk_of
from tests.conftest import NOON, TODAY
from tests.kb.web.cast import TESS, colleague, settle, signed_in
from tests.kb.web.conftest import House, MakeHouse
from tests.kb.web.page import read
from tests.kb.web.test_courses import write


@pytest.fixture
def house(make_house: MakeHouse) -> House:
    """The harbour with a course of two lessons that eleven people began; Tess failed its quiz."""
    house = make_house(read=False)
    settle(desk_of(house.app).store)
    write(house)
    house.refresh()
    learning, then = desk_of(house.app).learning, NOON - timedelta(days=20)
    for who in ("C-1", *(f"S-{number}" for number in range(10))):
        learning.read(who, [Learned(course="ropes", lesson="begin", read_at=then, done_at=then)], "r")
    quiz = live(house.app).edition.library.courses["ropes"].lessons[1].quiz
    assert quiz
    for number, revision in enumerate((quiz.revision, "an older one")):
        tried = Attempt(
            key=f"k{number}",
            contact="C-1",
            course="ropes",
            lesson="knots",
            day=TODAY,
            at=NOON,
            revision="r",
            quiz=revision,
            right=1,
            total=3,
            passed=False,
            wrong=("holds", "name" if revision == quiz.revision else "gone"),
        )
        learning.attempt(tried, None)
    return house


def words(client: FlaskClient, path: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", client.get(path).text)).split())


def counted(house: House, client: FlaskClient, path: str) -> str:
    client.get(path)
    desk_of(house.app).errands.finish()
    return words(client, path)


def test_numbers_are_counted_beside_the_request_and_kept_for_an_hour(house: House) -> None:
    client = colleague(house)
    first = client.get("/staff/learning")
    assert "being counted for the first time" in read(first.text).text
    assert '<meta http-equiv="refresh" content="2">' in first.text
    assert "Counted on 22 November 2026 at 12:00" in counted(house, client, "/staff/learning")
    desk_of(house.app).learning.read("C-2", [Learned(course="ropes", lesson="begin", read_at=NOON)], "r")
    assert "Ropes 11 0 0% – 0" in counted(house, client, "/staff/learning")
    write(house, knots="---\nid: knots\ntitle: Knots\n---\n\nTie them.\n")
    house.refresh()
    assert "Ropes 12 0 0% – 0" in counted(house, client, "/staff/learning"), "the lessons are others now"


def test_courses_stand_there_by_course_and_by_tier(house: House) -> None:
    client = colleague(house)
    text = counted(house, client, "/staff/learning")
    assert "0% Completion finished ÷ began 0 ÷ 11." in text
    assert (
        "Everybody 11 0 0% – 0 Without a plan 10 0 0% – 0 Tier 1 (Strategic) 1 0 too few to tell – 0" in text
    )
    assert "Ropes 1 0 too few to tell – 0" in words(client, "/staff/learning?tier=1")
    assert client.get("/staff/learning?tier=x").status_code == 400


def test_a_course_shows_where_people_stop_and_which_questions_are_missed(house: House) -> None:
    client = colleague(house)
    text = counted(house, client, "/staff/learning/ropes")
    assert "1. Begin 11 100% 11 100% 10 2. Knots 1 9% 0 0% 0" in text
    assert "Knots 1 too few to tell too few to tell 2 too few to tell" in text
    assert "Which holds? 1 too few to tell 1 Its name? 1 too few to tell 0" in text
    assert (
        "1 attempt was at earlier versions, with 1 wrong answer to questions that it has no longer." in text
    )
    assert "1. Begin 0 0 0" in words(client, "/staff/learning/ropes?tier=2")
    page = read(client.get("/staff/learning/ropes").text)
    assert (page.tags["svg"] >= 4, page.unclosed, page.inline) == (True, [], [])
    assert client.get("/staff/learning/sails").status_code == 404


def test_these_pages_name_no_contact_and_only_colleagues_read_them(house: House) -> None:
    client = colleague(house)
    for path in ("/staff/learning", "/staff/learning/ropes"):
        counted(house, client, path)
        assert not re.search(r"C-1|tess|tidewater", client.get(path).text, re.IGNORECASE)
        for other in (house.client, signed_in(house, TESS)):
            assert other.get(path).status_code == 404


def test_who_looks_as_a_customer_meets_no_course_that_these_cannot_see(house: House) -> None:
    write(house, more="audience: staff\n")
    house.refresh()
    assert "Ropes" in counted(house, colleague(house), "/staff/learning")
    client = colleague(house, preview="public")
    assert "Ropes" not in words(client, "/staff/learning")
    assert client.get("/staff/learning/ropes").status_code == 404
