"""The Web API answers as Slack's does: real HTTP, real slack_sdk client."""

from __future__ import annotations

import json
import urllib.parse
import urllib.request
from collections.abc import Mapping
from typing import Any
from urllib.error import HTTPError

import pytest
from slack_sdk import WebClient, WebhookClient
from slack_sdk.errors import SlackApiError

from bot.playground.local import LocalSlack
from bot.playground.people import BOT_USER_ID, MARCO, OLIVIA, SIMON, STELLA, TEAM_ID, VERA, XENIA
from bot.playground.workspace import Disturbance, Message, Workspace
from tests.bot.playground.conftest import Clock
from tests.bot.playground.sample_bot import CREDENTIALS, effort_view, mrkdwn, plain

CS = "C05CS1X7NQP"
HOME: dict[str, Any] = {"type": "home", "blocks": [{"type": "section", "text": mrkdwn("Hi")}]}


@pytest.fixture
def client(slack: LocalSlack) -> WebClient:
    return WebClient(CREDENTIALS.bot_token, base_url=slack.api_url)


def refusal(client: WebClient, method: str, **arguments: object) -> str:
    with pytest.raises(SlackApiError) as refused:
        client.api_call(method, json=arguments)
    return str(refused.value.response["error"])


def raw(url: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, str]:
    request = urllib.request.Request(url, data=body, headers=dict(headers), method="POST")
    try:
        with urllib.request.urlopen(request, timeout=5) as response:
            return response.status, response.read().decode()
    except HTTPError as error:
        with error:
            return error.code, error.read().decode()


def test_a_token_is_needed_and_must_be_the_right_kind(slack: LocalSlack, client: WebClient) -> None:
    assert client.auth_test()["user_id"] == BOT_USER_ID
    assert refusal(WebClient(None, base_url=slack.api_url), "auth.test") == "not_authed"
    assert refusal(WebClient("xoxb-forged", base_url=slack.api_url), "auth.test") == "invalid_auth"
    assert refusal(WebClient(None, base_url=slack.api_url), "auth.test", token="x") == "invalid_auth"
    assert refusal(client, "apps.connections.open") == "invalid_auth"


def test_an_unknown_method_is_said(client: WebClient) -> None:
    assert refusal(client, "chat.sing") == "unknown_method"


def test_guests_and_people_of_other_organisations_can_be_told_apart(client: WebClient) -> None:
    def user(identifier: str) -> Any:
        return client.users_info(user=identifier, include_locale=True)["user"]

    assert (user(VERA.id)["is_restricted"], user(VERA.id)["team_id"]) == (False, TEAM_ID)
    assert (user(SIMON.id)["is_restricted"], user(SIMON.id)["is_ultra_restricted"]) == (True, True)
    assert user(STELLA.id)["is_stranger"] is True
    assert "email" not in user(STELLA.id)["profile"]
    assert "is_stranger" not in user(XENIA.id)
    assert user(XENIA.id)["team_id"] != TEAM_ID
    assert user(MARCO.id)["locale"] == "es-ES"
    assert refusal(client, "users.info", user="U0NOBODY") == "user_not_found"


def test_people_and_channels_come_in_pages(client: WebClient) -> None:
    found: list[str] = []
    cursor = ""
    while True:
        page = client.users_list(limit=4, cursor=cursor)
        found += [member["id"] for member in page["members"]]
        cursor = page["response_metadata"]["next_cursor"]
        if not cursor:
            break
    assert {VERA.id, STELLA.id, BOT_USER_ID} < set(found)
    assert len(found) == len(set(found))
    assert [one["name"] for one in client.conversations_list()["channels"]] == [
        "customer-success",
        "sales",
        "globex-shared",
    ]
    assert client.conversations_info(channel="C07AC2K5WZH")["channel"]["is_ext_shared"] is True
    assert refusal(client, "users.list", cursor="soon") == "invalid_cursor"


