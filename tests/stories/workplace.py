"""A workplace in the local Slack: what its people do there, and everything that anybody could see of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select

from bot.playground.delivery import Request
from bot.playground.local import LocalSlack
from bot.playground.people import CAST
from bot.playground.rules import check_view
from bot.playground.workspace import Message, View
from bot.server import Parts, make_bot
from bot.slack import client
from bot.text import plain
from tests.bot.conftest import Library
from tests.bot.features.exception.office import CHANNEL, DIRECT, Clock, lines
from tiering.storage.database import metadata

SHARED = "globex-shared"
"""A channel in which another company reads along."""


@dataclass
class Workplace:
    """People at work in Slack; every message and modal that they see is one that Slack takes."""

    slack: LocalSlack
    parts: Parts
    clock: Clock
    library: Library

    # What people do

    def types(self, person: str, text: str, channel: str = CHANNEL) -> Message:
        """Type a command, whose answer only this person sees."""
        (answer,) = self.slack.command(person, channel, text)
        assert answer.visible_to == self.slack.workspace.person(person).id
        return answer

    def first(self, person: str, text: str, channel: str = CHANNEL) -> str:
        """Type a command and read the first line of its answer."""
        return lines(self.types(person, text, channel))[0]

    def opens(self, person: str, text: str, channel: str = CHANNEL) -> View:
        """Type a command that opens a form."""
        assert self.slack.command(person, channel, text) == []
        return self.modal(person)

    def presses(self, person: str, where: Message | View, label: str) -> list[Message]:
        """Press the button with this label."""
        for block in where.blocks:
            for one in block.get("elements", ()):
                if one.get("type") == "button" and one["text"]["text"] == label:
                    return self.slack.press(person, where, one["action_id"], one.get("value"))
        raise AssertionError(f"there is no button {label!r}")

    def asks_for(self, wish: str, reason: str, *, of: str, **fields: str) -> Message:
        """Let Vera ask for an exception, and wait until whoever answers has the message."""
        before = len(self.slack.messages(of, DIRECT))
        form = self.opens("vera", f"/tier request {wish}")
        (confirmed, *_) = self.slack.submit("vera", form, {"reason": reason, **fields})
        assert self.slack.wait(lambda: len(self.slack.messages(of, DIRECT)) > before)
        return confirmed

    # What people see

    def modal(self, person: str) -> View:
        """Give the modal on somebody's screen."""
        view = self.slack.view(person)
        assert view is not None
        assert check_view(view.payload) == []
        return view

    def told(self, person: str, first: str) -> Message:
        """Wait for a direct message that begins so."""

        def found() -> list[Message]:
            return [one for one in self.slack.messages(person, DIRECT) if lines(one)[0] == first]

        assert self.slack.wait(lambda: bool(found())), [
            lines(one)[0] for one in self.slack.messages(person, DIRECT)
        ]
        return found()[-1]

    def becomes(self, message: Message, first: str) -> Message:
        """Wait until a message begins so."""

        def now() -> Message:
            return self.slack.workspace.message(message.channel, message.ts)

        assert self.slack.wait(lambda: lines(now())[0] == first), lines(now())
        return now()

    def becomes_with(self, message: Message, begins: str) -> list[str]:
        """Wait until a line of a message begins so, and read all of it."""

        def now() -> list[str]:
            return lines(self.slack.workspace.message(message.channel, message.ts))

        assert self.slack.wait(lambda: any(line.startswith(begins) for line in now())), now()
        return now()

    # What passes behind it

    def it_is_later(self, now: datetime) -> None:
        """Let it be later, and another process of the bot look after what is due."""
        self.clock.now = now
        credentials = self.slack.workspace.bot.credentials
        api = client(credentials.bot_token, self.slack.api_url)
        make_bot(self.parts, api, credentials.signing_secret).chores.run()

    def record(self) -> dict[str, list[tuple[Any, ...]]]:
        """Read every table of the record, the bot's own included."""
        with self.parts.store.engine.begin() as connection:
            return {
                table.name: sorted(map(tuple, connection.execute(select(table))), key=repr)
                for table in metadata.sorted_tables
            }

    def screens(self) -> set[tuple[str, str, str, int]]:
        """List every message that anybody sees, with its version."""
        return {
            (person.handle, message.channel, message.ts, message.version)
            for person in CAST
            for channel in self.slack.workspace.channels_of(person)
            for message in self.slack.workspace.messages(person, channel)
        }


def shown(blocks: Sequence[Mapping[str, Any]]) -> list[str]:
    """Read the blocks of a modal or an App Home."""
    return plain(blocks).split("\n")


def is_answered_elsewhere(request: Request) -> bool:
    """Tell what is answered by a message or a modal of its own from what the acknowledgement answers."""
    return request.payload.get("type") not in ("view_submission", "block_suggestion")


def taken_over(workplace: Workplace, request: Request, person: str, number: int) -> Request:
    """Make the same request as if this person had sent it just now, from a channel that they are in."""
    world = workplace.slack.workspace
    somebody = world.person(person)
    channel, direct = world.channels_of(somebody)[0], world.channel(DIRECT, somebody)
    payload: dict[str, Any] = dict(request.payload)
    if "event" in payload:
        place = direct if payload["event"].get("channel_type") == "im" else channel
        event = {**payload["event"], "user": somebody.id, "channel": place.id}
        return replace(request, payload={**payload, "event": event, "event_id": f"Ev{person}{number}"})
    payload["trigger_id"] = world.grants.trigger(somebody.id)
    if "response_url" in payload:
        payload["response_url"] = workplace.slack.gestures._response_url(somebody, channel)
    if "user" in payload:
        payload["user"] = {**payload["user"], "id": somebody.id, "team_id": somebody.team_id}
    else:
        payload |= {"user_id": somebody.id, "channel_id": channel.id}
    return replace(request, payload=payload)
