"""The page over real HTTP: what it shows to whom, and what it refuses."""

from __future__ import annotations

import json
import urllib.parse
import urllib.request
from typing import Any
from urllib.error import HTTPError

import pytest

from bot.playground.local import LocalSlack
from bot.playground.people import OLIVIA
from bot.playground.workspace import Message

SCRIPT = "<script>alert(1)</script>"


def get(local: LocalSlack, path: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(local.page_url + path, timeout=5) as response:
            return response.status, response.read().decode()
    except HTTPError as error:
        with error:
            return error.code, error.read().decode()


def post(local: LocalSlack, path: str, said: object) -> tuple[int, Any]:
    request = urllib.request.Request(
        f"{local.page_url}page/{path}", json.dumps(said).encode(), {"Content-Type": "application/json"}
    )
    try:
        with urllib.request.urlopen(request, timeout=5) as response:
            return response.status, json.loads(response.read())
    except HTTPError as error:
        with error:
            body = error.read()
            return error.code, json.loads(body) if body.startswith(b"{") else None


def news(local: LocalSlack, **where: object) -> Any:
    return json.loads(get(local, f"page/news?{urllib.parse.urlencode(where)}")[1])


def test_each_person_sees_the_own_channels(local: LocalSlack) -> None:
    assert "globex-shared" in get(local, "?as=olivia")[1]
    assert "globex-shared" not in get(local, "?as=gita")[1]
    stranger = get(local, "?as=stella")[1]
    assert "globex-shared" in stranger
    assert "#</span>sales" not in stranger
    assert get(local, "?as=stella&channel=sales")[0] == 400
    assert get(local, "?as=nobody")[0] == 400


def test_the_page_allows_no_foreign_scripts_and_no_inline_ones(local: LocalSlack) -> None:
    with urllib.request.urlopen(local.page_url, timeout=5) as response:
        policy = response.headers["Content-Security-Policy"]
        html = response.read().decode()
    assert "default-src 'none'; script-src 'self'; style-src 'self'" in policy
    assert "<script>" not in html
    assert " style=" not in html
    assert "http://" not in html.replace("http://www.w3.org/2000/svg", "")


def test_an_ephemeral_message_is_news_for_one_person_only(local: LocalSlack) -> None:
    post(local, "type", {"as": "olivia", "channel": "sales", "text": "/tier acme"})
    assert local.wait(lambda: bool(local.messages("olivia", "sales")))
    mine = news(local, **{"as": "olivia", "channel": "sales"})
    assert "Only visible to you" in mine["messages"][0]["html"]
    assert news(local, **{"as": "vera", "channel": "sales"})["messages"] == []
    (message,) = local.messages("olivia", "sales")
    stolen = {"as": "vera", "channel": "sales", "ts": message.ts, "block_id": "b", "action_id": "why"}
    assert post(local, "act", stolen) == (400, {"problem": "message_not_found"})


def test_only_what_is_new_is_rendered_again(local: LocalSlack) -> None:
    local.command("olivia", "sales", "/tier acme")
    first = news(local, **{"as": "olivia", "channel": "sales"})
    local.command("olivia", "sales", "/tier initech")
    second = news(local, **{"as": "olivia", "channel": "sales", "after": first["version"]})
    assert [bool(one["html"]) for one in second["messages"]] == [False, True]


def test_nothing_from_outside_is_ever_markup(local: LocalSlack) -> None:
    blocks = (
        {"type": "header", "text": {"type": "plain_text", "text": SCRIPT}},
        {
            "type": "section",
            "text": {"type": "mrkdwn", "text": SCRIPT},
            "accessory": {
                "type": "static_select",
                "placeholder": {"type": "plain_text", "text": f'">{SCRIPT}'},
                "options": [{"text": {"type": "plain_text", "text": SCRIPT}, "value": f"'\">{SCRIPT}"}],
            },
        },
        {"type": "image", "image_url": "https://x.example/'\"><b>", "alt_text": f'">{SCRIPT}'},
        {"type": "table", "rows": [[{"type": "raw_text", "text": SCRIPT}]]},
        {"type": "markdown", "text": SCRIPT},
    )
    local.workspace.post(Message("C05SL4M8RTD", "", OLIVIA.id, SCRIPT, blocks))
    html = news(local, **{"as": "vera", "channel": "sales"})["messages"][0]["html"]
    assert "<script" not in html
    assert "<b>" not in html


@pytest.mark.parametrize("path", ["type", "act", "options", "submit", "close", "shortcut", "home"])
@pytest.mark.parametrize("said", [[], 3, "x", {"as": "nobody"}, {"as": "stella", "channel": "sales"}])
def test_nonsense_is_refused_without_breaking_anything(local: LocalSlack, path: str, said: object) -> None:
    assert post(local, path, said)[0] == 400


def test_what_is_no_longer_there_is_said(local: LocalSlack) -> None:
    (message,) = local.command("olivia", "sales", "/tier acme")
    here = {"as": "olivia", "channel": "sales", "ts": message.ts}
    gone = post(local, "act", here | {"block_id": "x", "action_id": "y"})
    assert gone == (400, {"problem": "this element is no longer there"})
    assert post(local, "submit", here | {"view": "V0", "values": 3})[0] == 400


def test_a_permalink_leads_to_its_channel(local: LocalSlack) -> None:
    status, html = get(local, "archives/C05SL4M8RTD/p1795348800000100")
    assert status == 200
    assert "Message #sales" in html
