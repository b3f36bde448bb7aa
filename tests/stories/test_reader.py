"""A reader's story in a real browser: they ask in their own words, read, say no, and colleagues hear it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from kb.invitations import invite, link_path
from kb.storage import Chosen, Door, Votes
from tests.kb.web.conftest import record as record
from tests.kb.web.conftest import settings
from tests.kb.web.serving import served
from tests.kb.web.test_browser import browser as browser
from tiering.files import SHIPPED_CONTENT
from tiering.usecases.record import Store, open_store

PHONE: Any = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
INVOICE, QUOTE, SEATS = (
    f"billing/{name}" for name in ("turn-a-visit-into-an-invoice", "send-a-quote", "change-your-seats")
)


@pytest.fixture(scope="module")
def place(record: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a record in which the shipped policy is in force."""
    folder = tmp_path_factory.mktemp("read")
    shutil.copy(record, folder)
    return folder


@pytest.fixture(scope="module")
def base(place: Path) -> Iterator[str]:
    """The address of a server over the shipped content."""
    with served(place, SHIPPED_CONTENT) as port:
        yield f"http://127.0.0.1:{port}"


@pytest.fixture(scope="module")
def store(place: Path) -> Iterator[Store]:
    """The record of that server."""
    opened = open_store(f"sqlite:///{place / 'longtail.db'}", lambda: datetime.now(UTC))
    yield opened
    opened.close()


def visit(browser: Browser, base: str, **options: Any) -> tuple[BrowserContext, Page]:
    context = browser.new_context(base_url=base, **options)
    context.set_default_timeout(10_000)
    return context, context.new_page()


def staff_link(place: Path, store: Store) -> str:
    """Return the path that `kb staff-link` prints."""
    secret = settings(place, SHIPPED_CONTENT).secret_key
    invited = invite(secret, store.now(), "/staff/")
    Door(store).invite(invited.invitation, store.now())
    return link_path(invited.link)


def test_what_a_reader_on_a_phone_says_of_an_article_stands_on_the_page_for_colleagues(
    browser: Browser, base: str, place: Path, store: Store
) -> None:
    phone, page = visit(browser, base, **PHONE)
    page.goto("/")
    page.get_by_label("Search the help centre").fill("how do i bill my client when the work is done")
    page.keyboard.press("Enter")
    hit = page.locator(".hit").filter(
        has=page.get_by_role("link", name="Turn a finished visit into an invoice")
    )
    hit.locator(".hit-section a").tap()
    page.wait_for_url(f"**/articles/{INVOICE}#*")
    section = page.locator(page.evaluate("decodeURIComponent(location.hash)"))
    expect(section).to_be_in_viewport()

    page.get_by_role("link", name="No, this did not").tap()
    thanks = page.get_by_role("heading", name="Thank you.")
    expect(thanks).to_be_focused()
    assert [(vote.helpful, vote.comment) for vote in Votes(store).newest(Chosen(slug=INVOICE), 9)] == [
        (False, "")
    ]
    assert page.url.startswith(f"{base}/articles/{INVOICE}#"), "a vote leads nowhere else"
    page.get_by_label("The steps did not work").check()
    page.get_by_label("Anything to add?").fill("There is no Approve button.\nI use the old phone.")
    page.get_by_role("button", name="Send").tap()
    expect(page.get_by_role("link", name="Change what you said")).to_be_visible()
    expect(thanks).to_be_focused()
    page.locator("[data-feedback]").get_by_role("link", name="Write to us").tap()
    expect(page.locator(".contact-from")).to_contain_text("Turn a finished visit into an invoice")
    phone.close()

    desk, page = visit(browser, base)
    page.goto(staff_link(place, store))
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name="What readers said").click()
    said = page.locator(".said").filter(has_text="Turn a finished visit")
    expect(said).to_have_count(1)
    expect(said.get_by_role("heading")).to_have_text("Did not help: Turn a finished visit into an invoice")
    expect(said.locator("blockquote")).to_have_text("There is no Approve button.\nI use the old phone.")
    expect(said).to_contain_text("The steps did not work.")
    expect(said).to_contain_text("0 of 1 (0%)")
    desk.close()


