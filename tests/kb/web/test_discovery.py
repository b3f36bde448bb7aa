"""What search engines read."""

from __future__ import annotations

from xml.etree import ElementTree

from flask.testing import FlaskClient

_NAMES = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}


def test_the_site_map_lists_every_page_under_the_public_address(client: FlaskClient) -> None:
    answer = client.get("/sitemap.xml")
    assert answer.mimetype == "application/xml"
    root = ElementTree.fromstring(answer.data)
    places = {url.findtext("s:loc", "", _NAMES): url.findtext("s:lastmod", None, _NAMES) for url in root}
    base = "https://help.harbour.example"
    assert places[f"{base}/articles/berths/book-a-berth"] == "2026-11-05"
    assert {f"{base}/", f"{base}/categories/bills", f"{base}/services", f"{base}/contact"} <= set(places)
    for place in places:
        assert client.get(place.removeprefix(base)).status_code == 200


def test_robots_find_the_site_map_and_stay_out_of_the_search(client: FlaskClient) -> None:
    text = client.get("/robots.txt").text
    assert "Disallow: /search" in text
    assert "Sitemap: https://help.harbour.example/sitemap.xml" in text
