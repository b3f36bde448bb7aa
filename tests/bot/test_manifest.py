"""The manifest: it declares what the bot listens to, and asks for no more than it needs."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from slack_sdk import WebClient

from bot.app import OUT_OF_DATE, all_ears
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


METHODS: dict[str, set[str]] = {
    "auth_test": set(),
    "users_info": {"users:read"},
    "users_list": {"users:read"},
    "chat_postMessage": {"chat:write"},
    "chat_postEphemeral": {"chat:write"},
    "chat_update": {"chat:write"},
    "chat_unfurl": {"links:write"},
    "conversations_info": {"channels:read", "groups:read"},
    "views_open": set(),
    "views_push": set(),
    "views_update": set(),
    "views_publish": set(),
}
"""What the Web API asks for each method that the bot calls (https://docs.slack.dev/reference/methods)."""
HEARD: dict[str, set[str]] = {
    "app_home_opened": set(),
    "app_mention": {"app_mentions:read"},
    "app_uninstalled": set(),
    "link_shared": {"links:read"},
    "message.im": {"im:history"},
    "tokens_revoked": set(),
}
"""And for each event (https://docs.slack.dev/reference/events)."""


def called() -> set[str]:
    """The methods of Slack's Web API that the bot's own code calls."""
    methods = {name for name in dir(WebClient) if re.fullmatch("[a-z]+_[a-zA-Z]+", name)}
    sources = (path for path in Path("bot").rglob("*.py") if "playground" not in path.parts)
    return {
        node.attr
        for path in sources
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and node.attr in methods and "client" in ast.unparse(node.value)
    }


def test_its_scopes_are_those_of_what_it_calls_and_hears(public: None) -> None:
    made = manifest()
    assert called() == set(METHODS)
    assert made["settings"]["event_subscriptions"]["bot_events"] == sorted(HEARD)
    needed = {"commands"}.union(*METHODS.values(), *HEARD.values())
    assert set(made["oauth_config"]["scopes"]["bot"]) == needed


def test_every_event_that_is_declared_has_a_listener_and_every_listener_is_declared(public: None) -> None:
    ears = all_ears()
    heard = {"app_mention", "message", *(name for name, _ in (*ears.events, *ears.tidings))}
    declared = manifest()["settings"]["event_subscriptions"]["bot_events"]
    assert {name.removesuffix(".im") for name in declared} == heard


def test_every_command_and_shortcut_has_a_listener_and_every_listener_is_declared() -> None:
    ears, features = all_ears(), manifest()["features"]
    assert [one["command"] for one in features["slash_commands"]] == [f"/{one.key}" for one in ears.commands]
    assert [one["callback_id"] for one in features["shortcuts"]] == [
        one.callback_id for one in ears.shortcuts
    ]


@pytest.fixture
def public(monkeypatch: pytest.MonkeyPatch) -> None:
    """A knowledge base that has a domain of its own."""
    monkeypatch.setenv("KB_URL", "https://help.example.com")


def test_links_to_a_public_knowledge_base_are_heard_of(public: None) -> None:
    assert manifest()["features"]["unfurl_domains"] == ["help.example.com"]


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:8000",
        "http://localhost:8000",
        "http://[::1]:8000",
        "http://help",
        "https://help.internal",
        "https://10.0.0.1",
    ],
)
def test_of_a_knowledge_base_without_a_domain_that_slack_knows_no_links_are_heard(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("KB_URL", address)
    result = CliRunner().invoke(main, ["manifest"])
    assert "link" not in result.stdout
    assert "unfurl" not in result.stdout
    assert result.stderr == (
        f"Slack knows no domain like that of {address} (KB_URL), so links to it will not be "
        "shown with title and summary.\n"
    )


def test_over_http_workspaces_may_install_it() -> None:
    made = manifest("--url", "https://bot.example.com/")
    assert made["oauth_config"]["redirect_urls"] == ["https://bot.example.com/slack/oauth_redirect"]


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


def test_every_declared_shortcut_is_answered(slack: LocalSlack) -> None:
    declared = manifest()["features"]["shortcuts"]
    assert {one["callback_id"] for one in declared} == {one.callback_id for one in all_ears().shortcuts}
    for one in declared:
        message = slack.messages("vera", "sales")[-1] if one["type"] == "message" else None
        slack.shortcut("vera", one["callback_id"], message)
        view = slack.view("vera")
        assert view is not None
        assert OUT_OF_DATE not in str(view.payload)
        slack.close("vera", view)


def test_the_home_and_direct_messages_are_open_and_answered(slack: LocalSlack) -> None:
    assert manifest()["features"]["app_home"] == {
        "home_tab_enabled": True,
        "messages_tab_enabled": True,
        "messages_tab_read_only_enabled": False,
    }
    assert slack.open_home("vera") is not None
    assert slack.say("vera", "longtail", "help")
    assert slack.mention("vera", "sales", "help")


def test_what_is_not_declared_is_not_answered(slack: LocalSlack) -> None:
    declared = {command["command"] for command in manifest()["features"]["slash_commands"]}
    assert declared == {command.name for command in slack.workspace.bot.commands}


@pytest.mark.parametrize(("key", "limit"), [("command", 32), ("description", 2000), ("usage_hint", 1000)])
def test_what_slack_shows_is_short_enough(key: str, limit: int) -> None:
    made = manifest()
    assert all(0 < len(command[key]) <= limit for command in made["features"]["slash_commands"])
    assert len(made["display_information"]["description"]) <= 140
