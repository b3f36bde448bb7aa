"""Searches without an answer: what stands there, and what one step makes of them."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kb import edits
from kb.edits import NewArticle, NewSynonym
from kb.library import read_library
from kb.web.desk import desk_of
from tests.conftest import TODAY
from tests.kb.web.cast import DINA, TESS, colleague, form, settle, signed_in
from tests.kb.web.conftest import House
from tests.kb.web.page import read

WORDS = "# Ours.\n- [berth, mooring] # as on the signs\n"
PATH = "/staff/searches"


@pytest.fixture
def manned(house: House) -> House:
    settle(desk_of(house.app).store)
    house.write("synonyms.yaml", WORDS)
    house.refresh()
    return house


@pytest.fixture
def sealed(manned: House, monkeypatch: pytest.MonkeyPatch) -> House:
    """The same, with a content directory that cannot be written; the tests run as root, who can."""

    real = edits.write

    def refuse(path: Path, text: str) -> None:
        if manned.content in path.parents:
            raise OSError(errno.EROFS, os.strerror(errno.EROFS))
        real(path, text)

    monkeypatch.setattr(edits, "write", refuse)
    return manned


def search(house: House, query: str, *readers: FlaskClient) -> None:
    for reader in readers or (house.client,):
        reader.get("/search", query_string={"q": query})
    desk_of(house.app).recorder.flush()


def act(
    client: FlaskClient, do: str, query: str, key: str | None = None, path: str = PATH, **typed: str
) -> str:
    data = {**form(client, path), "do": do, "key": key or query, "query": query, **typed}
    answer = client.post(path, data=data, follow_redirects=True)
    return read(answer.text).text


def test_before_anybody_has_searched_in_vain_the_page_says_so(manned: House) -> None:
    page = read(colleague(manned).get(PATH).text)
    assert "No search lacks that." in page.text
    assert page.tags["h1"] == 1


def test_a_search_stands_there_with_how_often_by_whom_since_when_and_what_is_near(manned: House) -> None:
    search(manned, "zzxqwv berthing", manned.client, signed_in(manned, TESS))
    search(manned, "zzxqwv", signed_in(manned, DINA))
    page = read(colleague(manned).get(PATH).text).text
    assert "zzxqwv 1 time" in page
    assert "Found nothing: 1. Since 22 November 2026. Who: Tier 3 (Digital): 1." in page
    assert "They would find nothing now either." in page


def test_searches_of_one_tier_can_be_looked_at_alone(manned: House) -> None:
    search(manned, "zzxqwv", signed_in(manned, TESS))
    search(manned, "qqjjxx", signed_in(manned, DINA))
    client = colleague(manned)
    page = read(client.get(f"{PATH}?tier=1").text).text
    assert "zzxqwv" in page
    assert "qqjjxx" not in page
    assert client.get(f"{PATH}?tier=x").status_code == 400
    assert client.get(f"{PATH}?lack=x").status_code == 400
    assert client.get(f"{PATH}?page=2").status_code == 404


def test_what_was_found_and_never_opened_stands_apart(manned: House) -> None:
    search(manned, "berth")
    client = colleague(manned)
    assert "berth 1 time" not in read(client.get(PATH).text).text
    page = read(client.get(f"{PATH}?lack=opened").text).text
    assert "berth 1 time" in page
    assert "Opened nothing: 1." in page


def test_a_synonym_is_found_at_once_and_the_file_keeps_what_it_said(manned: House) -> None:
    search(manned, "liegeplatz")
    client = colleague(manned)
    said = act(client, "synonym", "liegeplatz", word="liegeplatz", means="berth")
    assert "“liegeplatz” now finds what “berth” finds. It counts from now on." in said
    assert (manned.content / "synonyms.yaml").read_text() == WORDS.replace("mooring]", "mooring, liegeplatz]")
    assert "Book a berth" in manned.client.get("/search?q=liegeplatz").text
    assert "liegeplatz 1 time" not in read(client.get(PATH).text).text
    handled = read(client.get(f"{PATH}?lack=handled").text).text
    assert "Synonym: liegeplatz = berth, by" in handled


def test_an_article_is_begun_as_a_draft_with_the_query_as_a_keyword(manned: House) -> None:
    search(manned, "zzxqwv, a qqjjxx")
    client = colleague(manned)
    said = act(
        client, "stub", "zzxqwv, a qqjjxx", key="qqjjxx zzxqwv", title="Sand a deck", category="berths"
    )
    assert "articles/berths/sand-a-deck.md is begun, as a draft that only colleagues see." in said
    text = (manned.content / "articles/berths/sand-a-deck.md").read_text()
    assert 'keywords: ["zzxqwv, a qqjjxx"]' in text
    problems = read_library(manned.content, TODAY).problems
    assert [problem for problem in problems if "deck" in problem.path] == []
    assert manned.client.get("/articles/berths/sand-a-deck").status_code == 404


def test_whoever_is_slower_reads_why_nothing_came_of_it(manned: House) -> None:
    search(manned, "zzxqwv")
    search(manned, "qqjjxx")
    client = colleague(manned)
    assert "no longer stands here" in act(client, "dismiss", "zzxqwv")
    assert "Write both words" in act(client, "synonym", "zzxqwv", word="zzxqwv", means="")


def test_a_dismissed_search_can_be_put_back(manned: House) -> None:
    search(manned, "zzxqwv")
    client = colleague(manned)
    assert "“zzxqwv” no longer stands here" in act(client, "dismiss", "zzxqwv")
    assert "zzxqwv 1 time" not in read(client.get(PATH).text).text
    act(client, "reopen", "zzxqwv", path=f"{PATH}?lack=handled")
    assert "zzxqwv 1 time" in read(client.get(PATH).text).text


@pytest.mark.parametrize(
    ("do", "typed", "sentence"),
    [
        ("synonym", {"word": "zzxqwv", "means": "wwkkpp"}, "No article holds “wwkkpp” either"),
        ("synonym", {"word": "zzxqwv", "means": ""}, "Write both words"),
        ("synonym", {"word": "a b c d e f", "means": "berth"}, "a synonym has 1 to 5"),
        ("synonym", {"word": "berths", "means": "berth"}, "the same word to the search already"),
        ("stub", {"title": "?!"}, "An article needs a title"),
        ("stub", {"title": "x" * 81}, "An article needs a title"),
        (
            "stub",
            {"title": "Book a berth", "category": "berths"},
            "There is a file articles/berths/book-a-berth.md",
        ),
    ],
)
def test_what_cannot_be_done_says_why_and_keeps_what_was_typed(
    manned: House, do: str, typed: dict[str, str], sentence: str
) -> None:
    search(manned, "zzxqwv")
    client = colleague(manned)
    data = {**form(client, PATH), "do": do, "key": "zzxqwv", "query": "zzxqwv", **typed}
    answer = client.post(PATH, data=data)
    assert answer.status_code == 400
    assert sentence in read(answer.text).text
    for value in typed.values():
        assert f'value="{value}"' in answer.text or value in {"", "berths"}
    assert (manned.content / "synonyms.yaml").read_text() == WORDS


@pytest.mark.parametrize("category", ["../../etc", "/etc", "nowhere", "..", "."])
def test_an_article_never_leaves_the_content_directory(manned: House, category: str) -> None:
    search(manned, "zzxqwv")
    act(colleague(manned), "stub", "zzxqwv", title="../../x Sand / a deck", category=category)
    assert (manned.content / "articles/x-sand-a-deck.md").is_file()


def test_forged_and_hostile_forms_change_nothing(manned: House) -> None:
    search(manned, "zzxqwv")
    client = colleague(manned)
    typed = {"do": "synonym", "key": "zzxqwv", "query": "zzxqwv", "word": "zzxqwv", "means": "berth"}
    assert client.post(PATH, data=typed).status_code == 400
    customer = signed_in(manned, TESS)
    for other in (manned.client, customer):
        assert other.post(PATH, data={**form(other, "/contact"), **typed}).status_code in {400, 404}
        assert other.get(PATH).status_code == 404
    token = form(client, PATH)["csrf_token"]
    for bad in ({"do": "drop"}, {"key": ""}):
        assert client.post(PATH, data={**typed, "csrf_token": token, **bad}).status_code == 400
    assert (manned.content / "synonyms.yaml").read_text() == WORDS


def test_what_customers_typed_is_never_markup(manned: House) -> None:
    search(manned, "<script>zzxqwv</script>\"'")
    text = colleague(manned).get(PATH).text
    assert "<script>zz" not in text
    assert "&lt;script&gt;zzxqwv" in text


def test_where_files_cannot_be_written_a_synonym_counts_all_the_same(sealed: House) -> None:
    search(sealed, "liegeplatz")
    said = act(colleague(sealed), "synonym", "liegeplatz", word="liegeplatz", means="mooring")
    assert "the record holds it" in said
    assert (sealed.content / "synonyms.yaml").read_text() == WORDS
    assert desk_of(sealed.app).edits.all() == (NewSynonym("liegeplatz", "mooring"),)
    assert "Book a berth" in sealed.client.get("/search?q=liegeplatz").text
    sealed.write("synonyms.yaml", WORDS + "- [boat, ship]\n")
    sealed.refresh()
    assert "Book a berth" in sealed.client.get("/search?q=liegeplatz").text


def test_where_files_cannot_be_written_an_article_is_begun_in_the_record(sealed: House) -> None:
    search(sealed, "zzxqwv")
    client = colleague(sealed)
    act(client, "stub", "zzxqwv", title="Sand a deck")
    (kept,) = desk_of(sealed.app).edits.all()
    assert isinstance(kept, NewArticle)
    assert kept.path == "articles/sand-a-deck.md"
    assert not (sealed.content / kept.path).exists()
    said = act(client, "stub", "zzxqwv", path=f"{PATH}?lack=handled", title="Sand a deck")
    assert "There is a file articles/sand-a-deck.md already" in said
    assert len(desk_of(sealed.app).edits.all()) == 1


def test_every_step_stands_in_the_audit_with_who_took_it(manned: House) -> None:
    search(manned, "liegeplatz")
    act(colleague(manned), "synonym", "liegeplatz", word="liegeplatz", means="berth")
    with desk_of(manned.app).store.begin() as work:
        entry = work.audit.entries()[-1]
    assert (entry.action, entry.details) == (
        "failed search: synonym",
        {"query": "liegeplatz", "detail": "liegeplatz = berth"},
    )
    assert entry.who
