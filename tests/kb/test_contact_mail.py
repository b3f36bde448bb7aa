"""The mails about a request: to whom they go, and that each goes once, by real mail servers that fail."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from email.message import EmailMessage

import pytest

from kb.contact_mail import House, letters, send_due, send_letters
from kb.mail import SmtpMailer
from kb.storage import Requests
from tests.conftest import NOON, MakeUrl
from tests.kb.storage.test_requests import BASE, HERS
from tests.kb.test_mail import SENDER, Box, hanging
from tests.kb.test_mail import box as box
from tests.kb.test_mail import plain as plain
from tests.kb.web.serving import free_port
from tiering.people import Roles
from tiering.usecases.deliveries import uncertain
from tiering.usecases.record import open_store

HOUSE = House("Harbour", "help@harbour.example", BASE, Roles(staff=("dana@harbour.example",)))
STRANGER = replace(HERS, kind="visitor", contact=None, account_id=None, account=None, tier=None, csm=None)
ASKED = replace(HERS, mail_due_at=NOON)


class Watch:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def requests(make_url: MakeUrl, watch: Watch) -> Requests:
    kept = Requests(open_store(make_url("sqlite"), watch))
    kept.take(ASKED, BASE)
    return kept


def to(mails: list[EmailMessage]) -> list[str]:
    return [mail["To"] for mail in mails]


def smtp(port: int) -> SmtpMailer:
    return SmtpMailer(f"smtp://127.0.0.1:{port}", SENDER)


def test_the_shared_inbox_gets_what_was_asked_and_answers_to_whoever_asked() -> None:
    letter = letters(HERS, HOUSE)["desk"]
    assert (letter.to, letter.reply_to) == ("help@harbour.example", "tess@tidewater.example")
    assert letter.subject == "[BCDF-2345] A berth"
    assert letter.forwarded
    assert letter.text.startswith("Tess <tess@tidewater.example> wrote for Tidewater:\n\nSecret words\n")
    for fact in (
        "Tier: 1\n",
        "CSM: Dana\n",
        "Wants to add: training\n",
        "Searched for: berth\n",
        "Came from: https://help.harbour.example/articles/berths/book-a-berth\n",
        "https://help.harbour.example/staff/requests/BCDF-2345",
    ):
        assert fact in letter.text


def test_a_customer_gets_a_copy_without_a_word_of_tiers() -> None:
    letter = letters(HERS, HOUSE)["copy"]
    assert (letter.to, letter.reply_to) == ("tess@tidewater.example", "help@harbour.example")
    assert letter.subject == "Harbour has your message, number BCDF-2345"
    assert "A berth\n\nSecret words\n" in letter.text
    for word in ("tier", "Dana", "csm", "training"):
        assert word not in letter.text.lower().replace("tidewater", "")


def test_to_an_address_that_nobody_proved_goes_no_word_of_what_was_typed() -> None:
    spam = replace(STRANGER, name="CHEAP PILLS", subject="CHEAP PILLS", message="http://pills.example")
    letter = letters(spam, HOUSE)["copy"]
    assert "pills" not in f"{letter.subject} {letter.text}".lower()
    assert "BCDF-2345" in letter.text
    assert "Signed in: no" in letters(spam, HOUSE)["desk"].text


@pytest.mark.parametrize(
    ("csm", "reached"),
    [
        ("dana@harbour.example", True),
        ("Dana", False),
        ("dana@elsewhere.example", False),
        (None, False),
    ],
)
def test_a_csm_gets_it_too_whose_address_is_a_colleague_s(csm: str | None, reached: bool) -> None:
    found = letters(replace(HERS, csm=csm), HOUSE)
    assert ("csm" in found) == reached
    assert not reached or found["csm"].to == csm


def test_a_company_without_an_inbox_still_tells_the_customer() -> None:
    assert set(letters(HERS, replace(HOUSE, desk=None))) == {"copy"}


def test_each_mail_goes_once_however_often_it_is_tried(requests: Requests, box: Box, plain: int) -> None:
    for _ in range(3):
        assert send_letters(requests, smtp(plain), HOUSE, ASKED)
    assert to(box.mails) == ["help@harbour.example", "tess@tidewater.example"]
    kept = requests.get(ASKED.number)
    assert kept
    assert kept.mail_due_at is None


def test_a_mail_server_that_is_away_gets_it_when_it_is_back(
    requests: Requests, box: Box, plain: int, watch: Watch
) -> None:
    away = smtp(free_port())
    for minutes in (0, 2, 6):
        watch.now = NOON + timedelta(minutes=minutes)
        send_due(requests, away, HOUSE)
    kept = requests.get(ASKED.number)
    assert kept
    assert (kept.mail_tries, kept.mail_due_at) == (3, NOON + timedelta(minutes=14))
    send_due(requests, smtp(plain), HOUSE)
    assert box.mails == []
    watch.now = NOON + timedelta(minutes=14)
    send_due(requests, smtp(plain), HOUSE)
    assert to(box.mails) == ["help@harbour.example", "tess@tidewater.example"]


def test_a_mail_server_that_hangs_stops_neither_the_clock_nor_later_mails(
    requests: Requests, box: Box, plain: int, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kb.mail._TIMEOUT", 0.2)
    requests.take(replace(ASKED, number="N-2", form="f2"), BASE)
    with hanging([], "greeting") as port:
        send_due(requests, smtp(port), HOUSE)
    watch.now = NOON + timedelta(minutes=5)
    send_due(requests, smtp(plain), HOUSE)
    assert sorted(to(box.mails)) == ["help@harbour.example"] * 2 + ["tess@tidewater.example"] * 2


def test_a_mail_that_may_have_arrived_is_listed_and_never_sent_again(
    requests: Requests, box: Box, plain: int, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kb.mail._TIMEOUT", 0.2)
    with hanging([], "answer") as port:
        send_due(requests, smtp(port), replace(HOUSE, desk=None))
    watch.now = NOON + timedelta(hours=1)
    send_due(requests, smtp(plain), replace(HOUSE, desk=None))
    assert box.mails == []
    assert [one.key for one in uncertain(requests.store, watch.now)] == ["contact:BCDF-2345:copy"]


def test_a_copy_that_nobody_takes_is_given_up_and_the_inbox_s_mail_never(
    requests: Requests, box: Box, plain: int, watch: Watch
) -> None:
    box.answer = "550 no such mailbox"
    watch.now = NOON + timedelta(days=6)
    assert not send_letters(requests, smtp(plain), HOUSE, ASKED)
    box.answer = "250 taken"
    box.mails.clear()
    assert send_letters(requests, smtp(plain), HOUSE, ASKED)
    box.answer = "550 no such mailbox"
    requests.take(replace(ASKED, number="N-2", form="f2"), BASE)
    assert send_letters(requests, smtp(plain), replace(HOUSE, desk=None), replace(ASKED, number="N-2"))


def test_without_the_record_the_clock_goes_on(box: Box, plain: int) -> None:
    away = Requests(open_store("postgresql://nobody@127.0.0.1:9/none", lambda: NOON))
    send_due(away, smtp(plain), HOUSE)
    assert box.mails == []
