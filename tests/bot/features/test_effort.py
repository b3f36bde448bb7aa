"""Logging effort: what is said fills a form, the form logs once, and ten minutes are there to undo it."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.features.effort import Understood, form_view, logged_view, undone_view
from bot.playground.local import LocalSlack
from bot.playground.workspace import Message, View
from bot.server import Parts, beside_local_slack, new_workspace
from bot.storage import BotRecord
from bot.text import unescaped
from bot.way import NEEDS_A_FORM
from tests.bot.hostile import HOSTILE, WORDS, assert_slack_opens, assert_slack_takes
from tests.conftest import TODAY
from tiering.domain.effort import Entry
from tiering.domain.quarter import Quarter
from tiering.domain.refusal import Refusal
from tiering.domain.service import Service
from tiering.domain.time_spent import TimeSpent
from tiering.people import NOT_A_MEMBER
from tiering.usecases.ask import Meant
from tiering.usecases.effort import Logged
from tiering.usecases.history import History, history
from tiering.usecases.record import open_store

CHANNEL = "customer-success"
NOTHING = TimeSpent(None, None, "")
TEAMS = [("whoever-delivers", "The team that delivers it", ""), ("cs", "Customer success", "")]


def lines(message: Message) -> list[str]:
    return unescaped(message.text).split("\n")


def opens(slack: LocalSlack, text: str, person: str = "vera") -> View:
    """Type a command and return the form that it opens."""
    assert slack.command(person, CHANNEL, text) == []
    view = slack.view(person)
    assert view is not None
    return view


def filled(view: View) -> dict[str, str]:
    """What stands in the fields of a form."""
    values: dict[str, str] = {}
    for block in view.payload["blocks"]:
        if block["type"] == "input":
            element = block["element"]
            held = element.get("initial_option", {}).get("value")
            values[block["block_id"]] = held or element.get("initial_value") or element.get("initial_date")
    return values


def written(parts: Parts, account: str = "A-1") -> list[str]:
    """What the history says of effort, the newest first."""
    told = history(parts.store, account, "cli:olga", parts.content.time_zone)
    assert isinstance(told, History)
    return [event.sentence for event in told.events if event.kind in ("log", "reverse effort")]


@pytest.mark.parametrize(
    "text",
    [
        "/tier log acme training 2",
        "/tier log 2 hours of training for acme",
        "/tier LOG EFFORT acme.example training 120 minutes",
        '/tier log 2h "Acme Corporation" training today',
        "/tier log <mailto:x@acme.example|x@acme.example> training 2",
    ],
)
def test_what_is_said_fills_the_form(slack: LocalSlack, text: str) -> None:
    view = opens(slack, text)
    assert view.payload["blocks"][0]["elements"][0]["elements"][1]["text"] == "Acme Corporation"
    assert filled(view) == {
        "service": "training",
        "hours": "2",
        "team": "whoever-delivers",
        "day": "2026-11-22",
        "note": None,
    }
    slack.close("vera", view)


def test_a_day_that_is_said_is_filled_in(slack: LocalSlack) -> None:
    view = opens(slack, "/tier log 1.5h acme qbr yesterday")
    assert filled(view)["service"] == "quarterly-business-review"
    assert (filled(view)["hours"], filled(view)["day"]) == ("1.5", "2026-11-21")
    slack.close("vera", view)


@pytest.mark.parametrize(
    ("text", "name"),
    [("vandelay works 7", "Vandelay Works 7"), ("training for vandelay works 7", "Vandelay Works 7")],
)
def test_a_number_that_belongs_to_a_name_is_no_number_of_hours(
    slack: LocalSlack, text: str, name: str
) -> None:
    view = opens(slack, f"/tier log {text}")
    assert view.payload["blocks"][0]["elements"][0]["elements"][1]["text"] == name
    assert filled(view)["hours"] is None
    slack.close("vera", view)


def test_without_an_account_the_form_has_a_field_to_find_one(own_slack: LocalSlack, own_parts: Parts) -> None:
    view = opens(own_slack, "/tier log 2h training")
    assert filled(view)["service"] == "training"
    offered = own_slack.options("vera", view, "effort_account", "glo")
    assert [one["value"] for one in offered] == ["G-1", "G-2"]
    assert own_slack.options("vera", view, "effort_account", "A-1")[0]["text"]["text"] == "Acme Corporation"
    (said,) = own_slack.submit("vera", view, {"effort_account": "A-1"})
    assert lines(said)[0] == "Logged 2 hours of Live training for Acme Corporation."


def test_in_a_channel_that_is_about_an_account_it_need_not_be_named(
    own_slack: LocalSlack, own_parts: Parts
) -> None:
    team, channel = own_slack.workspace.person("vera").team_id, own_slack.workspace.channel(CHANNEL)
    BotRecord(own_parts.store).link(team, channel.id, "I-1", "slack:T1/U1", own_parts.clock())
    view = opens(own_slack, "/tier log training 2h")
    assert view.payload["blocks"][0]["elements"][0]["elements"][1]["text"] == "Initech"
    assert (filled(view)["service"], filled(view)["hours"]) == ("training", "2")


def test_several_accounts_are_offered_and_picking_one_opens_the_form(slack: LocalSlack) -> None:
    (choice,) = slack.command("vera", CHANNEL, "/tier log 3h globex training yesterday")
    assert lines(choice)[0] == "2 accounts fit “globex”."
    first = choice.blocks[-1]["elements"][0]
    assert first["value"] == "log G-1 training 3h on 2026-11-21"
    assert slack.press("vera", choice, first["action_id"], first["value"]) == []
    view = slack.view("vera")
    assert view is not None
    assert (filled(view)["hours"], filled(view)["day"]) == ("3", "2026-11-21")
    slack.close("vera", view)


def test_an_unknown_service_gives_the_nearest(slack: LocalSlack) -> None:
    (said,) = slack.command("vera", CHANNEL, "/tier log acme helth chek 2h")
    assert lines(said)[0].startswith("No service is called “")
    assert "log A-1 health-check 2h" in [one["value"] for one in said.blocks[-1]["elements"]]


def test_it_is_logged_and_what_is_left_is_said(own_slack: LocalSlack, own_parts: Parts) -> None:
    view = opens(own_slack, "/tier log acme qbr 2")
    (said,) = own_slack.submit("vera", view, {"note": "Went well", "team": "support"})
    assert said.visible_to == own_slack.workspace.person("vera").id
    assert lines(said) == [
        "Logged 2 hours of Quarterly business review for Acme Corporation.",
        "Included in tier 1 (Strategic), 4 per year; 3 of 4 left this year.",
        "22 November 2026, team Support. You can undo it for ten minutes.",
        "[Undo]",
        "[Log more]",
    ]
    assert written(own_parts) == ["Logged 2 hours of quarterly-business-review on 2026-11-22 (line 1)."]


def test_a_form_that_arrives_twice_logs_once(own_slack: LocalSlack, own_parts: Parts) -> None:
    view = opens(own_slack, "/tier log acme qbr 2")
    own_slack.submit("vera", view, {})
    submitted = own_slack.deliveries[-1]
    assert own_slack.redeliver(submitted).said == {"response_action": "clear"}
    assert len(written(own_parts)) == 1


@pytest.mark.parametrize(
    ("values", "field", "sentence"),
    [
        ({"hours": "-1"}, "hours", "-1 hours cannot be logged; expected more than zero."),
        ({"hours": "0"}, "hours", "0 hours cannot be logged; expected more than zero."),
        ({"hours": "201"}, "hours", "201 hours are too many for one line; expected 200 at most."),
        ({"hours": "1.234"}, "hours", "1.234 hours are too exact; expected two decimal places at most."),
        (
            {"day": "2016-01-01"},
            "day",
            "1 January 2016 is more than ten years ago; today is 22 November 2026.",
        ),
        ({"day": "2026-11-23"}, "day", "23 November 2026 is in the future; today is 22 November 2026."),
    ],
)
def test_what_is_wrong_stands_beside_its_field(
    slack: LocalSlack, values: dict[str, str], field: str, sentence: str
) -> None:
    view = opens(slack, "/tier log acme training 2")
    assert slack.submit("vera", view, values) == []
    still = slack.view("vera")
    assert still is not None
    assert still.errors == {field: sentence}
    slack.close("vera", still)


def test_a_team_that_is_not_on_the_list_is_refused_beside_its_field(slack: LocalSlack) -> None:
    view = opens(slack, "/tier log acme training 2")
    slack.submit("vera", view, {"hours": "0"})
    refused = slack.deliveries[-1].request
    values = refused.payload["view"]["state"]["values"] | {
        "team": {"team": {"selected_option": {"value": "pirates"}}},
        "hours": {"hours": {"value": "many"}},
    }
    forged = {
        **refused.payload,
        "view": {**refused.payload["view"], "state": {"values": values}},
        "trigger_id": "2.forged",
    }
    said = slack.delivery.send(replace(refused, payload=forged)).said
    assert said["errors"] == {"team": "There is no team “pirates” here; choose one of the list."}
    slack.close("vera", view)


def test_undo_takes_it_back_once(own_slack: LocalSlack, own_parts: Parts) -> None:
    view = opens(own_slack, "/tier log acme qbr 2")
    (said,) = own_slack.submit("vera", view, {})
    (undone,) = own_slack.press("vera", said, "effort_undo")
    assert undone.ts == said.ts
    assert lines(undone)[0] == "Taken back: 2 hours of Quarterly business review for Acme Corporation."
    assert written(own_parts)[0] == "Took line 1 of effort back: 2 hours of quarterly-business-review."
    view = opens(own_slack, "/tier log acme qbr 1")
    own_slack.submit("vera", view, {})
    assert "3 of 4 left" in lines(own_slack.messages("vera", CHANNEL)[-1])[1]


def test_after_ten_minutes_a_sentence_says_that_it_stays(own_parts: Parts, database_url: str) -> None:
    now = [own_parts.clock()]
    store = open_store(database_url, lambda: now[0])
    parts = replace(own_parts, store=store, clock=lambda: now[0])
    with beside_local_slack(parts, new_workspace(random.Random(1))) as slack:
        (said,) = slack.submit("vera", opens(slack, "/tier log acme qbr 2"), {})
        now[0] += timedelta(minutes=11)
        slack.press("vera", said, "effort_undo")
        refused = slack.messages("vera", CHANNEL)[-1]
    store.close()
    assert lines(refused) == [
        "Line 1 was logged more than 10 minutes ago, so it can no longer be undone here. "
        "Operations can take it back with `tiering log reverse 1`."
    ]
    assert len(written(own_parts)) == 1


def test_in_a_direct_message_a_button_opens_the_form_and_the_answer_arrives_there(
    own_slack: LocalSlack,
) -> None:
    (offered,) = own_slack.say("vera", "longtail", "log 2 hours of training for acme")
    assert lines(offered) == [NEEDS_A_FORM, "[Open the form]"]
    own_slack.press("vera", offered, "say:form")
    view = own_slack.view("vera")
    assert view is not None
    (said,) = own_slack.submit("vera", view, {})
    assert lines(said)[0] == "Logged 2 hours of Live training for Acme Corporation."


def test_guests_log_nothing(slack: LocalSlack) -> None:
    (said,) = slack.command("gita", CHANNEL, "/tier log acme training 2")
    assert lines(said) == [NOT_A_MEMBER]


def test_a_day_of_a_closed_quarter_says_that_its_report_stays() -> None:
    entry = Entry(
        id=1, account_id="A-1", service="training", hours=Decimal(2), team="cs", day=TODAY, who="slack:T1/U1"
    )
    made = logged_view(Logged(entry, "Acme", "Included.", Quarter(2026, 3)), "Live training")
    assert "2026Q3 is closed: its report stays as it is, without this." in unescaped(made.text).split("\n")


def test_without_services_there_is_nothing_to_log() -> None:
    with pytest.raises(Refusal, match="no service that people deliver"):
        form_view(Understood(None, None, NOTHING), [], TEAMS, TODAY)


SERVICES = st.lists(
    st.builds(lambda name: Service(id="a-service", name=name, levels={}), WORDS.map(lambda name: name[:80])),
    min_size=1,
    max_size=120,
)


@given(WORDS, HOSTILE, SERVICES, st.decimals(-200, 200, places=2), st.dates())
def test_no_words_can_break_the_form(
    name: str, account_id: str, services: list[Service], hours: Decimal, on: date
) -> None:
    account = Meant(account_id[:200], name, "a-service")
    for said in (
        Understood(account, "a-service", TimeSpent(hours, on, "")),
        Understood(None, None, NOTHING),
    ):
        assert_slack_opens(form_view(said, services, TEAMS, TODAY))


@given(WORDS, HOSTILE, HOSTILE, HOSTILE, st.decimals("0.01", 200, places=2))
def test_no_words_can_break_the_answers(
    name: str, account_id: str, service: str, team: str, hours: Decimal
) -> None:
    entry = Entry(
        id=1, account_id=account_id, service=service, hours=hours, team=team, day=TODAY, who="slack:T1/U1"
    )
    assert_slack_takes(logged_view(Logged(entry, name, service, Quarter(2026, 3)), service))
    assert_slack_takes(undone_view(hours, service, name, account_id))
