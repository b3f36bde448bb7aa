"""Places: which channels are ours alone, since nothing confidential is shared with another company."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import structlog

from bot.slack import Slack, SlackRefused

log = structlog.get_logger(__name__)


class Place(StrEnum):
    """Who may read along in a channel."""

    OURS = "ours"
    """Our own colleagues."""
    DIRECT = "direct"
    """One or a few people by themselves."""
    CONNECTED = "connected"
    """People of another company too (Slack Connect)."""
    UNKNOWN = "unknown"
    """The bot cannot see that channel, so nobody knows."""


def place_of(channel: Mapping[str, Any]) -> Place:
    """Tell from what Slack says of a channel who may read along in it."""
    if (
        channel.get("is_ext_shared")
        or channel.get("is_pending_ext_shared")
        or channel.get("connected_team_ids")
    ):
        return Place.CONNECTED
    return Place.DIRECT if channel.get("is_im") or channel.get("is_mpim") else Place.OURS


def place(slack: Slack, channel: str) -> Place:
    """Say who may read along in a channel now; one that cannot be looked up is unknown.

    It is looked up each time: somebody is about to share, and who reads along may have changed just now.
    """
    try:
        return place_of(slack.channel(channel))
    except (SlackRefused, OSError) as error:
        log.info("slack.conversations_info", channel=channel, error=type(error).__name__)
        return Place.UNKNOWN
