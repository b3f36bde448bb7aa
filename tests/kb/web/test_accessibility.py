"""What axe-core says of every page, in both themes, on a phone and on a desk."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, BrowserContext, Locator, Page, ViewportSize
from pydantic import SecretStr

from kb.programmes.course_link import course_token
from kb.storage import Visits
from kb.visit import Read, Searched, Visit
from tests.kb.web.cast import settle
from tests.kb.web.serving import ROOT, environment, laptop, served
from tests.kb.web.test_browser import browser as browser
from tiering.files import SHIPPED_CONTENT
from tiering.usecases.record import open_store

_ARTICLE = "/articles/scheduling/move-a-visit"
_PUBLIC = [
    "/", "/articles", "/categories/scheduling", _ARTICLE, "/articles/data/receive-webhooks",
    "/search?q=invoice", "/search?q=zzxqwv", "/services", "/contact", "/nothing-here", "/sign-in",
    "/sign-in/code", "/sign-in/link?token=spent", "/feedback/scheduling/move-a-visit?helpful=no",
    "/courses", "/courses/run-the-board", "/courses/run-the-board/words",
    "/courses/run-the-board/first-job/quiz",
    "/contact?article=scheduling/move-a-visit", "/contact?service=training&q=move+a+visit",
]  # fmt: skip
_STAFF = [
    "/staff/", "/account", _ARTICLE, "/search?q=invoice", "/staff/search", "/staff/search?q=send+a+bill",
    "/staff/feedback", "/staff/requests", "/staff/searches", "/staff/searches?lack=opened", "/staff/articles",
    "/staff/deflection", "/staff/outbox", "/staff/learning", "/staff/learning/run-the-board",
    "/staff/policy", "/staff/policy/new", "/staff/policy/versions/1", "/staff/report", "/staff/import",
    "/staff/learning?tier=3",
    "/staff/programmes", "/staff/programmes/onboarding", "/staff/programmes/onboarding/welcome",
    "/office-hours",
]  # fmt: skip

_SCREENS: dict[str, ViewportSize] = {
    "a phone": {"width": 390, "height": 844},
    "a desk": {"width": 1280, "height": 900},
}
_EVERY_RULE: dict[str, Any] = {"resultTypes": ["violations"]}
_COLOURS = _EVERY_RULE | {"runOnly": ["color-contrast", "link-in-text-block"]}
"""The rules for which it matters whether it is day: a theme changes no element and moves none."""
_RUN = "options => axe.run(options).then(said => said.violations)"
_CALM = {"minor", "moderate"}


@pytest.fixture(scope="module")
def place(record: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the server's record and index are."""
    folder = tmp_path_factory.mktemp("judged")
    shutil.copy(record, folder)
    store = open_store(f"sqlite:///{folder / 'longtail.db'}", lambda: datetime.now(UTC))
    settle(store)
    visit, now = Visit(key="v", day=store.now().date()), store.now()
    searched = [
        Searched(visit=visit, at=now, query=query, results=results, nearest=False)
        for query, results in (("zzxqwv", 0), ("invoice", 3))
    ]
    read = Read(visit=visit, at=now, slug=_ARTICLE.removeprefix("/articles/"), revision="r")
    Visits(store).record([*searched, read])
    store.close()
    return folder


@pytest.fixture(scope="module")
def base(place: Path) -> Iterator[str]:
    """The address of a server over the shipped content."""
    with served(place, SHIPPED_CONTENT, laptop) as port:
        yield f"http://127.0.0.1:{port}"


@pytest.fixture(params=_SCREENS)
def context(request: pytest.FixtureRequest, browser: Browser, base: str) -> Iterator[BrowserContext]:
    """A browser on each kind of screen."""
    opened = browser.new_context(base_url=base, reduced_motion="reduce", viewport=_SCREENS[request.param])
    yield opened
    opened.close()


def test_customers_meet_nothing_that_keeps_anybody_out(context: BrowserContext) -> None:
    page = context.new_page()
    assert [said for path in _PUBLIC for said in _violations(page, path)] == []


def test_whoever_comes_by_a_link_of_a_mail_meets_nothing_either(context: BrowserContext) -> None:
    page, secret = context.new_page(), SecretStr(environment(Path(), Path())["SECRET_KEY"])
    course, token = "/courses/run-the-board", course_token(secret, "C-3", datetime.now(UTC))
    paths = (f"{course}?mail={token}", f"{course}/words", f"{course}/words/quiz", "/sign-in")
    assert [said for path in paths for said in _violations(page, path)] == []
    page.goto(course)
    assert page.get_by_role("button", name="Not Dina?").is_visible()


