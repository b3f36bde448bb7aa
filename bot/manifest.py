"""The app's manifest: what Slack must know to install the bot.

Source: https://docs.slack.dev/reference/app-manifest
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bot.app import EVENTS_PATH
from bot.conversation import Command

NAME = "Longtail"
SCOPES = ("commands", "users:read")
"""All that the bot may do: hear its commands, and ask whether somebody is a guest."""


def app_manifest(commands: Iterable[Command], base_url: str | None) -> dict[str, Any]:
    """Write the manifest of a bot that Slack reaches at a base URL, or in Socket Mode where there is none."""
    request_url = {} if base_url is None else {"url": base_url.rstrip("/") + EVENTS_PATH}
    return {
        "display_information": {
            "name": NAME,
            "description": "Which tier is this customer in, why, and what is it entitled to?",
        },
        "features": {
            "bot_user": {"display_name": NAME, "always_online": True},
            "slash_commands": [
                {
                    "command": command.name,
                    "description": command.summary,
                    "usage_hint": command.usage,
                    "should_escape": False,
                    **request_url,
                }
                for command in commands
            ],
        },
        "oauth_config": {"scopes": {"bot": list(SCOPES)}},
        "settings": {
            "interactivity": {
                "is_enabled": True,
                **{f"request_{key}": value for key, value in request_url.items()},
            },
            "socket_mode_enabled": base_url is None,
            "org_deploy_enabled": False,
            "token_rotation_enabled": False,
        },
    }
