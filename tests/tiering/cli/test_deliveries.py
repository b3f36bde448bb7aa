from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta

from tests.tiering.cli.conftest import Run
from tiering.usecases.deliveries import claim, confirm
from tiering.usecases.record import open_store


def test_what_may_not_have_arrived_is_listed_after_ten_minutes(run: Run) -> None:
    moment = datetime.now(UTC)
    early = open_store(os.environ["DATABASE_URL"], lambda: moment - timedelta(minutes=11))
    late = open_store(os.environ["DATABASE_URL"], lambda: moment - timedelta(minutes=9))
    claim(early, "approval-7 [bold]", "approval", "slack:T1/bob", {})
    claim(early, "approval-8", "approval", "slack:T1/bob", {})
    confirm(early, "approval-8", "D1/1")
    claim(late, "approval-9", "approval", "slack:T1/bob", {})
    (found,) = json.loads(run("deliveries", "--json").stdout)
    assert found == {
        "key": "approval-7 [bold]",
        "kind": "approval",
        "recipient": "slack:T1/bob",
        "claimed_at": (moment - timedelta(minutes=11)).isoformat(),
    }
    shown = run("deliveries")
    assert "approval-7 [bold]" in shown.stdout
    assert "approval-8" not in shown.stdout
    assert shown.stderr == "Claimed within ten minutes, and perhaps still under way: 1.\n"
    confirm(late, "approval-7 [bold]", "D1/2")
    confirm(late, "approval-9", "D1/3")
    calm = run("deliveries")
    assert (calm.stdout, calm.stderr) == ("", "Of no message it is uncertain whether it arrived.\n")
    early.close()
    late.close()