def test_suggestions_can_be_read_by_everybody(context: BrowserContext) -> None:
    page = context.new_page()
    page.goto("/")
    page.get_by_role("combobox").fill("invite")
    page.get_by_role("option").first.wait_for()
    assert _judged(page) == []


def test_what_is_said_of_an_article_in_its_place_can_be_read_by_everybody(context: BrowserContext) -> None:
    page = context.new_page()
    page.goto(_ARTICLE)
    page.get_by_role("link", name="No, this did not").click()
    page.get_by_label("Anything to add?").fill("Which button?")
    assert _judged(page) == []
    page.get_by_role("button", name="Send").click()
    page.get_by_role("link", name="Change what you said").wait_for()
    assert _judged(page) == []


def test_a_message_and_its_answers_can_be_read_by_everybody(context: BrowserContext) -> None:
    page = context.new_page()
    page.goto("/contact")
    page.get_by_label("What is it about?").fill("Move a visit")
    page.locator("a[data-slug]").first.wait_for()
    assert _judged(page) == []
    page.get_by_role("button", name="Send to a person").click()
    page.get_by_role("alert").wait_for()
    assert _judged(page) == []
    page.get_by_label("Your e-mail address").fill("sam@stranger.example")
    page.get_by_label("Your message").fill("To Tuesday, please.")
    page.get_by_role("button", name="Send to a person").click()
    page.wait_for_url("**/contact/sent")
    assert _judged(page) == []


def test_colleagues_meet_nothing_that_keeps_anybody_out(
    context: BrowserContext, base: str, place: Path
) -> None:
    page = context.new_page()
    page.goto(_staff_link(place, base))
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/staff/")
    assert [said for path in _STAFF for said in _violations(page, path)] == []


def test_numbers_stand_below_the_names_of_their_columns(browser: Browser, base: str, place: Path) -> None:
    page = browser.new_page(base_url=base)
    page.goto(_staff_link(place, base))
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/staff/")
    for path in ("/staff/searches", "/staff/articles", "/staff/deflection"):
        page.goto(path)
        table = page.locator("table").last
        names = _lefts(table, "thead")
        assert len(names) > 3
        assert _lefts(table, "tbody") == names
    page.close()


def test_what_keeps_somebody_out_would_have_been_found(context: BrowserContext) -> None:
    page = context.new_page()
    page.goto("/contact")
    page.evaluate("main.insertAdjacentHTML('beforeend', '<img src=/logo><button></button>')")
    assert {said.split()[0] for said in _judged(page)} == {"image-alt", "button-name"}


def test_letters_that_cannot_be_read_are_found_by_day_and_in_the_dark(context: BrowserContext) -> None:
    page = context.new_page()
    page.goto("/sign-in")
    page.evaluate("main.insertAdjacentHTML('beforeend', '<p id=pale>Pale</p><p id=deep>Deep</p>')")
    page.evaluate("pale.style.color = '#ccc', deep.style.color = '#333'")
    assert [said.split(":")[0] for said in _judged(page)] == [
        "color-contrast at ['#pale']",
        "color-contrast at ['#deep']",
    ]


def _violations(page: Page, path: str) -> list[str]:
    page.goto(path)
    return [f"{path}: {said}" for said in _judged(page)]


def _judged(page: Page) -> list[str]:
    """Return what axe-core calls serious or critical, by day and in the dark."""
    page.evaluate(AXE_SCRIPT)
    page.emulate_media(color_scheme="light")
    found = page.evaluate(_RUN, _EVERY_RULE)
    page.emulate_media(color_scheme="dark")
    found += page.evaluate(_RUN, _COLOURS)
    return [
        f"{one['id']} at {node['target']}: {node['failureSummary']}"
        for one in found
        if one["impact"] not in _CALM
        for node in one["nodes"]
    ]


def _lefts(table: Locator, part: str) -> list[int]:
    """Say where the cells of the first row of a part begin."""
    cells = table.locator(f"{part} tr").first.locator("> *").all()
    return [round(box["x"]) for cell in cells if (box := cell.bounding_box())]


def _staff_link(place: Path, base: str) -> str:
    made = subprocess.run(
        [sys.executable, "-m", "kb", "staff-link"],
        cwd=ROOT,
        env=environment(place, SHIPPED_CONTENT, KB_URL=base),
        capture_output=True,
        text=True,
        check=True,
    )
    return made.stdout.strip()
