"""What colleagues who write see: drafts where they will stand, mistakes, and a page that follows its file."""

from __future__ import annotations

import shutil
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from kb.invitations import invite, link_path
from kb.storage import Door
from kb.web.app import create_app, live
from kb.web.desk import desk_of
from tests.kb.web.cast import TESS, colleague, settle, signed_in
from tests.kb.web.conftest import House, MakeHouse, settings
from tests.kb.web.page import read
from tests.kb.web.serving import laptop, served
from tests.kb.web.test_browser import browser as browser
from tiering.usecases.record import open_store

DRAFT = (
    "---\ntitle: Sail to Narnia\nstatus: draft\nowner: Priya Nair\naliases: old/narnia\n---\nBy wardrobe.\n"
)
LATER = "---\ntitle: Sail to Oz\npublish_on: 2026-11-23\n---\nBy balloon.\n"


def words(html: str) -> str:
    return " ".join(read(html).text.split())


@pytest.fixture
def manned(make_house: MakeHouse) -> House:
    house = make_house()
    settle(desk_of(house.app).store)
    house.write("articles/berths/narnia.md", DRAFT)
    house.write("articles/berths/oz.md", LATER)
    house.refresh()
    return house


def test_a_colleague_reads_a_draft_where_it_will_stand_under_a_banner_that_says_so(manned: House) -> None:
    client = colleague(manned)
    page = words(client.get("/articles/berths/narnia").text)
    assert "By wardrobe." in page
    assert (
        "Draft. Only colleagues see it, until status: draft is taken out of articles/berths/narnia.md" in page
    )
    page = words(client.get("/articles/berths/oz").text)
    assert "Not published yet. It appears on 23 November 2026; until then only colleagues see it." in page
    assert "By balloon." in client.get("/articles/berths/oz.md").text
    assert "Did this answer your question?" not in page
    published = client.get("/articles/berths/leave-a-berth").text
    assert 'class="preview' not in published


def test_colleagues_find_every_draft_on_their_page(manned: House) -> None:
    page = words(colleague(manned).get("/staff/").text)
    assert "Sail to Oz Appears on 23 November 2026" in page
    assert "Sail to Narnia Draft, by Priya Nair" in page
    assert page.index("Sail to Oz") < page.index("Sail to Narnia")


def test_drafts_stand_in_no_list_even_for_colleagues(manned: House) -> None:
    client = colleague(manned)
    for path in ("/", "/articles", "/categories/berths", "/search?q=wardrobe", "/sitemap.xml"):
        assert "Narnia" not in client.get(path).text.replace("/staff/", ""), path
    assert "narnia" not in client.get("/articles/berths/book-a-berth").text


def test_to_everybody_else_a_draft_does_not_exist(manned: House) -> None:
    for client in (
        manned.client,
        signed_in(manned, TESS),
        colleague(manned, "3"),
        colleague(manned, "public"),
    ):
        for path in (
            "/articles/berths/narnia",
            "/articles/berths/narnia.md",
            "/articles/berths/narnia/",
            "/articles/old/narnia",
            "/articles/berths/oz",
            "/staff/state/berths/narnia",
            "/staff/state/berths/book-a-berth",
        ):
            answer = client.get(path)
            assert answer.status_code == 404, path
            assert "wardrobe" not in answer.text
            assert answer.text.count("Narnia") == 0
        for path in (
            "/",
            "/articles",
            "/categories/berths",
            "/search?q=wardrobe",
            "/search?q=narnia",
            "/suggest?q=sail",
            "/api/v1/search?q=wardrobe",
            "/sitemap.xml",
            "/articles/berths/book-a-berth",
        ):
            text = client.get(path).text
            assert "Sail to" not in text, path
            assert "/articles/berths/narnia" not in text, path


