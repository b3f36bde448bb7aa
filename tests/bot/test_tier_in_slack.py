"""The story of `/tier`: colleagues ask in the local Slack, and the real bot answers over signed HTTP."""

from __future__ import annotations

import random
import threading
from dataclasses import replace

import pytest
from structlog.testing import capture_logs

from bot.app import OUT_OF_DATE
from bot.card import PICK_ACCOUNT
from bot.conversation import ACCOUNT_GONE, NO_POLICY, RECORD_AWAY
from bot.playground.delivery import Request
from bot.playground.local import LocalSlack
from bot.playground.rules import check_message
from bot.playground.workspace import Disturbance, Message
from bot.server import Parts, beside_local_slack, new_workspace
from bot.text import unescaped
from tests.bot.conftest import EVIL, Library, in_socket_mode
from tests.conftest import MakeUrl
from tiering.people import NOT_A_MEMBER, UNKNOWN
from tiering.usecases.record import open_store, upgrade

CHANNEL = "customer-success"


def asks(slack: LocalSlack, text: str, person: str = "vera", channel: str = CHANNEL) -> Message:
    """Type a command and return the one answer, which only this person sees and which Slack takes."""
    (answer,) = slack.command(person, channel, text)
    assert answer.visible_to == slack.workspace.person(person).id
    assert check_message({"text": answer.text, "blocks": list(answer.blocks)}) == []
    return answer


def lines(answer: Message) -> list[str]:
    return unescaped(answer.text).split("\n")


@pytest.mark.parametrize("text", ["/tier", "/tier help", "/tier   ", "/tier HELP"])
def test_help_shows_how_to_ask_with_real_names(slack: LocalSlack, text: str) -> None:
    said = lines(asks(slack, text))
    assert said[0] == "Ask /tier about any of 40 accounts."
    assert "• /tier Acme Corporation" in "\n".join(said)


def test_an_account_is_answered_in_two_lines_with_the_rest_below(slack: LocalSlack) -> None:
    said = lines(asks(slack, "/tier acme corporation"))
    assert said[0] == "Acme Corporation is tier 1, Strategic. Customers read “Signature”."
    assert said[1].startswith("ARR is $164,000")
    assert said[2] == ""
    assert "CSM: Dana Whitfield" in said
    assert "Executive sponsor: promised, nobody assigned" in said
    assert "Parent: Acme Holdings" in said


@pytest.mark.parametrize("text", ["A-1", "acme.example", "ACME", '"Acme Corporation"', "acme corp."])
def test_an_account_answers_to_all_its_names(slack: LocalSlack, text: str) -> None:
    assert lines(asks(slack, f"/tier {text}"))[0].startswith("Acme Corporation is tier 1")


def test_why_gives_the_reasons(slack: LocalSlack) -> None:
    said = lines(asks(slack, "/tier why initech"))
    assert said[0].startswith("Initech is tier 2")
    assert "Every reason" in said
    assert "What would move it up" in said


@pytest.mark.parametrize(
    "text",
    ["acme qbr", "acme quarterly business review", "can Acme have a QBR?", "is acme entitled to a qbr?"],
)
def test_yes_comes_first(slack: LocalSlack, text: str) -> None:
    said = lines(asks(slack, f"/tier {text}"))
    assert said[0] == "Yes. Quarterly business review for Acme Corporation"
    assert "4 of 4 left" in said[1]


def test_a_no_offers_the_article_of_that_very_service_its_price_and_its_approver(
    slack: LocalSlack, library: Library
) -> None:
    slug = "working-with-us/check-your-setup-yourself"
    library.holds(slug, "Check your setup yourself")
    said = lines(asks(slack, "/tier can initech have a health check?"))
    assert said[0] == "No. Health check for Initech"
    assert f"• Offer Check your setup yourself ({library.base_url}/articles/{slug})" in said
    assert "• It is sold for $1,200 per session." in said
    assert "• Head of Customer Success may approve an exception." in said


def test_when_the_knowledge_base_is_away_the_no_stands_and_so_does_the_link(
    slack: LocalSlack, library: Library
) -> None:
    library.status = 503
    said = lines(asks(slack, "/tier initech health check"))
    assert said[0] == "No. Health check for Initech"
    assert "The knowledge base does not answer just now; the links will work when it is back." in said
    assert any(
        f"{library.base_url}/articles/working-with-us/check-your-setup-yourself" in line for line in said
    )


