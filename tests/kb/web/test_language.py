"""Reading in one's own language: which it is, what each page shows of it, and what caches are told."""

from __future__ import annotations

import time
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient

from kb.web.language import language_for
from tests.kb.web.conftest import BERTH, SITE, House, MakeHouse
from tests.kb.web.page import read

HOUSE = ("en", "de", "pt-BR")

GERMAN = """---
title: Einen Liegeplatz buchen
summary: Platz wählen und später zahlen.
last_reviewed: 2026-11-05
---
Jedes Boot braucht einen Liegeplatz. [Zahlen](../bills/pay-a-bill.md#by-card), [englisch](book-a-berth.md),
[auf Deutsch](../bills/pay-a-bill.de.md).

## Den Platz wählen

Am Steg.
"""


@pytest.fixture(scope="module")
def marina(make_house: MakeHouse) -> House:
    """The harbour's help centre with some articles in German."""
    house = make_house(read=False)
    house.write("site.yaml", SITE + "languages: [en, de, fr]\n")
    house.write("articles/berths/book-a-berth.md", BERTH)
    house.write("articles/berths/book-a-berth.de.md", GERMAN)
    house.write(
        "articles/bills/pay-a-bill.md", "# Pay a bill\n\nPaid by card.\n\n## By card\n\nOr by bank.\n"
    )
    house.write("articles/bills/pay-a-bill.de.md", "# Eine Rechnung zahlen\n\nMit Karte.\n")
    house.refresh()
    return house


def german(house: House) -> FlaskClient:
    """The browser of somebody who reads German."""
    client = house.client
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "de-AT,de;q=0.9,en;q=0.5"
    return client


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "en"),
        ("de", "de"),
        ("de-AT,de;q=0.9", "de"),
        ("nl,fr;q=0.9,de;q=0.4,en;q=0.3", "de"),
        ("pt", "pt-BR"),
        ("PT-br", "pt-BR"),
        ("en;q=0.3,de;q=0.8", "de"),
        ("de;q=0", "en"),
        ("*", "en"),
        ("../..", "en"),
        (";;;,,,q=q=q", "en"),
        ("de;q=nan", "en"),
        ("x" * 100_000, "en"),
        ("\x00de", "en"),
    ],
)
def test_a_browser_says_its_languages(accepted: str, language: str) -> None:
    assert language_for(HOUSE, asked=None, chosen=None, accepted=accepted) == language


def test_a_choice_counts_before_the_browser_and_a_programs_wish_before_both() -> None:
    assert language_for(HOUSE, asked=None, chosen="pt-BR", accepted="de") == "pt-BR"
    assert language_for(HOUSE, asked="en", chosen="pt-BR", accepted="de") == "en"
    assert language_for(HOUSE, asked="it", chosen="pt-BR", accepted="de") == "en"
    assert language_for(HOUSE, asked=None, chosen="../de", accepted="de") == "de"


def test_a_huge_header_costs_nothing() -> None:
    began = time.perf_counter()
    language_for(HOUSE, asked=None, chosen="x" * 10**6, accepted="de;q=0.1," * 10**6)
    assert time.perf_counter() - began < 0.1


@pytest.mark.parametrize(
    "path",
    [
        "/", "/articles", "/categories/berths", "/search?q=boot", "/suggest?q=einen",
        "/api/v1/search?q=Liegeplatz", "/articles/berths/leave-a-berth", "/missing/liegeplatz",
    ],
)  # fmt: skip
def test_every_list_shows_an_article_once_in_the_readers_language(marina: House, path: str) -> None:
    text = german(marina).get(path).text
    assert "/articles/berths/book-a-berth.de" in text
    assert "Book a berth" not in text
    english = marina.client.get(path).text
    assert "book-a-berth.de" not in english


def test_where_there_is_no_translation_a_list_shows_the_language_of_the_house(marina: House) -> None:
    text = german(marina).get("/categories/berths").text
    assert '<a href="/articles/berths/leave-a-berth"><' in text
    assert '<a href="/articles/berths/book-a-berth.de" lang="de">' in text


def test_a_shared_link_opens_in_its_own_language_whoever_opens_it(marina: House) -> None:
    for client in (marina.client, german(marina)):
        page = client.get("/articles/berths/book-a-berth.de").text
        assert '<h1 lang="de">Einen Liegeplatz buchen</h1>' in page
        assert '<div class="prose" lang="de">' in page
        assert "<h1>Book a berth</h1>" in client.get("/articles/berths/book-a-berth").text
        assert client.get("/articles/berths/book-a-berth.de.md").text.startswith("# Einen Liegeplatz")


