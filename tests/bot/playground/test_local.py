"""People act, the real bot hears real requests, and people see what Slack would show them."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from slack_bolt import Ack, App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin

from bot.playground.app import serve
from bot.playground.gestures import TROUBLE
from bot.playground.grants import SlackRefusal
from bot.playground.inputs import NotOffered
from bot.playground.local import LocalSlack, NoAnswer
from bot.playground.people import MARCO, OLIVIA, XENIA
from bot.playground.workspace import Message, View, Workspace
from tests.bot.playground.sample_bot import CREDENTIALS, every_element, plain, serving


def texts(messages: list[Message]) -> list[str]:
    return [message.text for message in messages]


def opened(local: LocalSlack, person: str = "olivia") -> View:
    """Open the effort modal from an answer, and give it."""
    (message,) = local.command(person, "customer-success", "/tier acme")
    local.press(person, message, "log_effort")
    view = local.view(person)
    assert view is not None
    return view


def test_a_command_is_answered_for_one_person(local: LocalSlack) -> None:
    (message,) = local.command("olivia", "customer-success", "/tier acme")
    assert message.text == "Acme is in tier 2, Growth."
    assert message.visible_to == OLIVIA.id
    assert local.messages("vera", "customer-success") == []
    delivered = local.deliveries[-1]
    assert (delivered.status, delivered.error) == (200, "")
    assert local.command("olivia", "customer-success", "/tier public")[0].visible_to is None
    assert texts(local.messages("vera", "customer-success")) == ["For everybody"]


def test_a_command_can_be_answered_in_its_acknowledgement_and_have_names_escaped(local: LocalSlack) -> None:
    (message,) = local.command("olivia", "sales", "/kb renewals by @marco in #sales @nobody")
    assert message.text == f"You searched for renewals by <@{MARCO.id}|marco> in <#C05SL4M8RTD|sales> @nobody"


def test_a_command_that_no_app_declares_never_reaches_the_bot(local: LocalSlack) -> None:
    (message,) = local.command("olivia", "sales", "/<b>ier acme")
    assert message.text == "`/&lt;b&gt;ier` is not a valid command."
    assert local.deliveries == []


def test_people_act_only_where_they_are_members(local: LocalSlack) -> None:
    with pytest.raises(SlackRefusal, match="channel_not_found"):
        local.command("stella", "customer-success", "/tier acme")
    assert local.command("stella", "globex-shared", "/tier acme")


def test_a_button_press_carries_all_that_the_bot_needs(local: LocalSlack, app: App) -> None:
    heard: list[dict[str, Any]] = []

    @app.middleware
    def listen(body: dict[str, Any], next: Callable[[], None]) -> None:
        heard.append(body)
        next()

    view = opened(local)
    assert view.payload["private_metadata"] == "Acme"
    press = heard[-1]
    assert press["type"] == "block_actions"
    assert press["actions"][0]["value"] == "Acme"
    assert press["container"]["is_ephemeral"] is True
    assert "message" not in press
    assert press["user"]["id"] == OLIVIA.id


def test_an_answer_is_replaced_deleted_or_followed(local: LocalSlack) -> None:
    (message,) = local.command("olivia", "customer-success", "/tier acme")
    assert texts(local.choose("olivia", message, "more", "history")) == ["You chose history."]
    (replaced,) = local.press("olivia", message, "why")
    assert (replaced.ts, replaced.text) == (message.ts, "Because of the ARR.")
    (second,) = local.command("olivia", "customer-success", "/tier initech")
    assert local.press("olivia", second, "withdraw") == []
    assert second.ts not in [one.ts for one in local.messages("olivia", "customer-success")]


def test_a_modal_is_filled_and_submitted(local: LocalSlack) -> None:
    view = opened(local)
    answer = local.submit("olivia", view, {"service": "training", "hours": "1.5", "note": "Well met"})
    assert texts(answer) == ["Logged 1.5 h of training for Acme."]
    assert local.view("olivia") is None


def test_slack_itself_refuses_an_unfilled_form_before_the_bot_hears_of_it(local: LocalSlack) -> None:
    view = opened(local)
    count = len(local.deliveries)
    for hours, sentence in {
        "": "Please complete",
        "much": "Enter a number",
        "0.1": "Enter 0.5 or more",
    }.items():
        local.submit("olivia", view, {"service": "training", "hours": hours})
        current = local.view("olivia")
        assert current is not None
        assert current.errors["hours"].startswith(sentence)
    assert len(local.deliveries) == count


def test_errors_of_the_bot_stand_beside_their_fields(local: LocalSlack) -> None:
    view = opened(local)
    assert local.submit("olivia", view, {"service": "training", "hours": "25"}) == []
    current = local.view("olivia")
    assert current is not None
    assert current.errors == {"hours": "A day has 24 hours."}


def test_what_a_form_does_not_have_cannot_be_filled(local: LocalSlack) -> None:
    view = opened(local)
    with pytest.raises(NotOffered, match="no input 'colour'"):
        local.submit("olivia", view, {"colour": "red"})
    with pytest.raises(NotOffered, match="'dancing' is not an option"):
        local.submit("olivia", view, {"service": "dancing"})
    with pytest.raises(NotOffered, match="no 'sing' here"):
        local.press("olivia", view, "sing")


def test_a_closed_modal_is_heard_of_when_the_bot_asked_for_it(local: LocalSlack) -> None:
    acknowledged = local.close("olivia", opened(local))
    assert acknowledged is not None
    assert acknowledged.status == 200
    assert local.view("olivia") is None
    assert local.wait(lambda: texts(local.messages("olivia", "longtail")) == ["Nothing was logged."])


CHOICES: dict[str, tuple[object, str]] = {
    "user": ("marco", "U05MS9D4WHL"),
    "users": (["marco", "vera"], "['U05MS9D4WHL', 'U05VN7K2QRA']"),
    "channel": ("sales", "C05SL4M8RTD"),
    "conversations": (["sales"], "['C05SL4M8RTD']"),
    "grouped": ("3", "Tier 3"),
    "several": (["training", "qbr"], "QBR"),
    "date": ("2026-12-31", "2026-12-31"),
    "time": ("17:05", "17:05"),
    "moment": ("1795100000", "1795100000"),
    "ticked": (["reference", "case-study"], "Reference"),
    "radio": ("request", "On request"),
}


@pytest.mark.parametrize(("action", "choice"), CHOICES.items(), ids=CHOICES.keys())
def test_every_kind_of_choice_reaches_the_bot(
    local: LocalSlack, action: str, choice: tuple[object, str]
) -> None:
    (message,) = local.command("olivia", "sales", "/tier everything")
    value, expected = choice
    (answer,) = local.choose("olivia", message, action, value)
    assert answer.text.startswith(f"{action}: ")
    assert expected in answer.text


def test_an_external_menu_offers_what_the_bot_suggests(local: LocalSlack) -> None:
    (message,) = local.command("olivia", "sales", "/tier everything")
    assert [one["value"] for one in local.options("olivia", message, "account", "ACM")] == [
        "acme",
        "acme labs",
    ]
    assert "acme labs" in local.choose("olivia", message, "account", "acme labs")[0].text
    assert local.options("olivia", message, "account", "zzz") == []


def test_a_choice_that_is_not_offered_is_said(local: LocalSlack) -> None:
    (message,) = local.command("olivia", "sales", "/tier everything")
    for action, value in {"grouped": "9", "several": ["training", "renewal", "qbr"], "date": "soon"}.items():
        with pytest.raises(NotOffered):
            local.choose("olivia", message, action, value)


def test_mentions_and_direct_messages_are_heard_with_slacks_escaping(local: LocalSlack) -> None:
    (answer,) = local.mention("xenia", "globex-shared", "is <acme> & co @marco entitled? a@b.example")
    assert answer.text.startswith(
        f"<@{XENIA.id}> said: <@U08LT5BOT2K> is &lt;acme&gt; &amp; co <@U05MS9D4WHL>"
    )
    assert "<mailto:a@b.example|a@b.example>" in answer.text
    event = local.deliveries[-1].request.payload
    assert event["is_ext_shared_channel"] is True
    assert event["event_id"].startswith("Ev")
    assert texts(local.say("vera", "longtail", "hello")) == ["Here is what I heard: hello"]


def test_what_people_say_among_themselves_is_not_for_the_bot(local: LocalSlack) -> None:
    with pytest.raises(NoAnswer, match="nothing was sent"):
        local.say("vera", "sales", "lunch?", timeout=0.05)
    assert local.deliveries == []


def test_links_to_the_knowledge_base_unfurl(local: LocalSlack) -> None:
    local.gestures.write(
        local.workspace.person("vera"), local.workspace.channel("sales"), "https://kb.example/a"
    )
    assert local.wait(lambda: bool(local.messages("vera", "sales")[0].unfurls))


def test_the_home_tab_is_published_when_it_is_opened(local: LocalSlack) -> None:
    home = local.open_home("marco")
    assert home is not None
    assert home.blocks[0]["text"]["text"] == "My book"


def test_shortcuts_open_what_the_bot_wants(local: LocalSlack) -> None:
    message = local.workspace.post(Message("C05SL4M8RTD", "", MARCO.id, "Acme called"))
    assert texts(local.shortcut("vera", "which", on=message)) == ["About “Acme called”: tier 2."]
    assert local.shortcut("vera", "log") == []
    assert local.view("vera") is not None


def test_a_request_can_be_delivered_again_as_a_retry(local: LocalSlack, app: App) -> None:
    retries: list[tuple[Any, Any]] = []

    @app.middleware
    def listen(request: Any, next: Callable[[], None]) -> None:
        retries.append(
            (request.headers.get("x-slack-retry-num"), request.headers.get("x-slack-retry-reason"))
        )
        next()

    local.mention("vera", "sales", "hello")
    again = local.redeliver(local.deliveries[-1])
    local.redeliver(again, reason="http_error")
    assert retries == [(None, None), (["1"], ["http_timeout"]), (["2"], ["http_error"])]


def test_requests_are_signed_with_the_secret_that_both_know(slack: LocalSlack) -> None:
    stranger = App(
        client=None, token="xoxb-x", signing_secret="another secret", token_verification_enabled=False
    )
    with serving(stranger) as url:
        slack.connect(url)
        (notice,) = slack.command("vera", "sales", "/tier acme")
    assert slack.deliveries[-1].status == 401
    assert notice.text == '/tier failed with the error "dispatch_failed"'


@contextmanager
def silent_bot() -> Iterator[str]:
    """Something that accepts connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}/slack/events"


