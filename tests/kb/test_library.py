"""The library reads what is there, serves what is good and says what is wrong."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kb.article import Category
from kb.library import read_library
from kb.site import Site
from tests.kb.shelf import TODAY, Shelf

LONG = "A sentence that says something. " * 20


def test_an_article_is_all_that_its_head_and_body_say(shelf: Shelf) -> None:
    shelf.write(
        "billing/send-a-quote.md",
        "---\ntitle: Send a quote\nsummary: What it **costs**.\norder: 10\nkeywords: [offer, estimate]\n"
        "audience: [1, 2]\nowner: billing team\nlast_reviewed: 2026-10-01\nreview_every: 6 months\n"
        "aliases: billing/send-an-offer\nlanguage: en-GB\n---\n\nIntro.\n\n## Write it\n\n1. Select.\n",
    )
    article = shelf.read().articles["billing/send-a-quote"]
    assert (article.title, article.summary, article.category) == ("Send a quote", "What it costs.", "billing")
    assert (article.order, article.keywords) == (10, ("offer", "estimate"))
    assert article.audience.key == "tier:1+tier:2"
    assert (article.last_reviewed, article.review_every) == (date(2026, 10, 1), 180)
    assert [section.title for section in article.sections] == ["", "Write it"]
    assert article.path == "articles/billing/send-a-quote.md"
    assert shelf.read().redirects == {"billing/send-an-offer": "billing/send-a-quote"}
    assert shelf.problems() == []


def test_plain_markdown_is_an_article(shelf: Shelf) -> None:
    shelf.write("with-heading.md", "# Reset your password\n\n" + LONG)
    shelf.write("deep/er/reset_the-thing.md", "Just *text*.")
    library = shelf.read()
    assert library.articles["with-heading"].title == "Reset your password"
    assert "<h1" not in library.articles["with-heading"].html
    assert library.articles["with-heading"].summary.endswith(" …")
    assert len(library.articles["with-heading"].summary) <= 202
    plain = library.articles["deep/er/reset_the-thing"]
    assert (plain.title, plain.summary, plain.category) == ("Reset the thing", "Just text.", "deep")


def test_a_directory_of_nothing_but_markdown_files_is_a_library(tmp_path: Path) -> None:
    (tmp_path / "mute.md").write_text("# Mute a topic\n\nText.")
    (tmp_path / "README.md").write_text("# About these files")
    (tmp_path / "services").mkdir()
    (tmp_path / "services" / "renewal.md").write_text("# Not an article")
    assert list(read_library(tmp_path, TODAY).articles) == ["mute"]


def test_reading_order_is_that_of_the_shelves_then_order_then_title(shelf: Shelf) -> None:
    shelf.article("b/two.md", "Two", order=2)
    shelf.article("b/one.md", "One", order=1)
    shelf.article("a/zebra.md", "zebra")
    shelf.article("a/apple.md", "Apple")
    shelf.article("unlisted-shelf/x.md", "X")
    library = shelf.read(
        site=Site(categories=(Category("b", "Bees"), Category("a", "Ants"), Category("empty", "Empty")))
    )
    assert list(library.articles) == ["b/one", "b/two", "a/apple", "a/zebra", "unlisted-shelf/x"]
    assert [category.title for category in library.categories] == ["Bees", "Ants", "Unlisted shelf"]
    assert [article.title for article in library.by_category("b")] == ["One", "Two"]


def test_drafts_and_what_is_for_later_are_not_served_until_their_day(shelf: Shelf) -> None:
    shelf.article("draft.md", "Draft", status="draft")
    shelf.article("later.md", "Later", publish_on="2026-11-23")
    shelf.article("today.md", "Today", publish_on="2026-11-22")
    assert list(shelf.read().articles) == ["today"]
    assert set(shelf.read().drafts) == {"draft", "later"}
    assert set(shelf.read(today=date(2026, 11, 23)).articles) == {"today", "later"}


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("---\ntitle: A\nsumary: x\n---\n", 3, "unknown key `sumary`; did you mean `summary`?"),
        ("---\ntitle: A\norder: first\n---\n", 3, "`order` is 'first'"),
        ("---\ntitle: A\nstatus: hidden\n---\n", 3, "`status` is 'hidden'"),
        ("---\ntitle: A\npublish_on: soon\n---\n", 3, "`publish_on` is 'soon'"),
        ("---\ntitle: A\nreview_every: often\n---\n", 3, "'26 weeks'"),
        ("---\ntitle: A\nslug: ../../etc/passwd\n---\n", 3, "is no slug"),
        ("---\ntitle: [a\n---\n", 2, "not valid YAML"),
        ("---\ntitle: A\ntitle: B\n---\n", 3, "not valid YAML"),
        ("---\ntitle: A\n", 1, "no closing --- line"),
        ("---\n- a\n---\n", 2, "key: value"),
        ("One\n\nTwo \0 three", 3, "NUL"),
        (b"caf\xe9\n", 1, "not UTF-8"),
        ("x" * 5_000_001, 1, "larger than 5 MB"),
        ("words " * 50_000, 1, "split it"),
    ],
)
def test_a_broken_file_is_a_problem_with_its_line_and_its_last_good_version_stays(
    shelf: Shelf, text: str | bytes, line: int, said: str
) -> None:
    shelf.write("a/b.md", text)
    shelf.article("a/good.md", "Good")
    assert list(shelf.read().articles) == ["a/good"]
    [problem] = shelf.problems()
    assert problem.startswith(f"articles/a/b.md:{line}: ")
    assert said in problem

    shelf.article("a/b.md", "Was good", "The last good words.")
    assert shelf.problems() == []
    shelf.write("a/b.md", text)
    [problem] = shelf.problems()
    assert said in problem
    assert "The last good words." in shelf.read().articles["a/b"].html

    assert shelf.problems() == [problem], "it is said once, however often the library is read"
    shelf.article("a/b.md", "Is good again")
    assert shelf.problems() == []
    assert shelf.read().articles["a/b"].title == "Is good again"


def test_a_file_that_is_gone_is_gone(shelf: Shelf) -> None:
    shelf.article("a.md", "A").unlink()
    assert shelf.read().articles == {}


def test_a_content_directory_that_goes_away_takes_nothing_with_it(shelf: Shelf) -> None:
    shelf.article("a.md", "A")
    library = shelf.read()
    gone = read_library(shelf.folder / "elsewhere", TODAY, previous=library)
    assert list(gone.articles) == ["a"]
    assert "not there" in str(gone.problems[0])


def test_of_two_articles_with_one_slug_the_first_stays(shelf: Shelf) -> None:
    shelf.article("a/first.md", "First", slug="same")
    shelf.article("b/second.md", "Second", slug="same")
    assert shelf.read().articles["same"].title == "First"
    assert shelf.problems() == [
        "articles/b/second.md:1: the slug `same` belongs to articles/a/first.md already;"
        " give this article another `slug`"
    ]


def test_an_alias_never_hides_an_article(shelf: Shelf) -> None:
    shelf.article("a.md", "A", aliases="[b, old]")
    shelf.article("b.md", "B", aliases="[old]")
    library = shelf.read()
    assert library.redirects == {"old": "a"}
    assert len(shelf.problems()) == 2


def test_links_to_files_become_addresses(shelf: Shelf) -> None:
    shelf.article(
        "a/one.md", "One", "[two](../b/two.md#there) ![Board](images/board.png) [self](#here)\n\n## Here"
    )
    shelf.article(
        "b/two.md", "Two", "[one](../a/one.md) [again](/articles/a/one#here)\n\n## There", slug="b/other"
    )
    shelf.write("a/images/board.png", b"png")
    library = shelf.read()
    assert library.problems == ()
    html = library.articles["a/one"].html
    assert 'href="/articles/b/other#there"' in html
    assert 'src="/files/a/images/board.png"' in html
    assert library.files["a/images/board.png"].read_bytes() == b"png"
    assert 'href="/articles/a/one"' in library.articles["b/other"].html


def test_an_article_is_rendered_again_when_what_it_links_to_moves(shelf: Shelf) -> None:
    shelf.article("a.md", "A", "[b](b.md)")
    shelf.article("b.md", "B")
    assert 'href="/articles/b"' in shelf.read().articles["a"].html
    shelf.article("b.md", "B", slug="c")
    assert 'href="/articles/c"' in shelf.read().articles["a"].html


def test_links_that_lead_nowhere_are_named_with_their_line(shelf: Shelf) -> None:
    shelf.article(
        "a.md",
        "A",
        "[x](gone.md)\n[x](b.md#gone)\n[x](#gone)\n![](b.png)\n![words](b.png)\n[x](/articles/nope)\n[x]()",
        related="[missing]",
    )
    shelf.article("b.md", "B")
    assert shelf.problems() == [
        "articles/a.md:1: `related` names `missing`, and there is no such published article",
        "articles/a.md:6: the link gone.md leads to no published article",
        "articles/a.md:7: the link b.md#gone names a heading that articles/b.md does not have",
        "articles/a.md:8: the link #gone names a heading that articles/a.md does not have",
        "articles/a.md:9: the picture b.png has no description; write one between the brackets",
        "articles/a.md:9: there is no file b.png of an allowed kind under articles/",
        "articles/a.md:10: there is no file b.png of an allowed kind under articles/",
        "articles/a.md:11: the link /articles/nope leads to no published article",
        "articles/a.md:12: the link leads nowhere",
    ]
    assert "a" in shelf.read().articles


def test_only_harmless_kinds_of_files_can_be_fetched(shelf: Shelf) -> None:
    for name in ("a.png", "b.pdf", "c.html", "d.js", "e.PNG", ".hidden.png", "f.yaml"):
        shelf.write(name, "x")
    assert set(shelf.read().files) == {"a.png", "b.pdf", "e.PNG"}


def test_a_link_out_of_the_content_directory_is_not_followed(shelf: Shelf, tmp_path: Path) -> None:
    (tmp_path / "secret.md").write_text("# Secret")
    (tmp_path / "secret.png").write_bytes(b"secret")
    articles = shelf.folder / "articles"
    (articles / "leak.md").symlink_to(tmp_path / "secret.md")
    (articles / "leak.png").symlink_to(tmp_path / "secret.png")
    (articles / "loop.md").symlink_to(articles / "loop.md")
    (articles / "folder").symlink_to(tmp_path)
    shelf.article("real.md", "Real")
    (articles / "inside.md").symlink_to(articles / "real.md")
    library = shelf.read()
    assert set(library.articles) == {"real", "inside"}
    assert library.files == {}
    assert [problem.path for problem in library.problems] == [
        f"articles/{name}" for name in ("leak.md", "leak.png", "loop.md")
    ]


def test_what_is_no_file_is_a_problem_and_nobody_waits_for_it(shelf: Shelf) -> None:
    os.mkfifo(shelf.folder / "articles" / "pipe.md")
    os.mkfifo(shelf.folder / "articles" / "pipe.png")
    assert shelf.problems() == [
        "articles/pipe.md:1: this is no file that can be read",
        "articles/pipe.png:1: this is no file that can be read",
    ]


def test_a_file_that_vanishes_while_it_is_read_is_a_problem(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = shelf.article("a.md", "A")
    really_read = Path.read_bytes

    def vanish(path: Path) -> bytes:
        path.unlink()
        return really_read(path)

    monkeypatch.setattr(Path, "read_bytes", vanish)
    assert shelf.problems() == ["articles/a.md:1: there is no such file"]
    assert not file.exists()


def test_what_has_not_changed_is_the_same_object(shelf: Shelf) -> None:
    shelf.article("a.md", "A")
    shelf.article("b.md", "B")
    before = shelf.read()
    shelf.article("b.md", "B, changed")
    os.utime(shelf.folder / "articles" / "a.md")
    after = shelf.read()
    assert after.articles["a"] is before.articles["a"]
    assert after.articles["b"].title == "B, changed"


@given(st.binary(max_size=300), st.text(max_size=100))
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_bytes_whatever_take_the_library_down(shelf: Shelf, raw: bytes, text: str) -> None:
    shelf.write("raw.md", raw)
    shelf.write("head.md", b"---\n" + raw + b"\n---\n")
    shelf.write("text.md", f"---\ntitle: {text}\n---\n{text}".encode("utf-8", "surrogatepass"))
    shelf.article("good.md", "Good")
    assert "good" in shelf.read().articles


def test_a_file_with_an_impossible_name_is_a_problem(shelf: Shelf) -> None:
    shelf.article("fine.md", "Fine")
    (shelf.folder / "articles" / "a\nb.md").write_text("x")
    (Path(os.fsdecode(os.fsencode(shelf.folder / "articles") + b"/\xff.md"))).write_text("x")
    library = shelf.read()
    assert list(library.articles) == ["fine"]
    assert all("unprintable" in problem.text for problem in library.problems)
    assert len(library.problems) == 2
