"""The door: what Slack signed comes in, everything else stays outside."""

from __future__ import annotations

import http.client
import time
from urllib.parse import urlencode, urlsplit

import pytest

from bot.playground.local import LocalSlack
from tests.bot.conftest import signed

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def ask(slack: LocalSlack, method: str, path: str, body: str | bytes = "", **headers: str) -> tuple[int, str]:
    url = urlsplit(slack.delivery.request_url or "")
    connection = http.client.HTTPConnection(url.hostname or "", url.port, timeout=5)
    connection.request(
        method,
        path,
        body if isinstance(body, bytes) else body.encode(),
        {name.replace("_", "-"): value for name, value in headers.items()},
    )
    answer = connection.getresponse()
    said = answer.read().decode()
    connection.close()
    return answer.status, said


def command(slack: LocalSlack, text: str = "acme") -> str:
    person = slack.workspace.person("vera")
    channel = slack.workspace.channel("customer-success")
    return urlencode(
        {
            "command": "/tier",
            "text": text,
            "user_id": person.id,
            "team_id": person.team_id,
            "channel_id": channel.id,
            "trigger_id": "1.2.3",
            "response_url": f"{slack.page_url}response/none",
        }
    )


def test_health_is_told_to_anybody(slack: LocalSlack) -> None:
    assert ask(slack, "GET", "/healthz") == (200, "ok\n")
    assert ask(slack, "HEAD", "/healthz") == (200, "")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", "/slack/events"),
        ("POST", "/healthz"),
        ("POST", "/slack/events/"),
        ("POST", "/slack/../slack/events"),
        ("GET", "/slack/install"),
        ("PUT", "/slack/events"),
    ],
)
def test_nothing_else_is_there(slack: LocalSlack, method: str, path: str) -> None:
    status, _ = ask(slack, method, path)
    assert status == 404


def test_a_signed_request_is_acknowledged(slack: LocalSlack) -> None:
    body = command(slack)
    headers = signed(slack.workspace.bot.credentials.signing_secret, body, int(time.time()))
    assert ask(slack, "POST", "/slack/events", body, **FORM, **headers)[0] == 200


def told_of_lumbergh(slack: LocalSlack) -> int:
    """How often Vera was told of Lumbergh; answers to the tests before may still arrive, but not of it."""
    seen = [one for place in ("customer-success", "longtail") for one in slack.messages("vera", place)]
    return sum("Lumbergh is" in one.text for one in seen)


@pytest.mark.parametrize("age", [301, 3600, -400])
def test_a_request_that_is_not_of_these_five_minutes_is_refused(slack: LocalSlack, age: int) -> None:
    body = command(slack, "lumbergh")
    headers = signed(slack.workspace.bot.credentials.signing_secret, body, int(time.time()) - age)
    before = told_of_lumbergh(slack)
    assert ask(slack, "POST", "/slack/events", body, **FORM, **headers)[0] == 401
    assert told_of_lumbergh(slack) == before


def test_a_forged_request_is_refused(slack: LocalSlack) -> None:
    body = command(slack, "lumbergh")
    headers = signed("guessed", body, int(time.time()))
    before = told_of_lumbergh(slack)
    assert ask(slack, "POST", "/slack/events", body, **FORM, **headers)[0] == 401
    assert told_of_lumbergh(slack) == before


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b"", {}),
        (b"ssl_check=1&token=x", {}),
        (b"{", {}),
        (b"[]", {"X-Slack-Request-Timestamp": "now", "X-Slack-Signature": "v0=1"}),
        (b"\xff\xfe", {"X-Slack-Request-Timestamp": "1", "X-Slack-Signature": "v0=1"}),
        (b"a=b", {"X-Slack-Request-Timestamp": "9" * 400, "X-Slack-Signature": "v0=\xe9"}),
        (b'{"type": "url_verification", "challenge": "x"}', {"Content-Type": "application/json"}),
    ],
)
def test_what_is_not_signed_is_refused_whatever_it_says(
    slack: LocalSlack, body: bytes, headers: dict[str, str]
) -> None:
    assert ask(slack, "POST", "/slack/events", body, **headers)[0] == 401


@pytest.mark.parametrize("body", ["{", "[]", "[1, 2]", '"text"', "payload=[]", "payload={", '{"event": "x"}'])
def test_a_signed_body_that_makes_no_sense_is_refused_and_nothing_breaks(
    slack: LocalSlack, body: str
) -> None:
    headers = signed(slack.workspace.bot.credentials.signing_secret, body, int(time.time()))
    status, _ = ask(slack, "POST", "/slack/events", body, **{"Content-Type": "application/json"}, **headers)
    assert status in (200, 400)
    assert ask(slack, "GET", "/healthz")[0] == 200


def test_slack_may_verify_the_address(slack: LocalSlack) -> None:
    body = '{"type": "url_verification", "challenge": "c3po"}'
    headers = signed(slack.workspace.bot.credentials.signing_secret, body, int(time.time()))
    status, said = ask(
        slack, "POST", "/slack/events", body, **{"Content-Type": "application/json"}, **headers
    )
    assert status == 200
    assert "c3po" in said
