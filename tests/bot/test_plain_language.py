"""Mentions and direct messages: the bot is asked in plain language, and answers whoever asked alone."""

from __future__ import annotations

from typing import Any

import pytest

from bot.playground import payloads
from bot.playground.delivery import Acknowledgement, Request
from bot.playground.local import LocalSlack
from bot.playground.rules import check_message
from bot.playground.workspace import Message
from bot.text import unescaped
from tiering.people import NOT_A_MEMBER

CHANNEL, DIRECT = "customer-success", "longtail"


def lines(answer: Message) -> list[str]:
    assert check_message({"text": answer.text, "blocks": list(answer.blocks)}) == []
    return unescaped(answer.text).split("\n")


def mentions(slack: LocalSlack, text: str, person: str = "vera", channel: str = CHANNEL) -> list[str]:
    """Mention the bot, which answers to this person alone."""
    (answer,) = slack.mention(person, channel, text)
    assert answer.visible_to == slack.workspace.person(person).id
    return lines(answer)


def says(slack: LocalSlack, text: str, person: str = "vera") -> list[str]:
    """Write to the bot directly, which answers with an ordinary message."""
    (answer,) = slack.say(person, DIRECT, text)
    assert answer.visible_to is None
    assert answer.channel == slack.workspace.channel(DIRECT, slack.workspace.person(person)).id
    return lines(answer)


def hears(slack: LocalSlack, person: str = "vera", channel: str = CHANNEL, **event: Any) -> Acknowledgement:
    """Tell the bot of a message, as Slack does; `event` is what is special about it."""
    workspace = slack.workspace
    someone = workspace.person(person)
    place = workspace.channel(channel, someone)
    message = Message(place.id, workspace.new_ts(), someone.id, f"<@{_bot(slack)}> acme")
    told = payloads.message_event("message" if place.is_im else "app_mention", someone, message) | event
    told = {key: value for key, value in told.items() if value is not None}
    wrapped = payloads.event(told, workspace.new_id("Ev"), workspace.clock(), place)
    return slack.delivery.send(Request("events_api", wrapped))


def _bot(slack: LocalSlack) -> str:
    return next(one.id for one in slack.workspace.people.values() if one.handle == DIRECT)


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        ("is acme entitled to a QBR?", "Yes. Quarterly business review for Acme Corporation"),
        ("Can Initech have a health check, please?", "No. Health check for Initech"),
        ("what can I offer Initech?", "Initech may have "),
        ("why is initech in tier 2?", "Initech is tier 2, Growth."),
        ("acme", "Acme Corporation is tier 1, Strategic."),
        ("which tier is Acme Corporation in?", "Acme Corporation is tier 1, Strategic."),
        ("hi", "Ask /tier about any of 40 accounts."),
        ("", "Ask /tier about any of 40 accounts."),
        ("thank you!", "Ask /tier about any of 40 accounts."),
        ("numbers", "2026Q4: "),
    ],
)
def test_the_same_words_are_understood_in_a_mention_and_in_a_direct_message(
    slack: LocalSlack, asked: str, answered: str
) -> None:
    assert mentions(slack, asked)[0].startswith(answered)
    if asked:
        assert says(slack, asked)[0].startswith(answered)


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        ("which tier is acme.example in?", "Acme Corporation is tier 1"),
        ("https://acme.example", "Acme Corporation is tier 1"),
        ("why https://initech.example", "Initech is tier 2"),
        ("is “Acme Corporation” entitled to a QBR?", "Yes. Quarterly business review"),
        ("ops@unknown.example", "No account is called “ops@unknown.example”."),
        ("tell me about R&D <b>", "No account is called “"),
    ],
)
def test_links_addresses_and_signs_are_read_as_they_were_typed(
    slack: LocalSlack, asked: str, answered: str
) -> None:
    assert says(slack, asked)[0].startswith(answered)
    assert mentions(slack, asked)[0].startswith(answered)


