"""Synonyms and articles that colleagues add on the pages: what the files look like afterwards."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from kb.edits import CannotEdit, Edit, NewArticle, NewSynonym, edited, make, with_synonym
from kb.synonyms import phrase_of, read_synonyms
from tests.kb.shelf import Shelf
from tiering.files import SHIPPED_CONTENT

WRITTEN = """\
# Words of ours.

- [invoice, bill] # as in "send me the bill"
- ["sign in", 'log in']

# What follows is a list over several lines.
- - crew
  - team
"""


def test_a_word_joins_the_list_of_the_one_it_means() -> None:
    assert with_synonym(WRITTEN, "rechnung", "bills") == WRITTEN.replace(
        "[invoice, bill]", "[invoice, bill, rechnung]"
    )


def test_a_word_brings_another_into_its_own_list() -> None:
    assert with_synonym(WRITTEN, "crew", "staff") == WRITTEN + "  - staff\n"


def test_two_new_words_become_a_list_of_their_own_at_the_end() -> None:
    assert with_synonym(WRITTEN, "swim lane", "queue") == WRITTEN + "- [queue, swim lane]\n"


def test_what_stands_there_already_changes_nothing() -> None:
    assert with_synonym(WRITTEN, "Bills", "invoices") == WRITTEN


@pytest.mark.parametrize("text", ["", "\n", "# Nothing yet.\n", "[]\n"])
def test_a_file_without_a_list_gets_its_first(text: str) -> None:
    after = with_synonym(text, "bill", "invoice")
    assert after.startswith(text.strip() if text.startswith("#") else "")
    assert with_synonym(after, "invoice", "bill") == after


def test_the_shipped_file_keeps_all_that_it_says() -> None:
    text = (SHIPPED_CONTENT / "synonyms.yaml").read_text(encoding="utf-8")
    assert with_synonym(text, "kw", "round") == text.replace(
        "[round, recurring visit]", "[round, recurring visit, kw]"
    )


@pytest.mark.parametrize(
    ("text", "word", "means", "sentence"),
    [
        (WRITTEN, "invoice", "crew", "“invoice” and “crew” each stand in a list"),
        (WRITTEN, "bill", "Bills", "are the same word to the search already"),
        (WRITTEN, "?!", "bill", "“?!” has 0 words; a synonym has 1 to 5."),
        (WRITTEN, "one two three four five six", "bill", "has 6 words"),
        ("a: b\n", "bill", "invoice", "is no list of lists"),
        ("- bill\n", "bill", "invoice", "is no list of lists"),
        ("- [bill\n", "bill", "invoice", "cannot be read"),
    ],
)
def test_what_cannot_be_added_says_why(text: str, word: str, means: str, sentence: str) -> None:
    with pytest.raises(CannotEdit) as caught:
        with_synonym(text, word, means)
    assert sentence in str(caught.value)


@pytest.mark.parametrize("word", ["a: b", "- x", "#1", "yes", "it's", "“q”", "50 %", "*all", "x, y", "[x]"])
def test_whatever_a_word_looks_like_it_is_read_as_it_was_written(tmp_path: Path, word: str) -> None:
    (tmp_path / "synonyms.yaml").write_text(with_synonym(WRITTEN, word, "bill"), encoding="utf-8")
    synonyms, problems = read_synonyms(tmp_path)
    assert problems == []
    assert phrase_of(word) in synonyms.others[phrase_of("invoice")]


def test_a_file_is_replaced_as_a_whole_and_keeps_who_may_read_it(tmp_path: Path) -> None:
    path = tmp_path / "synonyms.yaml"
    path.write_text(WRITTEN, encoding="utf-8")
    path.chmod(0o640)
    make(tmp_path, NewSynonym("rechnung", "bill"))
    assert "rechnung" in path.read_text(encoding="utf-8")
    assert path.stat().st_mode & 0o777 == 0o640
    assert [found.name for found in tmp_path.iterdir()] == ["synonyms.yaml"]


def test_people_who_add_at_once_lose_nothing(tmp_path: Path) -> None:
    words = [f"word{letter}" for letter in "abcdefgh"]
    threads = [threading.Thread(target=make, args=(tmp_path, NewSynonym(word, "bill"))) for word in words]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    others = read_synonyms(tmp_path)[0].others[phrase_of("bill")]
    assert sorted(others) == sorted(phrase_of(word) for word in words)


def test_an_article_never_replaces_one_that_is_there(shelf: Shelf) -> None:
    new = NewArticle("articles/berths/sand-a-deck.md", "# Sand a deck\n")
    make(shelf.folder, new)
    with pytest.raises(CannotEdit, match=r"There is a file articles/berths/sand-a-deck\.md already"):
        make(shelf.folder, NewArticle(new.path, "# Another\n"))
    assert (shelf.folder / new.path).read_text(encoding="utf-8") == "# Sand a deck\n"


def test_changes_are_put_over_the_files_and_over_each_other(shelf: Shelf) -> None:
    shelf.folder.mkdir(exist_ok=True)
    (shelf.folder / "synonyms.yaml").write_text("- [invoice, bill]\n", encoding="utf-8")
    new = NewArticle("articles/a.md", "# A\n")
    changes: list[Edit] = [NewSynonym("fee", "bill"), new, NewSynonym("cost", "fee"), NewSynonym("", "bill")]
    assert edited(shelf.folder, changes) == {
        "synonyms.yaml": "- [invoice, bill, fee, cost]\n",
        "articles/a.md": "# A\n",
    }
    for change in changes[:3]:
        make(shelf.folder, change)
    assert edited(shelf.folder, changes) == {}
