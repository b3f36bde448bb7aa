from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta

import pytest

from tests.tiering.cli.conftest import Run
from tiering.content import Content
from tiering.usecases.approvals import Asking, ask_approval
from tiering.usecases.ask import Inquiry
from tiering.usecases.record import open_store

NOW = datetime.now(UTC)
SOON = NOW.date() + timedelta(days=5)


@pytest.fixture
def number(ready: Run, content: Content) -> int:
    """The number of Anna's request for tier 1 for Initech."""
    store = open_store(os.environ["DATABASE_URL"], lambda: NOW)
    asking = Asking(
        tier=1,
        until=SOON,
        reason="Pilot [bold]group[/]",
        approver="slack:T1/bob",
        asker_name="Anna",
        request="V1",
    )
    asked = ask_approval(store, "Initech", asking, Inquiry("slack:T1/anna", NOW.date(), content.prose))
    store.close()
    return asked.approval.id


def test_a_request_is_listed_and_approved(ready: Run, number: int) -> None:
    (listed,) = json.loads(ready("approvals", "list", "--json").stdout)
    assert (listed["id"], listed["name"], listed["tier"], listed["until"]) == (
        number,
        "Initech",
        1,
        SOON.isoformat(),
    )
    assert "[bold]" in ready("approvals", "list").stdout
    done = ready("approvals", "answer", number, "--approve", "--by", "Bob")
    assert done.stdout.startswith(f"Approved request {number}: Initech, tier 1.\nGranted exception ")
    assert "moved from tier" in done.stdout
    assert json.loads(ready("approvals", "list", "--json").stdout) == []


def test_a_request_is_declined_with_a_note_and_only_once(ready: Run, number: int) -> None:
    words = ("approvals", "answer", number, "--decline", "--by", "Bob", "--note", "Not now.")
    told = json.loads(ready(*words, "--json").stdout)
    assert (told["state"], told["note"], told["decided_by_name"]) == ("declined", "Not now.", "Bob")
    again = ready(*words)
    assert (again.exit_code, again.stdout) == (1, "")
    assert again.stderr.startswith(f"Request {number} was declined by Bob on ")


@pytest.mark.parametrize("words", [("--by", "Bob"), ("--approve",), ("--approve", "--decline", "--by", "B")])
def test_an_answer_without_a_verdict_or_a_name_is_wrong_usage(
    ready: Run, number: int, words: tuple[str, ...]
) -> None:
    assert ready("approvals", "answer", number, *words).exit_code == 2
    assert len(json.loads(ready("approvals", "list", "--json").stdout)) == 1