def test_a_bot_that_is_too_slow_is_shown_as_slack_shows_it(slack: LocalSlack) -> None:
    slack.workspace.acknowledgement_seconds = 0.1
    with silent_bot() as url:
        slack.connect(url)
        (notice,) = slack.command("vera", "sales", "/tier acme")
    assert notice.text == '/tier failed with the error "operation_timeout"'
    assert notice.visible_to == slack.workspace.person("vera").id


def test_a_bot_that_is_away_is_shown_as_slack_shows_it(local: LocalSlack) -> None:
    (message,) = local.command("olivia", "sales", "/tier acme")
    view = opened(local)
    local.connect("http://127.0.0.1:9/slack/events")
    assert "could not be reached" in local.press("olivia", message, "why")[0].text
    local.submit("olivia", view, {"service": "training", "hours": "1"})
    current = local.view("olivia")
    assert current is not None
    assert current.trouble == TROUBLE
    local.delivery.request_url = None
    assert "dispatch_failed" in local.command("olivia", "sales", "/tier acme")[0].text


def test_a_submission_can_update_push_and_clear(local: LocalSlack, app: App) -> None:
    answers: list[dict[str, Any]] = []

    @app.view("plain")
    def plainly(ack: Ack) -> None:
        ack(**answers.pop(0))

    note: dict[str, Any] = {
        "type": "modal",
        "callback_id": "plain",
        "title": plain("One"),
        "submit": plain("Go"),
    }
    note["blocks"] = [{"type": "section", "text": plain("Words")}]
    local.workspace.open_view(OLIVIA.id, note)
    answers += [
        {"response_action": "update", "view": note | {"title": plain("Two")}},
        {"response_action": "push", "view": note | {"title": plain("Three")}},
        {"response_action": "push", "view": note | {"title": plain("x" * 30)}},
        {"response_action": "errors", "errors": {"no-such-block": "Wrong"}},
        {"response_action": "clear"},
    ]
    seen = []
    for _ in range(4):
        view = local.view("olivia")
        assert view is not None
        local.submit("olivia", view, {})
        top = local.view("olivia")
        assert top is not None
        seen.append((top.payload["title"]["text"], top.trouble))
    assert seen == [("Two", ""), ("Three", ""), ("Three", TROUBLE), ("Three", TROUBLE)]
    top = local.view("olivia")
    assert top is not None
    with pytest.raises(NoAnswer):
        local.submit("olivia", top, {}, timeout=0.05)
    assert local.view("olivia") is None


