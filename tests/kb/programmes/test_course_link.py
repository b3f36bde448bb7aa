"""The links of mails to courses: nobody can make one, and each is good for 30 days."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from itsdangerous import URLSafeSerializer
from pydantic import SecretStr

from kb.programmes.course_link import LASTS, Pass, course_token, pass_in, with_token, without_tokens
from kb.programmes.unsubscribing import unsubscribe_path
from tests.conftest import NOON

SECRET = SecretStr("a secret of the pages, long enough")
BASE = "https://help.harbour.example"
TOKEN = course_token(SECRET, "C-1", NOON)


def test_a_token_names_its_contact_and_its_end() -> None:
    assert pass_in(SECRET, TOKEN, NOON) == Pass("C-1", NOON + timedelta(days=30))


@pytest.mark.parametrize(
    ("after", "good"),
    [
        (LASTS - timedelta(seconds=1), True),
        (LASTS, False),
        (timedelta(days=-1), True),  # two clocks may differ
        (timedelta(days=-1, seconds=-1), False),  # but one that was years ahead signs no link for years
    ],
)
def test_a_token_is_good_for_thirty_days(after: timedelta, good: bool) -> None:
    assert (pass_in(SECRET, TOKEN, NOON + after) is not None) == good


def _signed(value: object, salt: str = "courses of a mail") -> str:
    made = URLSafeSerializer(SECRET.get_secret_value(), salt=salt).dumps(value)
    return made if isinstance(made, str) else made.decode()


@pytest.mark.parametrize(
    "token",
    [
        "",
        "x",
        TOKEN[:-1],
        TOKEN + "x",
        course_token(SecretStr("another secret of other pages"), "C-1", NOON),
        unsubscribe_path(SECRET, "C-1").rpartition("/")[2],
        _signed(["C-1", int(NOON.timestamp())], salt="unsubscribe"),
        _signed("C-1"),
        _signed(["C-1"]),
        _signed([1, int(NOON.timestamp())]),
        _signed(["C-1", "noon"]),
        _signed(["C-1", 1e300]),
        _signed(None),
    ],
)
def test_what_we_did_not_make_for_courses_is_no_token(token: str) -> None:
    assert pass_in(SECRET, token, NOON) is None


@given(st.text())
def test_no_text_is_more_than_no_token(token: str) -> None:
    assert pass_in(SECRET, token, datetime(2026, 11, 17, tzinfo=UTC)) is None


@pytest.mark.parametrize(
    ("url", "becomes"),
    [
        (f"{BASE}/courses", f"{BASE}/courses?mail=T.1"),
        (f"{BASE}/courses/ropes/knots", f"{BASE}/courses/ropes/knots?mail=T.1"),
        (f"{BASE}/courses/ropes#lessons", f"{BASE}/courses/ropes?mail=T.1#lessons"),
        (f"{BASE}/courses/ropes?a=b", f"{BASE}/courses/ropes?a=b&mail=T.1"),
    ],
)
def test_links_to_courses_carry_it(url: str, becomes: str) -> None:
    assert with_token(url, BASE, "T.1") == becomes
    assert with_token(url, BASE, "") == url


@pytest.mark.parametrize(
    "url",
    [
        f"{BASE}/articles/ropes",
        f"{BASE}/coursesware",
        f"{BASE}.evil.example/courses/ropes",
        "https://evil.example/courses/ropes",
        f"https://evil.example/?{BASE}/courses/ropes",
        "mailto:help@harbour.example",
    ],
)
def test_no_other_link_does(url: str) -> None:
    assert with_token(url, BASE, "T.1") == url


def test_others_are_shown_a_mail_without_it() -> None:
    text = f"See ({with_token(f'{BASE}/courses/ropes#lessons', BASE, TOKEN)}) now"
    assert without_tokens(text) == f"See ({BASE}/courses/ropes#lessons) now"
