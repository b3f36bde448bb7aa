"""The lists of requests and of exceptions."""

from __future__ import annotations

from datetime import timedelta

from bot.features.exception.lists import END, MANAGERS_END
from bot.playground.local import LocalSlack
from bot.server import Parts
from tests.bot.features.exception.office import (
    CHANNEL,
    DIRECT,
    REASON,
    asks,
    buttons,
    forged,
    lines,
    notice,
)
from tests.conftest import OLGA, TODAY
from tiering.content import Content
from tiering.domain.exception import Request
from tiering.people import NOT_A_MEMBER
from tiering.usecases.ask import Inquiry
from tiering.usecases.exceptions import grant


def test_the_list_has_what_waits_for_me_and_what_i_asked_for(slack: LocalSlack) -> None:
    asks(slack)
    asks(slack, "/tier request lumbergh training", "marco")
    notice(slack, "olivia")
    (listed,) = slack.command("marco", CHANNEL, "/tier requests")
    assert lines(listed)[0] == "1 request waits for your answer."
    assert "• Request 1: Health check for Initech, until 20 February 2027. Vera Novak asked today." in lines(
        listed
    )
    assert (
        "• Request 2: Live training for Lumbergh, until 20 February 2027. Waits for Olivia Okafor."
        in lines(listed)
    )
    (own,) = slack.press("marco", listed, "say:request2")
    assert buttons(own) == ["Withdraw", "Show the account"]
    (none,) = slack.command("vera", CHANNEL, "/tier requests all")
    assert lines(none)[0] == "No request waits for your answer."
    (looked,) = slack.command("vera", CHANNEL, "/tier requests #2")
    assert buttons(looked) == ["Show the account"]


def test_long_lists_are_paged(slack: LocalSlack, office: Parts) -> None:
    for number in range(7):
        asks(slack, f"/tier request vandelay works {number} health check")
    (first,) = slack.command("marco", CHANNEL, "/tier requests")
    assert buttons(first)[-1] == "Next page"
    assert lines(first)[0] == "7 requests wait for your answer, page 1 of 2."
    (second,) = slack.press("marco", first, "say:next")
    assert sum(line.startswith("• Request") for line in lines(second)) == 2
    assert buttons(second)[-1] == "Previous page"
    (beyond,) = slack.command("marco", CHANNEL, "/tier requests page 999999")
    assert lines(beyond) == lines(second)


def test_exceptions_that_end_soon_are_listed_and_ended(
    slack: LocalSlack, office: Parts, content: Content
) -> None:
    inquiry = Inquiry(OLGA, TODAY, content.prose)
    for account, days in (("I-1", 14), ("L-1", 15)):
        wanted = Request(
            service="health-check", until=TODAY + timedelta(days=days), reason=REASON, approver="M", by="c"
        )
        grant(office.store, account, wanted, inquiry)
    (listed,) = slack.command("vera", CHANNEL, "/tier exceptions")
    assert lines(listed)[0] == "1 exception ends within 14 days."
    assert "End" not in str(buttons(listed))
    assert lines(
        forged(slack, "vera", {"type": "button", "action_id": f"{END}1", "block_id": "b", "value": "1"})
    ) == [MANAGERS_END]
    (everything,) = slack.press(
        "marco", slack.command("marco", CHANNEL, "/tier exceptions")[0], "say:exceptions"
    )
    assert lines(everything)[0] == "2 exceptions are running."
    (ended,) = slack.press("marco", everything, f"{END}1")
    assert lines(ended)[:2] == ["Ended: Health check for Initech.", "Its tier stays as it is."]
    again = slack.press("marco", slack.command("marco", CHANNEL, "/tier exceptions all")[0], f"{END}2")
    assert lines(again[-1])[0] == "Ended: Health check for Lumbergh."


def test_in_a_direct_message_the_form_is_one_press_away(slack: LocalSlack) -> None:
    (offered,) = slack.say("vera", DIRECT, "request initech health check")
    slack.press("vera", offered, "say:form")
    view = slack.view("vera")
    assert view is not None
    (confirmed,) = slack.submit("vera", view, {"reason": REASON})
    assert lines(confirmed)[0].startswith("Asked Marco Silva for Health check")


def test_a_guest_gets_no_form(slack: LocalSlack) -> None:
    (said,) = slack.command("gita", CHANNEL, "/tier request initech health check")
    assert lines(said) == [NOT_A_MEMBER]
    assert slack.view("gita") is None
