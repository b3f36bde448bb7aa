"""What the bot listens to: each conversation declares its phrases, buttons, forms and shortcuts here."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from bot.blocks import Choice
from bot.desk import Desk
from bot.turn import Answer, Tiding, Turn

Handler: TypeAlias = Callable[[Turn, Desk], Answer]
"""Answers a turn; raises what the error boundary knows how to say."""
Offer: TypeAlias = Callable[[Turn, Desk], Sequence[Choice]]
"""Says what a menu offers for what is typed into it."""
Heed: TypeAlias = Callable[[Tiding, Desk], None]
"""Does what follows from something that Slack tells of; it may come more than once."""
Chore: TypeAlias = Callable[[Desk], None]
"""Something that the bot looks after by itself, every few minutes."""


@dataclass(frozen=True, slots=True)
class Command:
    """A slash command as Slack must be told of it."""

    key: str
    """What it is called where the company gives it no other name: `tier` for `/tier`."""
    usage: str
    summary: str
    handler: Handler | None = None
    """None for the command after which every phrase may stand."""
    escape: bool = False
    """Whether Slack writes the people and channels in its text as ids."""


@dataclass(frozen=True, slots=True)
class Shortcut:
    """An entry in the menu of a message, or of the composer, as Slack must be told of it."""

    callback_id: str
    name: str
    summary: str
    on_message: bool
    handler: Handler


@dataclass(frozen=True, slots=True)
class Phrase:
    """One thing that can be said after the command, in a mention, or in a direct message."""

    pattern: re.Pattern[str]
    """Must match all of it; its group `rest`, if it has one, becomes the words of the turn."""
    handler: Handler
    usage: str
    """How it is said, for the help: `log acme training`; empty for another way to say the same."""
    summary: str


@dataclass
class Ears:
    """Everything that somebody may say, press, submit or open, and who answers it."""

    commands: list[Command] = field(default_factory=list)
    phrases: list[Phrase] = field(default_factory=list)
    actions: list[tuple[re.Pattern[str], Handler]] = field(default_factory=list)
    forms: list[tuple[str, Handler]] = field(default_factory=list)
    menus: list[tuple[str, Offer]] = field(default_factory=list)
    shortcuts: list[Shortcut] = field(default_factory=list)
    events: list[tuple[str, Handler]] = field(default_factory=list)
    tidings: list[tuple[str, Heed]] = field(default_factory=list)
    """The events that are nobody's turn; nobody is answered, and whoever caused them need be no colleague."""
    chores: list[Chore] = field(default_factory=list)
    questions: list[Handler] = field(default_factory=list)
    """The one who answers what is no phrase."""

    @property
    def otherwise(self) -> Handler:
        """Who answers what is no phrase; exactly one conversation does."""
        (handler,) = self.questions
        return handler

    def phrase(self, pattern: str, handler: Handler, usage: str = "", summary: str = "") -> None:
        """Listen to a phrase; upper and lower case are alike."""
        compiled = re.compile(rf"(?:{pattern})\Z", re.IGNORECASE | re.DOTALL)
        self.phrases.append(Phrase(compiled, handler, usage, summary))

    def action(self, begins: str, handler: Handler) -> None:
        """Listen to buttons and menus whose action id begins so."""
        self.actions.append((re.compile(f"^{re.escape(begins)}"), handler))

    def form(self, callback_id: str, handler: Handler) -> None:
        """Listen to the submission of a form."""
        self.forms.append((callback_id, handler))

    def menu(self, action_id: str, offer: Offer) -> None:
        """Fill a menu whose options depend on what is typed."""
        self.menus.append((action_id, offer))