def test_a_draft_is_published_at_midnight_in_the_company_s_own_zone(record: Path, tmp_path: Path) -> None:
    shutil.copy(record, tmp_path)
    content = tmp_path / "content"
    (content / "articles").mkdir(parents=True)
    (content / "site.yaml").write_text("time_zone: Pacific/Auckland\n")  # 13 hours ahead in November
    (content / "articles/oz.md").write_text(LATER)
    now = [datetime(2026, 11, 22, 10, 59, 59, tzinfo=UTC)]
    app = create_app(settings(tmp_path, content), clock=lambda: now[0])
    live(app).refresh()
    assert app.test_client().get("/articles/oz").status_code == 404
    now[0] = datetime(2026, 11, 22, 11, 0, tzinfo=UTC)
    assert live(app).refresh()
    assert app.test_client().get("/articles/oz").status_code == 200
    assert "Sail to Oz" in app.test_client().get("/search?q=balloon").text


def test_what_is_wrong_in_a_file_is_shown_to_colleagues_on_its_page_and_on_theirs(manned: House) -> None:
    manned.write("articles/berths/narnia.md", DRAFT + "\n[Gone](gone.md) <script>alert(1)</script>\n")
    manned.refresh()
    client = colleague(manned)
    page = client.get("/articles/berths/narnia").text
    said = "the link gone.md leads to no published article"
    assert f"One thing to mend in articles/berths/narnia.md Line 9: {said}" in words(page)
    assert f"articles/berths/narnia.md, line 9: {said}" in words(client.get("/staff/").text)
    assert said not in client.get("/articles/berths/oz").text


def test_a_page_can_ask_whether_its_article_changed(manned: House) -> None:
    client = colleague(manned)

    def state() -> str:
        answer = client.get("/staff/state/berths/narnia")
        assert (answer.status_code, answer.mimetype) == (200, "text/plain")
        return answer.text

    first = state()
    assert f'data-state="{first}"' in client.get("/articles/berths/narnia").text
    assert state() == first
    seen = {first}
    for text in (
        DRAFT + "More.",
        DRAFT + "[Gone](gone.md)",
        "---\ntitle: [\n",
        DRAFT.replace("status: draft\n", ""),
    ):
        manned.write("articles/berths/narnia.md", text)
        manned.refresh()
        assert state() not in seen
        seen.add(state())


def test_what_colleagues_are_shown_goes_to_no_cache(manned: House) -> None:
    for path in ("/articles/berths/narnia", "/staff/state/berths/narnia", "/articles/berths/narnia.md"):
        answer = colleague(manned).get(path)
        assert answer.headers["Cache-Control"] == "private, no-store"


def test_only_pages_of_colleagues_follow_their_file(manned: House) -> None:
    for client in (manned.client, signed_in(manned, TESS), colleague(manned, "3")):
        assert "follow.js" not in client.get("/articles/berths/book-a-berth").text


def _link(folder: Path, port: int) -> str:
    """Make a link that lets a colleague in, as `kb staff-link` does."""
    store = open_store(f"sqlite:///{folder / 'longtail.db'}", lambda: datetime.now(UTC))
    secret = settings(folder, folder).secret_key
    invited = invite(secret, store.now(), "/staff/")
    Door(store).invite(invited.invitation, store.now())
    store.close()
    return f"http://127.0.0.1:{port}{link_path(invited.link)}"


def test_a_page_shows_what_was_saved_within_a_second(browser: Browser, record: Path, tmp_path: Path) -> None:
    shutil.copy(record, tmp_path)
    article = tmp_path / "content/articles/narnia.md"
    article.parent.mkdir(parents=True)
    article.write_text(DRAFT)
    with served(tmp_path, tmp_path / "content", laptop) as port:
        context = browser.new_context()
        page = context.new_page()
        complaints: list[str] = []
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.goto(_link(tmp_path, port))
        page.get_by_role("button").last.click()
        page.goto(f"http://127.0.0.1:{port}/articles/narnia")
        expect(page.get_by_text("By wardrobe.")).to_be_visible()
        time.sleep(1)  # it has looked once or twice by now, and changed nothing
        article.write_text(DRAFT.replace("By wardrobe", "By lamp post"))
        began = time.monotonic()
        expect(page.get_by_text("By lamp post.")).to_be_visible(timeout=5000)
        took = time.monotonic() - began
        article.write_text(DRAFT.replace("title: Sail to Narnia", "title: ["))
        expect(page.get_by_text("One thing to mend in")).to_be_visible(timeout=5000)
        expect(page.get_by_text("By lamp post.")).to_be_visible()
        context.close()
    assert took < 1.5  # a second, and some for a busy machine
    assert complaints == []
