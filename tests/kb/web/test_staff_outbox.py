"""Colleagues read the mails that were kept; what a mail holds can do nothing on our pages."""

from __future__ import annotations

import pytest

from kb.mail import Letter
from kb.web.desk import desk_of
from tests.kb.web.cast import TESS, colleague, settle, signed_in
from tests.kb.web.conftest import House

EVIL = "<script>alert(1)</script>"


@pytest.fixture
def name(house: House) -> str:
    """A mail that was kept."""
    desk = desk_of(house.app)
    settle(desk.store)
    assert desk.mailer
    desk.mailer.send(
        Letter(TESS, f"Hi {EVIL}", f"Hello {EVIL}\n", html=f"<p>Hello</p>{EVIL}", unsubscribe="https://x")
    )
    (path,) = (house.data / "mails").glob("*.eml")
    return path.stem


def test_a_mail_is_listed_and_read_as_text_with_what_mail_programs_read(house: House, name: str) -> None:
    client = colleague(house)
    listed = client.get("/staff/outbox").text
    assert "tess@tidewater.example" in listed
    page = client.get(f"/staff/outbox/{name}").text
    assert "List-Unsubscribe" in page
    assert "Hello &lt;script&gt;" in page
    assert EVIL not in listed + page


def test_its_html_is_shown_on_a_page_of_its_own_that_may_do_nothing(house: House, name: str) -> None:
    answer = colleague(house).get(f"/staff/outbox/{name}/html")
    assert "<p>Hello</p>" in answer.text
    assert answer.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")


@pytest.mark.parametrize("other", ["1", "..%2Fsecrets", "x.eml", "../longtail"])
def test_no_other_file_is_read(house: House, name: str, other: str) -> None:
    client = colleague(house)
    assert other != name
    assert client.get(f"/staff/outbox/{other}").status_code == 404
    assert client.get(f"/staff/outbox/{other}/html").status_code == 404


def test_customers_see_no_mails(house: House, name: str) -> None:
    client = signed_in(house, TESS)
    for path in ("/staff/outbox", f"/staff/outbox/{name}", f"/staff/outbox/{name}/html"):
        assert client.get(path).status_code == 404