def test_an_article_names_its_other_languages_to_people_and_to_search_engines(marina: House) -> None:
    page = german(marina).get("/articles/berths/book-a-berth").text
    assert 'Read it in <a href="/articles/berths/book-a-berth.de" hreflang="de" lang="de">Deutsch</a>' in page
    base = "https://help.harbour.example/articles/berths/book-a-berth"
    for slug in ("", ".de"):
        page = marina.client.get(f"/articles/berths/book-a-berth{slug}").text
        assert f'<link rel="canonical" href="{base}{slug}">' in page
        assert f'<link rel="alternate" hreflang="en" href="{base}">' in page
        assert f'<link rel="alternate" hreflang="de" href="{base}.de">' in page
        assert f'<link rel="alternate" hreflang="x-default" href="{base}">' in page
    assert "hreflang" not in marina.client.get("/articles/welcome").text.partition("<body>")[0]


def test_an_article_in_another_language_than_the_readers_says_so_in_one_line(marina: House) -> None:
    said = "There is no version in Deutsch yet; this one is in English."
    assert said in read(german(marina).get("/articles/welcome").text).text
    assert said not in read(german(marina).get("/articles/berths/book-a-berth").text).text
    assert said not in read(marina.client.get("/articles/welcome").text).text


def test_links_in_an_article_lead_to_the_version_that_the_reader_is_shown(marina: House) -> None:
    page = german(marina).get("/articles/berths/book-a-berth").text
    assert 'href="/articles/bills/pay-a-bill.de" rel="noopener">how to pay</a>' in page
    page = marina.client.get("/articles/berths/book-a-berth.de").text
    assert 'href="/articles/bills/pay-a-bill#by-card" rel="noopener">Zahlen</a>' in page
    assert 'href="/articles/bills/pay-a-bill.de" rel="noopener">auf Deutsch</a>' in page
    page = german(marina).get("/articles/berths/book-a-berth.de").text
    assert 'href="/articles/bills/pay-a-bill.de" rel="noopener">Zahlen</a>' in page
    assert 'href="/articles/berths/book-a-berth" rel="noopener">englisch</a>' in page


def test_related_previous_and_next_are_in_the_readers_language(marina: House) -> None:
    page = german(marina).get("/articles/berths/book-a-berth").text
    assert (
        '<a href="/articles/bills/pay-a-bill.de" lang="de"><span class="listing-title">Eine Rechnung' in page
    )
    page = german(marina).get("/articles/berths/leave-a-berth").text
    assert 'rel="prev" href="/articles/berths/book-a-berth.de"' in page
    page = german(marina).get("/articles/berths/book-a-berth").text
    assert 'rel="next" href="/articles/berths/leave-a-berth"' in page
    assert 'href="/articles/berths/book-a-berth.de" aria-current="page"' in page


def test_an_old_address_leads_to_its_article_in_every_language(marina: House) -> None:
    for client in (marina.client, german(marina)):
        assert client.get("/articles/old/berth").location == "/articles/berths/book-a-berth"


def test_a_choice_is_remembered_and_leads_back_to_the_page(marina: House) -> None:
    client = marina.client
    page = client.get("/articles/berths/book-a-berth").text
    link = "/language/de?next=/articles/berths/book-a-berth.de"
    assert f'href="{link}"' in page
    answer = client.get(link)
    assert (answer.status_code, answer.location) == (303, "/articles/berths/book-a-berth.de")
    assert answer.headers["Cache-Control"] == "private, no-store"
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-longtail-language=de; ")
    assert all(
        part in cookie for part in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=31536000")
    )
    assert "Einen Liegeplatz buchen" in client.get("/", base_url="https://localhost").text
    client.set_cookie("__Host-longtail-language", '"><script>../..', domain="localhost", secure=True)
    assert "Book a berth" in client.get("/", base_url="https://localhost").text


@pytest.mark.parametrize(
    "path", ["/language/it", "/language/..%2f..", "/language/", "/language/DE", "/language/<b>"]
)
def test_a_language_that_the_house_does_not_have_cannot_be_chosen(marina: House, path: str) -> None:
    answer = marina.client.get(path)
    assert answer.status_code == 404
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    "going", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:x", ""]
)
def test_choosing_a_language_leads_nowhere_else(marina: House, going: str) -> None:
    answer = marina.client.get("/language/de", query_string={"next": going})
    assert answer.location == "/"