def test_a_direct_message_is_opened_by_person(client: WebClient) -> None:
    opened = client.conversations_open(users=OLIVIA.id)["channel"]["id"]
    assert client.chat_postMessage(channel=OLIVIA.id, text="Hello")["channel"] == opened
    assert client.conversations_info(channel=opened)["channel"]["user"] == OLIVIA.id
    assert refusal(client, "conversations.open", users=f"{OLIVIA.id},{VERA.id}") == "too_many_users"
    assert client.conversations_open(channel=opened)["channel"] == {"id": opened, "user": OLIVIA.id}
    assert client.conversations_info(channel=OLIVIA.id)["channel"]["id"] == opened
    assert refusal(client, "conversations.open", users=BOT_USER_ID) == "user_not_found"


def test_a_person_is_found_by_address_unless_a_stranger(client: WebClient) -> None:
    assert client.users_lookupByEmail(email=MARCO.email.upper())["user"]["id"] == MARCO.id
    assert refusal(client, "users.lookupByEmail", email=STELLA.email) == "users_not_found"


def test_what_is_legacy_or_unfit_to_unfurl_is_refused(workspace: Workspace, client: WebClient) -> None:
    theirs = workspace.post(Message(CS, "", VERA.id, "https://kb.example/a"))
    legacy = refusal(client, "chat.postMessage", channel=CS, text="x", attachments=[{"text": "y"}])
    assert legacy == "invalid_attachments"
    assert refusal(client, "chat.unfurl", channel=CS, ts=theirs.ts, unfurls={}) == "missing_unfurls"
    wrong = {"https://kb.example/a": {"blocks": [{"type": "header"}]}}
    assert refusal(client, "chat.unfurl", channel=CS, ts=theirs.ts, unfurls=wrong) == "cannot_unfurl_url"


def test_an_ephemeral_message_is_seen_by_one_person_and_cannot_be_changed(
    slack: LocalSlack, client: WebClient
) -> None:
    ts = client.chat_postEphemeral(channel=CS, user=OLIVIA.id, text="Only you")["message_ts"]
    assert [message.text for message in slack.messages("olivia", "customer-success")] == ["Only you"]
    assert slack.messages("vera", "customer-success") == []
    assert refusal(client, "chat.update", channel=CS, ts=ts, text="Other") == "message_not_found"
    assert (
        refusal(client, "chat.postEphemeral", channel=CS, user=STELLA.id, text="x") == "user_not_in_channel"
    )


def test_only_the_bots_own_messages_can_be_changed_and_deleted(
    slack: LocalSlack, workspace: Workspace, client: WebClient
) -> None:
    theirs = workspace.post(Message(CS, "", VERA.id, "Mine"))
    ours = client.chat_postMessage(channel="#customer-success", text="Ours")
    client.chat_update(channel=CS, ts=ours["ts"], text="Better")
    assert [message.text for message in slack.messages("vera", "customer-success")] == ["Mine", "Better"]
    assert refusal(client, "chat.update", channel=CS, ts=theirs.ts, text="x") == "cant_update_message"
    assert refusal(client, "chat.delete", channel=CS, ts=theirs.ts) == "cant_delete_message"
    link = client.chat_getPermalink(channel=CS, message_ts=ours["ts"])["permalink"]
    assert link.startswith(f"{slack.page_url}archives/{CS}/p")
    client.chat_delete(channel=CS, ts=ours["ts"])
    assert refusal(client, "chat.delete", channel=CS, ts=ours["ts"]) == "message_not_found"


