"""The directory: asks Slack once, remembers for some minutes, and refuses when Slack cannot say."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from slack_sdk import WebClient

from bot.directory import LISTED_SECONDS, REMEMBERED_SECONDS, Directory
from bot.playground.app import serve
from bot.playground.local import LocalSlack
from bot.playground.people import DANA, GITA, MARCO, TEAM_ID, VERA
from bot.playground.workspace import Disturbance
from bot.server import new_workspace
from bot.slack import Slack, SlackRefused
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


def listings(slack: LocalSlack) -> int:
    return sum(call.method == "users.list" for call in slack.workspace.calls)


@pytest.mark.parametrize("name", ["Dana Whitfield", "dana  WHITFIELD", "dana"])
def test_a_name_of_the_crm_is_found_by_full_name_or_by_what_somebody_calls_themselves(
    client: WebClient, directory: Directory, name: str
) -> None:
    found = directory.called([Slack(client)], name)
    assert found is not None
    assert (found.name, found.time_zone) == ("Dana Whitfield", "America/New_York")


@pytest.mark.parametrize(
    "name", ["Gita Rao", "Stella Park", "Xenia Pappas", "Sofia Caruso", "Dana W", "", "…"]
)
def test_a_guest_a_stranger_and_nobody_are_found_by_no_name(
    client: WebClient, directory: Directory, name: str
) -> None:
    assert directory.called([Slack(client)], name) is None


def test_people_yaml_says_who_is_meant_before_slack_does(client: WebClient, hands: Hands) -> None:
    roles = Roles(
        names={"Dana Whitfield": MARCO.id, "Sofia Caruso": VERA.id, "Gone": "U0NOBODY", "G": GITA.id}
    )
    directory = Directory(Home(frozenset({TEAM_ID})), roles, hands)
    for name, meant in (("Dana Whitfield", "Marco Silva"), ("sofia caruso", "Vera Novak")):
        found = directory.called([Slack(client)], name)
        assert found is not None
        assert found.name == meant
    assert directory.called([Slack(client)], "G") is None
    with pytest.raises(SlackRefused):
        directory.called([Slack(client)], "Gone")


def test_of_two_who_are_called_the_same_neither_is_meant(hands: Hands) -> None:
    workspace = new_workspace(random.Random(1))
    twin = replace(VERA, id="U05TWIN", handle="twin", name=DANA.name)
    workspace.people[twin.id] = twin
    with serve(workspace) as slack:
        two = WebClient(workspace.bot.credentials.bot_token, slack.api_url)
        directory = Directory(Home(frozenset({TEAM_ID})), Roles(), hands)
        assert directory.called([Slack(two)], "Dana Whitfield") is None
        assert directory.called([Slack(two)], "dana") is not None


def test_slack_lists_its_people_once_an_hour(
    slack: LocalSlack, client: WebClient, directory: Directory, hands: Hands
) -> None:
    before = listings(slack)
    for name in ("Dana Whitfield", "Vera Novak", "Nobody"):
        directory.called([Slack(client)], name)
    assert listings(slack) == before + 1
    hands.now = LISTED_SECONDS
    directory.called([Slack(client)], "Dana Whitfield")
    assert listings(slack) == before + 2


def test_a_list_that_slack_cannot_give_is_no_answer(
    slack: LocalSlack, client: WebClient, directory: Directory
) -> None:
    slack.workspace.disturb(Disturbance("users.list", error="internal_error"))
    with pytest.raises(SlackRefused):
        directory.called([Slack(client)], "Dana Whitfield")
    assert directory.called([Slack(client)], "Dana Whitfield") is not None
