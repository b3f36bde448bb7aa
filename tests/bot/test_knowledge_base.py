"""The door to the knowledge base: titles when it answers, addresses always."""

from __future__ import annotations

import pytest

from bot import knowledge_base
from bot.knowledge_base import Article, Hit, Hits, KnowledgeBase, Shelf
from tests.bot.conftest import Library

SLUG = "working-with-us/check-your-setup-yourself"


def test_an_article_gets_its_title_and_the_question_bears_the_token(library: Library) -> None:
    library.holds(SLUG, "Check your setup yourself")
    shelf = KnowledgeBase(library.base_url, "t0ken").articles([SLUG])
    assert shelf == Shelf((Article(f"{library.base_url}/articles/{SLUG}", "Check your setup yourself"),))
    assert library.asked == [("/api/v1/search?q=check+your+setup+yourself&limit=10", "Bearer t0ken")]


def test_a_course_gets_the_address_of_a_course(library: Library) -> None:
    library.holds("first-steps", "First steps", shelf="courses")
    (course,) = KnowledgeBase(library.base_url).articles(["first-steps"]).articles
    assert course == Article(f"{library.base_url}/courses/first-steps", "First steps")
    assert library.asked[0][1] is None


def test_an_address_elsewhere_is_never_taken_over(library: Library) -> None:
    library.answer = '{"results": [{"slug": "a", "title": "A", "url": "https://evil.example/login"}]}'
    assert KnowledgeBase(library.base_url).articles(["a"]) == Shelf(
        (Article(f"{library.base_url}/articles/a"),)
    )


def test_an_article_that_the_search_does_not_find_is_a_link_without_a_title(library: Library) -> None:
    assert KnowledgeBase(library.base_url).articles(["a/b c"]) == Shelf(
        (Article(f"{library.base_url}/articles/a/b%20c"),)
    )


def test_a_page_of_its_own_is_not_searched_for(library: Library) -> None:
    assert KnowledgeBase(library.base_url).articles(["/contact"]) == Shelf(
        (Article(f"{library.base_url}/contact"),)
    )
    assert library.asked == []


@pytest.mark.parametrize("answer", ["", "{", "[]", '{"results": 3}', '{"results": [{"slug": 1}]}', "\xff"])
def test_an_answer_that_makes_no_sense_counts_as_away(library: Library, answer: str) -> None:
    library.answer = answer
    assert KnowledgeBase(library.base_url).articles(["a"]).away


@pytest.mark.parametrize("status", [401, 404, 500, 503])
def test_an_error_counts_as_away(library: Library, status: int) -> None:
    library.status = status
    assert KnowledgeBase(library.base_url).articles(["a"]).away


def test_nobody_at_the_address_counts_as_away_and_the_links_stay() -> None:
    shelf = KnowledgeBase("http://127.0.0.1:9").articles(["a", "b"])
    assert shelf == Shelf(
        (Article("http://127.0.0.1:9/articles/a"), Article("http://127.0.0.1:9/articles/b")), True
    )


def test_a_slow_answer_counts_as_away_and_nothing_more_is_asked(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(knowledge_base, "TIMEOUT", 0.05)
    library.delay = 0.3
    assert KnowledgeBase(library.base_url).articles(["a", "b"]).away
    assert len(library.asked) == 1


def test_all_questions_of_one_answer_share_the_time(library: Library) -> None:
    moments = iter([0.0, 0.5, 2.5])
    shelf = KnowledgeBase(library.base_url, timer=lambda: next(moments)).articles(["a", "b", "c"])
    assert shelf.away
    assert len(library.asked) == 1


def test_a_search_bears_no_token_since_what_is_found_may_be_shared(library: Library) -> None:
    library.finds(
        "Reset a password", total=12, section="By mail", snippet="Press &lt;b&gt; <mark>reset</mark>."
    )
    assert KnowledgeBase(library.base_url, "t0ken").search("reset", 5) == Hits(
        (
            Hit(
                f"{library.base_url}/articles/reset-a-password",
                "Reset a password",
                "By mail",
                "Press <b> reset.",
            ),
        ),
        12,
    )
    assert library.asked == [("/api/v1/search?q=reset&limit=5", None)]


def test_a_search_is_cut_to_what_the_knowledge_base_takes(library: Library) -> None:
    KnowledgeBase(library.base_url).search("x" * 999 + "\ud800", 5)
    assert library.asked == [(f"/api/v1/search?q={'x' * 300}&limit=5", None)]


def test_a_search_takes_over_no_address_elsewhere(library: Library) -> None:
    library.answer = '{"results": [{"slug": "a", "title": "A", "url": "https://evil.example/login"}]}'
    assert KnowledgeBase(library.base_url).search("a", 5) == Hits()


def test_a_correction_is_passed_on(library: Library) -> None:
    library.finds(did_you_mean="password")
    assert KnowledgeBase(library.base_url).search("pasword", 5) == Hits(did_you_mean="password")


@pytest.mark.parametrize(("status", "answer"), [(503, "{}"), (200, "nonsense"), (400, "{}")])
def test_a_search_without_an_answer_counts_as_away(library: Library, status: int, answer: str) -> None:
    library.status, library.answer = status, answer
    assert KnowledgeBase(library.base_url).search("a", 5) == Hits(away=True)


@pytest.mark.parametrize(
    ("status", "public"), [(200, True), (404, False), (401, False), (403, False), (429, None), (503, None)]
)
def test_a_page_is_public_if_a_stranger_may_read_it(
    library: Library, status: int, public: bool | None
) -> None:
    library.status = status
    page = f"{library.base_url}/articles/a"
    assert KnowledgeBase(library.base_url, "t0ken").is_public(page) is public
    assert library.asked == [("/articles/a", None)]


def test_a_page_that_leads_to_a_sign_in_is_not_public(library: Library) -> None:
    library.private.add("/articles/a")
    assert KnowledgeBase(library.base_url).is_public(f"{library.base_url}/articles/a") is False
    assert len(library.asked) == 1


def test_a_page_elsewhere_is_not_ours_to_share_and_is_not_even_asked_for(library: Library) -> None:
    assert KnowledgeBase(library.base_url).is_public(f"{library.base_url}.evil.example/") is False
    assert KnowledgeBase(library.base_url).is_public("file:///etc/passwd") is False
    assert library.asked == []


def test_whether_a_page_is_public_is_unknown_while_the_knowledge_base_is_away(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert KnowledgeBase("http://127.0.0.1:9").is_public("http://127.0.0.1:9/articles/a") is None
    monkeypatch.setattr(knowledge_base, "TIMEOUT", 0.05)
    library.delay = 0.3
    assert KnowledgeBase(library.base_url).is_public(f"{library.base_url}/articles/a") is None