def test_wrong_blocks_are_refused_with_their_place_and_nothing_is_posted(
    slack: LocalSlack, client: WebClient
) -> None:
    blocks = [{"type": "header", "text": plain("x" * 151)}]
    with pytest.raises(SlackApiError) as refused:
        client.chat_postMessage(channel=CS, text="Fallback", blocks=blocks)
    assert refused.value.response["error"] == "invalid_blocks"
    assert refused.value.response["response_metadata"]["messages"] == [
        "[ERROR] must be at most 150 characters, not 151 [json-pointer:/blocks/0/text]"
    ]
    assert slack.messages("vera", "customer-success") == []
    assert refusal(client, "chat.postMessage", channel=CS) == "no_text"
    assert refusal(client, "chat.postMessage", channel="C0NOWHERE", text="x") == "channel_not_found"
    assert refusal(client, "chat.postMessage", text="x") == "invalid_arguments"


def test_forms_and_json_mean_the_same(slack: LocalSlack) -> None:
    blocks = [{"type": "divider"}]
    header = {"Authorization": f"Bearer {CREDENTIALS.bot_token}"}
    url = f"{slack.api_url}chat.postMessage"
    form = urllib.parse.urlencode({"channel": CS, "text": "a", "blocks": json.dumps(blocks)}).encode()
    sent = json.dumps({"channel": CS, "text": "a", "blocks": blocks}).encode()
    for body, kind in (
        (form, "application/x-www-form-urlencoded"),
        (sent, "application/json; charset=utf-8"),
    ):
        assert json.loads(raw(url, body, header | {"Content-Type": kind})[1])["ok"] is True
    broken = urllib.parse.urlencode({"channel": CS, "text": "a", "blocks": "[{"}).encode()
    answer = raw(url, broken, header | {"Content-Type": "application/x-www-form-urlencoded"})[1]
    assert json.loads(answer)["error"] == "invalid_blocks"


def test_a_trigger_opens_one_modal_and_soon(clock: Clock, workspace: Workspace, client: WebClient) -> None:
    view = effort_view("Acme")
    trigger = workspace.grants.trigger(OLIVIA.id)
    client.views_open(trigger_id=trigger, view=view)
    assert refusal(client, "views.open", trigger_id=trigger, view=view) == "exchanged_trigger_id"
    late = workspace.grants.trigger(OLIVIA.id)
    clock.ahead += 3.1
    assert refusal(client, "views.open", trigger_id=late, view=view) == "expired_trigger_id"
    assert refusal(client, "views.open", trigger_id="nonsense", view=view) == "invalid_trigger_id"


def test_modals_stack_three_deep_and_are_written_anew(
    slack: LocalSlack, workspace: Workspace, client: WebClient
) -> None:
    view = effort_view("Acme")
    first = client.views_open(trigger_id=workspace.grants.trigger(OLIVIA.id), view=view)["view"]
    second = client.views_push(trigger_id=workspace.grants.trigger(OLIVIA.id), view=view)["view"]
    assert (second["previous_view_id"], second["root_view_id"]) == (first["id"], first["id"])
    client.views_push(trigger_id=workspace.grants.trigger(OLIVIA.id), view=view)
    assert (
        refusal(client, "views.push", trigger_id=workspace.grants.trigger(OLIVIA.id), view=view)
        == "push_limit_reached"
    )
    renamed = view | {"title": plain("Renamed")}
    client.views_update(view_id=second["id"], hash=second["hash"], view=renamed)
    assert (
        refusal(client, "views.update", view_id=second["id"], hash=second["hash"], view=view)
        == "hash_conflict"
    )
    assert refusal(client, "views.update", view_id="V0", view=view) == "not_found"
    assert (
        refusal(client, "views.open", trigger_id="x", view=view | {"title": plain("x" * 25)})
        == "invalid_arguments"
    )
    assert (
        refusal(client, "views.push", trigger_id=workspace.grants.trigger(VERA.id), view=view) == "not_found"
    )


def test_a_home_is_published_for_one_person(slack: LocalSlack, client: WebClient) -> None:
    client.views_publish(user_id=VERA.id, view=HOME)
    home = slack.home("vera")
    assert home is not None
    assert home.blocks[0]["text"]["text"] == "Hi"
    assert slack.home("olivia") is None
    assert refusal(client, "views.publish", user_id=VERA.id, view=effort_view("x")) == "invalid_arguments"
    assert refusal(client, "views.publish", user_id="U0", view=HOME) == "user_not_found"
    assert refusal(client, "views.publish", user_id=VERA.id, view=HOME, hash="old") == "hash_conflict"


