"""A story in a real browser: a word finds nothing, a colleague teaches it, and it is found at once."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.kb.web.conftest import record as record
from tests.kb.web.serving import served
from tests.kb.web.test_browser import browser as browser
from tests.stories.test_reader import PHONE, staff_link, store, visit
from tiering.files import SHIPPED_CONTENT
from tiering.usecases.record import Store

__all__ = ["store"]

PERSON: Any = {"user_agent": "Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0 Safari/537.36"}
"""What people's browsers say; one without a screen would be taken for a program and not be counted."""


@pytest.fixture(scope="module")
def place(record: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a record, and with a copy of the shipped content, which is going to be changed."""
    folder = tmp_path_factory.mktemp("taught")
    shutil.copy(record, folder)
    shutil.copytree(SHIPPED_CONTENT, folder / "content")
    return folder


@pytest.fixture(scope="module")
def base(place: Path) -> Iterator[str]:
    """The address of a server over that content."""
    with served(place, place / "content") as port:
        yield f"http://127.0.0.1:{port}"


def test_a_word_that_found_nothing_becomes_a_synonym_and_is_found_at_once(
    browser: Browser, base: str, place: Path, store: Store
) -> None:
    phone, customer = visit(browser, base, **PHONE, **PERSON)
    customer.goto("/search?q=rechnungsstorno")
    expect(customer.get_by_text("No article matches")).to_be_visible()

    desk, page = visit(browser, base, **PERSON)
    page.goto(staff_link(place, store))
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name="Searches without an answer").click()
    gap = page.locator(".gap").filter(has_text="rechnungsstorno")
    for _ in range(100):  # it is recorded about a second later
        if gap.count():
            break
        page.wait_for_timeout(200)
        page.reload()
    expect(gap).to_contain_text("1 time")
    gap.get_by_text("It means another word").click()
    expect(gap.get_by_label("Customers say")).to_have_value("rechnungsstorno")
    gap.get_by_label("Articles say").fill("invoice")
    gap.get_by_role("button", name="Make it a synonym").click()
    expect(page.get_by_role("status").filter(has_text="now finds")).to_be_visible()
    expect(gap).to_have_count(0)

    customer.reload()
    expect(customer.locator(".hit").first).to_be_visible()
    expect(customer.get_by_role("link", name="Turn a finished visit into an invoice")).to_be_visible()
    text = (place / "content" / "synonyms.yaml").read_text(encoding="utf-8")
    shipped = (SHIPPED_CONTENT / "synonyms.yaml").read_text(encoding="utf-8")
    assert text == shipped.replace("[invoice, bill]", "[invoice, bill, rechnungsstorno]")
    phone.close()
    desk.close()
