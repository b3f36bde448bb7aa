"""The world of the local Slack: channels, messages, modals and App Homes, kept in memory."""

from __future__ import annotations

import random
import string
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from bot.playground import people
from bot.playground.grants import Grants, SlackRefusal
from bot.playground.people import Channel, Person

Block = Mapping[str, Any]

MODAL_STACK = 3
"""Views in a stack of modals at most."""
KEPT_MESSAGES = 1000
"""Messages kept in each channel; older ones are forgotten."""


@dataclass(frozen=True)
class Credentials:
    """The secrets that Slack and the bot share; the client's only where it is installed by OAuth."""

    bot_token: str
    app_token: str
    signing_secret: str
    client_id: str = ""
    client_secret: str = ""


@dataclass(frozen=True)
class SlashCommand:
    """A command as the app's manifest declares it.

    `usage` is what may follow the name, alternatives apart by `|`. With `escape`, Slack writes people and
    channels in the command's text as `<@U...|name>` and `<#C...|name>`.
    """

    name: str
    usage: str = ""
    summary: str = ""
    escape: bool = False


@dataclass(frozen=True)
class Shortcut:
    """A global or message shortcut as the app's manifest declares it."""

    callback_id: str
    name: str
    on_message: bool = False


@dataclass(frozen=True)
class InstalledBot:
    """The app that this workspace has installed, with the events it subscribes to.

    Links to `unfurl_domains` raise `link_shared`, when that is among the events. Methods that need more
    than `scopes` are refused; without any said, none is. Whoever installs it is led to `redirect_url`.
    """

    credentials: Credentials
    commands: tuple[SlashCommand, ...] = ()
    shortcuts: tuple[Shortcut, ...] = ()
    name: str = "Longtail"
    events: frozenset[str] = frozenset({"app_mention", "message.im", "app_home_opened"})
    unfurl_domains: tuple[str, ...] = ()
    scopes: frozenset[str] | None = None
    redirect_url: str = ""

    @property
    def handle(self) -> str:
        """Give the name in mentions."""
        return self.name.lower().replace(" ", "-")


@dataclass(frozen=True)
class Message:
    """A message as it stands now; `visible_to` names the one who sees an ephemeral message."""

    channel: str
    ts: str
    user: str
    text: str
    blocks: tuple[Block, ...] = ()
    visible_to: str | None = None
    edited: bool = False
    unfurls: tuple[Block, ...] = ()
    version: int = 0
    thread: str = ""
    """The message below which it stands, if it stands in a thread; here it is shown in the channel."""

    def as_payload(self) -> dict[str, Any]:
        """Describe the message as Slack's payloads do."""
        described: dict[str, Any] = {"type": "message", "user": self.user, "ts": self.ts, "text": self.text}
        described["team"] = people.TEAM_ID
        if self.user == people.BOT_USER_ID:
            described |= {"bot_id": people.BOT_ID, "app_id": people.APP_ID}
        if self.thread:
            described["thread_ts"] = self.thread
        if self.blocks:
            described["blocks"] = list(self.blocks)
        if self.edited:
            described["edited"] = {"user": self.user, "ts": self.ts}
        return described


