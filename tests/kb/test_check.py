"""What `kb check` says of articles that can all be served."""

from __future__ import annotations

from datetime import date

import pytest

from kb.check import inspect
from kb.headings import Heading, headings
from kb.site import read_site
from tests.kb.shelf import TODAY, Shelf

SERVICE = """---
id: training
name: Training
delivery: person
team: cs
hours: 2
levels: {later-stage: {1: included, 2: no}}
instead: [learn, gone, ropes, ropse]
---
A lesson.
"""


def found(shelf: Shelf, today: date = TODAY) -> list[str]:
    site, _ = read_site(shelf.folder)
    return [str(problem) for problem in inspect(shelf.folder, site, shelf.read(today), today)]


def test_good_articles_are_met_with_silence(shelf: Shelf) -> None:
    shelf.article("a.md", "Feed the walrus", "Fish.\n\n## When\n\nAt noon.\n\n### In winter\n\nAt ten.")
    shelf.article("b.md", "Wash the walrus", "# Wash the walrus\n\nSoap.\n\n## When\n\nNever.")
    assert found(shelf) == []


def test_a_link_to_a_service_that_does_not_exist_is_a_problem(shelf: Shelf) -> None:
    shelf.article("a.md", "A", "[Ask](/services#training), or [not](/services#trainnig).")
    assert found(shelf) == [
        "articles/a.md:5: the link /services#trainnig names a service that the catalogue does not have"
    ]


def test_a_service_that_offers_what_nobody_can_read_is_a_warning(shelf: Shelf) -> None:
    (shelf.folder / "services").mkdir()
    (shelf.folder / "services/training.md").write_text(SERVICE)
    shelf.course("ropes", "title: Ropes")
    shelf.lesson("ropes/01-begin", "id: begin\ntitle: Begin")
    shelf.article("learn.md", "Learn")
    assert found(shelf) == [
        "services/training.md:8: warning: `instead` names `gone`, which is no published article or course; "
        "/contact stands in",
        "services/training.md:8: warning: `instead` names `ropse`, which is no published article or course; "
        "did you mean `ropes`?; /contact stands in",
    ]


def test_a_link_to_a_course_or_a_lesson_that_is_not_there_is_a_problem(shelf: Shelf) -> None:
    shelf.course("ropes", "title: Ropes\naliases: [lines]", "Go to [knots](/courses/ropes/knost).")
    shelf.lesson("ropes/01-begin", "id: begin\ntitle: Begin", "Go [on](02-knots.md), [back](/courses).")
    shelf.lesson("ropes/02-knots", "id: knots\ntitle: Knots\naliases: [ties]")
    shelf.article(
        "a.md",
        "A",
        "[A](/courses/ropes) [b](/courses/lines/ties/quiz) [c](/courses/sails#x) [d](/courses/rope/)",
    )
    assert found(shelf) == [
        "articles/a.md:5: the link /courses/rope/ leads nowhere: there is no course `rope`; "
        "did you mean `ropes`?",
        "articles/a.md:5: the link /courses/sails#x leads nowhere: there is no course `sails`",
        "courses/ropes/index.md:6: the link /courses/ropes/knost leads nowhere: "
        "the course `ropes` has no lesson `knost`; did you mean `knots`?",
    ]


def test_a_question_without_an_explanation_is_a_warning(shelf: Shelf) -> None:
    shelf.course("ropes", "title: Ropes")
    answers = "- [x] Bowline\n- [ ] Bow tie\n"
    shelf.lesson(
        "ropes/01-begin",
        "id: begin\ntitle: Begin",
        f"## Quiz\n\n### One?\n{answers}\n> It holds.\n\n### Two?\n{answers}\n### Three?\n{answers}>\n",
    )
    text = "warning: the question has no explanation; say why the answer is right in a line with `> `"
    assert found(shelf) == [f"courses/ropes/01-begin.md:{line}: {text}" for line in (14, 18)]


def test_a_learning_path_without_a_course_is_a_warning(shelf: Shelf) -> None:
    shelf.course("ropes", "title: Ropes\ngoals: [Moor a  BOAT]")
    shelf.lesson("ropes/01-begin", "id: begin\ntitle: Begin")
    (shelf.folder / "site.yaml").write_text("paths:\n  - goal: moor a boat\n  - {goal: Fish, for: anglers}\n")
    assert found(shelf) == [
        "site.yaml:3: warning: no course has the goal `Fish`, so that this path is not shown"
    ]


def test_an_empty_heading_is_a_problem_and_an_odd_one_a_warning(shelf: Shelf) -> None:
    shelf.article("a.md", "A", "##\n\nText.\n\n## One\n\n#### Deep\n\n# Two\n\n## One\n\nSetext\n======")
    assert found(shelf) == [
        "articles/a.md:5: the heading is empty; write some words or take it away",
        "articles/a.md:11: warning: `Deep` jumps from level 2 to 4; expected ###",
        "articles/a.md:13: warning: `# Two` is a second title; begin headings inside an article with ##",
        "articles/a.md:17: warning: `# Setext` is a second title; begin headings inside an article with ##",
    ]


