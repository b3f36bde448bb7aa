"""The story of two customers who need a person: each asks at the door, and it reaches who answers them."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.conftest import account, an_import, noon
from tests.kb.web.cast import DINA, STAN, TESS, settle
from tests.kb.web.serving import laptop, served
from tests.kb.web.test_browser import browser as browser
from tiering.usecases.record import Store, open_store

CSM = "cleo@harbour.example"
"""Looks after Tess's company; the CRM names her by her address, and people.yaml lists it."""

_BERTHS = "---\ntitle: Book a berth\n---\n\nChoose the berth for your boat on the map.\n"


@contextmanager
def harbour(record: Path, folder: Path) -> Iterator[tuple[int, Store]]:
    """Serve a help centre whose customers and colleagues are the cast."""
    shutil.copy(record, folder)
    store = open_store(f"sqlite:///{folder / 'longtail.db'}", noon)
    settle(store)
    with store.begin() as work:
        work.accounts.save([account("A-1", "Tidewater", csm=CSM)], an_import(work))
    content = folder / "content"
    (content / "articles" / "berths").mkdir(parents=True)
    (content / "articles" / "berths" / "book.md").write_text(_BERTHS)
    (content / "site.yaml").write_text("name: Harbour\ncontact_email: help@harbour.example\n")
    (content / "people.yaml").write_text(f"staff: [{STAN}, {CSM}]\n")
    with served(folder, content, laptop) as port:
        yield port, store
    store.close()


def test_a_request_of_a_tier_1_and_of_a_digital_customer_reach_the_right_person(
    browser: Browser, record: Path, tmp_path: Path
) -> None:
    with harbour(record, tmp_path) as (port, store):
        mails = tmp_path / "var" / "mails"

        def visit(who: str, **screen: int) -> Page:
            context = browser.new_context(base_url=f"http://127.0.0.1:{port}", viewport=screen or None)  # type: ignore[arg-type]  # any width and height
            page = context.new_page()
            page.set_default_timeout(10_000)
            _sign_in(page, who, mails)
            return page

        tess = visit(TESS, width=1280, height=900)
        tess.goto("/contact")
        expect(tess.get_by_text("A first answer within 1 hour")).to_be_visible()
        expect(tess.get_by_text("A customer success manager of your own")).to_be_visible()
        number = _ask(tess, "Berths for the whole fleet", "Who plans the berths of forty boats with us?")

        dina = visit(DINA, width=390, height=844)
        dina.goto("/services")
        dina.get_by_role("link", name="Ask to add Live training").click()
        expect(dina.get_by_text("Office hours")).to_be_visible()
        expect(dina.get_by_label("What is it about?")).to_have_value("Add Live training to our plan")
        dinas = _ask(dina, "", "Could somebody show us how to book a berth?")

        sent = {(mail["To"], number in mail["Subject"]) for mail in _mails(mails, 5)}
        assert sent == {
            *(("help@harbour.example", whose) for whose in (True, False)),
            *((CSM, True), (TESS, True), (DINA, False)),
        }
        with store.begin() as work:
            told = [
                (one["number"], one["account_name"], one["tier"])
                for one in work.outbox.messages("contact.request")
            ]
        assert told == [(number, "Tidewater", 1), (dinas, "Dinghy Hire", 3)]

        stan = visit(STAN)
        stan.goto("/staff/requests?tier=1")
        expect(stan.get_by_text(dinas)).to_have_count(0)
        stan.get_by_role("link", name="Berths for the whole fleet").click()
        expect(stan.get_by_text("Who plans the berths of forty boats with us?")).to_be_visible()
        stan.get_by_role("button", name="Mark as answered").click()
        expect(stan.get_by_text(f"Answered by {STAN}")).to_be_visible()
        tess.goto("/account")
        expect(tess.get_by_text(f"· {number}")).to_contain_text("Answered")
        dina.goto("/account")
        expect(dina.get_by_text(f"· {dinas}")).to_contain_text("Open")


def test_what_is_typed_is_answered_by_an_article_before_it_is_sent(
    browser: Browser, record: Path, tmp_path: Path
) -> None:
    with harbour(record, tmp_path) as (port, store):
        context = browser.new_context(base_url=f"http://127.0.0.1:{port}")
        page = context.new_page()
        page.goto("/contact")
        page.get_by_label("Your e-mail address").fill("sam@stranger.example")
        page.get_by_label("What is it about?").fill("A berth for my boat")
        with context.expect_page() as opened:
            page.get_by_role("link", name="Book a berth").click()
        expect(opened.value.get_by_role("heading", level=1)).to_have_text("Book a berth")
        expect(page.get_by_label("What is it about?")).to_have_value("A berth for my boat")
        page.get_by_label("Your message").fill("It is 40 feet long.")
        page.get_by_role("button", name="Send to a person").dblclick()
        expect(page.get_by_role("heading", level=1)).to_have_text("We have your message")
        page.reload()
        with store.begin() as work:
            assert len(work.outbox.messages("contact.request")) == 1
        number = page.locator("strong").first.inner_text()
        _sign_in(page, STAN, tmp_path / "var" / "mails")
        page.goto(f"/staff/requests/{number}")
        expect(page.get_by_text("Of these opened")).to_be_visible()


def _ask(page: Page, subject: str, message: str) -> str:
    if subject:
        page.get_by_label("What is it about?").fill(subject)
    page.get_by_label("Your message").fill(message)
    page.get_by_role("link", name="Book a berth").wait_for()
    page.get_by_role("button", name="Send to a person").click()
    page.wait_for_url("**/contact/sent")
    return page.locator(".request-number strong").inner_text()


def _sign_in(page: Page, who: str, mails: Path) -> None:
    page.goto("/sign-in")
    page.get_by_label("Your e-mail address at work").fill(who)
    page.get_by_role("button", name="Send me a code").click()
    found = re.search(r"^    (\d{6})$", _newest_to(who, mails).get_content(), re.MULTILINE)
    assert found
    page.get_by_label("The code").fill(found[1])
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/")


def _newest_to(who: str, folder: Path) -> EmailMessage:
    end = time.monotonic() + 10
    while True:
        found = [mail for mail in _read(folder) if mail["To"] == who and "Sign in" in mail["Subject"]]
        if found:
            return found[-1]
        assert time.monotonic() < end, "no mail came"
        time.sleep(0.05)


def _mails(folder: Path, number: int) -> list[EmailMessage]:
    end = time.monotonic() + 10
    while len(found := [mail for mail in _read(folder) if "Sign in" not in mail["Subject"]]) < number:
        assert time.monotonic() < end, "not all mails came"
        time.sleep(0.05)
    return found


def _read(folder: Path) -> list[EmailMessage]:
    parser = BytesParser(policy=default)
    return [parser.parsebytes(path.read_bytes()) for path in sorted(folder.glob("*.eml"))]