def test_a_mention_is_answered_in_the_thread_in_which_it_stands(slack: LocalSlack) -> None:
    before = len(slack.messages("vera", CHANNEL))
    hears(slack, thread_ts="1700000000.000100")
    assert slack.wait(lambda: len(slack.messages("vera", CHANNEL)) > before)
    answer = slack.messages("vera", CHANNEL)[-1]
    assert (answer.thread, answer.visible_to) == ("1700000000.000100", slack.workspace.person("vera").id)


def test_a_direct_message_in_a_thread_is_answered_there(slack: LocalSlack) -> None:
    before = len(slack.messages("vera", DIRECT))
    hears(slack, channel=DIRECT, text="acme", thread_ts="1700000000.000200")
    assert slack.wait(lambda: len(slack.messages("vera", DIRECT)) > before)
    answer = slack.messages("vera", DIRECT)[-1]
    assert (answer.thread, answer.visible_to) == ("1700000000.000200", None)


def test_without_a_thread_none_is_begun(slack: LocalSlack) -> None:
    (answer,) = slack.mention("vera", CHANNEL, "acme")
    assert answer.thread == ""


@pytest.mark.parametrize("person", ["gita", "simon"])
def test_a_guest_who_mentions_the_bot_or_writes_to_it_is_refused(slack: LocalSlack, person: str) -> None:
    assert mentions(slack, "acme", person) == [NOT_A_MEMBER]
    assert says(slack, "acme", person) == [NOT_A_MEMBER]


@pytest.mark.parametrize("person", ["stella", "xenia"])
def test_a_stranger_of_a_shared_channel_is_refused_alone(slack: LocalSlack, person: str) -> None:
    assert mentions(slack, "acme", person, "globex-shared") == [NOT_A_MEMBER]


def test_a_colleague_in_a_shared_channel_is_answered_alone(slack: LocalSlack) -> None:
    assert mentions(slack, "acme", "vera", "globex-shared")[0].startswith("Acme Corporation is tier 1")
    assert not any("Acme Corporation is" in one.text for one in slack.messages("xenia", "globex-shared"))


@pytest.mark.parametrize(
    ("channel", "event"),
    [
        (CHANNEL, {"bot_id": "B0OTHER"}),
        (DIRECT, {"bot_id": "B08LT5M4X1Z"}),
        (DIRECT, {"subtype": "message_changed", "user": None, "text": None}),
        (DIRECT, {"subtype": "message_changed"}),
        (DIRECT, {"subtype": "message_deleted"}),
        (CHANNEL, {"subtype": "bot_message"}),
        (DIRECT, {"user": None}),
    ],
)
def test_what_bots_write_and_what_is_edited_is_no_question(
    slack: LocalSlack, noted: list[tuple[str, str]], channel: str, event: dict[str, Any]
) -> None:
    seen, before = len(slack.messages("vera", channel)), len(noted)
    assert hears(slack, channel=channel, **event).status == 200
    says(slack, "hi", "marco")
    assert len(slack.messages("vera", channel)) == seen
    assert len(noted) == before + 1


def test_a_message_that_slack_repeats_is_answered_once(slack: LocalSlack) -> None:
    mentions(slack, "acme")
    delivered, seen = slack.deliveries[-1], len(slack.messages("vera", CHANNEL))
    assert slack.redeliver(delivered).status == 200
    says(slack, "initech", "marco")
    assert len(slack.messages("vera", CHANNEL)) == seen


def test_a_button_of_an_answer_to_a_mention_answers_in_its_place(slack: LocalSlack) -> None:
    (choice,) = slack.mention("vera", CHANNEL, "can globex have a QBR?")
    first = choice.blocks[-1]["elements"][0]
    (answer,) = slack.press("vera", choice, first["action_id"], first["value"])
    assert (answer.ts, lines(answer)[0][:3]) == (choice.ts, "No.")


@pytest.mark.parametrize("words", ["list tier ", "request tier ", "log 1h ", "book of ", "history page 1 "])
def test_however_much_is_said_it_is_answered(slack: LocalSlack, words: str) -> None:
    first, _, rest = words.partition(" ")
    assert slack.say("vera", DIRECT, f"{first} {rest * (40_000 // len(rest))}")
