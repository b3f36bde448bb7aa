"""The shortcuts: a customer is found in a message or by typing, and shown in a modal to one person alone."""

from __future__ import annotations

import pytest
from hypothesis import given

from bot.features.shortcuts import ACCOUNT, LOOK_UP, NAMES_NOBODY, WHICH_TIER, search_form
from bot.playground.local import LocalSlack
from bot.playground.rules import check_view
from bot.playground.workspace import Message, View
from bot.text import plain
from tests.bot.conftest import EVIL
from tests.bot.hostile import WORDS, assert_slack_opens
from tiering.people import NOT_A_MEMBER

CHANNEL = "customer-success"


def wrote(slack: LocalSlack, text: str, channel: str = CHANNEL, person: str = "marco") -> Message:
    someone = slack.workspace.person(person)
    slack.gestures.write(someone, slack.workspace.channel(channel, someone), text)
    return slack.messages(person, channel)[-1]


def asks(slack: LocalSlack, text: str, person: str = "vera", channel: str = CHANNEL) -> View:
    slack.shortcut(person, WHICH_TIER, on=wrote(slack, text, channel))
    return opened(slack, person)


def opened(slack: LocalSlack, person: str = "vera") -> View:
    view = slack.view(person)
    assert view is not None
    assert check_view(view.payload) == []
    return view


def lines(view: View) -> list[str]:
    return plain(view.blocks).split("\n")


@pytest.fixture(autouse=True)
def closed(slack: LocalSlack) -> None:
    """Nobody's screen shows a modal that an earlier test has opened."""
    for person in ("vera", "gita", "xenia"):
        slack.workspace.close_views(slack.workspace.person(person).id)


@pytest.mark.parametrize(
    "text",
    [
        "Acme Corporation wants a quarterly review before Friday",
        "can somebody call ACME'S people back?",
        "mail from ops@acme.example, please have a look",
        "see https://www.acme.example/status & tell me",
    ],
)
def test_the_customer_of_a_message_is_shown_in_a_modal(slack: LocalSlack, text: str) -> None:
    said = lines(asks(slack, text))
    assert said[0] == "Acme Corporation is tier 1, Strategic. Customers read “Signature”."
    assert "[Share with the channel]" not in said
    assert "CSM: Dana Whitfield" in said


def test_a_name_with_signs_of_markup_is_found_as_it_was_written(slack: LocalSlack) -> None:
    assert lines(asks(slack, f"what of {EVIL} today?"))[0].startswith(f"{EVIL} is tier 3")


def test_of_several_customers_one_is_picked_in_the_same_modal(slack: LocalSlack) -> None:
    choice = asks(slack, "Initech and Acme Corporation both asked for training")
    assert lines(choice)[0].startswith("2 accounts fit “")
    button = next(one for one in choice.blocks[-1]["elements"] if one["text"]["text"] == "Initech")
    slack.press("vera", choice, button["action_id"], button["value"])
    shown = opened(slack)
    assert shown.id == choice.id
    assert lines(shown)[0].startswith("Initech is tier 2")


@pytest.mark.parametrize("text", ["lunch?", "<!channel> *bold*", "mail me at somebody@gmail.com", "x" * 9000])
def test_where_a_message_names_no_customer_one_can_be_searched_for(slack: LocalSlack, text: str) -> None:
    form = asks(slack, text)
    assert lines(form) == [NAMES_NOBODY]
    assert form.payload["title"]["text"] == "Look up a customer"
    (first, *_) = slack.options("vera", form, ACCOUNT, "initech")
    slack.submit("vera", form, {ACCOUNT: first["value"]})
    shown = opened(slack)
    assert shown.id == form.id
    assert lines(shown)[0].startswith("Initech is tier 2")


def test_a_customer_is_looked_up_from_anywhere_by_typing(slack: LocalSlack) -> None:
    slack.shortcut("vera", LOOK_UP)
    form = opened(slack)
    found = slack.options("vera", form, ACCOUNT, "globex")
    assert [one["description"]["text"] for one in found] == [
        "tier 2, id G-1, CSM Marcus",
        "tier 3, id G-2, CSM Dana",
    ]
    assert [one["value"] for one in slack.options("vera", form, ACCOUNT, "acme")] == ["A-1", "A-2"]
    assert [one["value"] for one in slack.options("vera", form, ACCOUNT, "I-1")] == ["I-1"]
    assert len(slack.options("vera", form, ACCOUNT, "vandelay")) == 30
    assert slack.options("vera", form, ACCOUNT, "help") == []
    slack.options("vera", form, ACCOUNT, "globex")
    slack.submit("vera", form, {ACCOUNT: "G-2"})
    assert lines(opened(slack))[0].startswith("Globex is tier 3")


def test_a_table_is_shown_as_lines_in_a_modal(slack: LocalSlack) -> None:
    """No button leads to the numbers from here, yet one may some day: a modal must not fail on a table."""
    view = asks(slack, "Acme Corporation")
    slack.workspace.update_view(view, {**view.payload, "blocks": [_button("say:numbers", "numbers")]})
    slack.press("vera", opened(slack), "say:numbers")
    said = lines(opened(slack))
    assert said[0].startswith("2026Q4: tier 1 is ")
    assert any(line.startswith("Customers  ") for line in said)


def _button(action_id: str, value: str) -> dict[str, object]:
    one = {"type": "button", "text": {"type": "plain_text", "text": "Go"}, "action_id": action_id}
    return {"type": "actions", "block_id": "b", "elements": [one | {"value": value}]}


def test_nothing_is_said_where_others_read_along(slack: LocalSlack) -> None:
    before = len(slack.messages("xenia", "globex-shared"))
    view = asks(slack, "Globex asks for training", channel="globex-shared")
    assert lines(view)[0] == "2 accounts fit “globex”."
    assert len(slack.messages("xenia", "globex-shared")) == before + 1


@pytest.mark.parametrize(("person", "channel"), [("gita", CHANNEL), ("xenia", "globex-shared")])
def test_guests_and_strangers_are_refused_in_a_modal(slack: LocalSlack, person: str, channel: str) -> None:
    assert lines(asks(slack, "Acme Corporation", person, channel)) == [NOT_A_MEMBER]
    slack.workspace.close_views(slack.workspace.person(person).id)
    slack.shortcut(person, LOOK_UP)
    assert lines(opened(slack, person)) == [NOT_A_MEMBER]


def test_a_guest_is_offered_no_customers(slack: LocalSlack) -> None:
    slack.shortcut("vera", LOOK_UP)
    form = opened(slack)
    someone = slack.workspace.person("gita")
    slack.workspace.open_view(someone.id, form.payload)
    theirs = opened(slack, "gita")
    assert slack.options("gita", theirs, ACCOUNT, "acme") == []


@given(WORDS)
def test_the_search_fits(first: str) -> None:
    assert_slack_opens(search_form())
    assert_slack_opens(search_form(first))
