"""What the tests of exceptions do in Slack, and what they read there."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from bot.playground.delivery import Request as Delivered
from bot.playground.local import LocalSlack
from bot.playground.rules import check_message, check_view
from bot.playground.workspace import Message, View
from bot.server import Bot, Parts, make_bot
from bot.slack import client as slack_client
from bot.text import plain, unescaped
from tests.conftest import NOON, OLGA
from tiering.usecases.deliveries import delivered_among
from tiering.usecases.history import History, history

CHANNEL, DIRECT = "customer-success", "longtail"
REASON = "Large pilot & <b>a demo</b>."


@dataclass
class Clock:
    """The time, as a test says."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now


def lines(message: Message) -> list[str]:
    assert check_message({"text": message.text, "blocks": list(message.blocks)}) == []
    return unescaped(message.text).split("\n")


def opens(slack: LocalSlack, text: str, person: str = "vera") -> View:
    """Type a command and return the form that it opens."""
    assert slack.command(person, CHANNEL, text) == []
    view = slack.view(person)
    assert view is not None
    assert check_view(view.payload) == []
    return view


def held(view: View, block_id: str) -> str:
    """What stands in a field of a form at first."""
    element = next(one for one in view.payload["blocks"] if one.get("block_id") == block_id)["element"]
    option = element.get("initial_option") or {}
    return str(option.get("value") or element.get("initial_date") or element.get("initial_value") or "")


def asks(
    slack: LocalSlack,
    text: str = "/tier request initech health check",
    person: str = "vera",
    *,
    arrives: bool = True,
    **fields: str,
) -> Message:
    """Ask for an exception and return the confirmation, once the notice has arrived."""
    before = direct_messages(slack)
    (confirmed, *_) = slack.submit(person, opens(slack, text, person), {"reason": REASON, **fields})
    assert not arrives or slack.wait(lambda: direct_messages(slack) > before, 5)
    return confirmed


def direct_messages(slack: LocalSlack) -> int:
    return sum(len(slack.messages(person, DIRECT)) for person in ("vera", "marco", "olivia"))


def eventually(is_so: Callable[[], bool]) -> bool:
    """Wait for what becomes so in the record, which tells nobody."""
    for _ in range(250):
        if is_so():
            return True
        time.sleep(0.02)
    return False


def notices(slack: LocalSlack, person: str, count: int = 1) -> list[Message]:
    """Wait for so many direct messages of the bot, and return all there are."""
    assert slack.wait(lambda: len(slack.messages(person, DIRECT)) >= count, 5)
    return slack.messages(person, DIRECT)


def notice(slack: LocalSlack, person: str) -> Message:
    """The one direct message of the bot."""
    (one,) = notices(slack, person)
    return one


def becomes(slack: LocalSlack, message: Message, first: str) -> list[str]:
    """Wait until a message reads otherwise, and return how."""

    def now() -> list[str]:
        return lines(slack.workspace.message(message.channel, message.ts))

    assert slack.wait(lambda: now()[0].startswith(first), 5), now()
    return now()


def at_home(slack: LocalSlack, person: str) -> list[str]:
    """Open somebody's App Home and read it."""
    home = slack.open_home(person)
    assert home is not None
    return plain(home.payload["blocks"]).split("\n")


def buttons(message: Message) -> list[str]:
    return [
        one["text"]["text"]
        for block in message.blocks
        if block["type"] == "actions"
        for one in block["elements"]
    ]


def told(office: Parts, account: str = "I-1") -> list[str]:
    """What the history says was done, without what was only read."""
    found = history(office.store, account, OLGA, office.content.time_zone)
    assert isinstance(found, History)
    kinds = ("request exception", "approve request", "decline request", "withdraw request", "except")
    return [event.kind for event in found.events if event.kind in kinds]


def failure(office: Parts, key: str) -> str | None:
    """Why a message certainly did not arrive."""
    found = delivered_among(office.store, [key]).get(key)
    return found.failure if found else None


@contextmanager
def another(office: Parts, slack: LocalSlack) -> Iterator[Bot]:
    """Another process of the bot, for its chores."""
    credentials = slack.workspace.bot.credentials
    yield make_bot(office, slack_client(credentials.bot_token, slack.api_url), credentials.signing_secret)


def forged(slack: LocalSlack, person: str, action: dict[str, str]) -> Message:
    """Press a button that this person was never shown."""
    someone, channel = slack.workspace.person(person), slack.workspace.channel(CHANNEL)
    payload = {
        "type": "block_actions",
        "user": {"id": someone.id, "team_id": someone.team_id},
        "team": {"id": someone.team_id},
        "channel": {"id": channel.id},
        "trigger_id": f"1.{person}.{random.random()}",
        "response_url": slack.gestures._response_url(someone, channel, None),
        "actions": [action],
    }
    before = len(slack.messages(person, CHANNEL))
    slack.delivery.send(Delivered("interactive", payload))
    assert slack.wait(lambda: len(slack.messages(person, CHANNEL)) > before, 5)
    return slack.messages(person, CHANNEL)[-1]
