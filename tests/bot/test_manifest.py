"""The manifest: it declares what the bot listens to, and asks for no more than it needs."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner

from bot.app import OUT_OF_DATE
from bot.cli import main
from bot.playground.local import LocalSlack


def manifest(*arguments: str) -> Any:
    result = CliRunner().invoke(main, ["manifest", *arguments])
    assert result.exit_code == 0
    return json.loads(result.stdout)


def test_over_http_everything_goes_to_one_address() -> None:
    made = manifest("--url", "https://bot.example.com/")
    address = "https://bot.example.com/slack/events"
    assert {command["url"] for command in made["features"]["slash_commands"]} == {address}
    assert made["settings"]["interactivity"] == {"is_enabled": True, "request_url": address}
    assert made["settings"]["socket_mode_enabled"] is False


def test_in_socket_mode_there_is_no_address() -> None:
    made = manifest()
    assert "https" not in json.dumps(made)
    assert made["settings"]["socket_mode_enabled"] is True


def test_it_asks_for_nothing_more_than_it_needs() -> None:
    assert manifest()["oauth_config"] == {
        "scopes": {
            "bot": [
                "commands",
                "users:read",
                "chat:write",
                "app_mentions:read",
                "im:history",
                "channels:read",
                "groups:read",
            ]
        }
    }


def test_an_address_without_encryption_is_refused() -> None:
    result = CliRunner().invoke(main, ["manifest", "--url", "http://bot.example.com"])
    assert result.exit_code == 2
    assert "https://" in result.stderr


def test_every_declared_command_is_answered(slack: LocalSlack) -> None:
    for command in manifest()["features"]["slash_commands"]:
        (answer,) = slack.command("vera", "sales", command["command"])
        assert OUT_OF_DATE not in answer.text


def test_what_is_not_declared_is_not_answered(slack: LocalSlack) -> None:
    declared = {command["command"] for command in manifest()["features"]["slash_commands"]}
    assert declared == {command.name for command in slack.workspace.bot.commands}


@pytest.mark.parametrize(("key", "limit"), [("command", 32), ("description", 2000), ("usage_hint", 1000)])
def test_what_slack_shows_is_short_enough(key: str, limit: int) -> None:
    made = manifest()
    assert all(0 < len(command[key]) <= limit for command in made["features"]["slash_commands"])
    assert len(made["display_information"]["description"]) <= 140
