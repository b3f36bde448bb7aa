"""Builds what Slack sends to the bot: slash commands, interactions and events (pure).

Source: https://docs.slack.dev/interactivity and https://docs.slack.dev/reference/events.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.playground import people
from bot.playground.people import Channel, Person
from bot.playground.workspace import Message, View

VERIFICATION_TOKEN = "local-verification-token"  # noqa: S105 (Slack's deprecated token; it proves nothing)


def _domain(person: Person) -> str:
    return people.TEAM_DOMAIN if person.team_id == people.TEAM_ID else "globex"


def _channel_name(channel: Channel) -> str:
    return "directmessage" if channel.is_im else channel.name


def command(person: Person, channel: Channel, name: str, text: str) -> dict[str, str]:
    """Describe a slash command; `trigger_id` and `response_url` are added when it is sent."""
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": person.team_id,
        "team_domain": _domain(person),
        "channel_id": channel.id,
        "channel_name": _channel_name(channel),
        "user_id": person.id,
        "user_name": person.handle,
        "command": name,
        "text": text,
        "api_app_id": people.APP_ID,
        "is_enterprise_install": "false",
    }


def _interaction(kind: str, person: Person) -> dict[str, Any]:
    return {
        "type": kind,
        "team": {"id": people.TEAM_ID, "domain": people.TEAM_DOMAIN},
        "enterprise": None,
        "is_enterprise_install": False,
        "user": {
            "id": person.id,
            "username": person.handle,
            "name": person.handle,
            "team_id": person.team_id,
        },
        "api_app_id": people.APP_ID,
        "token": VERIFICATION_TOKEN,
    }


def in_message(kind: str, person: Person, channel: Channel, message: Message) -> dict[str, Any]:
    """Begin a block_actions or block_suggestion payload for a message.

    Slack does not send an ephemeral message along, only where it stood.
    """
    container = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": channel.id,
        "is_ephemeral": message.visible_to is not None,
    }
    place = {"id": channel.id, "name": _channel_name(channel)}
    payload = _interaction(kind, person) | {"container": container, "channel": place}
    return payload | ({} if message.visible_to else {"message": message.as_payload()})


def in_view(kind: str, person: Person, view: View, state: Mapping[str, Any]) -> dict[str, Any]:
    """Begin a block_actions, block_suggestion, view_submission or view_closed payload for a view."""
    payload = _interaction(kind, person) | {"view": view.as_payload(state)}
    if kind.startswith("block_"):
        payload["container"] = {"type": "view", "view_id": view.id}
    return payload


def shortcut(person: Person, callback_id: str, ts: str) -> dict[str, Any]:
    """Describe a global shortcut."""
    return _interaction("shortcut", person) | {"callback_id": callback_id, "action_ts": ts}


def message_shortcut(
    person: Person, channel: Channel, message: Message, callback_id: str, ts: str
) -> dict[str, Any]:
    """Describe a shortcut used on a message."""
    return _interaction("message_action", person) | {
        "callback_id": callback_id,
        "action_ts": ts,
        "message_ts": message.ts,
        "channel": {"id": channel.id, "name": _channel_name(channel)},
        "message": message.as_payload(),
    }


def event(
    inner: Mapping[str, Any], event_id: str, seconds: float, channel: Channel | None = None
) -> dict[str, Any]:
    """Wrap an event as the Events API does; not every one is of a channel."""
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": people.TEAM_ID,
        "context_team_id": people.TEAM_ID,
        "context_enterprise_id": None,
        "api_app_id": people.APP_ID,
        "event": dict(inner),
        "type": "event_callback",
        "event_id": event_id,
        "event_time": int(seconds),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": people.TEAM_ID,
                "user_id": people.BOT_USER_ID,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": channel is not None and channel.is_ext_shared,
        "event_context": f"4-{event_id}",
    }


def message_event(kind: str, person: Person, message: Message) -> dict[str, Any]:
    """Describe a written message as the bot hears it: `app_mention`, or `message` in a direct message."""
    inner = {
        "type": kind,
        "user": person.id,
        "text": message.text,
        "ts": message.ts,
        "channel": message.channel,
        "event_ts": message.ts,
        "team": person.team_id,
        "user_team": person.team_id,
        "source_team": person.team_id,
        "client_msg_id": f"local-{message.ts}",
    }
    return inner | ({"channel_type": "im"} if kind == "message" else {})


def link_shared(person: Person, message: Message, links: Sequence[str]) -> dict[str, Any]:
    """Describe that a message holds links to a domain that the bot unfurls."""
    return {
        "type": "link_shared",
        "user": person.id,
        "channel": message.channel,
        "message_ts": message.ts,
        "event_ts": message.ts,
        "source": "conversations_history",
        "links": [{"domain": url.split("/")[2], "url": url} for url in links],
    }


def home_opened(person: Person, channel: Channel, ts: str, view: View | None) -> dict[str, Any]:
    """Describe that a person opened the App Home."""
    inner = {
        "type": "app_home_opened",
        "user": person.id,
        "channel": channel.id,
        "tab": "home",
        "event_ts": ts,
    }
    return inner | ({"view": view.as_payload()} if view else {})
