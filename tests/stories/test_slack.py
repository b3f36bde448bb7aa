"""Some days at Wrenfield's in Slack: every conversation of the bot, as signed HTTP and through a websocket.

Vera sells, Dana looks after accounts, Marco manages and Olivia is of operations; Gita and Simon are guests,
Stella and Xenia work for a customer. It begins on Sunday, 22 November 2026.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator, Sequence
from datetime import timedelta
from decimal import Decimal

import pytest

from bot.config import BotSettings
from bot.day import day
from bot.features.rehearsal import NOT_YOURS
from bot.playground.delivery import Acknowledgement, Request
from bot.playground.people import MARCO
from bot.playground.workspace import Message
from bot.server import Parts, beside_local_slack, new_workspace, playground_roles
from bot.sharing import NOT_HERE
from tests.bot.conftest import Library, fill, in_socket_mode, library, shelves
from tests.bot.features.exception.office import CHANNEL, DIRECT, Clock, lines
from tests.bot.test_manifest import METHODS
from tests.conftest import NOON, OLGA, MakeUrl
from tests.stories.workplace import (
    SHARED,
    Workplace,
    is_answered_elsewhere,
    shown,
    taken_over,
)
from tiering.content import Content
from tiering.domain.measurement import Measurement
from tiering.people import NOT_A_MEMBER, Roles
from tiering.usecases.daily import daily
from tiering.usecases.record import open_store

__all__ = ["library", "shelves"]
"""Fixtures of the bot's tests that this story needs too."""


@pytest.fixture(params=["http on sqlite", "socket mode on postgresql"])
def work(
    request: pytest.FixtureRequest, make_url: MakeUrl, content: Content, library: Library
) -> Iterator[Workplace]:
    """The bot with the cast's record: Marco may approve exceptions, and after him Olivia."""
    way, _, kind = request.param.partition(" on ")
    clock = Clock()
    store = open_store(make_url(kind), clock)
    fill(store, content)
    settings = BotSettings(kb_url=library.base_url)
    parts = Parts(settings, store, content, playground_roles(Roles()), clock)
    by_http = beside_local_slack(parts, new_workspace(random.Random(1), kb_url=library.base_url))
    with in_socket_mode(parts) if way == "socket mode" else by_http as slack:
        yield Workplace(slack, parts, clock, library)
    store.close()


def test_some_days_in_slack(work: Workplace) -> None:
    vera_looks_customers_up(work)
    a_no_comes_with_what_to_offer_and_is_shared(work)
    beside_another_company_only_the_link_is_shared(work)
    dana_logs_effort_once_and_takes_it_back(work)
    an_exception_is_approved_and_counts(work)
    one_is_declined_with_a_note_and_one_withdrawn(work)
    after_two_working_days_the_deputy_is_asked(work)
    marco_is_away_and_olivia_covers(work)
    lists_books_and_numbers(work)
    olivia_rehearses_the_draft(work)
    an_article_is_found_and_shared(work)
    a_channel_speaks_of_one_account(work)
    plain_language_does_too(work)
    shortcuts_lead_to_a_customer(work)
    dana_opens_her_home(work)
    dana_hears_of_a_signal_and_takes_it(work)
    called = methods(work)
    deliveries = work.slack.deliveries
    assert len(deliveries) < 200, "the local Slack keeps no more, and the next two need all of them"
    guests_and_strangers_are_refused_everywhere(work, [one.request for one in deliveries])
    whatever_is_delivered_again_changes_nothing(work, deliveries)
    a_link_shows_what_it_leads_to(work)
    every_scope_was_needed_and_no_call_was_undeclared(called | methods(work))


def vera_looks_customers_up(work: Workplace) -> None:
    acme = lines(work.types("vera", "/tier acme"))
    assert acme[:2] == [
        "Acme Corporation is tier 1, Strategic. Customers read “Signature”.",
        "ARR is $164,000: at least $100,000 is tier 1 (Strategic).",
    ]
    why = lines(work.types("vera", "/tier why initech"))
    assert why[0] == "Initech is tier 2, Growth. Customers read “Plus”."
    assert "Every reason" in why
    assert "What would move it up" in why
    choice = work.types("vera", "/tier globex qbr")
    assert lines(choice)[0] == "2 accounts fit “globex”."
    (answer,) = work.presses("vera", choice, "Globex, globex.test, Spain, CSM Dana")
    assert (answer.ts, lines(answer)[0]) == (choice.ts, "No. Quarterly business review for Globex")
    assert work.first("vera", "/tier help") == "Ask /tier about any of 40 accounts."


