from __future__ import annotations

import json
from decimal import Decimal

from tests.tiering.cli.conftest import Run


def test_servicing_is_for_people_and_for_programs(ready: Run) -> None:
    ready("log", "Initech", "training", "150", "--on", "2026-11-01")
    found = json.loads(ready("servicing", "--over", "--json").stdout)
    assert found["logged"] is True
    assert found["accounts"][0]["name"] == "Initech"
    assert all(Decimal(one["difference"]) > 0 for one in found["accounts"])
    assert {"owed_hours", "given_hours", "owed_cost", "given_cost", "over", "under"} <= found["tiers"][
        0
    ].keys()
    shown = ready("servicing", "--tier", 2)
    assert shown.exit_code == 0
    assert "Initech" in shown.stdout
    assert max(map(len, shown.stdout.splitlines())) <= 100


def test_an_empty_list_is_said_and_a_tier_that_there_is_not_is_refused(ready: Run) -> None:
    ready("log", "Acme", "training", "1")
    shown = ready("servicing", "--over")
    assert shown.stdout.endswith("No customer was given more than it is owed.\n")
    assert shown.stderr == ""
    refused = ready("servicing", "--tier", 7)
    assert (refused.exit_code, refused.stderr) == (1, "There is no tier 7; the tiers are 1, 2, 3.\n")


def test_without_any_effort_it_says_that_nothing_is_known(ready: Run) -> None:
    assert "Nobody has logged any effort this year" in ready("servicing").stderr
