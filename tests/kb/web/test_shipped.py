"""The help centre that Longtail ships, page by page: everything answers, nothing leads nowhere."""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

import pytest

from kb.seen import seen_by
from kb.visibility import NOBODY
from kb.web.app import live
from tests.kb.web.conftest import House
from tests.kb.web.page import Found, read

_HOST = "http://127.0.0.1:8000"
_STARTS = ("/", "/search", "/search?q=invoice", "/search?q=zzxqwv", "/services", "/contact", "/articles")

Pages = dict[str, Found]


@pytest.fixture(scope="module")
def pages(shipped: House) -> Pages:
    """Every HTML page that can be reached by following links."""
    client = shipped.client
    waiting, found = list(_STARTS), Pages()
    seen = set(waiting)
    while waiting:
        path = waiting.pop()
        response = client.get(path)
        if response.status_code == 303 and response.headers["Location"].startswith("/sign-in?"):
            continue  # a page for customers alone, which asks who one is
        assert response.status_code == 200, f"{path} answers {response.status_code}"
        if response.mimetype != "text/html":
            continue
        found[path] = read(response.get_data(as_text=True))
        for link in found[path].links:
            target = urlsplit(urljoin(_HOST + path, link))
            inside = f"{target.scheme}://{target.netloc}" == _HOST
            address = target.path + (f"?{target.query}" if target.query else "")
            endless = target.query.startswith("q=") or target.path.startswith("/language/")
            if inside and address not in seen and not endless:
                seen.add(address)
                waiting.append(address)
    return found


def test_every_article_and_category_is_reached_from_the_home_page_by_links(
    shipped: House, pages: Pages
) -> None:
    library = seen_by(live(shipped.app).edition.library, NOBODY, ["en"])
    assert len(library.articles) >= 60
    assert {f"/articles/{slug}" for slug in (*library.articles, *library.elsewhere)} <= set(pages)
    assert {f"/categories/{category.slug}" for category in library.categories} <= set(pages)
    assert not [path for path in pages if "handbook" in path]


def test_every_link_to_a_place_inside_a_page_finds_it(pages: Pages) -> None:
    for path, page in pages.items():
        for link in page.links:
            target = urlsplit(urljoin(path, link))
            if target.fragment and not target.netloc and target.path in pages:
                assert target.fragment in pages[target.path].ids, f"{link} on {path}"


def test_no_page_asks_anything_of_another_host(pages: Pages, shipped: House) -> None:
    for path in pages:
        html = shipped.client.get(path).get_data(as_text=True)
        loaded = re.findall(r'<(?:script|img|source|iframe)\b[^>]*\bsrc="([^"]+)"', html)
        loaded += re.findall(r'<link rel="(?:stylesheet|icon|preload)"[^>]*href="([^"]+)"', html)
        assert loaded
        assert all(address.startswith("/") for address in loaded), path


def test_no_page_holds_a_script_or_a_style_that_the_policy_forbids(pages: Pages) -> None:
    assert {path: page.inline for path, page in pages.items() if page.inline} == {}


def test_every_page_has_one_main_heading_and_its_landmarks(pages: Pages) -> None:
    for path, page in pages.items():
        assert page.tags["h1"] == 1, path
        assert page.tags["main"] == 1, path
        assert page.tags["header"], path
        assert page.tags["footer"], path
        assert page.headings[0] == 1, path
        for above, below in zip(page.headings, page.headings[1:], strict=False):
            assert below <= above + 1, f"{path} skips a level of headings"
        assert all("aria-label" in nav or "aria-labelledby" in nav for nav in page.navigations), path


def test_every_field_has_a_label_and_every_picture_its_words(pages: Pages) -> None:
    for path, page in pages.items():
        assert {field["id"] for field in page.inputs if field.get("type") != "checkbox"} <= page.labelled, (
            path
        )
        assert all("alt" in picture for picture in page.pictures), path
        assert len(page.ids) == len(set(page.ids)), f"{path} uses an id twice"
        assert page.unclosed == [], path


def test_every_picture_of_an_article_leaves_room_for_itself(pages: Pages) -> None:
    shown = [picture for page in pages.values() for picture in page.pictures]
    assert any(picture["src"].startswith("/files/") for picture in shown)
    assert all({"width", "height"} <= set(picture) for picture in shown)


def test_customers_never_read_a_tier_number_or_what_we_call_them(pages: Pages) -> None:
    for path, page in pages.items():
        assert not re.search(r"\btier\b|\blong tail\b|\bT[123]\b", page.text, re.IGNORECASE), path
