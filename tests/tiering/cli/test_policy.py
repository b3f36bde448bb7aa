from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.tiering.cli.conftest import Run
from tiering.files import SHIPPED_CONTENT


@pytest.fixture
def stricter(tmp_path: Path) -> Path:
    """The shipped policy, but tier 1 begins at 200,000."""
    path = tmp_path / "stricter.yaml"
    text = (SHIPPED_CONTENT / "tiers.yaml").read_text(encoding="utf-8")
    changed = text.replace("at_least: 100000}", "at_least: 200000}", 1)
    assert changed != text
    path.write_text(changed, encoding="utf-8")
    return path


def test_simulate_tells_a_program_everything_and_changes_nothing(ready: Run, stricter: Path) -> None:
    told = json.loads(ready("simulate", stricter, "--json").stdout)
    assert (told["policy"], told["accounts"]) == (1, 60)
    assert told["moved"] == len(told["movers"]) > 0
    assert sum(way["accounts"] for way in told["movement"]) == 60
    first = told["movers"][0]
    assert first["old_reasons"]
    assert first["new_reasons"]
    assert {"from", "to", "due", "revenue", "lost", "gained", "status"} <= first.keys()
    assert [tier["tier"] for tier in told["workload"]["tiers"]] == [1, 2, 3]
    assert [one["version"] for one in json.loads(ready("policies", "--json").stdout)] == [1]


def test_simulate_shows_people_who_moves_and_why(ready: Run, stricter: Path) -> None:
    shown = ready("simulate", stricter)
    assert shown.exit_code == 0
    for words in (
        "accounts would move",
        "1 Strategic",
        "Now: ",
        "Then: ",
        "Loses: ",
        "Customer success needs",
    ):
        assert words in shown.stdout
    assert max(len(line) for line in shown.stdout.splitlines()) <= 100


def test_a_rehearsal_says_on_which_version_the_publication_is_based(ready: Run, stricter: Path) -> None:
    shown = ready("simulate", stricter).stdout.splitlines()
    assert shown[-1] == "Publish it with --based-on 1: then you are told if somebody publishes before you."
    ready("publish", stricter, "--effective", "2999-12-01")
    told = json.loads(ready("simulate", stricter, "--json").stdout)
    assert (told["policy"], told["newest"]) == (1, 2)


def test_simulate_takes_a_directory_and_by_default_the_content_directory(ready: Run) -> None:
    for words in ((), (SHIPPED_CONTENT,)):
        shown = ready("simulate", *words)
        assert "0 of 60 accounts would move" in shown.stdout


