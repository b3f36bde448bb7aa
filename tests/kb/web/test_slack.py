"""Sign in with Slack: a real OpenID Connect server, full members and nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.kb.web.conftest import House, MakeHouse
from tests.kb.web.oidc import BOT, CLIENT, SECRET, Slack, running, visit


@pytest.fixture
def slack() -> Iterator[Slack]:
    with running() as started:
        yield started


def _house(make_house: MakeHouse, slack: Slack, **changed: Any) -> House:
    known = {"slack_client_id": CLIENT, "slack_client_secret": SECRET, "slack_api_url": slack.api}
    house = make_house(**(known | {"slack_bot_token": BOT} | changed))
    house.write("articles/secret.md", "---\naudience: staff\n---\n# A secret\n")
    house.refresh()
    return house


@pytest.fixture
def house(make_house: MakeHouse, slack: Slack) -> House:
    """A help centre that may ask Slack about users."""
    return _house(make_house, slack)


def come(client: FlaskClient, going: str = "/articles/secret") -> TestResponse:
    sent = client.get("/sign-in/slack", query_string={"next": going})
    assert sent.status_code == 302, sent.text
    return client.get(visit(sent.headers["Location"]))


def test_a_full_member_comes_in_and_goes_on(house: House) -> None:
    client = house.client
    assert "Sign in with Slack" in client.get("/sign-in").text
    answer = come(client)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/articles/secret")
    assert client.get("/articles/secret").status_code == 200
    assert "Olivia Otter" in client.get("/account").text


@pytest.mark.parametrize(
    "user",
    [
        {"is_restricted": True}, {"is_ultra_restricted": True}, {"deleted": True}, {"is_bot": True},
        {"is_stranger": True}, {"team_id": "T9"}, {"id": "U2"},
    ],
    ids=str,
)  # fmt: skip
def test_everybody_else_is_refused(house: House, slack: Slack, user: dict[str, Any]) -> None:
    slack.user |= user
    client = house.client
    assert come(client).status_code == 403
    assert client.get("/articles/secret").status_code == 404


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://slack.example"}, {"aud": "9.9"}, {"exp": 1_700_000_001}, {"nonce": "another"},
        {"nonce": None}, {"https://slack.com/user_id": None}, {"https://slack.com/team_id": "T9"},
        {"https://slack.com/user_id": "U9"}, {"https://slack.com/user_id": ["U1"]},
    ],
    ids=str,
)  # fmt: skip
def test_an_id_token_that_does_not_hold_lets_nobody_in(
    house: House, slack: Slack, claims: dict[str, Any]
) -> None:
    slack.claims |= claims
    assert come(house.client).status_code == 403


def test_an_id_token_that_somebody_else_signed_lets_nobody_in(house: House, slack: Slack) -> None:
    slack.forged = rsa.generate_private_key(65537, 2048)
    assert come(house.client).status_code == 403


def test_an_answer_counts_only_in_the_browser_that_asked(house: House) -> None:
    sent = house.client.get("/sign-in/slack")
    assert house.client.get(visit(sent.headers["Location"])).status_code == 403
    assert house.client.get("/sign-in/slack/callback?code=x&state=y").status_code == 403
    assert house.client.get("/sign-in/slack/callback?error=access_denied").status_code == 403


def test_an_answer_counts_once(house: House) -> None:
    client = house.client
    back = visit(client.get("/sign-in/slack").headers["Location"])
    assert [client.get(back).status_code for _ in range(2)] == [303, 403]


def test_without_the_bot_s_token_only_those_who_are_listed_may_come(
    make_house: MakeHouse, slack: Slack
) -> None:
    house = _house(make_house, slack, slack_bot_token=None, slack_team_id="T1")
    assert come(house.client).status_code == 403
    house.write("people.yaml", "managers: [U1]\n")
    house.refresh()
    assert come(house.client).status_code == 303
    slack.claims |= {"https://slack.com/team_id": "T2"}
    assert come(house.client).status_code == 403


def test_a_company_whose_people_yaml_lets_nobody_ask_lets_nobody_in(house: House) -> None:
    client = house.client
    assert come(client).status_code == 303
    house.write("people.yaml", "default_role: none\n")
    house.refresh()
    assert client.get("/articles/secret").status_code == 404
    assert come(house.client).status_code == 403


def test_nobody_is_sent_elsewhere(house: House) -> None:
    assert come(house.client, "//evil.example").headers["Location"] == "/"


def test_while_slack_is_away_a_page_says_so(make_house: MakeHouse) -> None:
    with running() as slack:
        house = _house(make_house, slack)
    answer = house.client.get("/sign-in/slack")
    assert answer.status_code == 503
    assert "Slack does not answer" in answer.text


def test_without_slack_the_page_does_not_exist(harbour: House) -> None:
    assert harbour.client.get("/sign-in/slack").status_code == 404
    assert "Slack" not in harbour.client.get("/sign-in").text
