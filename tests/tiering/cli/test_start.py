from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.tiering.cli.conftest import Run
from tiering.cli import main

ANSWERS = """
preset: later-stage
csms: 3
staffed:
  - {name: Strategic, public_name: Signature, hours_per_month: 8}
  - {name: Growth, public_name: Plus, hours_per_month: 2}
"""


@pytest.fixture
def answers(tmp_path: Path) -> Path:
    path = tmp_path / "answers.yaml"
    path.write_text(ANSWERS)
    return path


def test_readiness_says_whether_and_why_and_with_whom_to_start(ready: Run) -> None:
    result = ready("readiness")
    assert result.exit_code == 0
    assert result.stdout.startswith("You ")
    assert "ARR is known of " in result.stdout
    assert "Globex" in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 100


def test_readiness_for_programs(ready: Run) -> None:
    answer = json.loads(ready("readiness", "--json").stdout)
    assert [one["rule"] for one in answer["findings"]] == [
        "data known",
        "customers",
        "revenue spread",
        "customers per CSM",
    ]
    assert answer["vips"][0].keys() == {"id", "name", "arr", "because"}


def test_init_writes_a_policy_that_passes_the_check_and_can_be_published(
    ready: Run, tmp_path: Path, answers: Path
) -> None:
    out = tmp_path / "first.yaml"
    result = ready("init", "--answers", answers, "--out", out)
    assert (result.exit_code, result.stderr) == (0, "")
    assert f"`tiering simulate {out}`" in result.stdout
    assert ready("publish", out).exit_code == 0


def test_init_overwrites_nothing(ready: Run, tmp_path: Path, answers: Path) -> None:
    out = tmp_path / "first.yaml"
    out.write_text("mine")
    result = ready("init", "--answers", answers, "--out", out)
    assert result.exit_code == 1
    assert result.stderr == f"{out}:1: the file is there already; name another one with --out\n"
    assert out.read_text() == "mine"
    assert ready("init", "--answers", answers).exit_code == 1, "the shipped tiers.yaml stays too"


def test_init_asks_when_no_answers_are_given(ready: Run, tmp_path: Path) -> None:
    out = tmp_path / "asked.yaml"
    said = "\n".join(["", "Our tiers", "", "", "", "5", "", "", "", "", "", "", ""]) + "\n"
    result = CliRunner().invoke(main, ["init", "--out", str(out)], input=said)
    assert result.exit_code == 0, result.output
    text = out.read_text()
    assert 'name: "Our tiers"' in text
    assert "accounts_per_csm: 13" in text


def test_an_answer_that_cannot_be_used_is_asked_for_again_at_once(ready: Run, tmp_path: Path) -> None:
    out = tmp_path / "asked.yaml"
    said = ["9", "2", "", "pre-seed", "", "", "euro", "EUR", "-4", "4", "0", "25"]
    said += ["Top", " ", "Essential", "Gold", "8", "top", "Mid", "", "many", "2"]
    result = CliRunner().invoke(main, ["init", "--out", str(out), "--json"], input="\n".join(said) + "\n")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout) == {"path": str(out), "problems": []}
    errors = [line.partition("Error: ")[2] for line in result.stderr.splitlines() if "Error: " in line]
    assert errors[1:] == [
        "'pre-seed' is not one of 'early-stage', 'later-stage'.",
        "expected a currency as three capital letters such as EUR, not 'euro'",
        "-4 is not in the range 0<=x<=10000.",
        "'0' cannot be used; expected a number of at least 0.5",
        "' ' cannot be used; expected some text",
        "another tier is called 'Essential'; expected a name of its own",
        "another tier is called 'top'; expected a name of its own",
        "'many' cannot be used; expected a number such as 100000 or 0.5, without commas, signs or letters",
    ]
    assert "capacity: {csms: 4, csm_hours_per_year: 1300}" in out.read_text()


@pytest.mark.parametrize("said", ["", "2\n", "2\nOur tiers\nlater-stage\narr\nUSD\n5\n25\nTop"])
def test_an_interview_that_is_broken_off_writes_nothing(ready: Run, tmp_path: Path, said: str) -> None:
    out = tmp_path / "asked.yaml"
    result = CliRunner().invoke(main, ["init", "--out", str(out)], input=said)
    assert (result.exit_code, result.stdout, out.exists()) == (1, "", False)
    assert result.stderr.splitlines()[-1] == "The interview was broken off; nothing was written."


def test_nobody_is_asked_where_the_file_could_not_be_written(ready: Run, tmp_path: Path) -> None:
    out = tmp_path / "none" / "tiers.yaml"
    result = ready("init", "--out", out)
    told = f"{out}:1: the file cannot be written: there is no directory {tmp_path / 'none'}\n"
    assert (result.exit_code, result.stderr) == (1, told)


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        ("csms: 3", "csms: -3", ":3: "),
        ("csms: 3", "csms: many", ":3: "),
        ("preset: later-stage", "preset: pre-seed", "expected one of early-stage, later-stage"),
        ("Growth", "strategic", "name of its own"),
        ("  - {name: Growth, public_name: Plus, hours_per_month: 2}\n", "", "at least 2 tiers with a person"),
        ("csms", "people", ":3: "),
        ("staffed:", "staffed: [", "not valid YAML"),
    ],
)
def test_answers_that_cannot_be_used_are_told_with_their_line(
    ready: Run, tmp_path: Path, answers: Path, before: str, after: str, sentence: str
) -> None:
    answers.write_text(ANSWERS.replace(before, after))
    out = tmp_path / "first.yaml"
    result = ready("init", "--answers", answers, "--out", out)
    assert (result.exit_code, result.stdout, out.exists()) == (1, "", False)
    assert result.stderr.startswith(f"{answers}:")
    assert sentence in result.stderr


def test_init_says_when_it_cannot_write(ready: Run, tmp_path: Path, answers: Path) -> None:
    result = ready("init", "--answers", answers, "--out", tmp_path / "none" / "tiers.yaml")
    assert result.exit_code == 1
    assert "cannot be written" in result.stderr
