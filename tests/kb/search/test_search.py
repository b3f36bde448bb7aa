"""What people type finds what they need."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kb.evaluate import evaluate, read_questions
from kb.library import Library, read_library
from kb.search.index import SearchIndex, open_index
from kb.site import read_site
from kb.synonyms import read_synonyms
from kb.versions import keys_shown
from tests.kb.shelf import Shelf
from tiering.files import SHIPPED_CONTENT


def first(index: SearchIndex, query: str) -> str | None:
    hits = index.search(query).hits
    return hits[0].slug if hits else None


def slugs(index: SearchIndex, query: str, **more: object) -> list[str]:
    return [hit.slug for hit in index.search(query, **more).hits]  # type: ignore[arg-type]  # passed on as given


@pytest.mark.parametrize(
    ("query", "slug"),
    [
        ("book a berth", "berths/book-a-berth"),
        ("BOOKING A BERTH", "berths/book-a-berth"),
        ("refund", "berths/cancel-a-booking"),
        ("colleague", "people/invite-crew"),
        ("permission", "people/invite-crew"),
        ("email", "people/invite-crew"),
        ("e-mail", "people/invite-crew"),
        ("c++", "tech/c-plus-plus"),
        (".ini", "tech/c-plus-plus"),
        ("harbour.ini", "tech/c-plus-plus"),
        ("cafe", "tech/cafe"),
        ("Café", "tech/cafe"),
        ("creme brulee", "tech/cafe"),
        ("東京", "tech/cafe"),
        ("ラーメン", "tech/cafe"),
        (
            "what do I do when my crew cannot look at berths and somebody wants permissions",
            "people/invite-crew",
        ),
    ],
)
def test_words_find_their_article(harbour: SearchIndex, query: str, slug: str) -> None:
    assert first(harbour, query) == slug


def test_a_title_beats_mentions(shelf: Shelf, index: SearchIndex) -> None:
    shelf.article("mentions.md", "Chains", "Anchors here, anchors there, anchors everywhere.")
    shelf.article("title.md", "Anchors", "Drop it.")
    index.refresh(shelf.read())
    assert slugs(index, "anchor") == ["title", "mentions"]


def test_any_word_suffices_and_more_words_count_more(harbour: SearchIndex) -> None:
    assert slugs(harbour, "deposit zeppelin refund") == ["berths/cancel-a-booking", "berths/book-a-berth"]


def test_a_word_that_is_not_finished_is_completed(harbour: SearchIndex) -> None:
    assert first(harbour, "permis") == "people/invite-crew"
    assert harbour.search("permis").did_you_mean is None


@pytest.mark.parametrize("slip", ["permissons", "permisssions", "premissions", "permizsions"])
def test_one_slip_of_the_finger_is_forgiven_and_said(harbour: SearchIndex, slip: str) -> None:
    results = harbour.search(f"crew {slip}")
    assert results.hits[0].slug == "people/invite-crew"
    assert results.did_you_mean == "crew permissions"


@pytest.mark.parametrize(
    "query", ["", "   ", "(((", "*", "\x00\x01", "zeppelin", "\U0001f600", "…", "zq " * 50]
)
def test_what_means_nothing_here_finds_nothing(harbour: SearchIndex, query: str) -> None:
    results = harbour.search(query)
    assert (results.hits, results.total, results.did_you_mean) == ((), 0, None)
    assert results.query == query


def test_a_query_of_nothing_but_little_words_still_finds_them(harbour: SearchIndex) -> None:
    assert harbour.search("then").hits


def test_a_page_of_text_is_searched_by_its_beginning(harbour: SearchIndex) -> None:
    assert first(harbour, "refund " + "lorem " * 2000) == "berths/cancel-a-booking"


def test_pages_of_hits_follow_one_another(harbour: SearchIndex) -> None:
    everything = slugs(harbour, "berth book deposit crew", limit=10)
    assert harbour.search("berth book deposit crew", limit=1).total == len(everything) > 2
    assert slugs(harbour, "berth book deposit crew", limit=1, offset=1) == everything[1:2]
    assert slugs(harbour, "berth book deposit crew", limit=5, offset=99) == []


def test_a_category_can_be_asked_for(harbour: SearchIndex) -> None:
    assert slugs(harbour, "book", category="people") == ["people/invite-crew"]
    assert harbour.search("book", category="people").total == 1
    assert slugs(harbour, "book", category="nowhere") == []


def test_a_hit_knows_the_section_that_answers(harbour: SearchIndex) -> None:
    hit = harbour.search("card cash").hits[0]
    assert (hit.section, hit.anchor) == ("Pay for your berth", "pay-for-your-berth")
    assert hit.snippet.startswith("<mark>Cards</mark> &amp; <mark>cash</mark> are taken.")


def test_the_opening_text_has_no_section(harbour: SearchIndex) -> None:
    hit = harbour.search("within a week").hits[0]
    assert (hit.section, hit.anchor) == (None, "")


def test_a_snippet_marks_inflections_whole_and_shows_markup_as_text(harbour: SearchIndex) -> None:
    assert "<mark>refunded</mark>" in harbour.search("refunds deposits never").hits[0].snippet
    assert "<mark>crème</mark> <mark>brûlée</mark>" in harbour.search("creme brulee").hits[0].snippet
    assert "<mark>東京</mark>" in harbour.search("東京").hits[0].snippet


def test_a_match_in_the_title_alone_shows_the_summary(harbour: SearchIndex) -> None:
    assert harbour.search("boat").hits[0].snippet == "Reserve a place for your <mark>boat</mark>."


def test_a_script_in_an_article_is_text_in_its_snippet(shelf: Shelf, index: SearchIndex) -> None:
    shelf.write("x.md", '# Tags\n\nWrite `<script>alert(1)</script>` & "quotes" with zebra.')
    index.refresh(shelf.read())
    snippet = index.search("zebra").hits[0].snippet
    assert "<script>" not in snippet
    assert "&lt;script&gt;" in snippet


def test_suggestions_complete_any_word_of_a_title(harbour: SearchIndex) -> None:
    assert [one.title for one in harbour.suggest("boo")] == ["Book a berth", "Cancel a booking"]
    assert [one.title for one in harbour.suggest("your cr")] == ["Invite your crew"]
    assert [one.title for one in harbour.suggest("crew inv")] == ["Invite your crew"]
    assert [one.title for one in harbour.suggest("CAFE")] == ["The café's opening hours"]
    assert [one.title for one in harbour.suggest("use our c+")] == ["Use our C++ library"]
    assert harbour.suggest("") == harbour.suggest("(((") == harbour.suggest("zeppelin") == ()
    assert len(harbour.suggest("b", limit=1)) == 1


@given(st.text(max_size=300))
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_query_whatever_is_too_much(harbour: SearchIndex, query: str) -> None:
    results = harbour.search(query)
    assert len(results.hits) == min(10, results.total)
    for hit in results.hits:
        unmarked = hit.snippet.replace("<mark>", "").replace("</mark>", "")
        assert "<" not in unmarked
        assert hit.snippet.count("<mark>") == hit.snippet.count("</mark>")
    harbour.suggest(query)


TITLE_WORDS = [
    "Mute",
    "a",
    "topic",
    "the",
    "C++",
    "or",
    "unmute",
    "your",
    "café",
    "who",
    "is",
    "e-mail",
    "語学",
    "2.0",
]


@given(
    st.lists(
        st.lists(st.sampled_from(TITLE_WORDS), min_size=1, max_size=5).map(" ".join), min_size=1, max_size=8
    )
)
@settings(max_examples=30, deadline=None)
def test_a_title_finds_its_article_first(tmp_path_factory: pytest.TempPathFactory, titles: list[str]) -> None:
    shelf = Shelf(tmp_path_factory.mktemp("titles") / "content")
    for number, title in enumerate(titles):
        shelf.article(f"{number}.md", title, " ".join(titles))
    index = open_index(shelf.folder.parent / "data")
    index.refresh(shelf.read())
    for title in titles:
        assert index.search(title).hits[0].title == title


@pytest.fixture(scope="module")
def shipped() -> Library:
    """The content that Longtail ships."""
    site, _ = read_site(SHIPPED_CONTENT)
    return read_library(SHIPPED_CONTENT, date(2026, 11, 22), site)


def test_every_shipped_title_finds_its_article_first(shipped: Library, index: SearchIndex) -> None:
    index.refresh(shipped)
    assert len(shipped.articles) >= 30
    for article in shipped.articles.values():
        seen = keys_shown(index.keys, [article.language], lambda _: True)
        assert index.search(article.title, seen=seen).hits[0].slug == article.slug


def test_the_golden_set_is_answered(shipped: Library, index: SearchIndex) -> None:
    index.refresh(shipped)
    index.use(read_synonyms(SHIPPED_CONTENT)[0])
    questions, problems = read_questions(SHIPPED_CONTENT / "golden.yaml")
    result = evaluate(questions, lambda query: slugs(index, query))
    assert problems == []
    assert result.questions >= 40
    assert result.mrr >= 0.85, json.dumps([miss.query for miss in result.misses])
    assert result.nothing == ()


def test_an_explanation_says_what_became_of_every_word(harbour: SearchIndex) -> None:
    explained = harbour.explain("permissons berth zeppelin")
    assert [(word.word, word.how) for word in explained.words] == [
        ("permissons", "corrected"),
        ("berth", "as written"),
        ("zeppelin", "unknown"),
    ]
    top = explained.hits[0]
    added = sum(found.points for found in top.words.values())
    assert top.word_score == pytest.approx(added * (0.35 + 0.65 * top.covered))
    assert not top.is_title
    assert harbour.explain("invite your crew").hits[0].is_title


def test_an_explanation_says_in_which_fields_a_word_stands(harbour: SearchIndex) -> None:
    explained = harbour.explain("berth")
    found = explained.hits[0].words["berth"]
    assert set(found.fields) == {"title", "headings", "body"} - {"body"}
    assert found.points == pytest.approx(explained.words[0].idf * sum(found.fields.values()))


def test_an_index_that_is_not_there_yet_answers_nothing(tmp_path: Path) -> None:
    index = open_index(tmp_path / "nothing")
    assert not index.ready
    assert index.search("berth").hits == ()
    assert index.suggest("berth") == ()
    assert index.explain("berth").hits == ()
