"""Search is measured on questions whose answers are known."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb.evaluate import Question, evaluate, read_questions


def test_ranks_become_figures() -> None:
    answers = {"first": ["a", "b"], "second": ["x", "a"], "fifth": ["1", "2", "3", "4", "a"], "never": []}
    questions = [Question(query, ("a",), 1) for query in answers]
    result = evaluate(questions, answers.__getitem__)
    assert result.mrr == pytest.approx((1 + 1 / 2 + 1 / 5) / 4)
    assert result.success == {1: 1 / 4, 3: 2 / 4, 10: 3 / 4}
    assert result.nothing == ("never",)
    assert [(miss.query, miss.rank) for miss in result.misses] == [
        ("second", 2),
        ("fifth", 5),
        ("never", None),
    ]
    assert result.misses[1].found == ("1", "2", "3")


def test_the_eleventh_hit_is_no_hit() -> None:
    result = evaluate([Question("q", ("a",), 1)], lambda _: [*map(str, range(10)), "a"])
    assert (result.mrr, result.success[10]) == (0, 0)


def test_no_questions_are_no_division_by_zero() -> None:
    assert evaluate([], lambda _: []).mrr == 0


def test_a_golden_set_is_yaml(tmp_path: Path) -> None:
    file = tmp_path / "golden.yaml"
    file.write_text(
        "# words\n- query: move a visit\n  relevant: [scheduling/move]\n- query: 404\n  relevant: [a, b]\n"
    )
    questions, problems = read_questions(file)
    assert problems == []
    assert questions == [Question("move a visit", ("scheduling/move",), 2), Question("404", ("a", "b"), 4)]


def test_or_lines_of_json_with_the_names_of_files(tmp_path: Path) -> None:
    file = tmp_path / "judged.jsonl"
    file.write_text('{"query": "mute", "kind": "kw", "relevant": ["mute-a-topic.md"]}\n\n')
    assert read_questions(file) == ([Question("mute", ("mute-a-topic",), 1)], [])


@pytest.mark.parametrize(
    ("name", "text", "line", "said"),
    [
        ("g.yaml", "- query: a\n  relevent: [b]\n", 1, "missing"),
        ("g.yaml", "- query: a\n  relevant: []\n", 2, "relevant"),
        ("g.yaml", "- query: a\n  relevant: b\n", 2, "relevant"),
        ("g.yaml", "query: a\n", 1, "the file"),
        ("g.yaml", "- [\n", 2, "not valid YAML"),
        ("g.jsonl", '{"query": "a", "relevant": ["b"]}\n{"query":\n', 2, "not valid JSON"),
        ("g.jsonl", '\n{"query": "a", "relevant": ["b"], "kin": 1}\n', 2, "did you mean `kind`"),
        ("g.jsonl", "[" * 100_000, 1, "not valid JSON"),
    ],
)
def test_a_mistake_is_a_problem_with_its_line(
    tmp_path: Path, name: str, text: str, line: int, said: str
) -> None:
    (tmp_path / name).write_text(text)
    _, problems = read_questions(tmp_path / name)
    assert problems
    assert any(problem.line == line and said in problem.text for problem in problems), problems


def test_an_empty_file_holds_no_questions(tmp_path: Path) -> None:
    (tmp_path / "g.yaml").write_text("")
    assert read_questions(tmp_path / "g.yaml") == ([], [])
