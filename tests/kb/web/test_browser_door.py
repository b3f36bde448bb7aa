"""The story of a customer of the digital tier in a real browser: they sign in by mail on a phone."""

from __future__ import annotations

import re
import shutil
import time
from email.parser import BytesParser
from email.policy import default
from pathlib import Path

from playwright.sync_api import Browser, expect

from tests.conftest import noon
from tests.kb.web.cast import DINA, settle
from tests.kb.web.serving import laptop, served
from tests.kb.web.test_browser import browser as browser
from tiering.usecases.record import open_store


def test_a_digital_customer_signs_in_by_mail_and_never_hears_of_what_is_not_theirs(
    browser: Browser, record: Path, tmp_path: Path
) -> None:
    shutil.copy(record, tmp_path)
    store = open_store(f"sqlite:///{tmp_path / 'longtail.db'}", noon)
    settle(store)
    store.close()
    articles = tmp_path / "content" / "articles" / "plans"
    articles.mkdir(parents=True)
    (articles / "harrier.md").write_text("---\naudience: 3\n---\n# The harrier guide\n\nFor you.\n")
    (articles / "falcon.md").write_text("---\naudience: 1\n---\n# The falcon guide\n\nNot for you.\n")
    with served(tmp_path, tmp_path / "content", laptop) as port:
        phone = browser.new_context(
            base_url=f"http://127.0.0.1:{port}", viewport={"width": 390, "height": 844}, has_touch=True
        )
        page = phone.new_page()
        page.goto("/articles/plans/harrier")
        expect(page.get_by_role("heading", level=1)).to_have_text("This page does not exist")
        page.get_by_role("link", name="sign in", exact=True).click()
        page.get_by_label("Your e-mail address at work").fill(DINA)
        page.get_by_role("button", name="Send me a code").click()
        page.get_by_label("The code").fill(_code(tmp_path / "var" / "mails"))
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("The harrier guide")
        for path in (
            "/",
            "/articles",
            "/categories/plans",
            "/search?q=falcon",
            "/search?q=guide",
            "/account",
        ):
            page.goto(path)
            assert "falcon guide" not in page.content().lower()
        assert page.goto("/articles/plans/falcon").status == 404  # type: ignore[union-attr]
        page.goto("/account")
        expect(page.get_by_text("Dinghy Hire, on the plan Essential")).to_be_visible()
        page.get_by_role("button", name="Sign out").click()
        assert page.goto("/articles/plans/harrier").status == 404  # type: ignore[union-attr]
        phone.close()


def _code(folder: Path) -> str:
    end = time.monotonic() + 10
    while not (mails := sorted(folder.glob("*.eml"))):
        assert time.monotonic() < end, "no mail came"
        time.sleep(0.05)
    text = BytesParser(policy=default).parsebytes(mails[-1].read_bytes()).get_content()
    found = re.search(r"^    (\d{6})$", text, re.MULTILINE)
    assert found, text
    return found[1]