def test_a_response_url_works_five_times_in_half_an_hour(
    clock: Clock, slack: LocalSlack, workspace: Workspace
) -> None:

    def url() -> str:
        return f"{slack.page_url}response/{workspace.grants.response(VERA.id, CS, None)}"

    often = WebhookClient(url())
    assert [often.send(text="x", replace_original=False).status_code for _ in range(6)] == [200] * 5 + [404]
    late = WebhookClient(url())
    clock.ahead += 30 * 60 + 1
    answer = late.send(text="x")
    assert (answer.status_code, json.loads(answer.body)["error"]) == (404, "expired_url")
    assert WebhookClient(url()).send(text="").status_code == 400
    assert raw(url(), b"not json", {"Content-Type": "application/json"})[0] == 400


def test_answers_to_a_command_follow_one_another_unless_they_ask_to_replace(
    slack: LocalSlack, workspace: Workspace
) -> None:
    webhook = WebhookClient(f"{slack.page_url}response/{workspace.grants.response(VERA.id, CS, None)}")
    for said in ({"text": "One"}, {"text": "Two"}, {"text": "Better one", "replace_original": True}):
        assert webhook.send_dict(said).status_code == 200
    texts = [message.text for message in slack.messages("vera", "customer-success")]
    assert texts == ["Better one", "Two"]
    assert slack.messages("marco", "customer-success") == []


def test_an_answer_to_a_message_replaces_it_adds_to_it_or_deletes_it(
    slack: LocalSlack, workspace: Workspace, client: WebClient
) -> None:
    original = client.chat_postMessage(channel=CS, text="Original")["ts"]

    def answer(**said: Any) -> list[str]:
        token = workspace.grants.response(VERA.id, CS, original)
        assert WebhookClient(f"{slack.page_url}response/{token}").send(**said).status_code == 200
        return [message.text for message in slack.messages("vera", "customer-success")]

    assert answer(text="Replaced") == ["Replaced"]
    assert answer(text="Added", replace_original=False) == ["Replaced", "Added"]
    assert answer(text="Public", response_type="in_channel") == ["Replaced", "Added", "Public"]
    assert answer(delete_original=True) == ["Added", "Public"]
    assert [message.text for message in slack.messages("marco", "customer-success")] == ["Public"]


def test_trouble_can_be_ordered(workspace: Workspace, client: WebClient) -> None:
    workspace.disturb(Disturbance("chat.postMessage", retry_after=7))
    with pytest.raises(SlackApiError) as limited:
        client.chat_postMessage(channel=CS, text="x")
    assert (limited.value.response.status_code, limited.value.response.headers["Retry-After"]) == (429, "7")
    workspace.disturb(Disturbance(error="internal_error", times=2, delay=0.01))
    assert [refusal(client, "auth.test"), refusal(client, "users.list")] == ["internal_error"] * 2
    assert client.auth_test()["ok"] is True
    token = workspace.grants.response(VERA.id, CS, None)
    answers = WebhookClient(f"{workspace.base_url}/response/{token}", retry_handlers=[])
    workspace.disturb(Disturbance("response_url", retry_after=9))
    assert answers.send(text="x").status_code == 429
    workspace.disturb(Disturbance("response_url", error="used_url"))
    assert answers.send(text="x").status_code == 404
    assert answers.send(text="x").status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "127.0.0.1.evil.example:80"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
    ],
)
def test_other_sites_and_rebound_names_are_refused(slack: LocalSlack, headers: Mapping[str, str]) -> None:
    sent = {"Content-Type": "application/json", **headers}
    for path in ("page/type", "api/auth.test", "response/x"):
        assert raw(f"{slack.page_url}{path}", b"{}", sent)[0] == 403