def test_a_draft_with_mistakes_is_told_with_its_lines_and_not_rehearsed(ready: Run, tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text("name: x\ntears: []\n", encoding="utf-8")
    refused = ready("simulate", bad)
    assert refused.exit_code == 1
    assert f"{bad}:2: unknown key `tears`" in refused.stderr
    assert refused.stdout == ""
    missing = ready("simulate", tmp_path / "none.yaml")
    assert missing.exit_code == 1
    assert "there is no such file" in missing.stderr


def test_a_draft_that_asks_for_a_column_which_no_account_has_is_refused_at_its_line(
    ready: Run, tmp_path: Path
) -> None:
    draft, shipped = tmp_path / "tiers.yaml", (SHIPPED_CONTENT / "tiers.yaml").read_text(encoding="utf-8")
    line = shipped.split("    when: {narrow_use: yes}\n")[0].count("\n") + 1
    asking = shipped.replace("when: {narrow_use: yes}\n", "when: {family.attributes.employes: '< 5'}\n")
    draft.write_text(asking, encoding="utf-8")
    for command in ("simulate", "publish"):
        refused = ready(command, draft)
        assert (refused.exit_code, refused.stdout) == (1, "")
        assert refused.stderr.splitlines() == [
            f"{draft}:{line}: no account has the column `employes`, and it is not measured; "
            "expected one that was imported; did you mean `attributes.employees`?",
            "The draft has problems; nothing was done with it, and the policy in force stays.",
        ]
    accounts = tmp_path / "more.csv"
    accounts.write_text("id,name,employes\nA-9001,Brant Brothers,3\n", encoding="utf-8")
    assert ready("import", accounts).exit_code == 0
    assert ready("simulate", draft).exit_code == 0


def test_a_later_version_is_published_listed_and_withdrawn(ready: Run, stricter: Path) -> None:
    published = ready("publish", stricter, "--effective", "2999-12-01", "--by", "Clara", "--json")
    told = json.loads(published.stdout)
    assert (told["version"], told["waits"], told["effective_on"]) == (2, True, "2999-12-01")
    assert told["kits"] > 0
    overlapping = ready("publish", stricter)
    assert (overlapping.exit_code, overlapping.stdout) == (1, "")
    assert "waits to take effect on 2999-12-01" in overlapping.stderr
    assert [one["state"] for one in json.loads(ready("policies", "--json").stdout)] == ["waits", "in force"]
    said = ready("rollback", "--by", "Clara").stdout
    assert "version 3, which is version 1 again" in said
    assert "Withdrew version 2, which waited to take effect.\n" in said
    assert "overtaken, not sent" in ready("kits", "list").stdout
    assert {one["overtaken"] for one in json.loads(ready("kits", "list", "--json").stdout)} == {True}
    listed = ready("policies").stdout
    assert "never in force" in listed
    assert "Clara" in listed


def test_who_has_been_overtaken_is_told_by_whom(ready: Run, stricter: Path) -> None:
    assert ready("publish", stricter, "--by", "Clara").exit_code == 0
    second = ready("publish", "--by", "Dana", "--based-on", "1")
    assert second.exit_code == 1
    assert "Clara has published version 2" in second.stderr
    assert len(second.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("words", "code", "why"),
    [
        (("--effective", "2027-02-30"), 2, "'2027-02-30' is no day; expected one such as 2027-03-31"),
        (("--by", "  "), 2, "a name is empty"),
        (("--based-on", "99"), 1, "There is no version 99 to base a draft on: the newest is 1."),
        (("--effective", "2001-01-01"), 1, "has passed"),
        (("--grandfather-until", "2001-01-01"), 1, "cannot be kept until"),
        (("--based-on", "-1"), 2, "not in the range"),
    ],
)
def test_terms_that_make_no_sense_are_one_sentence(
    ready: Run, words: tuple[str, ...], code: int, why: str
) -> None:
    refused = ready("publish", *words)
    assert (refused.exit_code, refused.stdout) == (code, "")
    assert why in refused.stderr


def test_kits_go_from_waiting_over_released_to_acknowledged(ready: Run, stricter: Path) -> None:
    said = ready("publish", stricter, "--grandfather-until", "2999-01-31").stdout
    assert "keep their tier for a time of grace" in said
    assert "tiering kits release 2 --by NAME" in said
    first = json.loads(ready("kits", "list", "--json").stdout)[0]
    assert first["released_at"] is None
    shown = ready("kits", "show", first["id"])
    assert shown.stdout.startswith("# A change to your plan: ")
    assert "waits for release" in shown.stderr
    assert ready("kits", "release", 2).exit_code == 2, "nobody has put a name to it"
    assert ready("kits", "release", 2, "--by", "  ").exit_code == 2, "a blank is nobody's name"
    released = json.loads(ready("kits", "release", 2, "--by", "Clara", "--json").stdout)
    assert released["released"] == len(json.loads(ready("kits", "list", "--version", 2, "--json").stdout))
    assert ready("kits", "release", 2, "--by", "Clara").exit_code == 1
    last = json.loads(ready("kits", "list", "--json").stdout)[-1]
    soon = (datetime.now(UTC) + timedelta(days=30)).date().isoformat()
    agreed = ("--until", soon, "--reason", "Agreed.", "--approver", "Helen")
    assert ready("except", "tier", last["account"], 1, *agreed).exit_code == 0
    assert "released by Clara, overtaken since" in ready("kits", "show", last["id"]).stderr
    done = json.loads(ready("kits", "acknowledge", first["id"], "--by", "Jordan", "--json").stdout)
    assert done["acknowledged_by"] == "Jordan"
    assert "acknowledged" in ready("kits", "list").stdout
    unknown = ready("kits", "show", 999)
    assert (unknown.exit_code, unknown.stderr) == (
        1,
        "There is no kit 999; `tiering kits list` lists them.\n",
    )


def test_a_rollback_without_a_version_before_is_refused(ready: Run) -> None:
    refused = ready("rollback")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert refused.stderr == "Version 1 is the first: there is nothing to go back to.\n"
