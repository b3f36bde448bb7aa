"""Places: which channels are ours alone, since nothing confidential is shared with another company."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

import structlog

from bot.slack import Slack, SlackRefused

REMEMBERED_SECONDS = 60.0
"""A channel that is opened to another company counts as such after this time at the latest."""
REMEMBERED_CHANNELS = 5000

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


class Places:
    """Channels as Slack describes them, remembered for a minute; safe to use from several threads."""

    def __init__(self, timer: Callable[[], float]) -> None:
        self._timer = timer
        self._known: OrderedDict[str, tuple[float, Place]] = OrderedDict()
        self._lock = threading.Lock()

    def place(self, slack: Slack, channel: str) -> Place:
        """Say who may read along in a channel; one that cannot be looked up is unknown for now."""
        now = self._timer()
        with self._lock:
            found = self._known.get(channel)
        if found and now - found[0] < REMEMBERED_SECONDS:
            return found[1]
        try:
            place = place_of(slack.channel(channel))
        except (SlackRefused, OSError) as error:
            log.info("slack.conversations_info", channel=channel, error=type(error).__name__)
            return Place.UNKNOWN
        with self._lock:
            self._known[channel] = (now, place)
            self._known.move_to_end(channel)
            while len(self._known) > REMEMBERED_CHANNELS:
                self._known.popitem(last=False)
        return place
