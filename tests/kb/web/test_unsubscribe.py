"""Whoever wants no more mails of programmes says so by one press, and by one click of a mail program."""

from __future__ import annotations

import pytest

from kb.programmes.unsubscribing import unsubscribe_path
from kb.storage.suppressions import contact_named
from kb.web.desk import desk_of
from tests.kb.web.cast import PETRA, TESS, settle, signed_in
from tests.kb.web.conftest import House

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def path(house: House) -> str:
    """The link in Tess's mails."""
    desk = desk_of(house.app)
    settle(desk.store)
    return unsubscribe_path(desk.settings.secret_key, "C-1")


def spared(house: House) -> set[str]:
    return desk_of(house.app).suppressions.among([TESS, contact_named("C-1"), contact_named("C-2")])


def test_looking_at_the_page_ends_nothing(house: House, path: str) -> None:
    page = house.client.get(path)
    assert page.status_code == 200
    assert "Send me no more" in page.text
    assert spared(house) == set()


def test_the_link_of_a_mail_that_was_tried_out_says_that_it_is_nobodys(house: House) -> None:
    page = house.client.get("/unsubscribe/")
    assert page.status_code == 404
    assert "a mail that was only tried out and ends nobody" in page.text


def test_one_click_of_a_mail_program_ends_them_without_a_form_or_a_session(house: House, path: str) -> None:
    answer = house.client.post(path, data=ONE_CLICK)
    assert answer.status_code == 200
    assert "You get no more tips" in answer.text
    assert spared(house) == {TESS, contact_named("C-1")}
    assert "Send me mails again" in house.client.get(path).text


def test_doing_it_twice_changes_nothing_and_it_can_be_taken_back(house: House, path: str) -> None:
    for _ in range(2):
        assert house.client.post(path, data=ONE_CLICK).status_code == 200
    assert "come again" in house.client.post(path, data={"again": "yes"}).text
    assert spared(house) == set()


def test_a_contact_who_is_no_longer_known_is_spared_all_the_same(house: House, path: str) -> None:
    gone = unsubscribe_path(desk_of(house.app).settings.secret_key, "C-99")
    assert path != gone
    assert house.client.post(gone).status_code == 200
    assert desk_of(house.app).suppressions.among([contact_named("C-99")])


def test_whoever_is_signed_in_finds_the_way_there_on_their_account(house: House, path: str) -> None:
    assert "/unsubscribe/" not in signed_in(house, TESS).get("/account").text
    house.write("programmes/tips/index.md", "---\ntitle: Tips\ntrigger: signed up\n---\n")
    house.write("programmes/tips/01-rope.md", "---\nid: rope\nsubject: A rope\n---\n\nCoil it.\n")
    house.refresh()
    tess = signed_in(house, TESS)
    page = tess.get("/account").text
    assert f"Tips, news and reminders go to <strong>{TESS}</strong>" in page
    assert f'<a href="{path}">Stop them</a>' in page
    house.client.post(path)
    assert f'<a href="{path}">Get them again</a>' in tess.get("/account").text
    assert "/unsubscribe/" not in signed_in(house, PETRA).get("/account").text


def test_a_link_that_we_did_not_make_ends_nothing(house: House, path: str) -> None:
    for forged in (path[:-1], path + "x", "/unsubscribe/C-1"):
        page = house.client.get(forged)
        assert page.status_code == 404
        assert "This link is not whole." in page.text
        assert house.client.post(forged, data=ONE_CLICK).status_code == 404
    assert spared(house) == set()


def test_the_page_is_kept_out_of_search_engines_and_caches_see_nothing_of_whom_it_is_for(
    house: House, path: str
) -> None:
    page = house.client.get(path)
    assert '<meta name="robots" content="noindex">' in page.text
    assert "tess" not in page.text.lower()
