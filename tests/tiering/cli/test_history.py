from __future__ import annotations

import json

from tests.tiering.cli.conftest import Run


def test_history_prints_sentences_with_who_and_when(ready: Run) -> None:
    ready("show", "acme")
    printed = ready("history", "acme").stdout.splitlines()
    lines = [line.rstrip() for line in printed]
    assert lines[0] == "Acme Corporation (A-1001), customer"
    assert lines[2] == "  Asked for its tier."
    assert "  the policy" in lines[3]
    assert lines[4].startswith("  First sorted into tier 1 (Strategic) (policy version 1). ARR is $164,000")
    assert max(map(len, lines)) <= 100


def test_history_for_programs_has_every_event_and_its_kind(ready: Run) -> None:
    ready("merge", "A-1002", "A-1001", "--by", "dana")
    answer = json.loads(ready("history", "Globex", "--json").stdout)
    assert (answer["account_id"], answer["parts"]) == ("A-1001", ["A-1002"])
    newest = answer["events"][0]
    assert (newest["who"], newest["kind"], newest["account"]) == ("dana", "merge", "A-1001")
    assert [event["tier"] for event in answer["events"] if event["kind"] == "decision"] == [1, 1]


def test_history_of_nobody_fails_with_the_nearest_names(ready: Run) -> None:
    result = ready("history", "xyzzy", "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["total"] == 0
    assert result.stderr.startswith("No account fits 'xyzzy'.")


def test_a_document_that_was_written_for_it_is_told(ready: Run) -> None:
    assert ready("document", "value", "A-1001").exit_code == 0
    events = json.loads(ready("history", "A-1001", "--json").stdout)["events"]
    assert events[0]["sentence"] == "Wrote the document “value” for it."
