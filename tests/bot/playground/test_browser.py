"""The page in a real browser, with mouse and keyboard."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from bot.playground.local import LocalSlack
from bot.playground.people import BOT_USER_ID, VERA, direct_channel
from bot.playground.workspace import Message

NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM = next(filter(None, map(shutil.which, NAMES)), None)
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: install the package chromium")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with (
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"]) as launched,
    ):
        yield launched


@pytest.fixture
def page(browser: Browser, local: LocalSlack) -> Iterator[Page]:
    """The page as Olivia in #customer-success; any error in the console fails the test."""
    faults: list[str] = []
    opened = browser.new_page()
    opened.set_default_timeout(5000)
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.on("console", lambda said: faults.append(said.text) if "Content Security" in said.text else None)
    opened.goto(local.page_url)
    yield opened
    opened.close()
    assert faults == []


def send(page: Page, text: str) -> None:
    page.locator("#composer").fill(text)
    page.keyboard.press("Enter")


def test_a_command_is_typed_a_button_pressed_and_a_modal_submitted(page: Page, local: LocalSlack) -> None:
    page.keyboard.type("/t")
    expect(page.get_by_role("option", name="/tier")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.type("acme")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Acme is in tier 2, Growth.")).to_be_visible()
    expect(page.get_by_text("Only visible to you")).to_be_visible()

    page.get_by_role("button", name="Log effort").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Log", exact=True).click()
    expect(dialog.get_by_text("Please complete this required field.")).to_have_count(2)
    dialog.get_by_label("Service").select_option(label="Training")
    dialog.get_by_label("Hours").fill("25")
    dialog.get_by_label("Hours").press("Enter")
    expect(dialog.get_by_text("A day has 24 hours.")).to_be_visible()
    expect(dialog.get_by_label("Service")).to_have_value("training")
    dialog.get_by_label("Hours").fill("2")
    dialog.get_by_label("Hours").press("Enter")
    expect(dialog).to_be_hidden()
    page.get_by_role("link", name="Longtail").click()
    expect(page.get_by_text("Logged 2 h of training for Acme.")).to_be_visible()


def test_an_example_fills_the_message_field_and_is_not_sent_by_itself(page: Page, local: LocalSlack) -> None:
    page.get_by_role("button", name="/tier why acme").click()
    expect(page.locator("#composer")).to_have_value("/tier why acme")
    expect(page.locator("#composer")).to_be_focused()
    assert local.deliveries == []


def delivered(page: Page, local: LocalSlack, expected: int) -> int:
    """Count the requests; the page may show an answer before its acknowledgement has been noted."""
    for _ in range(250):
        if len(local.deliveries) >= expected:
            break
        page.wait_for_timeout(20)
    return len(local.deliveries)


def test_a_confirmation_is_asked_before_anything_is_sent(page: Page, local: LocalSlack) -> None:
    send(page, "/tier acme")
    page.get_by_role("button", name="Withdraw").click()
    expect(page.get_by_text("falls back to tier 3 today")).to_be_visible()
    page.get_by_role("button", name="Keep it").click()
    assert delivered(page, local, 1) == 1
    page.get_by_role("button", name="Withdraw").click()
    page.locator("#confirm").get_by_role("button", name="Withdraw").click()
    expect(page.locator(".message")).to_have_count(0)
    assert delivered(page, local, 2) == 2


def test_menus_work_and_offer_what_the_bot_suggests(page: Page) -> None:
    send(page, "/tier everything")
    page.locator("[data-action=grouped] select").select_option("3")
    expect(page.get_by_text("grouped: ")).to_contain_text("Tier 3")
    page.locator("[data-action=account] input").press_sequentially("init")
    page.get_by_role("option", name="Initech tier 2").click()
    expect(page.locator("[data-action=account] .chip")).to_have_text("Initech ×")
    expect(page.get_by_text("account: ")).to_contain_text("initech")
    page.locator("[data-action=date] input").fill("2026-12-24")
    expect(page.get_by_text("date: ")).to_contain_text("2026-12-24")
    page.locator("[data-action=users] summary").click()
    page.get_by_label("Vera Novak").check()
    expect(page.get_by_text("users: ")).to_contain_text("U05VN7K2QRA")
    page.get_by_label("On request").check()
    expect(page.get_by_text("radio: ")).to_contain_text("request")


def test_the_overflow_menu_and_the_developers_menu(page: Page) -> None:
    send(page, "/tier acme")
    page.get_by_label("More actions").click()
    page.get_by_role("button", name="History").click()
    expect(page.get_by_text("You chose history.")).to_be_visible()
    first = page.locator(".message").first
    first.hover()
    first.get_by_label("More for this message").click()
    first.get_by_role("button", name="What the fallback text says").click()
    expect(first.locator(".developer pre").first).to_have_text("Acme is in tier 2, Growth.")
    first.get_by_label("More for this message").click()
    first.get_by_role("button", name="Show JSON").click()
    expect(first.locator(".developer pre").last).to_contain_text('"action_id": "log_effort"')


def test_what_was_sent_comes_back_with_the_arrow_keys(page: Page) -> None:
    send(page, "/tier acme")
    send(page, "/tier initech")
    composer = page.locator("#composer")
    page.keyboard.press("ArrowUp")
    expect(composer).to_have_value("/tier initech")
    page.keyboard.press("ArrowUp")
    expect(composer).to_have_value("/tier acme")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(composer).to_have_value("")


def test_another_person_sees_another_workspace(page: Page) -> None:
    page.get_by_label("You are").select_option(label="Stella Park · Stranger of another organisation")
    expect(page.get_by_role("heading", name="globex-shared")).to_be_visible()
    expect(page.get_by_role("link", name="sales")).to_have_count(0)


def test_mentions_are_completed_and_answered(page: Page) -> None:
    page.keyboard.type("@lon")
    page.keyboard.press("Tab")
    page.keyboard.type("is acme entitled?")
    page.keyboard.press("Enter")
    expect(page.locator(".message")).to_have_count(2)
    expect(page.locator(".message").last).to_contain_text("@Olivia Okafor said: @Longtail is acme entitled?")


def test_the_home_tab_and_shortcuts(page: Page, local: LocalSlack) -> None:
    page.get_by_label("Shortcuts").click()
    page.get_by_role("button", name="Log effort").click()
    expect(page.get_by_role("dialog")).to_contain_text("Log effort")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.goto(f"{local.page_url}?channel=longtail&tab=home")
    expect(page.get_by_role("heading", name="My book")).to_be_visible()


def test_a_phone_has_its_channels_behind_a_button(browser: Browser, local: LocalSlack) -> None:
    phone = browser.new_page(viewport={"width": 390, "height": 844})
    phone.goto(local.page_url)
    expect(phone.locator("#sidebar")).to_be_hidden()
    phone.get_by_role("button", name="Channels").click()
    phone.get_by_role("link", name="sales").click()
    expect(phone.get_by_role("heading", name="sales")).to_be_visible()
    wider = phone.evaluate("document.documentElement.scrollWidth - innerWidth")
    phone.close()
    assert wider <= 0


def test_what_the_bot_writes_to_somebody_else_is_told_until_it_was_read(
    page: Page, local: LocalSlack
) -> None:
    expect(page.get_by_role("link", name="New for Vera Novak")).to_be_hidden()
    local.workspace.post(Message(direct_channel(VERA, "longtail").id, "", BOT_USER_ID, "Approved."))
    page.get_by_role("link", name="New for Vera Novak").click()
    expect(page.get_by_text("Approved.")).to_be_visible()
    page.get_by_label("You are").select_option(label="Olivia Okafor · Operations")
    expect(page.get_by_role("heading", name="customer-success")).to_be_visible()
    expect(page.get_by_role("link", name="New for Vera Novak")).to_be_hidden()


def test_a_channel_with_news_says_so(page: Page, local: LocalSlack) -> None:
    sales = page.get_by_role("navigation", name="Channels").get_by_role("link", name="sales")
    expect(sales).not_to_have_class("unread")
    local.workspace.post(Message("C05SL4M8RTD", "", BOT_USER_ID, "Acme is in tier 1."))
    expect(sales).to_have_class("unread")
    sales.click()
    expect(page.get_by_text("Acme is in tier 1.")).to_be_visible()
    expect(sales).not_to_have_class("unread")


def test_a_field_of_a_form_is_called_what_its_label_says(page: Page, local: LocalSlack) -> None:
    send(page, "/tier acme")
    page.get_by_role("button", name="Log effort").click()
    expect(page.get_by_role("dialog").get_by_role("combobox", name="Service")).to_be_visible()