def a_no_comes_with_what_to_offer_and_is_shared(work: Workplace) -> None:
    yes = lines(work.types("vera", "/tier can acme have a QBR?"))
    assert yes[:2] == [
        "Yes. Quarterly business review for Acme Corporation",
        "Included in tier 1 (Strategic), 4 per year; 4 of 4 left this year.",
    ]
    slug = "working-with-us/check-your-setup-yourself"
    work.library.holds(slug, "Check your setup yourself")
    page = f"{work.library.base_url}/articles/{slug}"
    no = work.types("vera", "/tier can initech have a health check?")
    assert lines(no)[:2] == ["No. Health check for Initech", "Not included in tier 2 (Growth)."]
    assert {
        f"• Offer Check your setup yourself ({page})",
        "• It is sold for $1,200 per session.",
        "• Head of Customer Success may approve an exception.",
    } <= set(lines(no))
    (public,) = work.presses("vera", no, "Share with the channel")
    assert public.visible_to is None
    assert lines(public) == [
        "No. Health check for Initech",
        "Not included in tier 2 (Growth).",
        "Shared by Vera Novak.",
    ]
    (link,) = work.presses("vera", no, "Share only the link")
    assert lines(link) == [f"Check your setup yourself ({page})", "Shared by Vera Novak."]
    assert [one.ts for one in work.slack.messages("dana", CHANNEL)] == [public.ts, link.ts]


def beside_another_company_only_the_link_is_shared(work: Workplace) -> None:
    no = work.types("vera", "/tier can initech have a health check?", SHARED)
    (refused,) = work.presses("vera", no, "Share with the channel")
    assert (refused.visible_to, lines(refused)) == (work.slack.workspace.person("vera").id, [NOT_HERE])
    (link,) = work.presses("vera", no, "Share only the link")
    assert work.slack.messages("xenia", SHARED) == [link]


def dana_logs_effort_once_and_takes_it_back(work: Workplace) -> None:
    form = work.opens("dana", "/tier log 2 hours of training for acme")
    (logged,) = work.slack.submit("dana", form, {"note": "For the new team."})
    assert lines(logged)[0] == "Logged 2 hours of Live training for Acme Corporation."
    submission = work.slack.deliveries[-1]
    again = [threading.Thread(target=work.slack.redeliver, args=(submission,)) for _ in range(2)]
    for thread in again:
        thread.start()
    for thread in again:
        thread.join()
    assert len(work.record()["effort"]) == 1
    (undone,) = work.presses("dana", logged, "Undo")
    assert (undone.ts, lines(undone)[0]) == (
        logged.ts,
        "Taken back: 2 hours of Live training for Acme Corporation.",
    )
    assert len(work.record()["effort"]) == 2


def an_exception_is_approved_and_counts(work: Workplace) -> None:
    asked = work.asks_for("initech health check", "A large pilot.", of="marco")
    assert lines(asked)[0] == "Asked Marco Silva for Health check for Initech, until 20 February 2027."
    wanted = work.told("marco", "Vera Novak asks for Health check for Initech.")
    assert "Reason: A large pilot." in lines(wanted)
    (granted,) = work.presses("marco", wanted, "Approve")
    approved = "Approved: Health check for Initech, until 20 February 2027."
    assert (granted.ts, lines(granted)[0]) == (wanted.ts, approved)
    assert lines(work.told("vera", approved))[1] == "Marco Silva approved it on 22 November 2026 at 12:00."
    assert work.first("vera", "/tier initech health check") == "Yes. Health check for Initech"
    told = lines(work.types("vera", "/tier history initech"))
    assert told[0].startswith("The history of Initech has ")
    said = (
        "Granted exception 1 to Health check until 20 February 2027, approved by Marco Silva: A large pilot."
    )
    assert told[told.index(said) - 1] == "22 November 2026, 12:00, Marco Silva"
    assert "22 November 2026, 12:00, Longtail" not in told, "which only looked"
    assert "22 November 2026, 12:00, Longtail" in lines(work.types("vera", "/tier lookups initech"))