@dataclass(frozen=True)
class View:
    """A modal or an App Home as the bot last wrote it, for one person.

    `errors` are sentences by block_id that the person sees beside fields; `trouble` is Slack's own sentence.
    """

    id: str
    person: str
    payload: Mapping[str, Any]
    hash: str = ""
    root: str = ""
    previous: str | None = None
    errors: Mapping[str, str] = field(default_factory=dict)
    trouble: str = ""
    version: int = 0

    @property
    def blocks(self) -> tuple[Block, ...]:
        """Give the view's blocks."""
        return tuple(self.payload.get("blocks", ()))

    def as_payload(self, state: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Describe the view as Slack's payloads do, with what the person has filled in."""
        defaults = {
            "close": None,
            "submit": None,
            "private_metadata": "",
            "callback_id": "",
            "external_id": "",
        }
        return {
            **defaults,
            **self.payload,
            "id": self.id,
            "team_id": people.TEAM_ID,
            "app_id": people.APP_ID,
            "app_installed_team_id": people.TEAM_ID,
            "bot_id": people.BOT_ID,
            "hash": self.hash,
            "root_view_id": self.root,
            "previous_view_id": self.previous,
            "state": state or {"values": {}},
        }


@dataclass(frozen=True)
class Disturbance:
    """Something that goes wrong with the next calls of a Web API method (`*` for every one).

    The method of an answer to a response url is `response_url`.

    Slack answers late by `delay` seconds, then 429 with `retry_after`, or with an `error`, or as always.
    """

    method: str = "*"
    times: int = 1
    retry_after: int | None = None
    error: str | None = None
    delay: float = 0.0


@dataclass(frozen=True)
class Call:
    """A Web API call that the bot made, and Slack's answer."""

    method: str
    arguments: Mapping[str, Any]
    answer: Mapping[str, Any]


class Workspace:
    """Everything the local Slack knows; safe to use from several threads.

    `clock` gives seconds since 1970 (the real time: the bot refuses requests that are five minutes old).
    `acknowledgement_seconds` is how long Slack waits for the bot: three.
    """

    def __init__(self, bot: InstalledBot, clock: Callable[[], float], randomness: random.Random) -> None:
        self.bot = bot
        self.clock = clock
        self.randomness = randomness
        self.changed = threading.Condition(threading.RLock())
        self.version = 0
        self.base_url = "http://127.0.0.1"
        self.acknowledgement_seconds = 3.0
        self.grants = Grants(clock, lambda length: self.new_id("", length))
        self.calls: deque[Call] = deque(maxlen=KEPT_MESSAGES)
        robot = Person(people.BOT_USER_ID, bot.handle, bot.name, "App", "App", tz="Etc/UTC", is_bot=True)
        slackbot = Person(people.SLACKBOT_ID, "slackbot", "Slackbot", "", "Slackbot", tz="Etc/UTC")
        self.people = {person.id: person for person in (*people.CAST, robot, slackbot)}
        directs = [people.direct_channel(person, bot.handle) for person in people.CAST]
        self.channels = {channel.id: channel for channel in (*people.CHANNELS, *directs)}
        self._messages: dict[str, deque[Message]] = {
            channel: deque(maxlen=KEPT_MESSAGES) for channel in self.channels
        }
        self._views: dict[str, View] = {}
        self._stacks: dict[str, list[str]] = {person: [] for person in self.people}
        self._homes: dict[str, str] = {}
        self._disturbances: list[Disturbance] = []
        self._last_ts = 0.0

    # Names

    def person(self, name: str) -> Person:
        """Find a person by handle or id; raises SlackRefusal `user_not_found`."""
        for person in self.people.values():
            if name.removeprefix("@") in (person.id, person.handle):
                return person
        raise SlackRefusal("user_not_found")

    def channel(self, name: str, person: Person | None = None) -> Channel:
        """Find a channel by name or id, or the person's direct message by the bot's name.

        Raises SlackRefusal `channel_not_found` when there is none or the person is not in it.
        """
        for channel in self.channels.values():
            named = name.removeprefix("#") in (channel.id, channel.name)
            if named and (
                person.id in channel.members if person else not channel.is_im or name == channel.id
            ):
                return channel
        raise SlackRefusal("channel_not_found")

    def channels_of(self, person: Person) -> list[Channel]:
        """List the channels that a person is in."""
        return [channel for channel in self.channels.values() if person.id in channel.members]

    def new_id(self, prefix: str, length: int = 10) -> str:
        """Make an identifier that looks like Slack's."""
        with self.changed:
            return prefix + "".join(self.randomness.choices(string.ascii_uppercase + string.digits, k=length))

    def new_ts(self) -> str:
        """Make a message's timestamp, later than every other."""
        with self.changed:
            self._last_ts = max(self.clock(), self._last_ts + 0.000_1)
            return f"{self._last_ts:.6f}"

    # Messages

    def post(self, message: Message) -> Message:
        """Add a message; blocks without a block_id get one. An empty `ts` is filled in."""
        with self.changed:
            blocks = self.named(message.blocks)
            message = replace(message, ts=message.ts or self.new_ts(), blocks=blocks, version=self._bump())
            self._messages[message.channel].append(message)
            return message

    def change(self, message: Message, **changes: Any) -> Message:
        """Replace members of a message; raises SlackRefusal `message_not_found`."""
        with self.changed:
            kept = self._messages[message.channel]
            for index, old in enumerate(kept):
                if old.ts == message.ts:
                    new = replace(old, version=self._bump(), **changes)
                    kept[index] = replace(new, blocks=self.named(new.blocks))
                    return kept[index]
        raise SlackRefusal("message_not_found")

    def delete(self, message: Message) -> None:
        """Remove a message; raises SlackRefusal `message_not_found`."""
        with self.changed:
            self._messages[message.channel].remove(self.message(message.channel, message.ts))
            self._bump()

    def message(self, channel: str, ts: str) -> Message:
        """Find a message; raises SlackRefusal `message_not_found`."""
        with self.changed:
            for message in self._messages.get(channel, ()):
                if message.ts == ts:
                    return message
        raise SlackRefusal("message_not_found")

    def messages(self, person: Person, channel: Channel) -> list[Message]:
        """List what a person sees in a channel, oldest first."""
        if person.id not in channel.members:
            return []
        with self.changed:
            return [seen for seen in self._messages[channel.id] if seen.visible_to in (None, person.id)]

    def notice(self, person: Person, channel: Channel, text: str) -> Message:
        """Let Slackbot tell one person something."""
        return self.post(Message(channel.id, "", people.SLACKBOT_ID, text, visible_to=person.id))

    def named(self, blocks: Sequence[Block]) -> tuple[Block, ...]:
        """Give each block a block_id and each interactive element an action_id, as Slack does on arrival."""
        return tuple(self._with_names(block) for block in blocks)

    def _with_names(self, block: Block) -> Block:
        named = {**block, "block_id": block.get("block_id") or self.new_id("", 5)}
        for place in ("accessory", "element"):
            if place in named:
                named[place] = self._with_action_id(named[place])
        if block.get("type") == "actions":
            named["elements"] = [self._with_action_id(element) for element in named["elements"]]
        return named

    def _with_action_id(self, element: Mapping[str, Any]) -> Mapping[str, Any]:
        if "action_id" in element or element.get("type") == "image":
            return element
        return {**element, "action_id": self.new_id("", 5)}

    # Modals and App Homes

    def open_view(self, person: str, payload: Mapping[str, Any], on: View | None = None) -> View:
        """Open a modal for a person, or push it on another one; raises SlackRefusal `push_limit_reached`."""
        with self.changed:
            stack = self._stacks[person]
            if on is None:
                self.close_views(person)
            elif len(stack) >= MODAL_STACK:
                raise SlackRefusal("push_limit_reached")
            identifier = self.new_id("V")
            root, previous = (on.root, on.id) if on else (identifier, None)
            stack.append(identifier)
            return self._keep(View(identifier, person, payload, root=root, previous=previous))

    def update_view(self, view: View, payload: Mapping[str, Any]) -> View:
        """Write a view anew, without errors."""
        return self._keep(replace(view, payload=payload, errors={}, trouble=""))

    def complain(self, view: View, errors: Mapping[str, str], trouble: str = "") -> View:
        """Show the person what is wrong with a modal."""
        with self.changed:
            return self._keep(replace(self._views[view.id], errors=dict(errors), trouble=trouble))

    def publish_home(self, person: str, payload: Mapping[str, Any]) -> View:
        """Write a person's App Home."""
        with self.changed:
            identifier = self._homes.setdefault(person, self.new_id("V"))
            return self._keep(View(identifier, person, payload, root=identifier))

    def _keep(self, view: View) -> View:
        with self.changed:
            payload = {**view.payload, "blocks": list(self.named(view.blocks))}
            made = f"{self.clock():.0f}.{self.new_id('', 8)}"
            self._views[view.id] = replace(view, payload=payload, hash=made, version=self._bump())
            return self._views[view.id]

    def view(self, identifier: str) -> View:
        """Find a view by id or by the bot's external_id; raises SlackRefusal `not_found`."""
        with self.changed:
            if identifier in self._views:
                return self._views[identifier]
            for view in self._views.values():
                if identifier and view.payload.get("external_id") == identifier:
                    return view
        raise SlackRefusal("not_found")

    def top_view(self, person: str) -> View | None:
        """Give the modal that a person sees."""
        with self.changed:
            return self._views[self._stacks[person][-1]] if self._stacks[person] else None

    def home(self, person: str) -> View | None:
        """Give a person's App Home, once the bot has published one."""
        with self.changed:
            return self._views[self._homes[person]] if person in self._homes else None

    def close_view(self, view: View) -> None:
        """Close one modal; the one beneath is seen again."""
        with self.changed:
            if view.id in self._stacks[view.person]:
                self._stacks[view.person].remove(view.id)
                del self._views[view.id]
                self._bump()

    def close_views(self, person: str) -> None:
        """Close a person's whole stack of modals."""
        with self.changed:
            for identifier in self._stacks[person]:
                del self._views[identifier]
            self._stacks[person].clear()
            self._bump()

    # Trouble on demand, and waiting

    def disturb(self, disturbance: Disturbance) -> None:
        """Let something go wrong with the bot's next calls."""
        with self.changed:
            self._disturbances += [disturbance] * disturbance.times

    def next_disturbance(self, method: str) -> Disturbance | None:
        """Take what was ordered to go wrong with this call."""
        with self.changed:
            for index, disturbance in enumerate(self._disturbances):
                if disturbance.method in ("*", method):
                    return self._disturbances.pop(index)
        return None

    def wait(self, until: Callable[[], bool], timeout: float) -> bool:
        """Wait, without polling, until something is true; false when it is not in `timeout` seconds."""
        with self.changed:
            return self.changed.wait_for(until, timeout)

    def record(self, call: Call) -> None:
        """Remember a call of the bot's."""
        with self.changed:
            self.calls.append(call)
            self._bump()

    def touch(self) -> None:
        """Tell everybody who waits that something has changed elsewhere."""
        with self.changed:
            self._bump()

    def _bump(self) -> int:
        self.version += 1
        self.changed.notify_all()
        return self.version