def test_what_may_be_offered_is_listed(slack: LocalSlack) -> None:
    said = lines(asks(slack, "/tier what can I offer initech?"))
    assert said[0].startswith("Initech may have ")
    assert "Has" in said


def test_a_prospect_is_promised_nothing(slack: LocalSlack) -> None:
    assert lines(asks(slack, "/tier pied piper"))[0] == (
        "Pied Piper is not a customer yet: would be tier 2, Growth; promise nothing."
    )
    assert lines(asks(slack, "/tier pied piper training"))[0].startswith("No. ")


def test_a_former_customer_is_owed_nothing(slack: LocalSlack) -> None:
    assert "is not a customer any more" in lines(asks(slack, "/tier hooli"))[0]


def test_an_unknown_arr_is_said(slack: LocalSlack) -> None:
    assert lines(asks(slack, "/tier umbrella"))[0].startswith("Umbrella is provisionally tier 3")


def test_two_of_one_name_are_buttons_and_the_pressed_one_answers_in_place(slack: LocalSlack) -> None:
    choice = asks(slack, "/tier globex qbr")
    assert lines(choice)[0] == "2 accounts fit “globex”."
    assert "[Globex, globex.test, Spain, CSM Dana]" in lines(choice)
    spanish = next(button for button in choice.blocks[-1]["elements"] if "Spain" in button["text"]["text"])
    (answer,) = slack.press("vera", choice, spanish["action_id"], spanish["value"])
    assert answer.ts == choice.ts
    assert lines(answer)[0] == "No. Quarterly business review for Globex"


def test_why_is_kept_when_one_of_several_is_picked(slack: LocalSlack) -> None:
    choice = asks(slack, "/tier why globex")
    first = choice.blocks[-1]["elements"][0]
    (answer,) = slack.press("vera", choice, first["action_id"], first["value"])
    assert "Every reason" in lines(answer)


def test_pressing_twice_does_no_harm(slack: LocalSlack) -> None:
    choice = asks(slack, "/tier globex")
    before = len(slack.messages("vera", CHANNEL))
    button = choice.blocks[-1]["elements"][0]
    (first,) = slack.press("vera", choice, button["action_id"], button["value"])
    pressed = slack.deliveries[-1].request
    again = Request("interactive", {**pressed.payload, "trigger_id": "2.again"})
    assert slack.delivery.send(again).status == 200
    assert slack.wait(lambda: slack.workspace.message(first.channel, first.ts).version > first.version, 5)
    assert len(slack.messages("vera", CHANNEL)) == before
    assert lines(first)[0].startswith("Globex is tier")


def test_many_are_a_menu_and_the_chosen_one_answers_in_place(slack: LocalSlack) -> None:
    choice = asks(slack, "/tier vandelay")
    assert lines(choice)[0] == "30 accounts fit “vandelay”."
    (answer,) = slack.choose("vera", choice, f"{PICK_ACCOUNT}menu", "V-7")
    assert answer.ts == choice.ts
    assert lines(answer)[0].startswith("Vandelay Works 7 is tier 3")


def test_an_unknown_account_gives_the_nearest_and_a_button_answers(slack: LocalSlack) -> None:
    unknown = asks(slack, "/tier lumbrella group")
    assert lines(unknown)[0] == "No account is called “lumbrella group”."
    near = next(block for block in unknown.blocks if block["type"] == "actions")["elements"]
    assert 1 <= len(near) <= 3
    (answer,) = slack.press("vera", unknown, near[0]["action_id"], near[0]["value"])
    assert answer.ts == unknown.ts
    assert " is " in lines(answer)[0]


def test_a_misspelt_name_is_answered_and_the_guess_is_said(slack: LocalSlack) -> None:
    said = lines(asks(slack, "/tier initehc"))
    assert said[0].startswith("Initech is tier 2")
    assert "No account is called “initehc”; this is the closest name." in said


def test_an_unknown_service_gives_the_nearest_and_a_button_answers(slack: LocalSlack) -> None:
    unknown = asks(slack, "/tier can acme have a helth chek?")
    assert lines(unknown)[0].startswith("No service is called “")
    button = next(
        one
        for block in unknown.blocks
        if block["type"] == "actions"
        for one in block["elements"]
        if one["text"]["text"] == "Health check"
    )
    (answer,) = slack.press("vera", unknown, button["action_id"], button["value"])
    assert lines(answer)[0] == "Yes. Health check for Acme Corporation"