def one_is_declined_with_a_note_and_one_withdrawn(work: Workplace) -> None:
    work.asks_for("lumbergh tier 2", "They will grow.", of="marco")
    wanted = work.told("marco", "Vera Novak asks for tier 2 for Lumbergh.")
    assert work.presses("marco", wanted, "Decline") == []
    work.slack.submit("marco", work.modal("marco"), {"note": "Not before they do."})
    declined = "Declined: tier 2 for Lumbergh, until 20 February 2027."
    assert lines(work.becomes(wanted, declined))[1] == "Marco Silva declined it on 22 November 2026 at 12:00."
    assert "“Not before they do.”" in lines(work.told("vera", declined))
    second = work.asks_for("lumbergh tier 1", "A slip.", of="marco")
    (withdrawn,) = work.presses("vera", second, "Withdraw")
    said = "Withdrawn: tier 1 for Lumbergh, until 20 February 2027."
    assert lines(withdrawn)[0] == said
    assert lines(work.told("marco", said))[1] == "Vera Novak took it back on 22 November 2026 at 12:00."
    assert work.first("vera", "/tier lumbergh") == "Lumbergh is tier 3, Digital. Customers read “Essential”."


def after_two_working_days_the_deputy_is_asked(work: Workplace) -> None:
    work.asks_for("umbrella qbr", "Their launch is close.", of="marco")
    assert work.first("marco", "/tier requests") == "1 request waits for your answer."
    work.it_is_later(NOON + timedelta(days=4))
    wanted = work.told("olivia", "Vera Novak asks for Quarterly business review for Umbrella.")
    assert lines(wanted)[1] == "Passed on to you, since Marco Silva has not answered since 22 November 2026."
    (granted,) = work.presses("olivia", wanted, "Approve")
    approved = "Approved: Quarterly business review for Umbrella, until 20 February 2027."
    assert lines(granted)[:2] == [approved, "Olivia Okafor approved it on 26 November 2026 at 12:00."]
    work.told("marco", approved)
    work.told("vera", approved)
    assert work.first("marco", "/tier exceptions all") == "2 exceptions are running."


def marco_is_away_and_olivia_covers(work: Workplace) -> None:
    away = work.types("marco", "/tier away until 4 Dec cover @olivia")
    assert lines(away)[0] == "You are away until 4 December 2026. Olivia Okafor covers."
    asked = work.asks_for("initech tier 1", "They launch in May.", of="olivia", approver=MARCO.id)
    assert lines(asked)[1] == "Marco Silva is away until 4 December 2026; Olivia Okafor answers instead."
    work.told("olivia", "Vera Novak asks for tier 1 for Initech.")
    assert lines(work.presses("marco", away, "I am back")[0])[0] == "Welcome back."
    form = work.opens("marco", "/tier away")
    (again,) = work.slack.submit("marco", form, {"until": "2026-11-30", "cover": "dana"})
    assert lines(again)[0] == "You are away until 30 November 2026. Dana Whitfield covers."
    assert work.first("marco", "/tier back") == "Welcome back."


def lists_books_and_numbers(work: Workplace) -> None:
    assert work.first("vera", "/tier list tier 1") == "2 accounts in tier 1, Strategic."
    found = work.types("vera", "/tier find vandelay")
    assert lines(found)[0] == "30 accounts found by “vandelay”."
    assert lines(work.presses("vera", found, "Next page")[0])[0] == "30 accounts found by “vandelay”."
    assert work.first("dana", "/tier book") == "You look after 1 account."
    assert work.first("vera", "/tier book sofia") == "Sofia Caruso looks after 1 account."
    numbers = lines(work.types("vera", "/tier numbers"))
    assert numbers[:2] == [
        "2026Q4: tier 1 is 5.3% of customers and 78% of ARR; tier 2 5.3% and 20.3%; tier 3 89.5% and 1.7%.",
        "38 customers with $364k of ARR in all. The quarter is not closed; counted until 26 November 2026.",
    ]
    assert "3 Digital    █████████████·  89.5%" in numbers
    assert "ARR | $284k | $74,000 | $6,336 | $364k" in numbers


