"""The directory: asks Slack once, remembers for some minutes, and refuses when Slack cannot say."""

from __future__ import annotations

import pytest
from slack_sdk import WebClient

from bot.directory import REMEMBERED_SECONDS, Directory
from bot.playground.local import LocalSlack
from bot.playground.people import TEAM_ID
from bot.playground.workspace import Disturbance
from tiering.people import UNKNOWN, Home, Person, Refused, Roles


class Hands:
    """A timer that a test turns."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def client(slack: LocalSlack) -> WebClient:
    return WebClient(slack.workspace.bot.credentials.bot_token, slack.api_url)


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def directory(hands: Hands) -> Directory:
    return Directory(Home(frozenset({TEAM_ID})), Roles(), hands)


def asked(slack: LocalSlack) -> int:
    return sum(call.method == "users.info" for call in slack.workspace.calls)


def test_slack_is_asked_once_and_again_after_five_minutes(
    slack: LocalSlack, client: WebClient, directory: Directory, hands: Hands
) -> None:
    vera = slack.workspace.person("vera").id
    before = asked(slack)
    for _ in range(3):
        assert isinstance(directory.person(client, vera), Person)
    assert asked(slack) == before + 1
    hands.now = REMEMBERED_SECONDS
    directory.person(client, vera)
    assert asked(slack) == before + 2


@pytest.mark.parametrize("user", ["", "U0NOBODY", "USLACKBOT"])
def test_nobody_unknown_gets_in(client: WebClient, directory: Directory, user: str) -> None:
    assert isinstance(directory.person(client, user), Refused)


@pytest.mark.parametrize(
    "disturbance",
    [Disturbance("users.info", error="internal_error"), Disturbance("users.info", retry_after=1)],
)
def test_when_slack_cannot_say_nobody_gets_in_and_the_next_try_asks_again(
    slack: LocalSlack, client: WebClient, directory: Directory, disturbance: Disturbance
) -> None:
    vera = slack.workspace.person("vera").id
    slack.workspace.disturb(disturbance)
    assert directory.person(client, vera) == Refused(UNKNOWN, "unknown")
    assert isinstance(directory.person(client, vera), Person)


def test_a_slack_that_is_away_lets_nobody_in(directory: Directory) -> None:
    assert directory.person(WebClient("xoxb-1", "http://127.0.0.1:9/"), "U1") == Refused(UNKNOWN, "unknown")


def test_whoever_did_something_is_named_also_a_guest(
    slack: LocalSlack, client: WebClient, directory: Directory
) -> None:
    assert directory.name(client, slack.workspace.person("vera").id) == "Vera Novak"
    assert directory.name(client, slack.workspace.person("gita").id) == "Gita Rao"
    assert directory.name(client, "U0NOBODY") == ""