def test_the_whole_account_is_one_press_away(slack: LocalSlack) -> None:
    answer = asks(slack, "/tier acme qbr")
    (whole,) = slack.press("vera", answer, f"{PICK_ACCOUNT}whole")
    assert lines(whole)[0].startswith("Acme Corporation is tier 1")


def test_a_name_full_of_markup_is_nothing_but_a_name(slack: LocalSlack) -> None:
    answer = asks(slack, "/tier evil.example")
    assert lines(answer)[0].startswith(f"{EVIL} is tier 3")
    assert answer.text.startswith("&lt;!channel&gt; *Evil* &amp; &lt;@U1&gt;")


@pytest.mark.parametrize(
    "text",
    [
        "<!channel>",
        "<script>alert(1)</script>",
        "../../etc/passwd",
        "' OR 1=1 --",
        "\u202e",
        "*",
        "?" * 3000,
        "payload",  # Bolt takes a form with this word for another kind of request
    ],
)
def test_whatever_is_typed_gets_a_sentence(slack: LocalSlack, text: str) -> None:
    said = asks(slack, f"/tier {text}")
    assert "something went wrong" not in said.text


@pytest.mark.parametrize(
    ("person", "channel"),
    [
        ("gita", CHANNEL),
        ("simon", CHANNEL),
        ("stella", "globex-shared"),
        ("xenia", "globex-shared"),
    ],
)
def test_guests_and_strangers_get_one_polite_refusal_and_no_data(
    slack: LocalSlack, person: str, channel: str, noted: list[tuple[str, str]]
) -> None:
    before = len(noted)
    assert lines(asks(slack, "/tier acme", person, channel)) == [NOT_A_MEMBER]
    assert len(noted) == before


def test_a_member_in_a_shared_channel_is_answered_alone(slack: LocalSlack) -> None:
    asks(slack, "/tier acme", "vera", "globex-shared")
    seen = [message for message in slack.messages("stella", "globex-shared") if "tier 1" in message.text]
    assert seen == []


def test_a_guest_who_presses_a_button_gets_no_data(slack: LocalSlack) -> None:
    refusal = asks(slack, "/tier globex", "gita")
    payload = {
        "type": "block_actions",
        "user": {"id": slack.workspace.person("gita").id, "team_id": slack.workspace.person("gita").team_id},
        "team": {"id": slack.workspace.person("gita").team_id},
        "channel": {"id": slack.workspace.channel(CHANNEL).id},
        "trigger_id": "1.gita",
        "response_url": slack.gestures._response_url(
            slack.workspace.person("gita"), slack.workspace.channel(CHANNEL), None
        ),
        "actions": [
            {
                "type": "button",
                "action_id": "tier_account:0",
                "block_id": "tier::",
                "value": "A-1",
                "action_ts": "1",
            }
        ],
    }
    slack.delivery.send(Request("interactive", payload))
    count = len(slack.messages("gita", CHANNEL))
    slack.wait(lambda: len(slack.messages("gita", CHANNEL)) > count, timeout=1)
    assert lines(slack.messages("gita", CHANNEL)[-1]) == [NOT_A_MEMBER]
    assert lines(refusal) == [NOT_A_MEMBER]


def test_when_slack_cannot_say_who_asks_nobody_is_answered(parts: Parts) -> None:
    with beside_local_slack(parts, new_workspace(random.Random(2))) as slack:
        slack.workspace.disturb(Disturbance("users.info", error="fatal_error"))
        assert lines(asks(slack, "/tier acme")) == [UNKNOWN]
        assert lines(asks(slack, "/tier acme"))[0].startswith("Acme Corporation")


def test_when_the_record_is_away_a_polite_sentence_says_so(slack_without_record: LocalSlack) -> None:
    assert lines(asks(slack_without_record, "/tier acme")) == [RECORD_AWAY]
    assert slack_without_record.deliveries[-1].status == 200


def test_without_a_policy_the_bot_says_what_is_missing(parts: Parts, tmp_path: object) -> None:
    store = open_store(f"sqlite:///{tmp_path}/empty.db", parts.clock)
    upgrade(store, "cli:olga")
    with beside_local_slack(replace(parts, store=store), new_workspace(random.Random(3))) as slack:
        assert lines(asks(slack, "/tier acme")) == [NO_POLICY]
    store.close()