def test_without_javascript_the_same_is_said_on_a_page_of_its_own(
    browser: Browser, base: str, store: Store
) -> None:
    context, page = visit(browser, base, java_script_enabled=False, **PHONE)
    page.goto(f"/articles/{QUOTE}")
    page.get_by_role("link", name="No, this did not").click()
    expect(page.get_by_label("No", exact=True)).to_be_checked()
    assert Votes(store).count(Chosen(slug=QUOTE)) == 0
    page.get_by_label("A detail was missing").check()
    page.get_by_label("Anything to add?").fill("What of VAT?")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", name="Thank you.")).to_be_visible()
    page.get_by_role("link", name="Change what you said").click()
    expect(page.get_by_label("Anything to add?")).to_have_value("What of VAT?")
    page.get_by_text("Yes", exact=True).click()
    expect(page.get_by_label("A detail was missing")).to_be_hidden()
    page.get_by_role("button", name="Send").click()
    assert [(vote.helpful, vote.reasons) for vote in Votes(store).newest(Chosen(slug=QUOTE), 9)] == [
        (True, ())
    ]
    context.close()


def test_with_the_keyboard_alone_a_vote_and_its_comment_lose_nothing_on_the_way(
    browser: Browser, base: str, store: Store
) -> None:
    context, page = visit(browser, base)
    page.goto(f"/articles/{SEATS}")
    page.get_by_role("link", name="Yes, this answered").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Thank you.")).to_be_focused()
    page.keyboard.press("Tab")
    comment = page.get_by_label("Anything to add?")
    expect(comment).to_be_focused()
    page.keyboard.type("Clear and short.")
    context.set_offline(True)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("[data-feedback] [role=status]")).to_contain_text("You seem to be offline")
    expect(comment).to_have_value("Clear and short.")
    context.set_offline(False)
    comment.fill("x" * 2001)
    page.get_by_role("button", name="Send").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("this one has 2,001")
    expect(comment).to_be_focused()
    expect(comment).to_have_value("x" * 2001)
    comment.fill("Clear and short.")
    page.get_by_role("button", name="Send").press("Enter")
    expect(page.get_by_role("link", name="Change what you said")).to_be_visible()
    assert [vote.comment for vote in Votes(store).newest(Chosen(slug=SEATS), 9)] == ["Clear and short."]
    context.close()


def test_a_vote_that_cannot_be_sent_in_place_leads_to_the_page_that_can(browser: Browser, base: str) -> None:
    context, page = visit(browser, base)

    def refuse(route: Route) -> None:
        if route.request.resource_type == "fetch":
            route.abort()
        else:
            route.continue_()

    page.route("**/feedback/**", refuse)
    page.goto(f"/articles/{SEATS}")
    page.get_by_role("link", name="No, this did not").click()
    page.wait_for_url("**/feedback/**")
    expect(page.get_by_label("No", exact=True)).to_be_checked()
    context.close()


@pytest.mark.parametrize("width", [390, 1280])
def test_the_pages_about_feedback_and_search_fit_the_screen_and_complain_of_nothing(
    browser: Browser, base: str, place: Path, store: Store, width: int
) -> None:
    context, page = visit(browser, base, viewport={"width": width, "height": 844})
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(staff_link(place, store))
    page.get_by_role("button", name="Sign in").click()
    page.goto(f"/articles/{SEATS}")
    page.get_by_role("link", name="No, this did not").click()
    page.get_by_label("Anything to add?").fill("W" * 1500)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("link", name="Change what you said")).to_be_visible()
    for path in (
        "/staff/",
        "/staff/feedback",
        f"/staff/feedback?article={SEATS}",
        "/staff/search",
        "/staff/search?q=how+do+i+send+a+bill",
        f"/feedback/{SEATS}?helpful=no",
        "/search?q=bill",
    ):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    assert complaints == []
    context.close()
