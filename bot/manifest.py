"""The app's manifest: what Slack must know to install the bot.

Source: https://docs.slack.dev/reference/app-manifest
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from bot.app import EVENTS_PATH, HEARD
from bot.ears import Ears
from bot.installing import REDIRECT_PATH

NAME = "Longtail"
_SCOPES = {
    "commands": "hear the slash commands and the shortcuts",
    "users:read": "ask whether somebody is a colleague, and what they are called",
    "chat:write": "answer in direct messages and below mentions, and tell approvers",
    "app_mentions:read": "hear when somebody mentions the bot",
    "im:history": "hear what is written to the bot directly",
    "channels:read": "see whether a channel is shared with another company",
    "groups:read": "see the same of a private channel that it was invited to",
}
"""All that the bot may do, and what for."""
_LINK_SCOPES = {
    "links:read": "hear of links to the knowledge base",
    "links:write": "show what they lead to",
}
"""What it may do besides, where the knowledge base has an address that Slack knows."""
_NAMES = {"message": "message.im"}
"""What the manifest calls an event, where it is called otherwise when it comes."""
_LINK_EVENT = "link_shared"
_ONLY_HERE = frozenset({"localhost", "local", "internal", "lan", "test", "example", "invalid"})


def unfurl_domain(kb_url: str) -> str | None:
    """Return the domain whose links Slack tells the bot of; None for an address that only we can reach."""
    host = urlsplit(kb_url).hostname or ""
    ending = host.rpartition(".")[2]
    return host if "." in host and not ending.isdecimal() and ending not in _ONLY_HERE else None


def scopes(domain: str | None) -> list[str]:
    """List all that the bot asks to be allowed, where it hears of links to a domain or of none."""
    return list(_SCOPES | (_LINK_SCOPES if domain else {}))


def _events(ears: Ears, domain: str | None) -> list[str]:
    """List the events that the bot hears of, as the manifest calls them."""
    heard = {*HEARD, *(name for name, _ in ears.events), *(name for name, _ in ears.tidings)}
    if domain is None:
        heard.discard(_LINK_EVENT)
    return sorted(_NAMES.get(name, name) for name in heard)


def app_manifest(
    ears: Ears, names: Mapping[str, str], base_url: str | None, domain: str | None
) -> dict[str, Any]:
    """Write the manifest of a bot that Slack reaches at a base URL, or in Socket Mode where there is none.

    `names` says what the commands are called: `/tier` under `tier`; `domain` is whose links it hears of.
    """
    redirect = {} if base_url is None else {"redirect_urls": [base_url.rstrip("/") + REDIRECT_PATH]}
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
            **({"unfurl_domains": [domain]} if domain else {}),
        },
        "oauth_config": {**redirect, "scopes": {"bot": scopes(domain)}},
        "settings": {
            "interactivity": {
                "is_enabled": True,
                **{f"request_{key}": value for key, value in request_url.items()},
            },
            "event_subscriptions": {
                "bot_events": _events(ears, domain),
                **{f"request_{key}": value for key, value in request_url.items()},
            },
            "socket_mode_enabled": base_url is None,
            "org_deploy_enabled": False,
            "token_rotation_enabled": False,
        },
    }
