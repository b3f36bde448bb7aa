"""The local Slack as seen by a program: act as a person, read what that person then sees."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import TracebackType
from typing import Any, Protocol, Self

from bot.playground import inputs
from bot.playground.delivery import Acknowledgement, Delivery
from bot.playground.gestures import Gestures
from bot.playground.grants import SlackRefusal
from bot.playground.inputs import NotOffered, Placed
from bot.playground.people import Person
from bot.playground.workspace import Message, View

ANSWER_TIMEOUT = 5.0
"""Seconds to wait for the bot unless told otherwise."""

_Screen = tuple[dict[tuple[str, str], int], int, int]


class NoAnswer(Exception):
    """The bot showed the person nothing in time; the sentence says how it acknowledged."""


class Servers(Protocol):
    """What runs behind a local Slack."""

    base_url: str

    def join(self) -> None:
        """Serve until interrupted."""

    def stop(self) -> None:
        """Stop serving."""


class LocalSlack:
    """A running local Slack; made by `bot.playground.app.serve`.

    People and channels are named by handle (`"olivia"`, `"customer-success"`) or id (`"U..."`, `"C..."`); the
    direct message with the bot is named after the bot (`"longtail"`).

    Every act sends a real request to the bot and waits, without polling, until it is acknowledged and
    something that the person can see has changed. It returns the messages that are new or changed for that
    person, oldest first, in whichever channel (none when the answer was a modal or the App Home only). An act
    after which nothing changes within `timeout` seconds raises `NoAnswer`; to act without expecting an
    answer, use `gestures`. What Slack itself would say (the bot is away, timed out, or answered with an
    error) is an ephemeral message from Slackbot and is returned too.
    """

    def __init__(self, gestures: Gestures, servers: Servers) -> None:
        self.gestures = gestures
        self.workspace = gestures.workspace
        self.delivery: Delivery = gestures.delivery
        self._servers = servers
        self.page_url = f"{servers.base_url}/"
        self.api_url = f"{servers.base_url}/api/"

    def connect(self, request_url: str) -> None:
        """Tell where the bot hears requests, e.g. `http://127.0.0.1:3001/slack/events`."""
        self.delivery.request_url = request_url

    # Acts

    def command(self, person: str, channel: str, text: str, timeout: float = ANSWER_TIMEOUT) -> list[Message]:
        """Type a slash command (`"/tier acme"`) in a channel."""
        someone = self.workspace.person(person)
        place = self.workspace.channel(channel, someone)
        return self._answered(someone, lambda: self.gestures.command(someone, place, text), timeout)

    def say(self, person: str, channel: str, text: str, timeout: float = ANSWER_TIMEOUT) -> list[Message]:
        """Write a message that the bot hears (in the direct message, or with `@longtail` in it)."""
        someone = self.workspace.person(person)
        place = self.workspace.channel(channel, someone)
        return self._answered(someone, lambda: self.gestures.write(someone, place, text), timeout)

    def mention(self, person: str, channel: str, text: str, timeout: float = ANSWER_TIMEOUT) -> list[Message]:
        """Write a message that begins by mentioning the bot."""
        return self.say(person, channel, f"@{self.workspace.bot.handle} {text}", timeout)

    def press(
        self,
        person: str,
        where: Message | View,
        action_id: str,
        value: str | None = None,
        timeout: float = ANSWER_TIMEOUT,
    ) -> list[Message]:
        """Press a button; `value` tells buttons of one action_id apart. A confirmation is confirmed."""
        where = self._now(where)
        return self._act(person, where, inputs.find(where.blocks, action_id, value), None, timeout)

    def choose(
        self,
        person: str,
        where: Message | View,
        action_id: str,
        value: object,
        timeout: float = ANSWER_TIMEOUT,
    ) -> list[Message]:
        """Choose in a menu, overflow menu, picker or radio buttons, or (with a list) several things.

        `value` is the option's value, a date as `2026-01-31`, a time as `09:30`, a person or channel (name or
        id), or a list of them. Call `options` first for an external menu. Raises NotOffered.
        """
        where = self._now(where)
        return self._act(person, where, inputs.find(where.blocks, action_id), value, timeout)

    def _act(
        self, person: str, where: Message | View, one: Placed, value: object, timeout: float
    ) -> list[Message]:
        someone, meant = self.workspace.person(person), self._meant(one, value)
        return self._answered(someone, lambda: self.gestures.act(someone, where, one, meant, {}), timeout)

    def options(
        self, person: str, where: Message | View, action_id: str, query: str
    ) -> list[Mapping[str, Any]]:
        """Ask what an external menu offers for `query`: the bot's own answer to block_suggestion."""
        where = self._now(where)
        one = inputs.find(where.blocks, action_id)
        return self.gestures.suggest(self.workspace.person(person), where, one, query)

    def submit(
        self, person: str, view: View, values: Mapping[str, object], timeout: float = ANSWER_TIMEOUT
    ) -> list[Message]:
        """Fill inputs (named by block_id or action_id; the others keep their initial values) and submit.

        When Slack or the bot refuses, the modal stays and `view(person).errors` says why. A modal that closes
        is no answer yet: the bot is expected to show something after it. Raises NotOffered.
        """
        someone = self.workspace.person(person)
        current = self.workspace.view(view.id)
        filled = self._filled(current, values)

        def submitted() -> Acknowledgement | None:
            return self.gestures.submit(someone, current, filled)

        return self._answered(someone, submitted, timeout, closing=current)

    def close(self, person: str, view: View) -> Acknowledgement | None:
        """Close a modal with its cross; gives the bot's acknowledgement where it asked to hear of it."""
        return self.gestures.close(self.workspace.person(person), self.workspace.view(view.id), {})

    def shortcut(
        self, person: str, callback_id: str, on: Message | None = None, timeout: float = ANSWER_TIMEOUT
    ) -> list[Message]:
        """Use a message shortcut (`on` a message) or a global one."""
        someone = self.workspace.person(person)
        return self._answered(someone, lambda: self.gestures.shortcut(someone, callback_id, on), timeout)

    def open_home(self, person: str, timeout: float = ANSWER_TIMEOUT) -> View | None:
        """Open the App Home tab and wait until the bot has published it."""
        someone = self.workspace.person(person)
        self._answered(someone, lambda: self.gestures.open_home(someone), timeout)
        return self.workspace.home(someone.id)

    def redeliver(self, delivered: Acknowledgement, reason: str = "http_timeout") -> Acknowledgement:
        """Send a request again as Slack's retry, with the attempt's number and reason."""
        request = delivered.request
        return self.delivery.send(replace(request, retry=request.retry + 1, reason=reason))

    # What is seen

    def messages(self, person: str, channel: str) -> list[Message]:
        """List what this person sees in a channel now, oldest first, ephemeral messages included."""
        someone = self.workspace.person(person)
        return self.workspace.messages(someone, self.workspace.channel(channel, someone))

    def view(self, person: str) -> View | None:
        """Give the modal on top of this person's screen; its `errors` are sentences by block_id."""
        return self.workspace.top_view(self.workspace.person(person).id)

    def home(self, person: str) -> View | None:
        """Give this person's App Home, once published."""
        return self.workspace.home(self.workspace.person(person).id)

    @property
    def deliveries(self) -> list[Acknowledgement]:
        """List the latest requests and how the bot acknowledged them, oldest first."""
        return list(self.delivery.log)

    def wait(self, until: Callable[[], bool], timeout: float = ANSWER_TIMEOUT) -> bool:
        """Wait for anything in the workspace; `until` is asked again after every change."""
        return self.workspace.wait(until, timeout)

    # Parts of the above

    def _answered(
        self,
        person: Person,
        gesture: Callable[[], Acknowledgement | None],
        timeout: float,
        closing: View | None = None,
    ) -> list[Message]:
        before = self._screen(person)
        answer = gesture()
        if closing is not None and not self._is_open(closing):
            before = (before[0], self._screen(person)[1], before[2])
        if not self.workspace.wait(lambda: self._screen(person) != before, timeout):
            raise NoAnswer(f"{person.name} saw nothing new within {timeout} s; {_described(answer)}")
        return [
            message
            for channel in self.workspace.channels_of(person)
            for message in self.workspace.messages(person, channel)
            if message.user != person.id and before[0].get((message.channel, message.ts)) != message.version
        ]

    def _screen(self, person: Person) -> _Screen:
        with self.workspace.changed:
            seen = {
                (message.channel, message.ts): message.version
                for channel in self.workspace.channels_of(person)
                for message in self.workspace.messages(person, channel)
                if message.user != person.id
            }
            view, home = self.workspace.top_view(person.id), self.workspace.home(person.id)
            return seen, view.version if view else 0, home.version if home else 0

    def _is_open(self, view: View) -> bool:
        try:
            return self.workspace.view(view.id) is not None
        except SlackRefusal:
            return False

    def _now(self, where: Message | View) -> Message | View:
        if isinstance(where, View):
            return self.workspace.view(where.id)
        return self.workspace.message(where.channel, where.ts)

    def _filled(self, view: View, values: Mapping[str, object]) -> dict[str, dict[str, object]]:
        filled: dict[str, dict[str, object]] = {}
        left = set(values)
        for one in inputs.placed(view.blocks):
            for name in (one.block_id, one.action_id):
                if name in left:
                    filled.setdefault(one.block_id, {})[one.action_id] = self._meant(one, values[name])
                    left.discard(name)
        if left:
            names = ", ".join(f"{one.block_id}/{one.action_id}" for one in inputs.placed(view.blocks))
            raise NotOffered(f"there is no input {sorted(left)[0]!r} in this modal; there is: {names}")
        return filled

    def _meant(self, one: Placed, value: object) -> object:
        """Turn names of people and channels into ids, where the element chooses among them."""
        if isinstance(value, list | tuple):
            return [self._meant(one, each) for each in value]
        if isinstance(value, str) and value:
            if one.element["type"].endswith("users_select"):
                return self.workspace.person(value).id
            if one.element["type"].endswith(("channels_select", "conversations_select")):
                return self.workspace.channel(value).id
        return value

    # Running

    def join(self) -> None:
        """Serve until interrupted (for a command line)."""
        self._servers.join()

    def stop(self) -> None:
        """Stop serving and close every connection."""
        self._servers.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def _described(answer: Acknowledgement | None) -> str:
    if answer is None:
        return "nothing was sent to the bot"
    said = f"answered {answer.status} {answer.body!r}" if not answer.error else f"failed with {answer.error}"
    return f"the bot {said} after {answer.seconds:.2f} s"