def test_a_search_keeps_its_words_when_the_language_is_changed(marina: House) -> None:
    page = marina.client.get("/search?q=book+%26+pay").text
    assert 'href="/language/de?next=/search?q%3Dbook%2B%2526%2Bpay"' in page
    answer = marina.client.get("/language/de?next=/search?q%3Dbook%2B%2526%2Bpay")
    assert answer.location == "/search?q=book+%26+pay"


def test_caches_are_told_that_pages_differ_by_language(marina: House, harbour: House) -> None:
    for path in ("/", "/articles", "/search?q=boot", "/api/v1/search?q=boot", "/nothing"):
        assert {"Accept-Language", "Cookie"} <= set(marina.client.get(path).vary.as_set(preserve_casing=True))
        assert "Accept-Language" not in harbour.client.get(path).headers["Vary"]
    for path in ("/static/site.css", "/sitemap.xml", "/feed.xml", "/llms.txt", "/theme.css"):
        assert "Accept-Language" not in marina.client.get(path).headers.get("Vary", "")


def test_an_answer_in_one_language_is_not_taken_for_one_in_another(marina: House) -> None:
    english = marina.client.get("/").headers["ETag"]
    assert german(marina).get("/", headers={"If-None-Match": english}).status_code == 200
    assert marina.client.get("/", headers={"If-None-Match": english}).status_code == 304


@pytest.mark.parametrize(
    ("asked", "slug"),
    [("de", "book-a-berth.de"), ("de-CH", "book-a-berth.de"), ("en", "book-a-berth"), ("it", "book-a-berth")],
)
def test_a_program_asks_in_which_language_it_likes(marina: House, asked: str, slug: str) -> None:
    found = german(marina).get(f"/api/v1/search?q=berth+Liegeplatz&lang={asked}").get_json()
    slugs = [one["slug"] for one in found["results"]]
    assert f"berths/{slug}" in slugs
    assert len(slugs) == found["total"] == len({one.removesuffix(".de") for one in slugs})
    listed = german(marina).get(f"/api/v1/articles?lang={asked}").get_json()
    assert f"berths/{slug}" in [one["slug"] for one in listed["articles"]]


@pytest.mark.parametrize("asked", ["../..", "", "de,en", "d", "de\n", "x" * 5000, "de-" + "a" * 9, "日本"])
def test_what_is_no_language_is_a_bad_request(marina: House, asked: str) -> None:
    answer = marina.client.get("/api/v1/search", query_string={"q": "berth", "lang": asked})
    assert answer.status_code == 400
    assert (
        answer.get_json(force=True)["detail"]
        == "The parameter `lang` must be a language such as de or pt-BR."
    )


def test_pages_take_no_language_from_their_address(marina: House) -> None:
    assert "Einen Liegeplatz" not in marina.client.get("/?lang=de").text
    assert marina.client.get("/?lang=../..").status_code == 200


def test_the_site_map_lists_every_translation_whoever_reads_it(marina: House) -> None:
    names = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}
    base = "https://help.harbour.example/articles/"
    for client in (marina.client, german(marina)):
        root = ElementTree.fromstring(client.get("/sitemap.xml").data)
        found = {
            url.findtext("s:loc", "", names): {
                link.get("hreflang"): link.get("href") for link in url.findall("x:link", names)
            }
            for url in root
        }
        both = {
            "en": f"{base}berths/book-a-berth",
            "de": f"{base}berths/book-a-berth.de",
            "x-default": f"{base}berths/book-a-berth",
        }
        assert found[both["en"]] == found[both["de"]] == both
        assert found[f"{base}welcome"] == {}
        assert len(found) == len(list(root))


def test_languages_in_which_there_is_nothing_are_not_offered(marina: House, harbour: House) -> None:
    page = marina.client.get("/").text
    assert 'href="/language/de?next=/"' in page
    assert "/language/fr" not in page
    assert "/language/" not in harbour.client.get("/").text
    french = marina.client.get("/articles/welcome", headers={"Accept-Language": "fr"}).text
    assert "There is no version in" not in french


def test_a_page_with_translations_is_well_formed(marina: House) -> None:
    for path in ("/", "/articles/berths/book-a-berth.de", "/search?q=boot", "/articles/welcome"):
        found = read(german(marina).get(path).text)
        assert found.unclosed == []
        assert found.inline == []
        assert len(found.ids) == len(set(found.ids))


def test_robots_stay_away_from_the_switch(marina: House) -> None:
    assert "Disallow: /language/" in marina.client.get("/robots.txt").text
