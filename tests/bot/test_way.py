"""The way back: an answer reaches the one who asked, wherever they asked, and nobody else."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from hypothesis import given

from bot.blocks import actions, button, message, paragraphs, words
from bot.playground.app import serve
from bot.playground.local import LocalSlack
from bot.playground.people import MARCO, VERA
from bot.playground.workspace import Disturbance, Message
from bot.server import new_workspace
from bot.slack import AddressGone, Slack, SlackRefused, TooLate, client
from bot.turn import HomePage, Modal, Reply, Spot
from bot.way import NEEDS_A_FORM, SHARE, Way, form_offered_view
from tests.bot.hostile import WORDS, assert_slack_takes

CHANNEL = "customer-success"
ANSWER = Reply(
    message(
        paragraphs([words("Acme is tier 1.")]), actions(SHARE, [button("Share", "share_answer:", "A-1")])
    ),
    "TierAnswer",
)
FORM = Modal("Log effort", [paragraphs([words("Acme")])], "LogForm", memory="A-1")


@pytest.fixture
def world() -> Iterator[LocalSlack]:
    """A local Slack to which no bot is connected."""
    with serve(new_workspace(random.Random())) as local:
        yield local


@pytest.fixture
def slack(world: LocalSlack) -> Slack:
    return Slack(client(world.workspace.bot.credentials.bot_token, world.api_url))


def in_channel(world: LocalSlack, slack: Slack, original: str | None = None) -> Way:
    """The way back from a command in a channel, or from a press on a message."""
    channel = world.workspace.channel(CHANNEL)
    return Way(
        slack,
        VERA.id,
        Spot(channel.id),
        response_url=world.gestures._response_url(VERA, channel, original),
        trigger=world.workspace.grants.trigger(VERA.id),
        pressed=original is not None,
    )


def last(world: LocalSlack, person: str = "vera", channel: str = CHANNEL) -> Message:
    return world.messages(person, channel)[-1]


def test_a_command_is_answered_to_the_asker_alone(world: LocalSlack, slack: Slack) -> None:
    in_channel(world, slack).take(ANSWER)
    assert last(world).text == "Acme is tier 1.\n[Share]"
    assert last(world).visible_to == VERA.id
    assert world.messages("marco", CHANNEL) == []


def test_an_answer_takes_the_place_of_what_was_pressed_and_a_sentence_stands_below(
    world: LocalSlack, slack: Slack
) -> None:
    in_channel(world, slack).take(ANSWER)
    pressed = last(world)
    in_channel(world, slack, pressed.ts).say("Not yet.")
    assert [one.text for one in world.messages("vera", CHANNEL)] == ["Acme is tier 1.\n[Share]", "Not yet."]
    in_channel(world, slack, pressed.ts).take(Reply(message(paragraphs([words("Why.")])), "Why"))
    assert [one.text for one in world.messages("vera", CHANNEL)] == ["Why.", "Not yet."]


def test_only_what_is_shared_on_purpose_is_seen_by_all(world: LocalSlack, slack: Slack) -> None:
    in_channel(world, slack, None).take(Reply(ANSWER.message, "SharedAnswer", public=True))
    assert last(world, "marco").visible_to is None


def test_there_is_nothing_to_share_in_a_direct_message(world: LocalSlack, slack: Slack) -> None:
    direct = world.workspace.channel("longtail", VERA)
    Way(slack, VERA.id, Spot(direct.id, direct=True)).take(ANSWER)
    assert last(world, "vera", direct.id).text == "Acme is tier 1."
    with pytest.raises(SlackRefused):
        Way(slack, VERA.id, Spot(direct.id, direct=True)).take(Reply(ANSWER.message, "x", public=True))


def test_a_mention_is_answered_to_the_asker_alone(world: LocalSlack, slack: Slack) -> None:
    Way(slack, VERA.id, Spot(world.workspace.channel(CHANNEL).id)).take(ANSWER)
    assert last(world).visible_to == VERA.id


def test_without_a_channel_an_answer_is_a_modal(world: LocalSlack, slack: Slack) -> None:
    Way(slack, VERA.id, trigger=world.workspace.grants.trigger(VERA.id)).take(ANSWER)
    view = world.view("vera")
    assert view is not None
    assert [block["type"] for block in view.blocks] == ["rich_text"]


def test_what_is_pressed_in_a_modal_is_answered_in_it_and_a_sentence_upon_it(
    world: LocalSlack, slack: Slack
) -> None:
    Way(slack, VERA.id, trigger=world.workspace.grants.trigger(VERA.id)).take(FORM)
    form = world.view("vera")
    assert form is not None
    way = Way(slack, VERA.id, trigger=world.workspace.grants.trigger(VERA.id), modal_id=form.id)
    way.say("Not yet.")
    upon = world.view("vera")
    assert upon is not None
    assert upon.id != form.id
    way.take(ANSWER)
    assert "Acme is tier 1." in str(world.workspace.view(form.id).blocks)


def test_the_home_is_published_for_its_person(world: LocalSlack, slack: Slack) -> None:
    Way(slack, VERA.id, home=True).take(HomePage(ANSWER.message))
    home = world.home("vera")
    assert home is not None
    assert "Acme is tier 1." in str(home.blocks)
    assert world.home("marco") is None
    Way(slack, VERA.id, home=True).say("The record is away.")
    assert "The record is away." in str(world.home("vera"))


def test_the_answer_to_a_form_without_a_place_is_a_direct_message(world: LocalSlack, slack: Slack) -> None:
    Way(slack, MARCO.id).take(ANSWER)
    assert last(world, "marco", "longtail").text == "Acme is tier 1."


def test_where_a_form_cannot_open_a_button_opens_it(world: LocalSlack, slack: Slack) -> None:
    direct = world.workspace.channel("longtail", VERA)
    Way(slack, VERA.id, Spot(direct.id, direct=True), typed="log acme training 2").take(FORM)
    offered = last(world, "vera", direct.id)
    assert offered.text == f"{NEEDS_A_FORM}\n[Open the form]"
    (pressed,) = offered.blocks[-1]["elements"]
    assert (pressed["action_id"], pressed["value"]) == ("say:form", "log acme training 2")


@given(WORDS)
def test_whatever_was_typed_fits_behind_that_button(typed: str) -> None:
    assert_slack_takes(form_offered_view(typed))


def test_nothing_to_say_says_nothing(world: LocalSlack, slack: Slack) -> None:
    in_channel(world, slack).take(None)
    assert list(world.workspace.calls) == []


def test_a_form_that_slack_opens_no_more_is_told_apart(world: LocalSlack, slack: Slack) -> None:
    used = world.workspace.grants.trigger(VERA.id)
    Way(slack, VERA.id, trigger=used).take(FORM)
    with pytest.raises(TooLate):
        Way(slack, VERA.id, trigger=used).take(FORM)


def test_what_slack_puts_off_is_sent_after_the_time_it_names(world: LocalSlack, slack: Slack) -> None:
    world.workspace.disturb(Disturbance("chat.postEphemeral", retry_after=1))
    Way(slack, VERA.id, Spot(world.workspace.channel(CHANNEL).id)).take(ANSWER)
    assert len(world.messages("vera", CHANNEL)) == 1


def test_what_slack_refuses_is_an_error_of_its_own(world: LocalSlack, slack: Slack) -> None:
    world.workspace.disturb(Disturbance("chat.postMessage", error="is_archived"))
    with pytest.raises(SlackRefused) as refused:
        slack.post(world.workspace.channel(CHANNEL).id, ANSWER.message)
    assert refused.value.error == "is_archived"
    assert "Slack answered chat.postMessage with is_archived" in str(refused.value)


def test_an_answer_that_is_too_late_is_refused(world: LocalSlack, slack: Slack) -> None:
    with pytest.raises(SlackRefused):
        slack.answer(f"{world.page_url}response/none", ANSWER.message)


def test_the_answer_to_a_form_that_lay_open_too_long_is_a_direct_message(
    world: LocalSlack, slack: Slack
) -> None:
    gone = f"{world.page_url}response/none"
    Way(slack, MARCO.id, response_url=gone).take(ANSWER)
    assert last(world, "marco", "longtail").text == "Acme is tier 1."
    with pytest.raises(AddressGone):
        Way(slack, MARCO.id, response_url=gone).take(Reply(ANSWER.message, "SharedAnswer", public=True))


def test_a_message_of_ours_can_be_written_anew(world: LocalSlack, slack: Slack) -> None:
    receipt = slack.post(MARCO.id, ANSWER.message)
    slack.change(receipt, message(paragraphs([words("Answered.")])))
    assert last(world, "marco", "longtail").text == "Answered."
