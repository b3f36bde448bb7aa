"""Announcing: whose business it is hears of it once, at work, whatever breaks in between."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.news import run_key
from bot.playground.people import DANA, MARCO, OLIVIA, VERA
from bot.playground.workspace import Disturbance
from bot.server import Parts
from bot.storage import BotRecord
from kb.storage.requests import Request as Contact
from kb.storage.requests import Requests
from tests.bot.conftest import dollars
from tests.bot.features.exception.office import buttons, eventually, failure, lines
from tests.bot.newsroom import MORNING, ROLES, Newsroom, newsroom
from tests.conftest import OLGA, MakeUrl
from tiering.content import Content
from tiering.domain.exception import Request
from tiering.people import Roles
from tiering.usecases.ask import Inquiry
from tiering.usecases.daily import daily
from tiering.usecases.deliveries import claim, uncertain
from tiering.usecases.exceptions import end, grant
from tiering.usecases.news import (
    FailedSearch,
    OverdueArticle,
    reviews_overdue,
    searches_failed,
)
from tiering.usecases.signals import take

FELL = "Acme Corporation moved from tier 1 to tier 2."


@pytest.fixture
def room(parts: Parts, content: Content, database_url: str) -> Iterator[Newsroom]:
    with newsroom(parts, content, database_url) as opened:
        yield opened


@pytest.fixture
def one_room(parts: Parts, content: Content, make_url: MakeUrl) -> Iterator[Newsroom]:
    """For what does not depend on the kind of database."""
    with newsroom(parts, content, make_url("sqlite")) as opened:
        yield opened


# Once


def test_a_move_is_told_to_the_csm_directly_and_to_nobody_else(room: Newsroom) -> None:
    room.acme_falls()
    room.minute()
    (told,) = room.messages("dana")
    why = "ARR is $20,000: at least $10,000 and less than $100,000 is tier 2 (Growth)."
    assert lines(told) == [FELL, why, "[Show the account]"]
    assert [room.read(person) for person in ("vera", "marco", "olivia")] == [[], [], []]
    room.minute()
    assert room.read("dana") == [FELL]


def test_however_many_processes_look_it_is_told_once(room: Newsroom) -> None:
    room.acme_falls()
    bots = [room.another() for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda bot: bot.chores.run(), bots))
    assert room.read("dana") == [FELL]


def test_an_import_that_moves_hundreds_is_one_message_for_each_csm(one_room: Newsroom) -> None:
    cast = [(f"N-{number}", f"Company {number}", dollars(900)) for number in range(300)]
    one_room.imports(*cast, csm="Dana Whitfield")
    one_room.minute()
    assert one_room.read("dana") == [], "a new account has not moved"
    one_room.imports(*((one, name, dollars(20_000)) for one, name, _ in cast))
    one_room.minute()
    (told,) = one_room.messages("dana")
    said = lines(told)
    assert said[:3] == ["300 accounts moved to another tier.", "Up", "• Company 0: tier 3 to tier 2"]
    assert "• and 280 more" in said


def test_two_runs_are_two_messages(one_room: Newsroom) -> None:
    one_room.acme_falls(2)
    one_room.acme_falls(3)
    one_room.minute()
    assert one_room.read("dana") == [FELL, "Acme Corporation moved from tier 2 to tier 3."]


# Not what is history, nor what is over


def test_what_happened_before_the_bot_first_looked_is_history(
    parts: Parts, content: Content, make_url: MakeUrl
) -> None:
    with newsroom(parts, content, make_url("sqlite")) as room:
        with room.parts.store.engine.begin() as connection:
            connection.exec_driver_sql("DELETE FROM bot_bookmarks")
        room.acme_falls(2)
        room.minute()
        assert room.read("dana") == []
        room.acme_falls(3)
        room.minute()
        assert room.read("dana") == ["Acme Corporation moved from tier 2 to tier 3."]


def test_what_could_not_be_told_for_a_week_is_not_told_any_more(one_room: Newsroom) -> None:
    one_room.acme_falls()
    one_room.later(days=7, minutes=1)
    one_room.minute()
    assert one_room.read("dana") == []


def test_what_is_settled_is_not_read_again_and_what_waits_is(one_room: Newsroom) -> None:
    record = BotRecord(one_room.parts.store)
    one_room.acme_falls()
    one_room.minute()
    one_room.minute()
    assert record.bookmark("outbox", 99) == 0, "a lower number may still appear"
    one_room.later(hours=1)
    one_room.minute()
    assert record.bookmark("outbox", 99) == 1
    one_room.later(hours=8)
    one_room.acme_falls(3)
    one_room.later(hours=2)
    one_room.minute()
    assert record.bookmark("outbox", 99) == 1, "it is night"


# At work


def test_news_waits_for_the_morning_where_its_reader_is(one_room: Newsroom) -> None:
    one_room.clock.now = MORNING.replace(hour=13, minute=28)
    one_room.acme_falls()
    one_room.minute()
    assert one_room.read("dana") == [], "it is 8:29 in New York"
    one_room.minute()
    assert one_room.read("dana") == [FELL]


def test_nobody_is_told_at_the_weekend(one_room: Newsroom) -> None:
    one_room.clock.now = MORNING.replace(day=27, hour=23)
    one_room.acme_falls()
    for day in (28, 29):
        one_room.clock.now = MORNING.replace(day=day)
        one_room.minute()
    assert one_room.read("dana") == []
    one_room.clock.now = MORNING.replace(day=30)
    one_room.minute()
    assert one_room.read("dana") == [FELL]


def test_while_somebody_is_away_their_cover_is_told_at_the_cover_s_hours(one_room: Newsroom) -> None:
    one_room.slack.command("dana", "customer-success", "/tier away until 30 Nov cover @marco")
    one_room.clock.now = MORNING.replace(hour=9)
    one_room.acme_falls()
    one_room.minute()
    assert one_room.read("marco") == [FELL], "it is 10:00 in Madrid, and night in New York"


# To the right one


def test_where_nobody_in_slack_is_called_so_operations_are_told_and_why(one_room: Newsroom) -> None:
    one_room.imports(("I-1", "Initech", dollars(900)))
    one_room.minute()
    (told,) = one_room.messages("olivia")
    assert lines(told) == [
        "Initech moved from tier 2 to tier 3.",
        "ARR is $900: less than $10,000 is tier 3 (Digital).",
        "[Show the account]",
        "It comes to you since no one colleague in Slack is called “Sofia Caruso”; "
        "people.yaml can say who that is, under names.",
    ]


def test_people_yaml_says_who_a_csm_is(parts: Parts, content: Content, make_url: MakeUrl) -> None:
    roles = ROLES.model_copy(update={"names": {"Sofia Caruso": VERA.id}})
    with newsroom(parts, content, make_url("sqlite"), roles) as room:
        room.imports(("I-1", "Initech", dollars(900)))
        room.minute()
        assert (room.read("vera"), room.read("olivia")) == (["Initech moved from tier 2 to tier 3."], [])


def test_an_account_without_a_csm_is_the_business_of_operations(one_room: Newsroom) -> None:
    one_room.imports(("L-1", "Lumbergh", dollars(20_000)), ("U-1", "Umbrella", dollars(20_000)))
    one_room.minute()
    (told,) = one_room.messages("olivia")
    assert lines(told)[0] == "2 accounts moved to another tier."
    assert lines(told)[-1] == "It comes to you since nobody is named who looks after it."


def test_without_operations_it_waits_until_there_are_some(
    parts: Parts, content: Content, make_url: MakeUrl
) -> None:
    with newsroom(parts, content, make_url("sqlite"), Roles()) as room:
        room.imports(("L-1", "Lumbergh", dollars(20_000)))
        room.minute()
        assert [room.read(one) for one in ("vera", "marco", "dana", "olivia")] == [[], [], [], []]
        room.parts = replace(room.parts, roles=ROLES)
        room.minute()
        assert room.read("olivia") == ["Lumbergh moved from tier 3 to tier 2."]


def test_an_exception_that_ends_is_told_to_the_csm_and_to_who_approved_it(
    one_room: Newsroom, inquiry: Inquiry
) -> None:
    store, today = one_room.parts.store, one_room.today
    until = today + timedelta(days=5)
    wish = Request(service="training", by=OLGA, until=until, reason="Pilot", approver="Marco Silva")
    made = grant(store, "A-1", wish, replace(inquiry, today=today))
    daily(store, OLGA, today)
    one_room.minute()
    for person in ("dana", "marco"):
        (told,) = one_room.messages(person)
        assert lines(told)[:2] == [
            "The exception of Acme Corporation ends: Live training until 1 December 2026.",
            "It was granted because: Pilot",
        ]
    assert made.grant.id == 1


def test_a_move_by_an_exception_says_that_it_is_one(one_room: Newsroom, inquiry: Inquiry) -> None:
    until = one_room.today + timedelta(days=40)
    wish = Request(tier=2, by=OLGA, until=until, reason="Pilot", approver="Marco Silva")
    one_room.later(seconds=1)
    grant(one_room.parts.store, "A-1", wish, replace(inquiry, today=one_room.today))
    one_room.minute()
    (told,) = one_room.messages("dana")
    assert lines(told)[1] == (
        "An exception puts it in tier 2 (Growth) until 5 January 2027, approved by Marco Silva: Pilot. "
        "The policy alone says tier 1 (Strategic)."
    )


def test_an_exception_that_was_ended_meanwhile_is_no_news(one_room: Newsroom, inquiry: Inquiry) -> None:
    store, today = one_room.parts.store, one_room.today
    asks = replace(inquiry, today=today)
    until = today + timedelta(days=5)
    wish = Request(service="training", by=OLGA, until=until, reason="Pilot", approver="Marco Silva")
    made = grant(store, "A-1", wish, asks)
    daily(store, OLGA, today)
    end(store, made.grant.id, asks)
    one_room.minute()
    assert one_room.read("dana") == []


def test_owners_are_reminded_of_reviews_and_managers_hear_of_failed_searches(one_room: Newsroom) -> None:
    store = one_room.parts.store
    due = date(2026, 11, 1)
    owned = OverdueArticle("a", "Send a quote", "https://kb.example/articles/a", "Vera Novak", due)
    unowned = OverdueArticle("b", "Refunds", "https://kb.example/articles/b", None, due)
    assert reviews_overdue(store, [owned, unowned], "clock") == 2
    searches_failed(store, [FailedSearch("vat number", 12, due)], "clock")
    one_room.minute()
    assert one_room.read("vera") == [
        "1 article is due for a review. Go through every step, then set last_reviewed."
    ]
    assert one_room.read("olivia") == one_room.read("vera")
    (told,) = one_room.messages("marco")
    assert lines(told) == [
        "1 search found nothing. Another word for it in synonyms.yaml, or an article?",
        "What was typed",
        "• vat number: 12 times since 1 November 2026",
    ]


def test_a_contact_request_reaches_the_csm_or_else_operations(one_room: Newsroom) -> None:
    asked = Contact(
        number="R-8",
        form="8",
        asked_at=MORNING,
        name="X",
        address="x@x.example",
        subject="Hello",
        message="…",
    )
    of_acme = {"account_id": "A-1", "account": "Acme Corporation", "tier": 1, "subject": "<b>Broken</b>"}
    requests = Requests(one_room.parts.store)
    requests.take(replace(asked, number="R-7", form="7", **of_acme), "https://kb.example")  # type: ignore[arg-type]
    requests.take(asked, "https://kb.example")
    one_room.minute()
    (known,) = one_room.messages("dana")
    assert lines(known) == [
        "Acme Corporation (tier 1, Strategic) wants to talk to us.",
        "“<b>Broken</b>”",
        "Request R-7 (https://kb.example/staff/requests/R-7)",
        "[Show the account]",
    ]
    assert one_room.read("olivia") == ["Somebody who is not signed in wants to talk to us."]


# Whatever breaks


def test_what_slack_refuses_is_tried_again_after_ten_minutes_and_arrives_once(one_room: Newsroom) -> None:
    one_room.slack.workspace.disturb(Disturbance("chat.postMessage", error="ratelimited"))
    one_room.acme_falls()
    one_room.minute()
    one_room.minute()
    assert one_room.read("dana") == []
    one_room.later(minutes=10)
    one_room.minute()
    assert one_room.read("dana") == [FELL]


def test_while_slack_cannot_say_who_is_who_nobody_is_told_in_place_of_another(one_room: Newsroom) -> None:
    one_room.slack.workspace.disturb(Disturbance("users.list", error="internal_error"))
    one_room.acme_falls()
    one_room.minute()
    assert (one_room.read("dana"), one_room.read("olivia")) == ([], [])
    one_room.minute()
    assert (one_room.read("dana"), one_room.read("olivia")) == ([FELL], [])


def test_after_a_death_between_claim_and_message_it_is_uncertain_and_never_sent(one_room: Newsroom) -> None:
    one_room.acme_falls()
    key = f"{run_key('tier-changes', one_room.clock.now)}slack:{DANA.team_id}/{DANA.id}"
    assert claim(one_room.parts.store, key, "slack", "dana", {})
    one_room.minute()
    assert one_room.read("dana") == []
    (listed,) = uncertain(one_room.parts.store, one_room.clock.now + timedelta(seconds=1))
    assert listed.key == key


# Signals


def test_a_signal_comes_with_a_button_and_is_shown_as_taken_to_all_who_were_told(room: Newsroom) -> None:
    roles = ROLES.model_copy(update={"ops": (OLIVIA.id, MARCO.id)})
    room.parts = replace(room.parts, roles=roles)
    room.raises("I-1")
    room.minute()
    (first,), (second,) = room.messages("olivia"), room.messages("marco")
    assert lines(first)[:2] == [
        "Initech: 7 cases were open on 26 November 2026; from 5 on somebody should look.",
        "[I take it]",
    ]
    assert buttons(second) == ["I take it", "Show the account"]
    (answer,) = room.slack.press("marco", second, "signal_take", "1")
    assert lines(answer) == ["Initech: You take care of it."]
    taken = "Taken by Marco Silva on 26 November 2026 at 14:01."
    for message in (first, second):
        assert room.becomes(message, taken)
        assert buttons(room.slack.workspace.message(message.channel, message.ts)) == ["Show the account"]


def test_who_presses_second_reads_who_was_first(one_room: Newsroom, inquiry: Inquiry) -> None:
    (raised,) = one_room.raises("A-1")
    one_room.minute()
    (told,) = one_room.messages("dana")
    take(one_room.parts.store, raised.id, "Vera Novak", replace(inquiry, today=one_room.today))
    answers = one_room.slack.press("dana", told, "signal_take", str(raised.id))
    sentence = "Taken by Vera Novak on 26 November 2026 at 14:01."
    assert lines(answers[0]) == [f"Acme Corporation: {sentence}"]


def test_the_signals_of_one_run_are_one_message_and_each_is_taken_for_itself(one_room: Newsroom) -> None:
    one_room.imports(("G-2", "Globex", dollars(5_000)), csm="Dana Whitfield")
    first, second = one_room.raises("A-1", "G-2")
    one_room.minute()
    (told,) = one_room.messages("dana")
    assert lines(told)[0] == "2 accounts need a look."
    one_room.slack.press("dana", told, "signal_take", str(second.id))

    def now() -> list[str]:
        return lines(one_room.slack.workspace.message(told.channel, told.ts))

    assert one_room.slack.wait(lambda: "Taken by Dana Whitfield on 26 November 2026 at 14:01." in now())
    assert now().count("[I take it]") == 1
    assert first.account == "Acme Corporation"


def test_a_message_that_could_not_be_rewritten_is_by_the_next_process(one_room: Newsroom) -> None:
    (raised,) = one_room.raises("A-1")
    one_room.minute()
    (told,) = one_room.messages("dana")
    one_room.slack.workspace.disturb(Disturbance("chat.update", error="ratelimited"))
    one_room.slack.press("dana", told, "signal_take", str(raised.id))
    key = f"{run_key('signals', raised.raised_at)}slack:{DANA.team_id}/{DANA.id}:taken:{raised.id}"
    assert eventually(lambda: failure(one_room.parts, key) is not None)
    one_room.later(minutes=11)
    one_room.minute()
    now = one_room.slack.workspace.message(told.channel, told.ts)
    assert "Taken by Dana Whitfield on" in lines(now)[1]


def test_a_signal_that_is_over_before_anybody_read_it_is_no_news(one_room: Newsroom) -> None:
    one_room.raises("A-1")
    one_room.later(seconds=1)
    one_room.measures("A-1", "open_cases", 0)
    assert one_room.raises() == []
    one_room.minute()
    assert one_room.read("dana") == []
