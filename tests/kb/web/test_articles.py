"""Articles and their shelves, as a visitor meets them."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

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


@pytest.mark.parametrize("old", ["/articles/old/berth", "/articles/old/berth/"])
def test_an_old_address_leads_to_the_new_one_for_good(client: FlaskClient, old: str) -> None:
    answer = client.get(old, headers={"Host": "evil.example"})
    assert (answer.status_code, answer.headers["Location"]) == (301, _BERTH)


def test_a_slash_too_many_leads_to_the_article(client: FlaskClient) -> None:
    answer = client.get(_BERTH + "/")
    assert (answer.status_code, answer.headers["Location"]) == (301, _BERTH)


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


class TestAttachments:
    """Files that stand beside the articles."""

    def test_a_picture_that_could_hold_a_script_is_sent_into_a_sandbox(self, client: FlaskClient) -> None:
        answer = client.get("/files/berths/images/harbour.svg")
        assert answer.mimetype == "image/svg+xml"
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"

    def test_a_page_leaves_room_for_its_picture(self, client: FlaskClient) -> None:
        picture = next(p for p in read(client.get(_BERTH).text).pictures if p["src"].startswith("/files/"))
        assert (picture["width"], picture["height"]) == ("320", "200")

    @pytest.mark.parametrize(
        "path",
        [
            "/files/../site.yaml",
            "/files/%2e%2e/site.yaml",
            "/files/..%2fsite.yaml",
            "/files/berths/../../../site.yaml",
            "/files//etc/passwd",
            "/files/%2fetc%2fpasswd",
            "/files/berths/book-a-berth.md",
            "/articles/../site.yaml",
            "/articles/..%2f..%2fsite.yaml",
            "/articles/%2e%2e/%2e%2e/etc/passwd.md",
            "/static/../app.py",
            "/static/..%2fapp.py",
            "/static/%2e%2e/config.py",
        ],
    )
    def test_nothing_outside_the_articles_can_be_fetched(self, client: FlaskClient, path: str) -> None:
        answer = client.get(path)
        assert answer.status_code == 404
        assert "accent" not in answer.text.replace("--accent", "")
        assert "root:" not in answer.text

    @pytest.mark.parametrize("name", ["a.html", "a.js", "a.xml", "a.svgz", "a.xhtml", "a", ".env"])
    def test_what_a_browser_might_run_is_not_served(self, house: House, name: str) -> None:
        house.write(f"articles/berths/{name}", "<script>alert(1)</script>")
        house.refresh()
        assert house.client.get(f"/files/berths/{name}").status_code == 404

    def test_a_leaflet_is_shown_by_the_browser_that_can(self, house: House) -> None:
        house.write("articles/berths/leaflet.pdf", "%PDF-1.4")
        house.refresh()
        answer = house.client.get("/files/berths/leaflet.pdf")
        assert answer.mimetype == "application/pdf"
        assert answer.headers["Content-Security-Policy"] == "frame-ancestors 'none'"

    def test_a_file_that_went_away_is_missed_politely(self, house: House) -> None:
        (house.content / "articles/berths/images/harbour.svg").unlink()
        assert house.client.get("/files/berths/images/harbour.svg").status_code == 404
        assert house.client.get(_BERTH).status_code == 200
