"""Channels that are about one account: linking, asking without a name, and what may have happened since."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

from bot.card import LINK_GONE
from bot.features.channel import NO_CHANNEL, link_view, linked_view, no_link_view, unlinked_view
from bot.playground.local import LocalSlack
from bot.playground.workspace import Message
from bot.server import Parts
from bot.storage import BotRecord
from bot.text import unescaped
from tests.bot.hostile import WORDS, assert_slack_takes
from tests.conftest import NOON, OLGA, TODAY
from tiering.usecases.ask import Meant
from tiering.usecases.merge import merge

CHANNEL, CONNECTED = "customer-success", "globex-shared"


def says(slack: LocalSlack, text: str, channel: str = CHANNEL, person: str = "vera") -> list[str]:
    return lines(answer(slack, text, channel, person))


def answer(slack: LocalSlack, text: str, channel: str = CHANNEL, person: str = "vera") -> Message:
    (said,) = slack.command(person, channel, f"/tier {text}")
    assert said.visible_to == slack.workspace.person(person).id
    return said


def lines(said: Message) -> list[str]:
    return unescaped(said.text).split("\n")


def test_in_a_linked_channel_questions_need_no_name(own_slack: LocalSlack) -> None:
    assert says(own_slack, "link acme") == [
        "This channel is about Acme Corporation now.",
        "/tier, /tier qbr, /tier why answer for it here; only whoever asks sees the answer.",
        "[Show the account]",
        "[Unlink]",
    ]
    assert says(own_slack, "")[0].startswith("Acme Corporation is tier 1, Strategic.")
    assert says(own_slack, "qbr")[0] == "Yes. Quarterly business review for Acme Corporation"
    assert "Every reason" in says(own_slack, "why", person="marco")
    assert "Acme Corporation" in says(own_slack, "history")[0]
    assert says(own_slack, "initech")[0].startswith("Initech is tier 2")
    assert says(own_slack, "", channel="sales")[0].startswith("Ask /tier about any of")


@pytest.mark.parametrize("text", ["link this channel to Initech", "link to initech.example", "LINK with I-1"])
def test_a_link_may_be_put_in_plain_words(own_slack: LocalSlack, text: str) -> None:
    assert says(own_slack, text)[0] == "This channel is about Initech now."


def test_a_channel_is_about_the_account_of_its_last_link(own_slack: LocalSlack) -> None:
    says(own_slack, "link acme")
    assert says(own_slack, "link initech", person="marco")[0] == (
        "This channel is about Initech now. It was about Acme Corporation before."
    )
    assert says(own_slack, "link initech")[0] == "This channel is about Initech now."
    assert says(own_slack, "")[0].startswith("Initech is tier 2")


def test_the_link_is_shown_with_who_made_it(own_slack: LocalSlack) -> None:
    assert says(own_slack, "link") == [
        "This channel is linked to no account.",
        "Link it with /tier link acme; questions here then need no name.",
    ]
    says(own_slack, "link acme", person="marco")
    assert says(own_slack, "link")[:2] == [
        "This channel is about Acme Corporation.",
        "Linked by Marco Silva on 22 November 2026. "
        "/tier, /tier qbr, /tier why answer for it here; only whoever asks sees the answer.",
    ]


def test_a_link_is_undone_and_made_again_by_a_press(own_slack: LocalSlack) -> None:
    said = answer(own_slack, "link acme")
    (undone,) = own_slack.press("vera", said, "say:unlink")
    assert lines(undone)[0] == "This channel is not about Acme Corporation any more."
    assert says(own_slack, "unlink")[0] == "This channel is linked to no account."
    (again,) = own_slack.press("vera", undone, "say:link")
    assert lines(again)[0] == "This channel is about Acme Corporation now."
    (shown,) = own_slack.press("vera", again, "say:account")
    assert lines(shown)[0].startswith("Acme Corporation is tier 1")


def test_of_two_accounts_of_one_name_the_one_that_is_picked_is_linked(own_slack: LocalSlack) -> None:
    choice = answer(own_slack, "link globex")
    assert lines(choice)[0] == "2 accounts fit “globex”."
    spanish = next(one for one in choice.blocks[-1]["elements"] if "Spain" in one["text"]["text"])
    (linked,) = own_slack.press("vera", choice, spanish["action_id"], spanish["value"])
    assert lines(linked)[0] == "This channel is about Globex now."
    assert says(own_slack, "")[0].startswith("Globex is tier 3")


def test_an_unknown_account_is_not_linked(own_slack: LocalSlack) -> None:
    assert says(own_slack, "link zzzzzz qqqqq")[0] == "No account is called “zzzzzz qqqqq”."
    assert says(own_slack, "link")[0] == "This channel is linked to no account."


@pytest.mark.parametrize("text", ["link acme", "link", "unlink"])
def test_a_direct_message_is_about_no_account(own_slack: LocalSlack, text: str) -> None:
    (said,) = own_slack.say("vera", "longtail", text)
    assert lines(said) == [NO_CHANNEL]


def test_of_a_merged_account_the_one_that_stands_answers(own_slack: LocalSlack, own_parts: Parts) -> None:
    says(own_slack, "link A-2")
    merge(own_parts.store, "A-2", "A-1", OLGA, TODAY)
    assert says(own_slack, "link")[0] == "This channel is about Acme Corporation."
    assert says(own_slack, "")[0].startswith("Acme Corporation is tier 1")
    assert says(own_slack, "qbr")[0] == "Yes. Quarterly business review for Acme Corporation"


def test_an_account_that_has_vanished_is_said_to_be_gone(own_slack: LocalSlack, own_parts: Parts) -> None:
    workspace = own_slack.workspace
    team, channel = workspace.person("vera").team_id, workspace.channel(CHANNEL).id
    BotRecord(own_parts.store).link(team, channel, "GONE-1", "slack:T1/U1", NOON)
    assert says(own_slack, "") == [LINK_GONE]
    assert says(own_slack, "qbr") == [LINK_GONE]
    assert says(own_slack, "link") == [LINK_GONE]
    assert says(own_slack, "acme")[0].startswith("Acme Corporation is tier 1")
    assert says(own_slack, "unlink") == ["This channel is linked to no account any more."]


def test_where_another_company_reads_along_answers_stay_with_whoever_asks(own_slack: LocalSlack) -> None:
    says(own_slack, "link globex.example", channel=CONNECTED)
    assert says(own_slack, "", channel=CONNECTED)[0].startswith("Globex is tier 2")
    assert own_slack.messages("xenia", CONNECTED) == []


@pytest.mark.parametrize("person", ["gita", "simon"])
def test_a_guest_links_nothing(own_slack: LocalSlack, person: str) -> None:
    assert says(own_slack, "link acme", person=person)[0].startswith("Sorry, only full members")
    assert says(own_slack, "link")[0] == "This channel is linked to no account."


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(WORDS, WORDS, WORDS)
def test_no_account_can_break_a_link(account_id: str, name: str, who: str) -> None:
    one, other = Meant(account_id, name, None), Meant("A-1", who, None)
    for made in (
        linked_view(one, other, "/tier"),
        link_view(one, f"Linked by {who} on 1 May 2027.", "/tier"),
        no_link_view("/tier"),
        unlinked_view(one),
        unlinked_view(None),
    ):
        assert_slack_takes(made)


def test_a_link_view_names_the_account_alone_where_it_was_linked_before() -> None:
    one = Meant("A-1", "Acme", None)
    assert linked_view(one, one, "/tier").text.split("\n")[0] == "This channel is about Acme now."