def test_an_error_nobody_expected_gives_a_reference_and_keeps_the_details_for_the_log(
    parts: Parts, make_url: MakeUrl
) -> None:
    class Broken(type(parts.store)):  # type: ignore[misc]  # a store that fails in a way of its own
        def begin(self) -> object:
            raise ZeroDivisionError("the words of a customer")

    broken = replace(parts, store=Broken(make_url("sqlite"), parts.clock))
    with capture_logs() as events, beside_local_slack(broken, new_workspace(random.Random(4))) as slack:
        (said,) = lines(asks(slack, "/tier acme"))
        assert said.startswith("Sorry, something went wrong")
        reference = said.rstrip(".").rpartition(" ")[2]
        assert slack.deliveries[-1].status == 200
    (event,) = (event for event in events if event["event"] == "failed")
    assert (event["reference"], event["error"]) == (reference, "ZeroDivisionError")
    assert "the words of a customer" not in str(events)
    assert "acme" not in str(events).lower()


def test_a_button_of_an_account_that_is_gone_says_so(slack: LocalSlack) -> None:
    answer = asks(slack, "/tier acme qbr")
    request = _pressed(slack, answer, "A-999")
    slack.delivery.send(request)
    slack.wait(lambda: lines(slack.messages("vera", CHANNEL)[-1]) == [ACCOUNT_GONE], timeout=2)
    assert lines(slack.messages("vera", CHANNEL)[-1]) == [ACCOUNT_GONE]


def _pressed(
    slack: LocalSlack, answer: Message, value: str, action_id: str = "tier_account:whole"
) -> Request:
    slack.press("vera", answer, "tier_account:whole")
    request = slack.deliveries[-1].request
    payload = {**request.payload, "trigger_id": f"1.{value}.{action_id}"}
    payload["actions"] = [{**payload["actions"][0], "value": value, "action_id": action_id}]
    return replace(request, payload=payload)


def test_a_button_of_an_older_version_is_answered_politely(slack: LocalSlack) -> None:
    answer = asks(slack, "/tier acme qbr")
    acknowledged = slack.delivery.send(_pressed(slack, answer, "A-1", "forgotten_button"))
    assert acknowledged.status == 200
    assert lines(slack.messages("vera", CHANNEL)[-1]) == [OUT_OF_DATE]


def test_a_repeated_delivery_is_answered_once(slack: LocalSlack) -> None:
    asks(slack, "/tier acme")
    delivered = slack.deliveries[-1]
    count = len(slack.messages("vera", CHANNEL))
    again = slack.redeliver(delivered)
    assert again.status == 200
    asks(slack, "/tier initech")
    assert len(slack.messages("vera", CHANNEL)) == count + 1


def test_the_acknowledgement_waits_for_nothing(parts: Parts, make_url: MakeUrl) -> None:
    """However long the record takes, Slack hears at once that the command arrived."""
    free = threading.Event()

    class Slow(type(parts.store)):  # type: ignore[misc]  # a store whose transactions begin when the test says
        def begin(self) -> object:
            free.wait(5)
            return super().begin()

    slow = Slow(make_url("sqlite"), parts.clock)
    with beside_local_slack(replace(parts, store=slow), new_workspace(random.Random(5))) as slack:
        person, channel = slack.workspace.person("vera"), slack.workspace.channel(CHANNEL)
        for _ in range(30):
            acknowledged = slack.gestures.command(person, channel, "/tier acme")
            assert acknowledged is not None
            assert (acknowledged.status, acknowledged.error) == (200, "")
        assert slack.messages("vera", CHANNEL) == []
        free.set()
        assert slack.wait(lambda: len(slack.messages("vera", CHANNEL)) == 30, timeout=10)


def test_the_journal_notes_who_asked_which_kind_of_thing(
    slack: LocalSlack, noted: list[tuple[str, str]]
) -> None:
    asks(slack, "/tier acme qbr", "marco")
    person = slack.workspace.person("marco")
    assert noted[-1] == (f"slack:{person.team_id}/{person.id}", "ServiceAnswer")


def test_in_socket_mode_the_bot_answers_over_its_websocket(parts: Parts) -> None:
    with in_socket_mode(parts) as slack:
        assert lines(asks(slack, "/tier acme"))[0].startswith("Acme Corporation is tier 1")
        choice = asks(slack, "/tier globex")
        button = choice.blocks[-1]["elements"][0]
        (answer,) = slack.press("vera", choice, button["action_id"], button["value"])
        assert answer.ts == choice.ts
        assert lines(asks(slack, "/tier acme", "gita")) == [NOT_A_MEMBER]