def test_a_wrong_answer_in_the_acknowledgement_is_refused(slack: LocalSlack, app: App) -> None:
    app = App(client=app.client, signing_secret=CREDENTIALS.signing_secret)

    @app.command("/tier")
    def tier(ack: Ack) -> None:
        ack(text="x", blocks=[{"type": "header", "text": plain("x" * 200)}])

    with serving(app) as url:
        slack.connect(url)
        assert "invalid_command_response" in slack.command("vera", "sales", "/tier x")[0].text


def test_the_bot_may_come_by_socket_mode(slack: LocalSlack, app: App) -> None:
    handler = SocketModeHandler(app, CREDENTIALS.app_token)
    handler.connect()  # type: ignore[no-untyped-call]  # untyped in Bolt
    try:
        assert slack.wait(lambda: bool(slack.delivery.connections))
        (message,) = slack.command("olivia", "sales", "/tier acme")
        assert message.text == "Acme is in tier 2, Growth."
        slack.press("olivia", message, "log_effort")
        view = slack.view("olivia")
        assert view is not None
        slack.submit("olivia", view, {"service": "training", "hours": "25"})
        refused = slack.view("olivia")
        assert refused is not None
        assert refused.errors == {"hours": "A day has 24 hours."}
        assert texts(slack.submit("olivia", refused, {"service": "training", "hours": "2"})) == [
            "Logged 2 h of training for Acme."
        ]
        assert texts(slack.say("vera", "longtail", "hello")) == ["Here is what I heard: hello"]
    finally:
        handler.close()  # type: ignore[no-untyped-call]  # untyped in Bolt
    assert slack.wait(lambda: not slack.delivery.connections)
    assert "dispatch_failed" in slack.command("olivia", "sales", "/tier acme")[0].text


