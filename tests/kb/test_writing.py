"""`kb new` and `kb stale`: beginning an article, and looking at the old ones again."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kb.front_matter import FrontMatter
from kb.stub import slug_of, stub, yaml_text
from tests.kb.command import Kb
from tests.kb.shelf import TODAY, Shelf
from tiering.files import parse_front_matter, parse_yaml, validate


def test_a_new_article_is_a_draft_in_its_category_that_the_check_finds_good(kb: Kb, shelf: Shelf) -> None:
    (shelf.folder / "site.yaml").write_text("categories: [{slug: boats, title: Boats}]")
    ran = kb("new", "  Moor a boat ", "--category", "boats", "--owner", "Priya Nair", "--service", "training")
    path = shelf.folder / "articles/boats/moor-a-boat.md"
    assert (ran.code, ran.out) == (0, f"{path}\n")
    assert ran.err == "To offer it instead of a no, add it to `instead` in services/training.md\n"
    [article] = shelf.read().drafts.values()
    assert (article.slug, article.title, article.owner) == ("boats/moor-a-boat", "Moor a boat", "Priya Nair")
    assert "This helps with [Live training](/services#training)." in article.source
    checked = kb("check", str(shelf.folder))
    assert (checked.code, checked.err) == (0, "")


def test_a_new_article_says_how_it_comes_into_the_mail_of_new_ones(kb: Kb, shelf: Shelf) -> None:
    path = Path(kb("new", "Moor a boat").out.strip())
    line, day = re.findall(
        r"^(status: draft .*(publish_on: 20\d\d-\d\d-\d\d))$", path.read_text(), re.MULTILINE
    )[0]
    path.write_text(path.read_text().replace(line, day))
    [article] = shelf.read(today=date.fromisoformat(day[-10:])).articles.values()
    assert article.publish_on == date.fromisoformat(day[-10:])


def test_a_new_article_never_overwrites_one(kb: Kb, shelf: Shelf) -> None:
    path = shelf.write("moor.md", "mine")
    ran = kb("new", "Moor!")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == f"{path} is there already; choose another title, or edit that file\n"
    assert path.read_text() == "mine"


def test_in_a_folder_of_plain_files_a_new_article_stands_among_them(kb: Kb, shelf: Shelf) -> None:
    (shelf.folder / "articles").rmdir()
    (shelf.folder / "old.md").write_text("# Old")
    assert kb("new", "New one").out == f"{shelf.folder}/new-one.md\n"
    assert set(shelf.read().articles) == {"old"}
    assert set(shelf.read().drafts) == {"new-one"}
    assert "leave --category out" in kb("new", "Other", "--category", "boats").err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("",), "'' is no title"),
        (("?!",), "'?!' is no title"),
        (("../../etc/\x1b[31m",), "is no title"),
        (("w" * 81,), "the title has 81 characters; expected 80 at most"),
        (
            ("Moor", "--category", "../../tmp"),
            "there is no category '../../tmp'; expected one of site.yaml's",
        ),
        (("Moor", "--category", ""), "there is no category ''"),
        (("Moor", "--service", "magic"), "there is no service 'magic'; expected one of "),
        (("Moor", "--owner", " "), "' ' is no owner"),
        (("Moor", "--owner", "a\nstatus: published"), "is no owner"),
    ],
)
def test_nonsense_is_refused_in_one_sentence(
    kb: Kb, shelf: Shelf, arguments: tuple[str, ...], said: str
) -> None:
    ran = kb("new", *arguments)
    assert (ran.code, ran.out) == (1, "")
    assert said in ran.err
    assert ran.err.count("\n") == 1
    assert [path for path in shelf.folder.rglob("*") if path.is_file()] == []


def test_a_place_that_cannot_be_written_to_is_one_sentence(kb: Kb, shelf: Shelf) -> None:
    (shelf.folder / "articles").rmdir()
    (shelf.folder / "articles").write_text("a file")
    ran = kb("new", "Moor")
    assert (ran.code, ran.err) == (1, f"{shelf.folder}/articles: File exists\n")


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Move a visit", "move-a-visit"),
        ("Don’t panic: what's C++?", "dont-panic-whats-c"),
        ("Rechnungen für Größen", "rechnungen-für-grössen"),
        ("請求書を送る", "請求書を送る"),
        ("../../etc/passwd", "etc-passwd"),
        ("word " * 30, "-".join(["word"] * 16)),
        ("— ! —", ""),
    ],
)
def test_a_title_makes_a_slug_in_its_own_script(title: str, slug: str) -> None:
    assert slug_of(title) == slug


@given(st.text(max_size=120))
@example("yes")
@example("1.5")
@example("a: b # c")
@example("- a")
def test_every_title_and_owner_comes_back_from_the_file_as_it_was_typed(text: str) -> None:
    title = " ".join(text.split())
    if not title.isprintable() or not slug_of(title):
        return
    document, problems = parse_front_matter(stub(title, title, None, TODAY), "a.md")
    assert problems == []
    head, problems = validate(FrontMatter, document)
    assert problems == []
    assert head is not None
    assert (head.title, head.owner) == (title, title)
    assert parse_yaml(f"a: {yaml_text(title)}", "a")[0].data == {"a": title}


def test_stale_lists_what_was_never_reviewed_and_then_the_longest_overdue(
    kb: Kb, shelf: Shelf, tmp_path: Path
) -> None:
    shelf.article("old.md", "Old", last_reviewed="2020-01-01", review_every="30 days", owner="Priya [Nair]")
    shelf.article("older.md", "Older", last_reviewed="2019-01-01", review_every=30)
    shelf.article("never.md", "Never")
    shelf.article("fine.md", "Fine", last_reviewed="2020-01-01")
    shelf.article("fresh.md", "Fresh", last_reviewed="2999-01-01", review_every=30)
    shelf.article("draft.md", "Draft", status="draft")
    ran = kb("stale")
    assert (ran.code, ran.err) == (0, "")
    lines = [line.split() for line in ran.out.splitlines()]
    assert [line[-2:] for line in lines[1:]] == [
        ["articles/never.md", "nobody"],
        ["articles/older.md", "nobody"],
        ["Priya", "[Nair]"],
    ]
    never, older, old = json.loads(kb("stale", "--json").out)
    assert (never["slug"], never["due"], never["days"]) == ("never", None, None)
    assert (older["due"], old["due"], old["owner"]) == ("2019-01-31", "2020-01-31", "Priya [Nair]")


def test_stale_says_so_when_nothing_is(kb: Kb) -> None:
    assert kb("stale").out == "Every article has been reviewed in time.\n"
    assert json.loads(kb("stale", "--json").out) == []
