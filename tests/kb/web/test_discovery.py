"""What search engines, feed readers and language models read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from kb.web import discovery
from kb.web.discovery import sheets_of
from tests.kb.web.conftest import House

_BASE = "https://help.harbour.example"
_MAP = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
_ATOM = "{http://www.w3.org/2005/Atom}"


def _places(xml: bytes) -> dict[str, str | None]:
    root = ElementTree.fromstring(xml)
    return {one.findtext("s:loc", "", _MAP): one.findtext("s:lastmod", None, _MAP) for one in root}


class TestSiteMap:
    """Every page that is worth finding."""

    def test_it_lists_every_page_under_the_public_address(self, client: FlaskClient) -> None:
        answer = client.get("/sitemap.xml")
        assert answer.mimetype == "application/xml"
        places = _places(answer.data)
        assert places[f"{_BASE}/articles/berths/book-a-berth"] == "2026-11-05"
        assert places[f"{_BASE}/articles/welcome"] is None
        assert {f"{_BASE}/", f"{_BASE}/categories/bills", f"{_BASE}/services"} <= set(places)
        for place in places:
            assert client.get(place.removeprefix(_BASE)).status_code == 200

    def test_a_site_that_is_too_large_for_one_has_several(
        self, harbour: House, house: House, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        whole = _places(harbour.client.get("/sitemap.xml").data)
        assert harbour.client.get("/sitemap-1.xml").status_code == 404
        client = house.client
        monkeypatch.setattr(discovery, "MOST_ADDRESSES", 4)
        answer = client.get("/sitemap.xml")
        root = ElementTree.fromstring(answer.data)
        assert root.tag == f"{{{_MAP['s']}}}sitemapindex"
        sheets = list(_places(answer.data))
        assert sheets == [f"{_BASE}/sitemap-{number}.xml" for number in range(1, -(-len(whole) // 4) + 1)]
        found = [_places(client.get(sheet.removeprefix(_BASE)).data) for sheet in sheets]
        assert {place: day for sheet in found for place, day in sheet.items()} == whole
        assert max(map(len, found)) == 4
        for missing in ("/sitemap-0.xml", f"/sitemap-{len(sheets) + 1}.xml", "/sitemap-x.xml"):
            assert client.get(missing).status_code == 404

    @given(st.lists(st.text("aü", min_size=1, max_size=300)), st.integers(1, 5))
    def test_no_sheet_is_too_long_or_too_large_and_nothing_is_lost(
        self, entries: list[str], most: int
    ) -> None:
        counted = list(sheets_of((f"{entry}\n" for entry in entries), most, 1_000))
        assert "".join(counted) == "".join(f"{entry}\n" for entry in entries)
        for sheet in counted:
            assert sheet.count("\n") <= most
            assert len(sheet.encode()) + 200 <= 1_000 or sheet.count("\n") == 1

    def test_it_holds_to_what_search_engines_read(self) -> None:
        def many() -> Iterator[str]:
            for number in range(120_001):
                yield f"{number:>2000}\n" if number < 30_000 else f"{number}\n"

        sheets = list(sheets_of(many(), discovery.MOST_ADDRESSES, discovery.MOST_BYTES))
        assert [sheet.count("\n") for sheet in sheets] == [24_987, 50_000, 45_014]
        assert all(len(sheet) < 50_000_000 for sheet in sheets)


class TestFeed:
    """The newest and last reviewed articles, as RFC 4287 wants them."""

    @pytest.fixture
    def shelf(self, house: House) -> House:
        """The harbour, with an article of every difficulty."""
        house.write(
            "articles/berths/new.md",
            '---\ntitle: "New & <b>\\x0bbold</b>"\nsummary: "]]> & more"\npublish_on: 2026-11-20\n'
            "last_reviewed: 2026-11-01\nlanguage: de\n---\nSee [bills](../bills/pay-a-bill.md), "
            "[this](#here), [closed](../closed.md), [out](https://example.org/?a=1&b=2).\n\n"
            "![The harbour](images/harbour.svg)\n\n## Here\n\nText \x0c after a form feed.\n",
        )
        house.write("articles/closed.md", "---\naudience: staff\nlast_reviewed: 2026-11-21\n---\n# Closed\n")
        house.refresh()
        return house

    def _feed(self, house: House) -> ElementTree.Element:
        answer = house.client.get("/feed.xml")
        assert answer.mimetype == "application/atom+xml"
        return ElementTree.fromstring(answer.data)

    def test_it_holds_what_a_feed_must(self, shelf: House) -> None:
        feed = self._feed(shelf)
        assert feed.tag == f"{_ATOM}feed"
        assert feed.findtext(f"{_ATOM}id") == f"{_BASE}/feed.xml"
        assert feed.findtext(f"{_ATOM}title") == "Harbour help"
        assert feed.findtext(f"{_ATOM}author/{_ATOM}name") == "Harbour"
        links = {link.get("rel"): link.get("href") for link in feed.findall(f"{_ATOM}link")}
        assert links == {"self": f"{_BASE}/feed.xml", "alternate": f"{_BASE}/"}
        ids = [entry.findtext(f"{_ATOM}id") for entry in feed.findall(f"{_ATOM}entry")]
        assert ids == [f"{_BASE}/articles/berths/new", f"{_BASE}/articles/berths/book-a-berth"]
        for entry in [feed, *feed.findall(f"{_ATOM}entry")]:
            for name in ("id", "title", "updated"):
                assert len(entry.findall(f"{_ATOM}{name}")) == 1
                assert (entry.findtext(f"{_ATOM}{name}") or "").strip()
            assert datetime.fromisoformat(entry.findtext(f"{_ATOM}updated") or "").tzinfo

    def test_nothing_of_an_article_breaks_out_of_it(self, shelf: House) -> None:
        entry = self._feed(shelf).find(f"{_ATOM}entry")
        assert entry is not None
        assert entry.findtext(f"{_ATOM}title") == "New & <b>bold</b>"
        assert entry.findtext(f"{_ATOM}summary") == "]]> & more"
        assert "after a form feed" in (entry.findtext(f"{_ATOM}content") or "")

    def test_its_days_are_those_that_the_files_say(self, shelf: House) -> None:
        feed = self._feed(shelf)
        assert feed.findtext(f"{_ATOM}updated") == "2026-11-20T00:00:00Z"
        new, old = feed.findall(f"{_ATOM}entry")
        assert new.findtext(f"{_ATOM}published") == "2026-11-20T00:00:00Z"
        assert old.findtext(f"{_ATOM}updated") == "2026-11-05T00:00:00Z"
        assert old.find(f"{_ATOM}published") is None

    def test_an_article_in_it_works_on_other_sites(self, shelf: House) -> None:
        content = self._feed(shelf).find(f"{_ATOM}entry/{_ATOM}content")
        assert content is not None
        assert content.get("type") == "html"
        html = content.text or ""
        assert set(re.findall(r'(?:href|src)="([^"]*)"', html)) == {
            f"{_BASE}/articles/bills/pay-a-bill",
            f"{_BASE}/articles/berths/new#here",
            f"{_BASE}/files/berths/images/harbour.svg",
            "https://example.org/?a=1&amp;b=2",
        }
        assert "closed" in html, "the words of a link that leads nowhere stay"

    def test_an_article_whose_file_names_no_day_is_not_in_it(self, house: House) -> None:
        house.write("articles/berths/book-a-berth.md", "# Book a berth\n")
        house.refresh()
        feed = self._feed(house)
        assert feed.findall(f"{_ATOM}entry") == []
        assert feed.findtext(f"{_ATOM}updated") == "1970-01-01T00:00:00Z"

    def test_every_page_names_it(self, client: FlaskClient) -> None:
        for path in ("/", "/articles/welcome", "/nothing"):
            assert '<link rel="alternate" type="application/atom+xml"' in client.get(path).text


class TestForLanguageModels:
    """`/llms.txt`, after llmstxt.org."""

    def test_it_lists_the_markdown_of_every_article_by_category(self, client: FlaskClient) -> None:
        answer = client.get("/llms.txt")
        assert answer.mimetype == "text/plain"
        lines = [line for line in answer.text.splitlines() if line]
        assert lines[:3] == [
            "# Harbour help",
            "> Boats, berths and bills.",
            "Each link below gives one article as Markdown.",
        ]
        assert lines[3:5] == [
            "## Berths",
            f"- [Book a berth]({_BASE}/articles/berths/book-a-berth.md): "
            "Choose a place for your boat & pay later.",
        ]
        assert [line for line in lines if line.startswith("## ")] == [
            "## Berths",
            "## Bills",
            "## More articles",
        ]
        for address in re.findall(r"\((https\S+)\)", answer.text):
            assert client.get(address.removeprefix(_BASE)).mimetype == "text/markdown"

    def test_no_title_is_markup_there(self, house: House) -> None:
        house.write(
            "articles/evil.md", '---\ntitle: "](http://evil.example) [x"\nsummary: "a\\n# b"\n---\nText.\n'
        )
        house.refresh()
        text = house.client.get("/llms.txt").text
        assert r"- [\](http://evil.example) \[x](" in text
        assert "\n# b" not in text


def test_robots_find_what_was_made_for_them_and_stay_out_of_the_search(client: FlaskClient) -> None:
    text = client.get("/robots.txt").text
    assert "Disallow: /search" in text
    for name in (
        "Sitemap: https://help.harbour.example/sitemap.xml",
        f"{_BASE}/feed.xml",
        f"{_BASE}/llms.txt",
    ):
        assert name in text


@pytest.mark.parametrize("path", ["/sitemap.xml", "/feed.xml", "/llms.txt"])
def test_what_became_confidential_is_gone_at_once(house: House, path: str) -> None:
    assert "book-a-berth" in house.client.get(path).text
    house.write("articles/berths/book-a-berth.md", "---\naudience: staff\n---\n# Book a berth\n")
    house.refresh()
    assert "book-a-berth" not in house.client.get(path).text
