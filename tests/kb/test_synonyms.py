"""What synonyms.yaml says is found, and what is wrong in it is told with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb.synonyms import Synonyms, read_synonyms
from tiering.files import SHIPPED_CONTENT


def wrote(folder: Path, text: str) -> tuple[Synonyms, list[str]]:
    (folder / "synonyms.yaml").write_text(text)
    synonyms, problems = read_synonyms(folder)
    return synonyms, [str(problem) for problem in problems]


def test_a_list_makes_each_word_the_others(tmp_path: Path) -> None:
    synonyms, problems = wrote(tmp_path, "- [invoice, bill]\n- [qbr, quarterly business review]\n")
    assert problems == []
    assert synonyms.others[("invoic",)] == [("bill",)]
    assert synonyms.others[("bill",)] == [("invoic",)]
    assert synonyms.others[("qbr",)] == [("quarterli", "busi", "review")]
    assert synonyms.longest == 3


def test_without_the_file_or_with_an_empty_one_nothing_is_a_synonym(tmp_path: Path) -> None:
    assert read_synonyms(tmp_path) == (Synonyms(), [])
    assert wrote(tmp_path, "# none yet\n") == (Synonyms(), [])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- [invoice, bill]\n- [quote]\n", "synonyms.yaml:2: "),
        ("- [invoice, bill]\n- [bill, fee]\n", "synonyms.yaml:2: `bill` stands in line 1 already; put all"),
        ("- [invoice, bills, bill]\n", "synonyms.yaml:1: `bill` is found by its other form already"),
        ("- [invoice, bill]\n-\n  - fee\n  - '***'\n", "synonyms.yaml:4: `***` has 0 words; expected 1 to 5"),
        ("- [one two three four five six, seven]\n", "synonyms.yaml:1: `one two three four five six` has 6"),
        ("invoice: bill\n", "synonyms.yaml:1: the file holds something else; expected"),
        ("- invoice\n", "synonyms.yaml:1: "),
        ("- [invoice, [bill]]\n", "synonyms.yaml:1: "),
        ("- [invoice, ''] \n", "synonyms.yaml:1: "),
        ("- [\n", "synonyms.yaml:2: this is not valid YAML"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    _, problems = wrote(tmp_path, text)
    assert problems[0].startswith(said), problems


def test_one_wrong_list_leaves_the_others(tmp_path: Path) -> None:
    synonyms, problems = wrote(tmp_path, "- [invoice, bill]\n- lonely\n- [crew, team]\n")
    assert len(problems) == 1
    assert set(synonyms.others) == {("invoic",), ("bill",), ("crew",), ("team",)}


def test_a_file_that_is_no_yaml_leaves_the_last_good_synonyms(tmp_path: Path) -> None:
    good, _ = wrote(tmp_path, "- [invoice, bill]\n")
    (tmp_path / "synonyms.yaml").write_text("- [")
    kept, problems = read_synonyms(tmp_path, good)
    assert kept == good
    assert len(problems) == 1


def test_the_shipped_synonyms_are_without_a_mistake() -> None:
    synonyms, problems = read_synonyms(SHIPPED_CONTENT)
    assert problems == []
    assert len(synonyms.others) >= 20
