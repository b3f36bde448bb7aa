"""The local Slack as seen by a program: act as a person, read what that person then sees."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, Self

from bot.playground.workspace import Message, View, Workspace

ANSWER_TIMEOUT = 5.0
"""Seconds to wait for the bot unless told otherwise."""


class NoAnswer(Exception):
    """The bot showed the person nothing in time; the sentence says what was asked and how it was acknowledged."""


class LocalSlack:
    """A running local Slack; made by `bot.playground.app.serve`.

    People and channels are named by handle (`"olivia"`, `"customer-success"`) or by id (`"U..."`, `"C..."`).
    Every act sends a real request to the bot and waits, without polling, until the bot has acknowledged it and
    something that the person can see has changed. It returns the messages of that channel that are new or changed
    for that person, oldest first (empty when the answer was a modal or the App Home only). An act that changes
    nothing the person can see within `timeout` seconds raises `NoAnswer`. What Slack itself would say (the bot is
    away, timed out, or answered with an error) is shown as an ephemeral message from Slackbot and is returned too.
    """

    workspace: Workspace
    page_url: str
    api_url: str

    def connect(self, request_url: str) -> None:
        """Tell where the bot listens for commands, interactions and events, e.g. `http://127.0.0.1:3001/slack/events`."""
        raise NotImplementedError

    def command(self, person: str, channel: str, text: str, timeout: float = ANSWER_TIMEOUT) -> list[Message]:
        """Type a slash command (`"/tier acme"`) in a channel."""
        raise NotImplementedError

    def say(self, person: str, channel: str, text: str, timeout: float = ANSWER_TIMEOUT) -> list[Message]:
        """Write a message that the bot hears as a direct message; the answer is what follows, not the message itself."""
        raise NotImplementedError

    def mention(self, person: str, channel: str, text: str, timeout: float = ANSWER_TIMEOUT) -> list[Message]:
        """Write a message that begins by mentioning the bot."""
        raise NotImplementedError

    def press(
        self, person: str, where: Message | View, action_id: str, value: str | None = None, timeout: float = ANSWER_TIMEOUT
    ) -> list[Message]:
        """Press a button of a message, modal or App Home (`value` tells buttons of one action_id apart); confirms dialogs."""
        raise NotImplementedError

    def choose(
        self, person: str, where: Message | View, action_id: str, value: object, timeout: float = ANSWER_TIMEOUT
    ) -> list[Message]:
        """Choose in a select, overflow menu, date picker, radio buttons or (with a list of values) checkboxes.

        `value` is the option's value, a date as `2026-01-31`, a time as `09:30`, a user or channel (name or id), or a
        list of them.
        """
        raise NotImplementedError

    def options(self, person: str, where: Message | View, action_id: str, query: str) -> list[dict[str, Any]]:
        """What an external select offers for `query`: the bot's own answer to block_suggestion."""
        raise NotImplementedError

    def submit(
        self, person: str, view: View, values: Mapping[str, object], timeout: float = ANSWER_TIMEOUT
    ) -> list[Message]:
        """Fill the inputs (by block_id or action_id, other inputs keep their initial values) and submit a modal.

        When the bot refuses (`response_action: errors`) the modal stays: see `view(person).errors`.
        """
        raise NotImplementedError

    def close(self, person: str, view: View) -> None:
        """Close a modal with its cross; the bot hears view_closed when the view asked for it (`notify_on_close`)."""
        raise NotImplementedError

    def shortcut(
        self, person: str, callback_id: str, on: Message | None = None, timeout: float = ANSWER_TIMEOUT
    ) -> list[Message]:
        """Use a message shortcut (`on` a message) or a global one."""
        raise NotImplementedError

    def open_home(self, person: str, timeout: float = ANSWER_TIMEOUT) -> View | None:
        """Open the App Home tab and wait until the bot has published it."""
        raise NotImplementedError

    def messages(self, person: str, channel: str) -> list[Message]:
        """Everything this person sees in a channel now, oldest first, ephemeral messages included."""
        raise NotImplementedError

    def view(self, person: str) -> View | None:
        """The modal on top of this person's screen, if any; `view.errors` are the bot's, by block_id."""
        raise NotImplementedError

    def wait(self, until: Callable[[], bool], timeout: float = ANSWER_TIMEOUT) -> bool:
        """Wait for anything in the workspace; `until` is asked again after every change."""
        raise NotImplementedError

    def join(self) -> None:
        """Serve until interrupted (for a command line)."""
        raise NotImplementedError

    def stop(self) -> None:
        """Stop serving and close every connection."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
