"""A small real Bolt app with one conversation of every kind, to try the local Slack against."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask, Response, request
from slack_bolt import Ack, App, Respond, Say
from slack_bolt.adapter.flask import SlackRequestHandler
from slack_sdk import WebClient
from werkzeug.serving import make_server

from bot.playground.workspace import Credentials, InstalledBot, Shortcut, SlashCommand

CREDENTIALS = Credentials("xoxb-playground", "xapp-playground", "a signing secret")
INSTALLED = InstalledBot(
    CREDENTIALS,
    commands=(
        SlashCommand("/tier", "acme | why acme | help", "Which tier an account is in, and why"),
        SlashCommand("/kb", "search words", "Search the knowledge base", escape=True),
    ),
    shortcuts=(Shortcut("which", "Which tier is this?", on_message=True), Shortcut("log", "Log effort")),
    events=frozenset({"app_mention", "message.im", "app_home_opened", "link_shared"}),
    unfurl_domains=("kb.example",),
)


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": text}


def option(text: str, value: str) -> dict[str, Any]:
    return {"text": plain(text), "value": value}


def button(text: str, action_id: str, **more: object) -> dict[str, Any]:
    return {"type": "button", "text": plain(text), "action_id": action_id, **more}


def answer_blocks(name: str) -> list[dict[str, Any]]:
    return [
        {"type": "section", "text": mrkdwn(f"*{name} is in tier 2, Growth.* A CSM looks after the account.")},
        {
            "type": "section",
            "text": mrkdwn("ARR is 48,000 EUR (tier 2 from 10,000), and they are a reference."),
        },
        {"type": "divider"},
        {
            "type": "section",
            "fields": [
                mrkdwn("*Touch*\nMid"),
                mrkdwn("*Renewal*\n<!date^1798761600^{date_short}|1 Jan 2027>"),
                mrkdwn("*CSM*\n<@U05MS9D4WHL>"),
                mrkdwn("*Parent*\nAcme Group"),
            ],
        },
        {
            "type": "actions",
            "elements": [
                button("Log effort", "log_effort", style="primary", value=name),
                button("Why", "why", value=name),
                button(
                    "Withdraw",
                    "withdraw",
                    style="danger",
                    confirm={
                        "title": plain("Withdraw the exception?"),
                        "text": mrkdwn(f"*{name}* falls back to tier 3 today."),
                        "confirm": plain("Withdraw"),
                        "deny": plain("Keep it"),
                        "style": "danger",
                    },
                ),
                {
                    "type": "overflow",
                    "action_id": "more",
                    "options": [option("History", "history"), option("Entitlements", "entitlements")],
                },
            ],
        },
        {"type": "context", "elements": [mrkdwn("Policy 3, data from 20 Nov 2026")]},
    ]


def effort_view(account: str) -> dict[str, Any]:
    return {
        "type": "modal",
        "callback_id": "effort",
        "private_metadata": account,
        "notify_on_close": True,
        "title": plain("Log effort"),
        "submit": plain("Log"),
        "close": plain("Cancel"),
        "blocks": [
            {
                "type": "input",
                "block_id": "service",
                "label": plain("Service"),
                "element": {
                    "type": "static_select",
                    "action_id": "service",
                    "placeholder": plain("Choose a service"),
                    "options": [option("Health check", "health-check"), option("Training", "training")],
                },
            },
            {
                "type": "input",
                "block_id": "hours",
                "label": plain("Hours"),
                "hint": plain("Halves are fine, such as 1.5"),
                "element": {
                    "type": "number_input",
                    "action_id": "hours",
                    "is_decimal_allowed": True,
                    "min_value": "0.5",
                },
            },
            {
                "type": "input",
                "block_id": "day",
                "label": plain("Day"),
                "element": {"type": "datepicker", "action_id": "day", "initial_date": "2026-11-20"},
            },
            {
                "type": "input",
                "block_id": "note",
                "label": plain("Note"),
                "optional": True,
                "element": {"type": "plain_text_input", "action_id": "note", "multiline": True},
            },
        ],
    }


def every_element() -> list[dict[str, Any]]:
    people = [
        {"type": "users_select", "action_id": "user", "placeholder": plain("A person")},
        {"type": "multi_users_select", "action_id": "users", "placeholder": plain("People")},
        {"type": "channels_select", "action_id": "channel"},
        {"type": "conversations_select", "action_id": "conversation"},
        {"type": "multi_channels_select", "action_id": "channels"},
        {"type": "multi_conversations_select", "action_id": "conversations"},
    ]
    menus = [
        {
            "type": "static_select",
            "action_id": "grouped",
            "option_groups": [
                {"label": plain("Upper tiers"), "options": [option("Tier 1", "1"), option("Tier 2", "2")]},
                {"label": plain("Long tail"), "options": [option("Tier 3", "3")]},
            ],
            "initial_option": option("Tier 2", "2"),
        },
        {
            "type": "multi_static_select",
            "action_id": "several",
            "placeholder": plain("Services"),
            "options": [option("Training", "training"), option("Renewal", "renewal"), option("QBR", "qbr")],
            "max_selected_items": 2,
        },
        {
            "type": "external_select",
            "action_id": "account",
            "min_query_length": 1,
            "placeholder": plain("Account"),
        },
        {"type": "multi_external_select", "action_id": "accounts", "min_query_length": 0},
        {"type": "datepicker", "action_id": "date", "initial_date": "2026-11-22"},
        {"type": "timepicker", "action_id": "time", "initial_time": "09:30", "timezone": "Europe/Madrid"},
        {"type": "datetimepicker", "action_id": "moment", "initial_date_time": 1795000000},
    ]
    lists = [
        {
            "type": "checkboxes",
            "action_id": "ticked",
            "options": [
                {
                    "text": mrkdwn("*Reference*"),
                    "value": "reference",
                    "description": mrkdwn("Talks to _prospects_"),
                },
                {"text": plain("Case study"), "value": "case-study"},
            ],
            "initial_options": [{"text": plain("Case study"), "value": "case-study"}],
        },
        {
            "type": "radio_buttons",
            "action_id": "radio",
            "options": [option("Included", "included"), option("On request", "request")],
        },
    ]
    return [
        {"type": "actions", "block_id": "people", "elements": people},
        {"type": "actions", "block_id": "menus", "elements": menus},
        {"type": "actions", "block_id": "lists", "elements": lists},
    ]


def every_block() -> list[dict[str, Any]]:
    rich = {
        "type": "rich_text",
        "elements": [
            {
                "type": "rich_text_section",
                "elements": [
                    {"type": "text", "text": "Rich "},
                    {"type": "text", "text": "bold", "style": {"bold": True}},
                    {"type": "text", "text": " and "},
                    {"type": "text", "text": "code", "style": {"code": True}},
                    {"type": "text", "text": " for "},
                    {"type": "user", "user_id": "U05OK3T8ZPM"},
                    {"type": "text", "text": " in "},
                    {"type": "channel", "channel_id": "C05SL4M8RTD"},
                    {"type": "emoji", "name": "tada"},
                    {"type": "link", "url": "https://kb.example/a", "text": " a link"},
                    {"type": "broadcast", "range": "here"},
                    {"type": "date", "timestamp": 1795000000, "format": "{date_long} at {time}"},
                ],
            },
            {
                "type": "rich_text_list",
                "style": "bullet",
                "indent": 1,
                "elements": [
                    {"type": "rich_text_section", "elements": [{"type": "text", "text": "One point"}]}
                ],
            },
            {"type": "rich_text_quote", "elements": [{"type": "text", "text": "A quotation"}]},
            {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "if x < y:\n    pass"}]},
        ],
    }
    table = {
        "type": "table",
        "column_settings": [{"is_wrapped": True}, {"align": "right"}],
        "rows": [
            [{"type": "raw_text", "text": "Tier"}, {"type": "raw_text", "text": "Accounts"}],
            [{"type": "raw_text", "text": "1, Strategic"}, {"type": "raw_text", "text": "12"}],
            [{"type": "raw_text", "text": "3, Digital <b>"}, {"type": "raw_text", "text": "4,210"}],
        ],
    }
    picture = "https://kb.example/picture.png"
    return [
        {"type": "header", "text": plain("Every block :bar_chart:")},
        {
            "type": "section",
            "text": mrkdwn(
                "*Bold*, _italic_, ~struck~, `code`, <https://kb.example/a|a &lt;link&gt;>, "
                "<@U05VN7K2QRA>\n> quoted"
            ),
            "accessory": {"type": "image", "image_url": picture, "alt_text": "A picture"},
        },
        rich,
        table,
        {
            "type": "markdown",
            "text": "## Markdown\n- **one**\n- [two](https://kb.example/b)\n\n> quote\n\n```\ncode\n```",
        },
        {"type": "image", "image_url": picture, "alt_text": "A chart of tiers", "title": plain("A chart")},
        {
            "type": "context",
            "elements": [{"type": "image", "image_url": picture, "alt_text": "icon"}, mrkdwn("small")],
        },
        *every_element(),
    ]


def make_bot(api_url: str) -> App:
    """Make the app as it would be made for Slack itself."""
    client = WebClient(CREDENTIALS.bot_token, base_url=api_url)
    app = App(client=client, signing_secret=CREDENTIALS.signing_secret)
    for conversations in (_commands, _effort, _buttons, _menus, _events, _shortcuts):
        conversations(app)
    return app


def _commands(app: App) -> None:
    @app.command("/tier")
    def tier(ack: Ack, respond: Respond, command: dict[str, Any]) -> None:
        ack()
        words = command["text"]
        if words == "everything":
            respond(text="Every block", blocks=every_block())
        elif words == "public":
            respond(text="For everybody", response_type="in_channel")
        elif words:
            name = words.title()
            respond(text=f"{name} is in tier 2, Growth.", blocks=answer_blocks(name))
        else:
            respond(text="Ask `/tier acme`.")

    @app.command("/kb")
    def kb(ack: Ack, command: dict[str, Any]) -> None:
        ack(text=f"You searched for {command['text']}")


def _effort(app: App) -> None:
    @app.action("log_effort")
    def log_effort(ack: Ack, client: WebClient, body: dict[str, Any]) -> None:
        ack()
        client.views_open(trigger_id=body["trigger_id"], view=effort_view(body["actions"][0]["value"]))

    @app.view("effort")
    def effort(ack: Ack, client: WebClient, body: dict[str, Any], view: dict[str, Any]) -> None:
        values = view["state"]["values"]
        hours = values["hours"]["hours"]["value"]
        if float(hours) > 24:
            ack(response_action="errors", errors={"hours": "A day has 24 hours."})
            return
        ack()
        service = values["service"]["service"]["selected_option"]["value"]
        client.chat_postMessage(
            channel=body["user"]["id"], text=f"Logged {hours} h of {service} for {view['private_metadata']}."
        )

    @app.view_closed("effort")
    def effort_closed(ack: Ack, client: WebClient, body: dict[str, Any]) -> None:
        ack()
        client.chat_postMessage(channel=body["user"]["id"], text="Nothing was logged.")


def _buttons(app: App) -> None:
    @app.action("why")
    def why(ack: Ack, respond: Respond) -> None:
        ack()
        respond(text="Because of the ARR.", replace_original=True)

    @app.action("withdraw")
    def withdraw(ack: Ack, respond: Respond) -> None:
        ack()
        respond(delete_original=True)

    @app.action("more")
    def more(ack: Ack, respond: Respond, action: dict[str, Any]) -> None:
        ack()
        respond(text=f"You chose {action['selected_option']['value']}.", replace_original=False)


def _menus(app: App) -> None:
    @app.action({"block_id": "menus"})
    @app.action({"block_id": "people"})
    @app.action({"block_id": "lists"})
    def chosen(ack: Ack, respond: Respond, action: dict[str, Any]) -> None:
        ack()
        members = {key: value for key, value in action.items() if key.startswith("selected")}
        respond(text=f"{action['action_id']}: {members}", replace_original=False)

    @app.options("account")
    @app.options("accounts")
    def accounts(ack: Ack, payload: dict[str, Any]) -> None:
        names = ("Acme", "Acme Labs", "Initech")
        fitting = [name for name in names if payload["value"].lower() in name.lower()]
        ack(options=[option(name, name.lower()) | {"description": plain("tier 2")} for name in fitting])


def _events(app: App) -> None:
    @app.event("app_mention")
    def mentioned(say: Say, event: dict[str, Any]) -> None:
        say(text=f"<@{event['user']}> said: {event['text']}")

    @app.event("message")
    def direct(say: Say, event: dict[str, Any]) -> None:
        say(text=f"Here is what I heard: {event['text']}")

    @app.event("app_home_opened")
    def home(client: WebClient, event: dict[str, Any]) -> None:
        blocks = [
            {"type": "header", "text": plain("My book")},
            {
                "type": "section",
                "text": mrkdwn("*3 accounts*, one renewal due"),
                "accessory": button("Open", "why"),
            },
        ]
        client.views_publish(user_id=event["user"], view={"type": "home", "blocks": blocks})

    @app.event("link_shared")
    def linked(client: WebClient, event: dict[str, Any]) -> None:
        shown = {"blocks": [{"type": "section", "text": mrkdwn("*An article*\nHow to renew")}]}
        client.chat_unfurl(
            channel=event["channel"],
            ts=event["message_ts"],
            unfurls={link["url"]: shown for link in event["links"]},
        )


def _shortcuts(app: App) -> None:
    @app.shortcut("which")
    def which(ack: Ack, respond: Respond, shortcut: dict[str, Any]) -> None:
        ack()
        respond(text=f"About “{shortcut['message']['text']}”: tier 2.")

    @app.shortcut("log")
    def log(ack: Ack, client: WebClient, shortcut: dict[str, Any]) -> None:
        ack()
        client.views_open(trigger_id=shortcut["trigger_id"], view=effort_view("Acme"))


@contextmanager
def serving(app: App) -> Iterator[str]:
    """Serve the app over HTTP on loopback; gives its request URL."""
    web = Flask(__name__)
    handler = SlackRequestHandler(app)

    @web.post("/slack/events")
    def events() -> Response:
        response: Response = handler.handle(request)
        return response

    server = make_server("127.0.0.1", 0, web, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}/slack/events"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
