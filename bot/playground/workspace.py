"""The world of the local Slack: people, channels, messages, modals and App Homes, kept in memory."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Block = Mapping[str, Any]


@dataclass(frozen=True)
class Credentials:
    """The three secrets that Slack and the bot share."""

    bot_token: str
    app_token: str
    signing_secret: str


@dataclass(frozen=True)
class SlashCommand:
    """A command as the app's manifest declares it."""

    name: str
    usage: str = ""
    summary: str = ""


@dataclass(frozen=True)
class Shortcut:
    """A global or message shortcut as the app's manifest declares it."""

    callback_id: str
    name: str
    on_message: bool = False


@dataclass(frozen=True)
class InstalledBot:
    """The app that this workspace has installed."""

    credentials: Credentials
    commands: tuple[SlashCommand, ...] = ()
    shortcuts: tuple[Shortcut, ...] = ()
    name: str = "Longtail"


@dataclass(frozen=True)
class Message:
    """A message as it stands now; `visible_to` names the one person who sees an ephemeral message."""

    channel: str
    ts: str
    user: str
    text: str
    blocks: tuple[Block, ...] = ()
    visible_to: str | None = None
    edited: bool = False


@dataclass(frozen=True)
class View:
    """A modal or an App Home as the bot last wrote it, for one person."""

    id: str
    person: str
    payload: Mapping[str, Any]
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The view's blocks."""
        return tuple(self.payload.get("blocks", ()))


class Workspace:
    """Everything the local Slack knows; safe to use from several threads."""

    def __init__(self, bot: InstalledBot, clock: Callable[[], float], randomness: random.Random) -> None:
        self.bot = bot
        self.clock = clock
        self.randomness = randomness
        self.changed = threading.Condition(threading.RLock())
