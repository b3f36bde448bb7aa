from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.tiering.cli.conftest import Run


def tiering(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the real command in a process of its own."""
    kept = {key: value for key, value in os.environ.items() if key in ("PATH", "HOME", "LANG")}
    return subprocess.run(
        [sys.executable, "-m", "tiering", *words],
        env={**kept, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_first_upgrade_makes_the_record_and_publishes_version_one(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new' / 'longtail.db'}"
    first = tiering("upgrade", DATABASE_URL=url)
    assert (first.returncode, first.stdout) == (0, "")
    assert "as version 1" in first.stderr
    assert tiering("upgrade", DATABASE_URL=url).stderr == ""


def test_commands_refuse_a_record_without_tables_and_name_the_way_out(tmp_path: Path) -> None:
    done = tiering("list", DATABASE_URL=f"sqlite:///{tmp_path / 'longtail.db'}")
    assert done.returncode == 1
    assert "tiering upgrade" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("url", ["mysql://x", "nonsense", "postgresql://127.0.0.1:9/none"])
def test_a_bad_database_url_is_one_sentence(url: str) -> None:
    done = tiering("list", DATABASE_URL=url)
    assert done.returncode in (1, 2)
    assert len(done.stderr.splitlines()) == 1


def test_a_first_policy_with_mistakes_is_told_and_the_next_upgrade_publishes_it(tmp_path: Path) -> None:
    content = tmp_path / "content"
    content.mkdir()
    (content / "tiers.yaml").write_text("name: x\ntears: []\n", encoding="utf-8")
    url = f"sqlite:///{tmp_path / 'longtail.db'}"
    done = tiering("upgrade", DATABASE_URL=url, CONTENT_DIR=str(content))
    assert done.returncode == 1
    assert f"{content / 'tiers.yaml'}:2: unknown key `tears`" in done.stderr
    (content / "tiers.yaml").unlink()
    assert "as version 1" in tiering("upgrade", DATABASE_URL=url, CONTENT_DIR=str(content)).stderr


def test_the_sample_is_imported_once(ready: Run) -> None:
    again = ready("sample")
    assert (again.exit_code, again.stdout, again.stderr) == (0, "", "")


def test_daily_says_what_it_did(ready: Run) -> None:
    result = ready("daily")
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "Decided 60 accounts; 0 moved.\n"
    terms = (
        "--until",
        (datetime.now(UTC) + timedelta(days=1)).date().isoformat(),
        "--reason",
        "Pilot",
        "--approver",
        "Dana",
    )
    ready("except", "service", "Initech", "QBR", *terms)
    told = json.loads(ready("daily", "--json").stdout)
    assert (told["decided"], told["moved"], told["begun"], told["closed"]) == (60, [], None, None)
    [ending] = told["ending"]
    assert (ending["account"], ending["service"]) == ("A-1009", "quarterly-business-review")


def test_daily_tells_programs_what_it_did(ready: Run) -> None:
    terms = ("--until", "2999-01-31", "--reason", "x", "--approver", "Helen")
    assert ready("except", "tier", "initech", 1, *terms).exit_code == 1, "longer than the policy allows"
    told = json.loads(ready("daily", "--json").stdout)
    assert told == {"decided": 60, "moved": [], "ending": [], "signals": [], "begun": None, "closed": None}


def test_a_data_directory_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = tiering("upgrade", DATA_DIR=str(tmp_path / "file" / "data"))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"{tmp_path / 'file' / 'data'}: Not a directory\n"


def test_publish_refuses_a_bad_draft_and_publishes_a_good_one(
    ready: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = tmp_path / "tiers.yaml"
    bad.write_text("name: [\n", encoding="utf-8")
    refused = ready("publish", bad)
    assert refused.exit_code == 1
    assert refused.stderr.startswith(f"{bad}:")
    assert "the policy in force stays" in refused.stderr
    published = ready("publish", "--by", "Clara")
    assert published.exit_code == 0
    assert "as version 2" in published.stdout


def test_check_tells_every_problem_with_its_line(run: Run, tmp_path: Path) -> None:
    assert run("check").exit_code == 0
    services = tmp_path / "services"
    services.mkdir()
    (services / "qbr.md").write_text("---\nid: qbr\nnmae: Review\nlevels: {}\n---\n", encoding="utf-8")
    result = run("check", tmp_path)
    assert result.exit_code == 1
    assert f"{services / 'qbr.md'}:3: unknown key `nmae`; did you mean `name`?" in result.stderr