def test_the_same_heading_twice_is_a_warning_unless_it_stands_under_different_ones(shelf: Shelf) -> None:
    shelf.article("a.md", "A", "## On a phone\n\n### Steps\n\nTap.\n\n## On a desk\n\n### Steps\n\nClick.")
    shelf.article("b.md", "B", "## Steps\n\nTap.\n\n## steps\n\nClick.")
    assert found(shelf) == [
        "articles/b.md:9: warning: the heading `steps` stands in line 5 already; say how the two differ"
    ]


@pytest.mark.parametrize(
    "text",
    [
        "```\n# no\n```",
        "~~~~\n# no\n~~~\n# no\n~~~~",
        "    # no",
        "#no",
        "####### no",
        "---\ntitle: a\n# no\n---\n",
        "| a |\n|---|\n| b |",
        "- a\n---",
        "> a\n---",
        "\n---",
        "",
    ],
)
def test_what_only_looks_like_a_heading_is_none(text: str) -> None:
    assert list(headings(text)) == []


def test_headings_are_read_as_markdown_reads_them() -> None:
    text = "---\ntitle: a\n---\n# One #\n\nTwo\n---\n   ### Three\n```\n```\n#\tFour\n"
    assert list(headings(text)) == [
        Heading(4, 1, "One"),
        Heading(6, 2, "Two"),
        Heading(8, 3, "Three"),
        Heading(11, 1, "Four"),
    ]


def test_articles_with_one_title_are_named_unless_they_are_for_different_readers(shelf: Shelf) -> None:
    shelf.article("a.md", "Feed the walrus")
    shelf.article("b.md", "feed the Walrus")
    shelf.article("c.md", "Feed the walrus", audience="[1]")
    assert found(shelf) == ["articles/b.md:2: warning: articles/a.md has the title `Feed the walrus` too"]


def test_texts_that_are_nearly_the_same_are_named_even_when_there_are_many(shelf: Shelf) -> None:
    sentences = [f"In step {number} the walrus gets fish number {number}." for number in range(20)]
    shelf.article("a.md", "A", "\n\n".join(sentences))
    for name in "bcdefghijklmnop":
        shelf.article(f"{name}.md", name, "\n\n".join([*sentences[:-1], f"This is {name}."]))
    shelf.article("z.md", "Z", "\n\n".join(sentences[:10] + ["Something else entirely follows here."] * 10))
    said = found(shelf)
    assert len(said) == 15
    assert said[0] == (
        "articles/b.md:2: warning: the text is nearly that of articles/a.md; "
        "keep one of them, with the other's slug as an alias"
    )


def test_long_titles_and_summaries_are_warnings(shelf: Shelf) -> None:
    shelf.article("a.md", "w" * 81, "Text. " * 100)
    shelf.article("b.md", "B", summary="s" * 203)
    assert found(shelf) == [
        "articles/a.md:2: warning: the title has 81 characters; lists and search results show 80",
        "articles/b.md:3: warning: the summary has 203 characters; lists and search results show 200",
    ]


def test_files_that_no_article_shows_are_warnings(shelf: Shelf) -> None:
    shelf.write("images/shown.png", b"x")
    shelf.write("images/draft.png", b"x")
    shelf.write("images/left.png", b"x")
    shelf.article("a.md", "A", "![A picture](images/shown.png)")
    shelf.article("b.md", "B", "![A picture](images/draft.png)", status="draft")
    assert found(shelf) == ["articles/images/left.png:1: warning: no article shows or links this file"]


def test_a_category_that_site_yaml_does_not_list_is_a_warning(shelf: Shelf) -> None:
    shelf.article("boats/a.md", "A")
    shelf.article("trains/b.md", "B")
    shelf.article("c.md", "C")
    assert found(shelf) == []  # there is no site.yaml
    (shelf.folder / "site.yaml").write_text("categories: [{slug: boats, title: Boats}]")
    assert found(shelf) == [
        "articles/trains/b.md:1: warning: site.yaml lists no category `trains`, "
        "so that it stands behind all others"
    ]


def test_overdue_reviews_are_warnings_with_their_owner(shelf: Shelf) -> None:
    shelf.article("a.md", "A", last_reviewed="2026-10-22", review_every="30 days", owner="Priya")
    shelf.article("b.md", "B", last_reviewed="2026-10-23", review_every="30 days")
    shelf.article("c.md", "C", review_every="30 days")
    shelf.article("d.md", "D", last_reviewed="2020-01-01")
    shelf.article("e.md", "E")
    assert found(shelf) == [
        "articles/a.md:3: warning: the review was due on 2026-11-21, 1 day ago; its owner is Priya",
        "articles/c.md:1: warning: nobody has reviewed the article yet: `last_reviewed` is missing; "
        "it has no owner",
    ]


def test_a_draft_whose_day_has_passed_is_a_warning(shelf: Shelf) -> None:
    shelf.article("a.md", "A", status="draft", publish_on="2026-11-22")
    shelf.article("b.md", "B", status="draft", publish_on="2026-11-23")
    assert found(shelf) == [
        "articles/a.md:4: warning: `publish_on` was 2026-11-22, but the article is a draft and stays one"
    ]
