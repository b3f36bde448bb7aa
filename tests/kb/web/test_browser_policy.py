"""The story of leaders in a real browser: a policy is rehearsed, shared, signed and published."""

from __future__ import annotations

import re
import shutil
import time
from email.parser import BytesParser
from email.policy import default
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.conftest import OLGA, TODAY, account, an_import, noon
from tests.kb.web.serving import laptop, served
from tests.kb.web.test_browser import browser as browser
from tiering.domain.money import Money
from tiering.usecases.daily import daily
from tiering.usecases.record import open_store

HELEN, MARCUS = "helen@harbour.example", "marcus@harbour.example"


@pytest.fixture
def place(record: Path, tmp_path: Path) -> Path:
    """Where Helen and Marcus lead a company with two customers."""
    shutil.copy(record, tmp_path)
    store = open_store(f"sqlite:///{tmp_path / 'longtail.db'}", noon)
    with store.begin() as work:
        accounts = [
            account("A-1", "Acme", arr=Money(15_000_000, "USD")),
            account("A-2", "Bolt", arr=Money(40_000_000, "USD")),
        ]
        work.accounts.save(accounts, an_import(work))
    daily(store, OLGA, TODAY)
    store.close()
    (tmp_path / "content" / "articles").mkdir(parents=True)
    (tmp_path / "content" / "people.yaml").write_text(f"managers: [{HELEN}, {MARCUS}]\n")
    return tmp_path


def test_a_leader_rehearses_and_publishes_a_policy_without_a_shell_and_without_scripts(
    browser: Browser, place: Path
) -> None:
    with served(place, place / "content", laptop) as port:
        page = _signed_in(browser, port, place, HELEN)
        page.goto("/staff/")
        page.get_by_role("link", name="The tier policy").click()
        page.get_by_role("link", name="Begin a draft").click()
        text = page.get_by_label("The text of tiers.yaml")
        written = text.input_value()
        text.fill(written.replace("{tier: 1, at_least: 100000}", "{tier: 1, at_least: lots}"))
        page.get_by_role("button", name="Keep the draft").click()
        expect(page.get_by_role("alert")).to_contain_text(re.compile(r"tiers\.yaml:\d+: .*lots"))
        text.fill(written.replace("{tier: 1, at_least: 100000}", "{tier: 1, at_least: 200000}"))
        page.get_by_role("button", name="Keep the draft").click()
        draft = page.url
        page.get_by_role("button", name="Rehearse it").click()
        expect(page.get_by_text("1 of 2")).to_be_visible()  # the page comes again by itself
        page.get_by_role("link", name="Who would move, and why: 1 account").click()
        expect(page.get_by_role("heading", level=2)).to_have_text("Acme A-1")
        page.goto(draft)
        expect(page.get_by_text("You uploaded this draft, so somebody else has to sign it.")).to_be_visible()
        page.get_by_label("For whom").fill("Sales")
        page.get_by_role("button", name="Make a link").click()
        link = page.get_by_role("textbox", name="The link for Sales").input_value()

        sales = browser.new_context(base_url=f"http://127.0.0.1:{port}", java_script_enabled=False)
        reading = sales.new_page()
        reading.goto(link)
        expect(reading.get_by_text("Yearly revenue that moves down")).to_be_visible()
        expect(reading.get_by_role("button", name="Publish it")).to_have_count(0)

        signing = _signed_in(browser, port, place, MARCUS)
        signing.goto(draft)
        signing.get_by_label("A note").fill("As agreed on Monday.")
        signing.get_by_role("button", name=f"Sign as {MARCUS}").click()
        expect(signing.get_by_text("As agreed on Monday.")).to_be_visible()

        page.goto(draft)
        page.get_by_role("button", name="Publish it").click()
        expect(page.get_by_role("status")).to_contain_text("Version 2 is published.")
        for context in (page.context, sales, signing.context):
            context.close()
    store = open_store(f"sqlite:///{place / 'longtail.db'}", noon)
    with store.begin() as work:
        assert work.policies.version() == 2
        assert work.decisions.current(["A-1"])["A-1"].tier == 2
    store.close()


def _signed_in(browser: Browser, port: int, place: Path, address: str) -> Page:
    """Return a page of a leader who has signed in by mail; its browser runs no scripts."""
    context = browser.new_context(base_url=f"http://127.0.0.1:{port}", java_script_enabled=False)
    context.set_default_timeout(20_000)
    page = context.new_page()
    page.goto("/sign-in")
    page.get_by_label("Your e-mail address at work").fill(address)
    page.get_by_role("button", name="Send me a code").click()
    page.get_by_label("The code").fill(_code(place / "var" / "mails", address))
    page.get_by_role("button", name="Sign in").click()
    # A page that is closed, or left, while it is on its way somewhere may keep Playwright waiting for ever.
    expect(page.get_by_role("link", name="Your account").first).to_be_attached()
    return page


def _code(folder: Path, address: str) -> str:
    end = time.monotonic() + 20
    while True:
        for path in sorted(folder.glob("*.eml")):
            mail = BytesParser(policy=default).parsebytes(path.read_bytes())
            found = re.search(r"^    (\d{6})$", mail.get_content(), re.MULTILINE)
            if found and address in str(mail["To"]):
                return found[1]
        assert time.monotonic() < end, "no mail came"
        time.sleep(0.05)
