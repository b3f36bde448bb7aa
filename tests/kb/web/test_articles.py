"""Articles and their shelves, as a visitor meets them."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from kb.web.desk import desk_of
from tests.kb.web.cast import TESS, colleague, settle, signed_in
from tests.kb.web.conftest import House
from tests.kb.web.page import read

_BERTH = "/articles/berths/book-a-berth"


def test_an_article_shows_its_words_its_place_and_what_comes_next(client: FlaskClient) -> None:
    html = client.get(_BERTH).get_data(as_text=True)
    page = read(html)
    assert "Choose a place for your boat & pay later." in page.text
    assert '<time datetime="2026-11-05">5 November 2026</time>' in html
    assert "/categories/berths" in page.links
    assert page.links.count("/articles/bills/pay-a-bill") == 2  # in the text and under "Read next"
    assert "gone/missing" not in html
    assert 'rel="next" href="/articles/berths/leave-a-berth"' in html
    assert 'rel="canonical" href="https://help.harbour.example/articles/berths/book-a-berth"' in html


def test_a_summary_that_only_repeats_the_opening_is_not_said_twice(house: House) -> None:
    house.write(
        "articles/sail.md", "---\ntitle: Sail\nsummary: Hoist the sail.\n---\nHoist the sail. Steer.\n"
    )
    house.refresh()
    assert read(house.client.get("/articles/sail").text).text.count("Hoist the sail") == 1


def test_headings_have_links_to_copy_and_stand_in_the_contents(client: FlaskClient) -> None:
    html = client.get(_BERTH).get_data(as_text=True)
    assert '<h2 id="choose-the-place">Choose the place<a class="anchor" href="#choose-the-place">' in html
    assert html.count('<li class="toc-2"><a href="#send-the-request">Send the request</a></li>') == 2


def test_an_article_with_one_heading_has_no_table_of_contents(client: FlaskClient) -> None:
    assert "On this page" not in client.get("/articles/berths/leave-a-berth").get_data(as_text=True)


def test_tables_and_code_can_be_scrolled_with_the_keyboard(client: FlaskClient) -> None:
    html = client.get(_BERTH).get_data(as_text=True)
    assert '<div class="scroll" role="region" aria-label="Table" tabindex="0"><table>' in html
    assert '<pre tabindex="0">' in html
    assert '<th align="right">' in html


def test_an_article_is_given_as_markdown_with_its_title(client: FlaskClient) -> None:
    answer = client.get(_BERTH + ".md")
    assert answer.mimetype == "text/markdown"
    assert answer.text.startswith("# Book a berth\n\nEvery boat needs a berth.")
    assert answer.headers["Link"] == f'<https://help.harbour.example{_BERTH}>; rel="canonical"'
    assert client.get("/articles/berths/leave-a-berth.md").text.startswith("# Leave a berth\n\nTell")


@pytest.mark.parametrize(
    "old",
    [
        "/articles/old/berth",
        "/articles/old/berth/",
        "/articles/OLD/Berth",
        "/articles/Old//berth//",
        "/articles/Berths/BOOK-a-Berth",
        "/articles/berths//book-a-berth",
    ],
)
def test_an_old_address_leads_to_the_new_one_for_good(client: FlaskClient, old: str) -> None:
    answer = client.get(old, headers={"Host": "evil.example"})
    assert (answer.status_code, answer.headers["Location"]) == (301, _BERTH)


@pytest.mark.parametrize(
    "old",
    [
        "/articles/old/berth.md",
        "/articles/OLD/berth.MD/",
        f"{_BERTH}.md/",
        "/articles/berths/Book-a-Berth.md",
    ],
)
def test_the_markdown_of_an_old_address_is_that_of_the_new_one(client: FlaskClient, old: str) -> None:
    answer = client.get(old)
    assert (answer.status_code, answer.headers["Location"]) == (301, _BERTH + ".md")


def test_an_address_leads_to_its_article_in_one_step(house: House) -> None:
    house.write("articles/a.md", "---\naliases: [x, Y/Z.md]\n---\n# First\n")
    house.write("articles/b.md", "---\naliases: [a, x.md]\n---\n# Second\n")
    house.refresh()
    for old, slug in {"x": "a", "X/": "a", "y/z.md": "a", "A": "a", "A.md": "a.md", "X.MD": "b"}.items():
        answer = house.client.get(f"/articles/{old}")
        assert (old, answer.status_code, answer.headers.get("Location")) == (old, 301, f"/articles/{slug}")
        assert house.client.get(answer.headers["Location"]).status_code == 200


def test_an_address_may_be_written_with_accents_of_either_kind(house: House) -> None:
    composed, apart = "\u00fcbersicht", "u\u0308bersicht"
    house.write(f"articles/{apart}.md", "# Overview\n\n[More](mehr/\u00e9t\u00e9.md)\n")
    house.write("articles/mehr/e\u0301te\u0301.md", "# Summer\n")
    house.refresh()
    assert house.client.get(f"/articles/{composed}").status_code == 200
    answer = house.client.get(f"/articles/{apart}")
    assert (answer.status_code, answer.headers["Location"]) == (301, "/articles/%C3%BCbersicht")
    assert "/articles/mehr/%C3%A9t%C3%A9" in read(house.client.get(f"/articles/{composed}").text).links


@pytest.mark.parametrize("written", ["/categories/Berths", "/categories/berths/"])
def test_a_category_is_found_however_its_address_is_written(client: FlaskClient, written: str) -> None:
    answer = client.get(written)
    assert (answer.status_code, answer.headers["Location"]) == (301, "/categories/berths")


@pytest.mark.parametrize("path", ["/articles//", "/articles/.md", "/articles/%20", "/articles/.."])
def test_an_address_that_says_nothing_leads_nowhere(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_a_slash_too_many_leads_to_the_article(client: FlaskClient) -> None:
    answer = client.get(_BERTH + "/")
    assert (answer.status_code, answer.headers["Location"]) == (301, _BERTH)


class TestReadNext:
    """What stands under an article."""

    def test_the_nearest_fill_up_what_an_article_names(self, house: House) -> None:
        for name in ("Rent", "Share", "Lend", "Clean"):
            house.write(
                f"articles/bills/{name.lower()}.md", f"# {name} a berth\n\nEvery boat needs a berth.\n"
            )
        house.refresh()
        page = house.client.get(_BERTH).text
        shown = re.findall(r'<li><a href="([^"]+)"><span class="listing-title">', page)
        assert shown[0] == "/articles/bills/pay-a-bill"
        assert len(shown) == len(set(shown)) == 3
        assert not {_BERTH, "/articles/berths/leave-a-berth"} & set(shown), "it is itself, or stands below"

    def test_an_article_may_be_named_by_an_address_of_the_past(self, house: House) -> None:
        house.write("articles/welcome.md", "---\nrelated: [old/berth, welcome]\n---\n# Welcome aboard\n")
        house.write("site.yaml", "popular: [old/berth, berths/book-a-berth]\n")
        house.refresh()
        assert read(house.client.get("/articles/welcome").text).links.count(_BERTH) == 1
        assert house.client.get("/").text.count("popular-title") == 1

    def test_nothing_near_is_no_empty_heading(self, house: House) -> None:
        house.write("articles/sole.md", "# Xylophones\n\nPlink.\n")
        house.refresh()
        assert "Read next" not in house.client.get("/articles/sole").text


class TestEditLink:
    """The way from an article to its file."""

    _SITE = "edit_url: 'https://git.example/edit/main/content/{path}?plain=1'\n"

    def test_colleagues_find_it_and_nobody_else_does(self, house: House) -> None:
        settle(desk_of(house.app).store)
        house.write("site.yaml", self._SITE)
        house.write("articles/a&b/Grüße 1.md", "---\nslug: odd\n---\n# Odd\n")
        house.refresh()
        shown = "https://git.example/edit/main/content/articles/a%26b/Gr%C3%BC%C3%9Fe%201.md?plain=1"
        seen = {
            "a colleague": shown in colleague(house).get("/articles/odd").text,
            "a colleague as nobody": "git.example" in colleague(house, "public").get("/articles/odd").text,
            "a customer": "git.example" in signed_in(house, TESS).get("/articles/odd").text,
            "a stranger": "git.example" in house.client.get("/articles/odd").text,
        }
        assert [who for who, sees in seen.items() if sees] == ["a colleague"]

    def test_without_an_address_there_is_none(self, house: House) -> None:
        assert "Edit this article" not in colleague(house).get(_BERTH).text


def test_an_article_outside_every_category_has_a_page_and_stands_on_the_home_page(
    client: FlaskClient,
) -> None:
    assert "Welcome aboard" in client.get("/articles/welcome").text
    assert "/articles/welcome" in read(client.get("/").text).links


def test_a_category_lists_its_articles_in_order(client: FlaskClient) -> None:
    html = client.get("/categories/berths").text
    assert html.index("Book a berth") < html.index("Leave a berth")
    assert client.get("/categories/empty").status_code == 404
    assert client.get("/categories/nothing").status_code == 404


def test_markup_in_titles_and_summaries_is_shown_and_never_run(house: House) -> None:
    evil = "<script>alert(1)</script>"
    house.write(
        "articles/berths/evil.md", f'---\ntitle: "{evil}"\nsummary: "{evil}"\n---\n{evil}\n\n## {evil}\n'
    )
    house.refresh()
    for path in ("/articles/berths/evil", "/categories/berths", "/articles", "/search?q=alert", "/"):
        assert evil not in house.client.get(path).text, path
    assert "&lt;script&gt;" in house.client.get("/articles/berths/evil").text
