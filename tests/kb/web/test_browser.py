"""Stories in a real browser: with the keyboard alone, without JavaScript, on a phone, in the dark."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.kb.web.serving import served
from tiering.files import SHIPPED_CONTENT

_PHONE = {"width": 390, "height": 844}
_ARTICLE = "/articles/scheduling/move-a-visit"
_PAGES = ["/", "/categories/scheduling", _ARTICLE, "/articles/data/receive-webhooks", "/search?q=invoice"]
_PAGES += ["/search?q=zzxqwv", "/services", "/contact", "/articles", "/nothing-here", "/sign-in"]

_SHIFT = """() => new Promise(done => {
  let sum = 0;
  new PerformanceObserver(list => list.getEntries().forEach(e => { if (!e.hadRecentInput) sum += e.value; }))
    .observe({type: "layout-shift", buffered: true});
  setTimeout(() => done(sum), 100);
})"""


@pytest.fixture(scope="module")
def base(record: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server over the shipped content."""
    folder = tmp_path_factory.mktemp("browsed")
    shutil.copy(record, folder)
    with served(folder, SHIPPED_CONTENT) as port:
        yield f"http://127.0.0.1:{port}"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The system's own Chromium."""
    names = ("chromium", "chromium-browser", "google-chrome")
    path = next((found for name in names if (found := shutil.which(name))), None)
    if path is None:
        pytest.skip("No Chromium is installed; Debian has it in the package chromium")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield opened
        opened.close()


def _open(browser: Browser, base: str, **options: Any) -> tuple[BrowserContext, Page]:
    context = browser.new_context(base_url=base, **options)
    context.set_default_timeout(10_000)
    return context, context.new_page()


def test_a_question_is_answered_with_the_keyboard_alone(browser: Browser, base: str) -> None:
    context, page = _open(browser, base)
    page.goto("/")
    page.keyboard.press("/")
    field = page.get_by_role("combobox")
    expect(field).to_be_focused()
    page.keyboard.type("invite")
    options = page.get_by_role("option")
    expect(options.first).to_have_text("Invite your team")
    expect(field).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    assert field.get_attribute("aria-activedescendant") == options.first.get_attribute("id")
    page.keyboard.press("Escape")
    expect(field).to_have_attribute("aria-expanded", "false")
    expect(field).to_have_value("invite")
    page.keyboard.press("ArrowDown")
    expect(options.first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/articles/people/invite-your-team")
    context.close()


def test_enter_without_a_choice_searches(browser: Browser, base: str) -> None:
    context, page = _open(browser, base)
    page.goto("/")
    page.get_by_role("combobox").fill("invite")
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=invite")
    expect(page.get_by_role("heading", level=2, name="Invite your team")).to_be_visible()
    context.close()


def test_the_first_tab_leads_past_the_header_and_shows_where_it_is(browser: Browser, base: str) -> None:
    context, page = _open(browser, base)
    page.goto(_ARTICLE)
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    context.close()


def test_everything_works_without_javascript(browser: Browser, base: str) -> None:
    context, page = _open(browser, base, java_script_enabled=False, viewport=_PHONE)
    page.goto("/")
    expect(page.locator("[data-theme-switch]")).to_be_hidden()
    page.get_by_label("Search the help centre").fill("invite")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("heading", level=2).get_by_role("link", name="Invite your team").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Invite your team")
    page.get_by_label("Menu", exact=True).click()
    page.get_by_role("navigation", name="Main menu").get_by_role("link", name="Plans").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What your plan includes")
    page.goto(_ARTICLE)
    page.locator("summary", has_text="On this page").click()
    page.locator(".toc-phone").get_by_role("link", name="Move many at once").click()
    assert page.url.endswith("#move-many-at-once")
    context.close()


@pytest.mark.parametrize(("system", "other"), [("light", "dark"), ("dark", "light")])
def test_the_theme_is_the_systems_until_somebody_switches(
    browser: Browser, base: str, system: Any, other: str
) -> None:
    context, page = _open(browser, base, color_scheme=system)
    colours = {"light": "rgb(255, 255, 255)", "dark": "rgb(18, 22, 26)"}
    page.goto("/")
    body = page.locator("body")
    expect(body).to_have_css("background-color", colours[system])
    page.get_by_role("button", name="Dark theme").click()
    expect(body).to_have_css("background-color", colours[other])
    page.goto("/contact")
    expect(body).to_have_css("background-color", colours[other])
    expect(page.get_by_role("button", name="Dark theme")).to_have_attribute(
        "aria-pressed", "true" if other == "dark" else "false"
    )
    page.get_by_role("button", name="Dark theme").click()
    assert page.evaluate("localStorage.getItem('theme')") is None
    context.close()


@pytest.mark.parametrize("viewport", [_PHONE, {"width": 1280, "height": 900}], ids=["phone", "desktop"])
def test_no_page_is_wider_than_the_screen_or_moves_or_complains(
    browser: Browser, base: str, viewport: Any
) -> None:
    context, page = _open(browser, base, viewport=viewport)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda asked: complaints.append(asked.url) if not asked.url.startswith(base) else None)
    for path in _PAGES:
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"], path
        assert page.evaluate(_SHIFT) < 0.01, path
    assert [words for words in complaints if "404 (NOT FOUND)" not in words] == []
    context.close()


