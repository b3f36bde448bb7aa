"""The app's manifest: what Slack must know to install the bot.

Source: https://docs.slack.dev/reference/app-manifest
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.app import EVENTS_PATH, HEARD
from bot.ears import Ears

NAME = "Longtail"
SCOPES = {
    "commands": "hear the slash commands and the shortcuts",
    "users:read": "ask whether somebody is a colleague, and what they are called",
    "chat:write": "answer in direct messages and below mentions, and tell approvers",
    "app_mentions:read": "hear when somebody mentions the bot",
    "im:history": "hear what is written to the bot directly",
    "channels:read": "see whether a channel is shared with another company",
    "groups:read": "see the same of a private channel that it was invited to",
}
"""All that the bot may do, and what for."""
EVENTS = {"app_mention": "app_mention", "message": "message.im", "app_home_opened": "app_home_opened"}
"""What Slack calls the events that the bot listens to."""


def app_manifest(ears: Ears, names: Mapping[str, str], base_url: str | None) -> dict[str, Any]:
    """Write the manifest of a bot that Slack reaches at a base URL, or in Socket Mode where there is none.

    `names` says what the commands are called: `/tier` under `tier`.
    """
    request_url = {} if base_url is None else {"url": base_url.rstrip("/") + EVENTS_PATH}
    return {
        "display_information": {
            "name": NAME,
            "description": "Which tier is this customer in, why, and what is it entitled to?",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": any(name == "app_home_opened" for name, _ in ears.events),
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": NAME, "always_online": True},
            "shortcuts": [
                {
                    "name": shortcut.name,
                    "type": "message" if shortcut.on_message else "global",
                    "callback_id": shortcut.callback_id,
                    "description": shortcut.summary,
                }
                for shortcut in ears.shortcuts
            ],
            "slash_commands": [
                {
                    "command": names[command.key],
                    "description": command.summary,
                    "usage_hint": command.usage,
                    "should_escape": command.escape,
                    **request_url,
                }
                for command in ears.commands
            ],
        },
        "oauth_config": {"scopes": {"bot": list(SCOPES)}},
        "settings": {
            "interactivity": {
                "is_enabled": True,
                **{f"request_{key}": value for key, value in request_url.items()},
            },
            "event_subscriptions": {
                "bot_events": sorted({EVENTS[name] for name in (*HEARD, *(name for name, _ in ears.events))}),
                **{f"request_{key}": value for key, value in request_url.items()},
            },
            "socket_mode_enabled": base_url is None,
            "org_deploy_enabled": False,
            "token_rotation_enabled": False,
        },
    }
