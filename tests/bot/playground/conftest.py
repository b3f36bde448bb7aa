"""A running local Slack, and a small real bot that answers in it."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator

import pytest
from slack_bolt import App

from bot.playground.app import serve
from bot.playground.local import LocalSlack
from bot.playground.workspace import Workspace
from tests.bot.playground.sample_bot import INSTALLED, make_bot, serving


class Clock:
    """The real time, unless a test moves it forward."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def workspace(clock: Clock) -> Workspace:
    return Workspace(INSTALLED, clock, randomness=random.Random(7))


@pytest.fixture
def slack(workspace: Workspace) -> Iterator[LocalSlack]:
    """A local Slack to which no bot is connected yet."""
    with serve(workspace) as local:
        yield local


@pytest.fixture
def app(slack: LocalSlack) -> App:
    return make_bot(slack.api_url)


@pytest.fixture
def local(slack: LocalSlack, app: App) -> Iterator[LocalSlack]:
    """A local Slack with the sample bot behind its request URL."""
    with serving(app) as url:
        slack.connect(url)
        yield slack