def test_what_is_printed_is_never_dark(browser: Browser, base: str) -> None:
    context, page = _open(browser, base, color_scheme="dark")
    page.goto("/articles/data/receive-webhooks")
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    page.emulate_media(media="print")
    expect(page.locator(".prose pre").first).to_have_css("background-color", "rgb(245, 247, 247)")
    expect(page.locator(".prose .admonition")).to_have_css("color", "rgb(0, 0, 0)")
    link = page.locator(".prose a[href^='/articles']").first
    expect(link).to_have_css("color", "rgb(31, 111, 92)")
    context.close()


def test_lines_of_an_article_are_comfortable_to_read(browser: Browser, base: str) -> None:
    context, page = _open(browser, base, viewport={"width": 1280, "height": 900})
    page.goto(_ARTICLE)
    characters = page.evaluate("""() => {
      const p = document.querySelector(".prose > p"), probe = document.createElement("span");
      probe.textContent = "A visit moves to another day and the client is told at once. ".repeat(10);
      probe.style.whiteSpace = "nowrap"; p.appendChild(probe);
      return p.clientWidth / (probe.getBoundingClientRect().width / probe.textContent.length);
    }""")
    assert 60 <= characters <= 76
    context.close()


def test_the_contents_follow_the_reader(browser: Browser, base: str) -> None:
    context, page = _open(browser, base, viewport={"width": 1280, "height": 600}, reduced_motion="reduce")
    page.goto(_ARTICLE)
    toc = page.get_by_role("navigation", name="On this page")
    toc.get_by_role("link", name="Move it to another day or week").click()
    expect(toc.locator("[aria-current=location]")).to_have_text("Move it to another day or week")
    expect(toc).to_be_in_viewport()
    context.close()


def test_an_article_is_printed_without_what_only_a_screen_needs(browser: Browser, base: str) -> None:
    context, page = _open(browser, base)
    page.goto(_ARTICLE)
    page.emulate_media(media="print")
    for hidden in (".top", ".bottom", ".side", ".toc", ".turn", ".article-facts"):
        expect(page.locator(hidden)).to_be_hidden()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator(".on-paper")).to_contain_text(f"{base}{_ARTICLE} · Reviewed")
    context.close()


