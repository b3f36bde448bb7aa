"""What pages tell search engines and previews of links about themselves."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.kb.web.conftest import House
from tests.kb.web.page import read

_BASE = "https://help.harbour.example"
_BERTH = "/articles/berths/book-a-berth"


def _data(client: FlaskClient, path: str) -> Any:
    found = read(client.get(path).text).data
    assert len(found) == 1
    return json.loads(found[0])


def test_the_home_page_says_how_to_search_the_site(client: FlaskClient) -> None:
    site = _data(client, "/")
    assert (site["@type"], site["name"], site["url"]) == ("WebSite", "Harbour help", f"{_BASE}/")
    assert site["potentialAction"] == {
        "@type": "SearchAction",
        "target": {"@type": "EntryPoint", "urlTemplate": f"{_BASE}/search?q={{search_term_string}}"},
        "query-input": "required name=search_term_string",
    }


def test_an_article_says_what_it_is_and_where_it_stands(client: FlaskClient) -> None:
    about, trail = _data(client, _BERTH)
    assert about == {
        "@context": "https://schema.org",
        "@type": "TechArticle",
        "articleSection": "Berths",
        "dateModified": "2026-11-05",
        "description": "Choose a place for your boat & pay later.",
        "headline": "Book a berth",
        "inLanguage": "en",
        "mainEntityOfPage": f"{_BASE}{_BERTH}",
        "publisher": {"@type": "Organization", "name": "Harbour"},
        "url": f"{_BASE}{_BERTH}",
    }
    assert [(step["position"], step["name"], step["item"]) for step in trail["itemListElement"]] == [
        (1, "Harbour", f"{_BASE}/"),
        (2, "Berths", f"{_BASE}/categories/berths"),
        (3, "Book a berth", f"{_BASE}{_BERTH}"),
    ]


def test_an_article_tells_nothing_of_what_is_only_for_us(house: House) -> None:
    house.write(
        "articles/own.md",
        "---\nowner: Amara Obi\nkeywords: [Rivalsoft]\npublish_on: 2026-10-01\n"
        "last_reviewed: 2026-09-01\n---\n# Own\n",
    )
    house.refresh()
    assert not re.search("Amara|Rivalsoft", house.client.get("/articles/own").text)
    about = _data(house.client, "/articles/own")[0]
    assert (about["datePublished"], about["dateModified"]) == ("2026-10-01", "2026-10-01")


def test_an_article_without_a_day_claims_none(client: FlaskClient) -> None:
    assert "dateModified" not in _data(client, "/articles/welcome")[0]


@pytest.mark.parametrize(
    "evil",
    [
        "</script><script>alert(1)</script>", "</SCRIPT >", "<!--<script>", "]]>", "\u2028alert(1)\u2029",
        "\" onload='alert(1)", "&lt;/script&gt;", "\\u003c/script", "{{ 7*7 }}",
    ],
)  # fmt: skip
def test_no_title_ends_the_data_or_begins_a_script(house: House, client: FlaskClient, evil: str) -> None:
    head = json.dumps({"title": evil, "summary": evil, "language": "en"})
    house.write("articles/evil/evil.md", f"---\n{head}\n---\nText.\n")
    house.write("site.yaml", json.dumps({"name": evil, "tagline": evil,
                                         "categories": [{"slug": "evil", "title": evil}]}))  # fmt: skip
    house.refresh()
    title = " ".join(evil.split())
    twins = {"/articles/evil/evil": _BERTH, "/categories/evil": "/categories/berths", "/": "/"}
    for path, twin in twins.items():
        html = house.client.get(path).text
        page = read(html)
        assert page.inline == []
        assert page.unclosed == []
        assert html.count("<script") == client.get(twin).text.count("<script")
        assert "\u2028" not in page.data[0]
        assert title in json.dumps(json.loads(page.data[0]), ensure_ascii=False).replace(
            "\\\\", "\\"
        ).replace('\\"', '"')


@pytest.mark.parametrize(
    ("path", "title", "kind"),
    [
        ("/", "Help with Harbour", "website"),
        (_BERTH, "Book a berth", "article"),
        ("/categories/berths", "Berths", "website"),
        ("/articles", "All articles", "website"),
        ("/services", "What your plan includes", "website"),
        ("/contact", "Contact us", "website"),
    ],
)
def test_a_link_to_a_page_has_something_to_preview(
    client: FlaskClient, path: str, title: str, kind: str
) -> None:
    html = client.get(path).text
    said = dict(re.findall(r'<meta property="og:(\w+)" content="([^"]*)">', html))
    assert (said["title"], said["type"], said["url"]) == (title, kind, _BASE + path)
    assert said["description"]
    assert f'<link rel="canonical" href="{_BASE}{path}">' in html