def olivia_rehearses_the_draft(work: Workplace) -> None:
    assert work.first("vera", "/tier rehearse") == NOT_YOURS
    rehearsal = work.first("olivia", "/tier rehearse")
    assert rehearsal == (
        "No account would move under the draft “Three tiers by revenue and promise”, compared with version 1."
    )


def an_article_is_found_and_shared(work: Workplace) -> None:
    work.library.finds("Reset a password", "Two factors", total=7)
    found = work.types("vera", "/kb reset a password")
    assert lines(found)[0] == "The best 2 of 7 articles for “reset a password”."
    (shared,) = work.presses("vera", found, "Share with the channel")
    assert lines(shared) == [
        f"Reset a password ({work.library.base_url}/articles/reset-a-password)",
        "Shared by Vera Novak.",
    ]
    assert work.slack.messages("dana", CHANNEL)[-1] == shared


def a_channel_speaks_of_one_account(work: Workplace) -> None:
    linked = work.types("vera", "/tier link acme", "sales")
    assert lines(linked)[0] == "This channel is about Acme Corporation now."
    assert work.first("dana", "/tier", "sales").startswith("Acme Corporation is tier 1")
    assert work.first("dana", "/tier qbr", "sales") == "Yes. Quarterly business review for Acme Corporation"
    unlinked = work.first("dana", "/tier unlink", "sales")
    assert unlinked == "This channel is not about Acme Corporation any more."
    assert work.first("dana", "/tier", "sales") == "Ask /tier about any of 40 accounts."


def plain_language_does_too(work: Workplace) -> None:
    (mentioned,) = work.slack.mention("vera", CHANNEL, "is acme entitled to a QBR?")
    assert mentioned.visible_to == work.slack.workspace.person("vera").id
    assert lines(mentioned)[0] == "Yes. Quarterly business review for Acme Corporation"
    (direct,) = work.slack.say("vera", DIRECT, "what can I offer Initech?")
    assert lines(direct)[0] == "Initech may have 18 services now."
    (offered,) = work.slack.say("vera", DIRECT, "log 1 hour of training for acme")
    assert work.presses("vera", offered, "Open the form") == []
    (logged,) = work.slack.submit("vera", work.modal("vera"), {})
    assert lines(logged)[0] == "Logged 1 hour of Live training for Acme Corporation."


def shortcuts_lead_to_a_customer(work: Workplace) -> None:
    channel = work.slack.workspace.channel(CHANNEL)
    said = work.slack.workspace.post(Message(channel.id, "", MARCO.id, "Initech has called about a pilot"))
    assert work.slack.shortcut("vera", "which_tier", on=said) == []
    assert shown(work.modal("vera").blocks)[0] == "Initech is tier 2, Growth. Customers read “Plus”."
    work.slack.close("vera", work.modal("vera"))
    assert work.slack.shortcut("vera", "look_up") == []
    search = work.modal("vera")
    offered = work.slack.options("vera", search, "look_up_account", "acme c")
    assert [one["value"] for one in offered] == ["A-1"]
    assert work.slack.submit("vera", search, {"look_up_account": "A-1"}) == []
    assert shown(work.modal("vera").blocks)[0].startswith("Acme Corporation is tier 1")
    work.slack.close("vera", work.modal("vera"))


def dana_opens_her_home(work: Workplace) -> None:
    home = work.slack.open_home("dana")
    assert home is not None
    assert shown(home.blocks)[0] == "You look after 1 account."
    assert work.slack.press("dana", home, "home_refresh") == []


def a_link_shows_what_it_leads_to(work: Workplace) -> None:
    head = '<meta property="og:type" content="article"><meta property="og:title" content="Reset a password">'
    work.library.pages["/articles/reset"] = head
    url, world = f"{work.library.base_url}/articles/reset", work.slack.workspace
    stella = world.person("stella")
    work.slack.gestures.write(stella, world.channel(SHARED, stella), url)

    def below() -> list[str]:
        return shown(work.slack.messages("vera", SHARED)[-1].unfurls)

    assert work.slack.wait(lambda: below() == [f"Reset a password ({url})"])


