"""Telling: whoever ought to know of a request is told once, whatever fails meanwhile."""

from __future__ import annotations

from datetime import timedelta

from bot.approval import APPROVE
from bot.playground.local import LocalSlack
from bot.playground.workspace import Disturbance
from bot.server import Parts
from tests.bot.features.exception.office import (
    CHANNEL,
    DIRECT,
    REASON,
    Clock,
    another,
    asks,
    at_home,
    becomes,
    buttons,
    eventually,
    failure,
    held,
    lines,
    notice,
    opens,
)
from tests.conftest import OLGA, TODAY
from tiering.usecases.approvals import Verdict, answer
from tiering.usecases.ask import Inquiry
from tiering.usecases.deliveries import delivered_among


def test_what_nobody_answers_goes_to_the_deputy_after_two_working_days(
    slack: LocalSlack, office: Parts, clock: Clock
) -> None:
    asks(slack)
    received = notice(slack, "marco")
    clock.now += timedelta(days=2)  # asked on a Sunday, so it waits until Tuesday is over
    assert "No request waits for your answer." in at_home(slack, "olivia")
    with another(office, slack) as bot, another(office, slack) as third:
        bot.chores.run()
        assert slack.messages("olivia", DIRECT) == []
        clock.now += timedelta(days=1)
        bot.chores.run()
        third.chores.run()
    passed = notice(slack, "olivia")
    for person in ("marco", "olivia"):
        assert "1 request waits for your answer" in at_home(slack, person)
    assert lines(passed)[:2] == [
        "Vera Novak asks for Health check for Initech.",
        "Passed on to you, since Marco Silva has not answered since 22 November 2026.",
    ]
    now = slack.workspace.message(received.channel, received.ts)
    assert lines(now)[1] == (
        "Passed on to Olivia Okafor on 25 November 2026 at 12:00, since nobody had answered. "
        "You can still answer it."
    )
    assert buttons(now) == ["Approve", "Decline", "Show the account"]
    (history,) = slack.command("vera", CHANNEL, "/tier history initech")
    assert "25 November 2026, 12:00, Longtail" in lines(history)
    assert "slack:" not in history.text
    slack.press("marco", now, APPROVE)
    assert becomes(slack, passed, "Approved")[1].startswith("Marco Silva approved it on 25 November 2026")
    assert buttons(slack.workspace.message(passed.channel, passed.ts)) == []


def test_whoever_covers_is_asked_in_place_of_an_approver_who_is_away(
    slack: LocalSlack, office: Parts
) -> None:
    slack.command("marco", CHANNEL, "/tier away until 4 Dec cover @olivia")
    view = opens(slack, "/tier request initech health check")
    assert held(view, "approver") == slack.workspace.person("olivia").id
    (confirmed,) = slack.submit(
        "vera", view, {"reason": REASON, "approver": slack.workspace.person("marco").id}
    )
    assert lines(confirmed)[1] == "Marco Silva is away until 4 December 2026; Olivia Okafor answers instead."
    received = notice(slack, "olivia")
    assert lines(received)[1] == "Marco Silva is away until 4 December 2026, and it comes to you instead."
    (listed,) = slack.command("olivia", CHANNEL, "/tier requests")
    assert lines(listed)[0] == "1 request waits for your answer."
    assert "1 request waits for your answer" in at_home(slack, "olivia")
    assert "No request waits for your answer." in at_home(slack, "marco")
    assert slack.messages("marco", DIRECT) == []


def test_nobody_covers_who_may_not_approve_or_who_asks(slack: LocalSlack) -> None:
    slack.command("marco", CHANNEL, "/tier away until 4 Dec cover @vera")
    view = opens(slack, "/tier request initech health check")
    slack.submit("vera", view, {"reason": REASON, "approver": slack.workspace.person("marco").id})
    assert lines(notice(slack, "marco"))[0] == "Vera Novak asks for Health check for Initech."
    assert slack.messages("vera", DIRECT) == []


def test_what_the_process_that_was_asked_could_not_say_another_says(
    slack: LocalSlack, office: Parts, clock: Clock
) -> None:
    slack.workspace.disturb(Disturbance("chat.postMessage", error="channel_not_found"))
    asks(slack, arrives=False)
    key = f"request:1:to:{slack.workspace.person('marco').id}"
    assert eventually(lambda: failure(office, key) is not None)
    with another(office, slack) as bot:
        bot.chores.run()
        assert slack.messages("marco", DIRECT) == []
        clock.now += timedelta(minutes=10)
        bot.chores.run()
        bot.chores.run()
    received = notice(slack, "marco")
    slack.workspace.disturb(Disturbance("chat.postMessage", error="ratelimited"))
    slack.press("marco", received, APPROVE)
    assert eventually(lambda: failure(office, "request:1:outcome") is not None)
    with another(office, slack) as bot:
        clock.now += timedelta(minutes=10)
        bot.chores.run()
        bot.chores.run()
    assert lines(notice(slack, "vera"))[0].startswith("Approved")


def test_what_may_have_arrived_is_never_said_again(slack: LocalSlack, office: Parts, clock: Clock) -> None:
    slack.workspace.disturb(Disturbance("chat.postMessage", error="fatal_error"))
    asks(slack, arrives=False)
    key = f"request:1:to:{slack.workspace.person('marco').id}"
    assert eventually(lambda: key in delivered_among(office.store, [key]))
    clock.now += timedelta(hours=1)
    with another(office, slack) as bot:
        bot.chores.run()
    assert slack.messages("marco", DIRECT) == []
    assert delivered_among(office.store, [key])[key].failure is None


def test_the_asker_is_answered_although_slack_hangs_with_the_notice(slack: LocalSlack) -> None:
    slack.workspace.disturb(Disturbance("chat.postMessage", delay=3.5))
    assert lines(asks(slack, arrives=False))[0].startswith("Asked Marco Silva")
    submitted = next(one for one in slack.deliveries if one.request.payload.get("type") == "view_submission")
    assert submitted.seconds < 3


def test_what_an_operator_answers_at_a_terminal_is_told_in_slack(slack: LocalSlack, office: Parts) -> None:
    asks(slack)
    received = notice(slack, "marco")
    inquiry = Inquiry(OLGA, TODAY, office.content.prose)
    answer(office.store, 1, Verdict(False, "Olga Orlova", "Not this year."), inquiry)
    with another(office, slack) as bot:
        bot.chores.run()
        bot.chores.run()
    assert lines(notice(slack, "vera"))[:3] == [
        "Declined: Health check for Initech, until 20 February 2027.",
        "Olga Orlova declined it on 22 November 2026 at 12:00.",
        "“Not this year.”",
    ]
    assert becomes(slack, received, "Declined")[1].startswith("Olga Orlova declined it")
