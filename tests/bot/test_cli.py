"""The `bot` command, as an operator types it."""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import main
from bot.playground.app import serve
from bot.playground.local import LocalSlack
from bot.playground.rules import check_message
from bot.server import new_workspace
from tiering.usecases.record import Store

SLACK_VARIABLES = ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_TEAM_ID", "PORT")


@pytest.fixture
def environment(record: Store, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """The environment of a bot whose record holds the cast and whose knowledge base is away."""
    for name in SLACK_VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATABASE_URL", record.engine.url.render_as_string(hide_password=False))
    monkeypatch.setenv("KB_URL", "http://127.0.0.1:9")
    return monkeypatch


def bot(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def test_say_prints_what_slack_would_show(environment: pytest.MonkeyPatch) -> None:
    result = bot("say", "/tier acme corporation")
    assert result.exit_code == 0, result.output
    first, second, *_ = result.stdout.split("\n")
    assert first == "Acme Corporation is tier 1, Strategic. Customers read “Signature”."
    assert second.startswith("ARR is $164,000")
    assert result.stderr == ""


def test_say_understands_words_without_quotes_and_without_the_command(
    environment: pytest.MonkeyPatch,
) -> None:
    assert bot("say", "initech", "health", "check").stdout.startswith("No. Health check for Initech")


def test_say_prints_a_form_with_what_it_was_filled_with(environment: pytest.MonkeyPatch) -> None:
    result = bot("say", "log acme corporation training 2")
    assert result.exit_code == 0, result.output
    first, *others = result.stdout.strip().split("\n")
    assert first == "Log effort"
    assert {"For Acme Corporation", "Service: Live training", "Hours: 2", "Note: …"} <= set(others)
    assert others[-1] == "[Log]"
    assert json.loads(bot("say", "--json", "log acme training 2").stdout)["type"] == "modal"


def test_say_prints_the_blocks_for_programs(environment: pytest.MonkeyPatch) -> None:
    result = bot("say", "--json", "/tier acme qbr")
    said = json.loads(result.stdout)
    assert said["text"].startswith("Yes. Quarterly business review")
    assert check_message({"text": said["text"], "blocks": said["blocks"]}) == []


def test_say_tells_a_script_when_there_is_no_such_account(environment: pytest.MonkeyPatch) -> None:
    result = bot("say", "/tier qqqqqqqq zzzzz")
    assert result.exit_code == 1
    assert result.stdout.startswith("No account is called")


def test_say_knows_only_commands_of_the_bot(environment: pytest.MonkeyPatch) -> None:
    result = bot("say", "/launch missiles")
    assert result.exit_code == 1
    assert "is not a valid command" in result.stdout


def test_a_record_that_is_behind_is_a_sentence(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    environment.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'empty.db'}")
    for arguments in (("say", "/tier"), ("playground",)):
        result = bot(*arguments)
        assert result.exit_code == 1
        assert "run `tiering upgrade` first" in result.stderr


def test_a_taken_port_is_a_sentence(environment: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = bot("playground", "--port", str(port))
    assert result.exit_code == 2
    assert result.stderr.startswith(f"Port {port} cannot be used: ")
    assert "--port" in result.stderr


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({}, "SLACK_BOT_TOKEN is not set"),
        ({"SLACK_BOT_TOKEN": "xoxb-1"}, "SLACK_SIGNING_SECRET is not set"),
        ({"SLACK_BOT_TOKEN": "1"}, "SLACK_BOT_TOKEN cannot be used"),
        ({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "s", "PORT": "x"}, "PORT cannot be used"),
    ],
)
def test_an_environment_that_cannot_be_used_is_a_sentence(
    environment: pytest.MonkeyPatch, variables: dict[str, str], said: str
) -> None:
    for name, value in variables.items():
        environment.setenv(name, value)
    result = bot("run")
    assert result.exit_code == 2
    assert result.stderr.startswith(said)


def test_people_who_cannot_be_read_end_the_start(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "people.yaml").write_text("ops: dana\n")
    environment.setenv("CONTENT_DIR", str(tmp_path))
    result = bot("say", "/tier")
    assert result.exit_code == 1
    assert f"{tmp_path / 'people.yaml'}:1: " in result.stderr


@pytest.fixture
def lonely_slack() -> Iterator[LocalSlack]:
    """A local Slack to which no bot is connected yet."""
    with serve(new_workspace(random.Random())) as slack:
        yield slack


def in_workspace(environment: pytest.MonkeyPatch, slack: LocalSlack) -> None:
    credentials = slack.workspace.bot.credentials
    environment.setenv("SLACK_API_URL", slack.api_url)
    environment.setenv("SLACK_BOT_TOKEN", credentials.bot_token)
    environment.setenv("SLACK_SIGNING_SECRET", credentials.signing_secret)


def test_a_token_that_slack_refuses_is_a_sentence(
    environment: pytest.MonkeyPatch, lonely_slack: LocalSlack
) -> None:
    in_workspace(environment, lonely_slack)
    environment.setenv("SLACK_BOT_TOKEN", "xoxb-revoked")
    result = bot("run")
    assert result.exit_code == 2
    assert result.stderr == "Slack does not accept the token: it answered 'invalid_auth'.\n"


def test_a_slack_that_is_away_is_a_sentence(
    environment: pytest.MonkeyPatch, lonely_slack: LocalSlack
) -> None:
    in_workspace(environment, lonely_slack)
    environment.setenv("SLACK_API_URL", "http://127.0.0.1:9/api")
    result = bot("run")
    assert result.exit_code == 1
    assert result.stderr.startswith("Slack cannot be reached at http://127.0.0.1:9/api")


@pytest.mark.parametrize("socket_mode", [False, True])
def test_run_answers_in_a_workspace_and_ends_on_request(
    environment: pytest.MonkeyPatch, lonely_slack: LocalSlack, socket_mode: bool
) -> None:
    in_workspace(environment, lonely_slack)
    # Bolt would start an OAuth flow of its own if it were let.
    environment.setenv("SLACK_CLIENT_ID", "1.2")
    environment.setenv("SLACK_CLIENT_SECRET", "unused")
    if socket_mode:
        environment.setenv("SLACK_APP_TOKEN", lonely_slack.workspace.bot.credentials.app_token)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "run", "--port", str(port)],
        stderr=subprocess.PIPE,
        text=True,
        env=dict(os.environ),
    )
    assert process.stderr
    try:
        if socket_mode:
            assert lonely_slack.wait(lambda: bool(lonely_slack.delivery.connections), timeout=15)
        else:
            assert process.stderr.readline() == f"The bot listens on port {port}.\n"
            lonely_slack.connect(f"http://127.0.0.1:{port}/slack/events")
        (answer,) = lonely_slack.command("vera", "sales", "/tier acme corporation")
        assert answer.text.startswith("Acme Corporation is tier 1")
    finally:
        process.send_signal(signal.SIGINT)
        _, log = process.communicate(timeout=10)
    assert "Traceback" not in log
    assert '"kind": "TierAnswer"' in log
    assert "acme" not in log.lower()
