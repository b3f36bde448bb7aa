from __future__ import annotations

import json

import pytest

from tests.tiering.cli.conftest import Run


def test_a_merge_says_what_it_did_and_how_to_undo_it(ready: Run) -> None:
    result = ready("merge", "A-1002", "A-1001", "--by", "dana")
    assert result.exit_code == 0
    assert result.stdout.startswith("Merged Globex (A-1002) into Acme Corporation (A-1001). Moved: contacts ")
    assert "`tiering merge --undo 1`" in result.stdout
    assert ready("show", "Globex").stdout.startswith("Acme Corporation (A-1001)")
    assert "stands for itself again" in ready("merge", "--undo", 1).stdout
    assert ready("show", "Globex").stdout.startswith("Globex (A-1002)")


def test_a_merge_for_programs_names_both_and_what_moved(ready: Run) -> None:
    answer = json.loads(ready("merge", "A-1002", "A-1001", "--json").stdout)
    assert (answer["id"], answer["from_id"], answer["into_id"], answer["movers"]) == (
        1,
        "A-1002",
        "A-1001",
        [],
    )
    assert answer["moved"]["contacts"] > 0


@pytest.mark.parametrize(
    "words", [(), ("A-1001",), ("A-1001", "A-1002", "--undo", 1), ("A-1001", "--undo", 1)]
)
def test_a_merge_wants_two_ids_or_a_number(ready: Run, words: tuple[object, ...]) -> None:
    result = ready("merge", *words)
    assert result.exit_code == 2
    assert "Give two ids" in result.stderr


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("A-1001", "A-1001"), "cannot be merged into itself"),
        (("A-1001", "nobody"), "There is no account with the id 'nobody'."),
        (("--undo", 7), "There is no merge with the number 7."),
    ],
)
def test_what_cannot_be_merged_is_one_sentence(ready: Run, words: tuple[object, ...], sentence: str) -> None:
    result = ready("merge", *words)
    assert (result.exit_code, result.stdout) == (1, "")
    assert sentence in result.stderr
    assert len(result.stderr.splitlines()) == 1