def methods(work: Workplace) -> set[str]:
    """The methods of Slack's that the bot has called and was allowed to call."""
    return {call.method for call in work.slack.workspace.calls if call.answer["ok"]}


def every_scope_was_needed_and_no_call_was_undeclared(called: set[str]) -> None:
    declared = {name.replace("_", "."): scopes for name, scopes in METHODS.items()}
    assert called - {"response_url", "apps.connections.open"} <= declared.keys()
    needed = {scope for method in called for scope in declared.get(method, ())}
    assert needed == set().union(*METHODS.values())


def dana_hears_of_a_signal_and_takes_it(work: Workplace) -> None:
    assert work.first("marco", "/tier announce signals here").startswith("This channel hears of signals")
    work.clock.now += timedelta(minutes=1)
    today = work.clock.now.date()
    with work.parts.store.begin() as record:
        record.metrics.append([Measurement("A-1", "open_cases", Decimal(7), today, "support")])
    assert [one.account for one in daily(work.parts.store, OLGA, today).raised] == ["Acme Corporation"]
    work.it_is_later(work.clock.now + timedelta(minutes=1))
    sentence = f"7 cases were open on {day(today)}; from 5 on somebody should look."
    told = work.told("dana", f"Acme Corporation: {sentence}")
    (posted,) = [one for one in work.slack.messages("vera", CHANNEL) if "7 cases were open" in one.text]
    (answer,) = work.presses("dana", told, "I take it")
    assert lines(answer) == ["Acme Corporation: You take care of it."]
    for message in (told, posted):
        now = work.becomes_with(message, "Taken by Dana Whitfield on")
        assert "[I take it]" not in now
    assert work.first("dana", "/tier signals") == "1 signal of your accounts; somebody takes care of each."
    assert work.first("dana", "/tier digest").startswith("Your week: ")
    assert work.first("dana", "/tier digest off") == "Your digest comes no more."
    assert work.first("vera", "/tier announcements") == "This channel hears of signals."
    assert work.first("marco", "/tier announce off") == "Nothing is announced here any more."


def guests_and_strangers_are_refused_everywhere(work: Workplace, requests: Sequence[Request]) -> None:
    """Each of them sends every request of the story as their own, knowing all its ids."""
    world, before = work.slack.workspace, work.record()
    for person in ("gita", "simon", "stella", "xenia"):
        world.calls.clear()
        spoken = [one for one in requests if is_answered_elsewhere(one)]
        for number, request in enumerate(requests):
            said = work.slack.delivery.send(taken_over(work, request, person, number)).said
            if request.payload.get("type") == "view_submission":
                assert list(said["errors"].values()) == [NOT_A_MEMBER]
            else:
                assert said in ({}, {"options": []})
        assert work.slack.wait(lambda: len(answers(work)) == len(spoken))  # noqa: B023 (waited for at once)
        assert set(answers(work)) == {NOT_A_MEMBER}
    after = work.record()
    assert after | {"bot_seen": before["bot_seen"]} == before


def answers(work: Workplace) -> list[str]:
    """What the bot said since the calls were cleared, wherever it did."""
    calls = [one for one in work.slack.workspace.calls if one.method != "users.info"]
    return ["\n".join(shown(one.arguments.get("blocks") or one.arguments["view"]["blocks"])) for one in calls]


def whatever_is_delivered_again_changes_nothing(
    work: Workplace, deliveries: Sequence[Acknowledgement]
) -> None:
    """Only what a menu asks has no name of its own: it is looked up again, and Slack never repeats it."""
    before, screens = work.record(), work.screens()
    for delivered in deliveries:
        if delivered.request.payload.get("type") != "block_suggestion":
            for _ in range(3):
                again = work.slack.redeliver(delivered)
                assert (again.status, again.said) == (200, delivered.said)
    last = work.types("vera", "/tier help")
    gained = {name: len(rows) - len(before[name]) for name, rows in work.record().items()}
    assert {name: rows for name, rows in gained.items() if rows} == {"audit": 1, "bot_seen": 1}
    assert work.screens() - screens == {("vera", last.channel, last.ts, last.version)}