def test_a_socket_address_is_good_for_one_bot_and_never_for_a_page(slack: LocalSlack) -> None:
    client = WebClient(CREDENTIALS.app_token, base_url=slack.api_url)
    address = str(client.apps_connections_open(app_token=CREDENTIALS.app_token)["url"])
    with pytest.raises(InvalidStatus):
        connect(address, origin=Origin("http://127.0.0.1"))
    with connect(address) as first:
        assert json.loads(first.recv())["type"] == "hello"
        first.send("not JSON")
        first.send('"not an envelope"')
        with connect(address) as second, pytest.raises(ConnectionClosed):
            second.recv()


def test_many_people_ask_at_once_and_each_gets_one_answer(local: LocalSlack) -> None:
    people = ("vera", "olivia", "marco", "gita")

    def ask(person: str) -> None:
        for _ in range(5):
            local.gestures.type(
                local.workspace.person(person), local.workspace.channel("sales"), "/tier acme"
            )

    threads = [threading.Thread(target=ask, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for person in people:
        assert local.wait(lambda: len(local.messages(person, "sales")) == 5)  # noqa: B023 (waited for at once)


def test_a_taken_port_is_an_error_and_leaves_nothing_behind(slack: LocalSlack, workspace: Workspace) -> None:
    port = int(slack.page_url.rpartition(":")[2].rstrip("/"))
    with pytest.raises(OSError, match="in use"):
        serve(workspace, port=port)


def test_every_element_has_a_choice_in_these_tests() -> None:
    there = {element["action_id"] for block in every_element() for element in block["elements"]}
    assert there - set(CHOICES) == {"account", "accounts", "conversation", "channels"}