def test_what_is_folded_is_printed_and_folded_again(browser: Browser, base: str) -> None:
    context, page = _open(browser, base)
    page.goto(_ARTICLE)
    page.evaluate(
        "document.querySelector('.prose').insertAdjacentHTML('beforeend', '<details>Hidden</details>')"
    )
    page.evaluate("window.onafterprint = () => {}; window.dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate("document.querySelector('.prose details').open")
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert not page.evaluate("document.querySelector('.prose details').open")
    context.close()


def test_an_article_is_copied_as_markdown_and_says_so(browser: Browser, base: str) -> None:
    context, page = _open(browser, base, permissions=["clipboard-read", "clipboard-write"])
    page.goto(_ARTICLE)
    page.get_by_role("button", name="Copy as Markdown").press("Enter")
    expect(page.get_by_role("status").last).to_have_text("Copied as Markdown")
    expect(page.get_by_role("button", name="Copied")).to_be_focused()
    assert page.evaluate("navigator.clipboard.readText()").startswith("# Move a visit")
    expect(page.get_by_role("button", name="Copy as Markdown")).to_be_visible()
    context.close()


def test_what_cannot_be_copied_is_said_politely(browser: Browser, base: str) -> None:
    context, page = _open(browser, base, permissions=["clipboard-read", "clipboard-write"])
    page.goto(_ARTICLE)
    page.route("**/*.md", lambda route: route.abort())
    page.get_by_role("button", name="Copy as Markdown").click()
    expect(page.get_by_role("status").last).to_have_text(
        "It could not be copied. The link View as Markdown shows the text."
    )
    expect(page.get_by_role("link", name="View as Markdown")).to_be_visible()
    context.close()


def test_without_javascript_the_markdown_is_a_link(browser: Browser, base: str) -> None:
    context, page = _open(browser, base, java_script_enabled=False)
    page.goto(_ARTICLE)
    expect(page.get_by_role("link", name="View as Markdown")).to_be_visible()
    expect(page.get_by_role("button", name="Copy as Markdown")).to_have_count(0)
    context.close()


def test_an_anchor_survives_the_way_from_an_old_address(browser: Browser, base: str) -> None:
    context, page = _open(browser, base)
    page.goto("/articles/Scheduling/MOVE-a-visit/#move-many-at-once")
    assert page.url == f"{base}{_ARTICLE}#move-many-at-once"
    expect(page.get_by_role("heading", name="Move many at once")).to_be_in_viewport()
    context.close()


def test_an_unknown_page_has_the_words_of_its_address_ready_to_search(browser: Browser, base: str) -> None:
    context, page = _open(browser, base, viewport=_PHONE)
    page.goto("/articles/people/resetting_my-password.md")
    field = page.get_by_role("combobox")
    expect(field).to_have_value("people resetting my password")
    expect(field).to_be_in_viewport()
    field.press("Enter")
    page.wait_for_url("**/search?q=people+resetting+my+password")
    context.close()


_WITH_TABS = """# Get the app

Read on.

=== "Android"

    From the Play Store.

=== "iPhone"

    ## On an iPhone

    From the App Store.

"""


@pytest.fixture(scope="module")
def tabs(record: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an article with tabs, on a server of its own."""
    folder = tmp_path_factory.mktemp("tabs")
    shutil.copy(record, folder)
    (folder / "content" / "articles").mkdir(parents=True)
    (folder / "content" / "articles" / "app.md").write_text(_WITH_TABS + "More.\n\n" * 80)
    with served(folder, folder / "content") as port:
        yield f"http://127.0.0.1:{port}/articles/app"


@pytest.mark.parametrize("scripts", [True, False], ids=["with JavaScript", "without"])
def test_tabs_are_chosen_by_mouse_and_by_keyboard(browser: Browser, tabs: str, scripts: bool) -> None:
    context, page = _open(browser, tabs, viewport=_PHONE, java_script_enabled=scripts)
    page.goto(tabs)
    android, iphone = page.get_by_text("From the Play Store."), page.get_by_text("From the App Store.")
    expect(android).to_be_visible()
    expect(iphone).to_be_hidden()
    page.get_by_text("iPhone", exact=True).click()
    expect(iphone).to_be_visible()
    expect(android).to_be_hidden()
    expect(page.get_by_role("radio", name="iPhone")).to_be_checked()
    page.get_by_role("radio", name="iPhone").press("ArrowLeft")
    expect(android).to_be_visible()
    context.close()


@pytest.mark.parametrize("scripts", [True, False], ids=["with JavaScript", "without"])
def test_a_link_into_a_closed_tab_opens_it(browser: Browser, tabs: str, scripts: bool) -> None:
    context, page = _open(browser, tabs, viewport=_PHONE, java_script_enabled=scripts)
    page.goto(f"{tabs}#on-an-iphone")
    expect(page.get_by_text("From the App Store.")).to_be_visible()
    expect(page.get_by_role("heading", name="On an iPhone")).to_be_in_viewport()
    context.close()


def test_a_link_opens_a_tab_again_that_somebody_closed(browser: Browser, tabs: str) -> None:
    context, page = _open(browser, tabs)
    page.goto(f"{tabs}#on-an-iphone")
    page.get_by_text("Android", exact=True).click()
    expect(page.get_by_text("From the App Store.")).to_be_hidden()
    page.evaluate("""() => {
      const link = document.createElement("a");
      link.href = "#on-an-iphone"; link.textContent = "There";
      document.querySelector(".prose").prepend(link);
    }""")
    page.get_by_role("link", name="There", exact=True).click()
    expect(page.get_by_text("From the App Store.")).to_be_visible()
    context.close()


def test_all_tabs_are_printed(browser: Browser, tabs: str) -> None:
    context, page = _open(browser, tabs)
    page.goto(tabs)
    page.emulate_media(media="print")
    expect(page.get_by_text("From the Play Store.")).to_be_visible()
    expect(page.get_by_text("From the App Store.")).to_be_visible()
    expect(page.get_by_text("iPhone", exact=True)).to_be_visible()
    context.close()
