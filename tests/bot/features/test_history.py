"""The history of an account in Slack: who decided and did what, by name, page by page."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.card import PICK_ACCOUNT
from bot.features.history import SOMEBODY, history_view
from bot.paging import page_of, pages
from bot.playground.local import LocalSlack
from bot.playground.workspace import Disturbance, Message
from bot.server import Parts
from bot.storage import BotRecord
from bot.text import unescaped
from tests.bot.hostile import HOSTILE, WORDS, assert_slack_takes
from tests.conftest import TODAY
from tiering.domain.exception import Request
from tiering.usecases.ask import Inquiry
from tiering.usecases.exceptions import grant
from tiering.usecases.history import Event, History

CHANNEL = "customer-success"
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SORTED = (
    "First sorted into tier 1 (Strategic) (policy version 1). ARR is $164,000: at least $100,000 is tier 1."
)


def event(sentence: str = "Read its history.", **values: object) -> Event:
    known: dict[str, object] = {
        "on": TODAY,
        "at": NOON,
        "who": "slack:T1/U1",
        "kind": "history",
        "number": 1,
        "account": "A-1",
    }
    return Event(sentence=sentence, **(known | values))  # type: ignore[arg-type]  # any field by its name


def told(*events: Event, total: int = 0, parts: tuple[str, ...] = ()) -> History:
    return History("A-1", "Acme Corporation", "customer", parts, events, total or len(events))


def shown(history: History, page: int = 1) -> list[str]:
    made = history_view(history, page, {"slack:T1/U1": "Vera Novak"})
    assert_slack_takes(made)
    return unescaped(made.text).split("\n")


def lines(message: Message) -> list[str]:
    return unescaped(message.text).split("\n")


def test_an_event_says_when_by_whom_and_what() -> None:
    decided = event(SORTED, at=None, who="the policy", on=date(2026, 5, 14))
    assert shown(told(event(), decided)) == [
        "The history of Acme Corporation has 2 entries.",
        "The newest first.",
        "",
        "22 November 2026, 12:00, Vera Novak",
        "Read its history.",
        "14 May 2026, the policy",
        SORTED,
        "[Show the account]",
        "[Who looked it up]",
    ]


def test_people_are_named_within_sentences_and_nobody_is_a_bare_id() -> None:
    passed = event("Passed request 3 on to slack:T1/U2, who is the deputy.", who="slack:T1/U9")
    said = shown(told(passed, event(who="cli:olga")))
    assert f"22 November 2026, 12:00, {SOMEBODY}" in said
    assert f"Passed request 3 on to {SOMEBODY}, who is the deputy." in said
    assert "22 November 2026, 12:00, olga at the command line" in said


def test_the_bot_and_services_are_called_by_their_names() -> None:
    made = history_view(
        told(event("Read request 1 for health-check-2 and on-site-visit.", who="slack:bot")),
        1,
        {"on-site-visit": "On-site visit", "health-check": "Health check"},
    )
    said = unescaped(made.text).split("\n")
    assert "22 November 2026, 12:00, Longtail" in said
    assert "Read request 1 for health-check-2 and On-site visit." in said


def test_days_within_sentences_are_written_as_people_write_them() -> None:
    said = shown(told(event("Logged 2 hours of training on 2026-11-02 (line 1, case 2026-99-99).")))
    assert "Logged 2 hours of training on 2 November 2026 (line 1, case 2026-99-99)." in said


def test_what_happened_to_an_account_that_was_merged_says_so() -> None:
    said = shown(told(event(account="A-7"), parts=("A-7", "A-8")))
    assert "Merged into it: A-7, A-8." in said
    assert "22 November 2026, 12:00, Vera Novak, as A-7" in said


def test_pages_lead_to_the_one_before_and_the_one_after() -> None:
    assert "[Previous page]" not in shown(told(event(), total=25))
    middle = history_view(told(event(), total=25), 2, {})
    assert [one["value"] for block in middle.blocks[-2:-1] for one in block["elements"]] == [
        "history A-1 page 1",
        "history A-1 page 3",
    ]
    assert "[Next page]" not in shown(told(event(), total=25), 3)


@pytest.mark.parametrize(
    ("said", "words", "page"),
    [
        ("acme page 2", "acme", 2),
        ("page 3", "", 3),
        ("acme", "acme", 1),
        ("acme page 0", "acme", 1),
        ("acme page two", "acme page two", 1),
    ],
)
def test_the_page_stands_at_the_end(said: str, words: str, page: int) -> None:
    assert page_of(said) == (words, page)


def test_nothing_is_one_page() -> None:
    assert [pages(total) for total in (0, 10, 11)] == [1, 1, 2]


@given(st.lists(st.tuples(HOSTILE, HOSTILE), min_size=1, max_size=10), WORDS, HOSTILE)
def test_no_words_can_break_a_history(said: list[tuple[str, str]], name: str, account_id: str) -> None:
    events = tuple(event(sentence, who=who, account=account_id) for sentence, who in said)
    history = replace(told(*events, total=100, parts=(account_id,)), name=name, account_id=account_id)
    assert_slack_takes(history_view(history, 5, {}))


def test_ten_long_events_are_all_shown() -> None:
    said = shown(told(*(event(f"{number}. {'x' * 2000}") for number in range(10))))
    assert sum("x" * 700 in line for line in said) == 10


def test_the_history_is_told_with_names(own_slack: LocalSlack, own_parts: Parts) -> None:
    vera, marco = own_slack.workspace.person("vera"), own_slack.workspace.person("marco")
    inquiry = Inquiry(f"slack:{vera.team_id}/{vera.id}", TODAY, own_parts.content.prose)
    until = date(2027, 1, 31)
    wanted = Request(
        service="health-check",
        until=until,
        reason="Pilot",
        approver=f"slack:{marco.team_id}/{marco.id}",
        by=inquiry.who,
    )
    grant(own_parts.store, "I-1", wanted, inquiry)
    (said,) = own_slack.command("vera", CHANNEL, "/tier history initech")
    assert said.visible_to == vera.id
    assert lines(said)[0] == "The history of Initech has 2 entries."
    assert lines(said)[3:5] == [
        "22 November 2026, 12:00, Vera Novak",
        "Granted exception 1 to Health check until 31 January 2027, approved by Marco Silva: Pilot.",
    ]
    (account,) = own_slack.press("vera", said, f"{PICK_ACCOUNT}whole")
    assert lines(account)[0].startswith("Initech is tier 2")


def test_long_histories_are_turned_page_by_page(own_slack: LocalSlack) -> None:
    for _ in range(12):
        (said,) = own_slack.command("vera", CHANNEL, "/tier lookups of acme")
    assert lines(said)[1] == "The newest first, page 1 of 2."
    assert sum("Read its history." in line for line in lines(said)) == 10
    (next_page,) = own_slack.press("vera", said, "say:next")
    assert next_page.ts == said.ts
    assert lines(next_page)[1] == "The newest first, page 2 of 2."
    assert lines(next_page)[-3].startswith("First sorted into tier 1")
    (last,) = own_slack.command("vera", CHANNEL, "/tier lookups acme page 99")
    assert lines(last)[1] == "The newest first, page 2 of 2."


def test_who_only_looked_is_left_out_until_it_is_asked_for(own_slack: LocalSlack) -> None:
    own_slack.command("marco", CHANNEL, "/tier acme")
    (said,) = own_slack.command("vera", CHANNEL, "/tier history acme")
    assert lines(said)[0] == "The history of Acme Corporation has 1 entry."
    (everything,) = own_slack.press("vera", said, "say:lookups")
    assert lines(everything)[0] == "The history of Acme Corporation has 3 entries."
    assert "Asked for its tier." in lines(everything)
    assert "[Who looked it up]" not in lines(everything)


def test_when_slack_does_not_say_who_it_was_no_id_is_shown(own_slack: LocalSlack) -> None:
    own_slack.command("marco", CHANNEL, "/tier history acme")
    own_slack.command("vera", CHANNEL, "/tier acme")
    own_slack.workspace.disturb(Disturbance("users.info", error="fatal_error"))
    (said,) = own_slack.command("vera", CHANNEL, "/tier lookups acme")
    assert "U0" not in said.text.replace("Vera Novak", "")


def test_several_accounts_are_offered_and_picking_one_tells_its_history(slack: LocalSlack) -> None:
    (choice,) = slack.command("vera", CHANNEL, "/tier history globex")
    first = choice.blocks[-1]["elements"][0]
    assert first["value"] == "history G-1"
    (said,) = slack.press("vera", choice, first["action_id"], first["value"])
    assert lines(said)[0].startswith("The history of Globex has ")


def test_in_a_channel_that_is_about_an_account_it_need_not_be_named(
    own_slack: LocalSlack, own_parts: Parts
) -> None:
    team, channel = own_slack.workspace.person("vera").team_id, own_slack.workspace.channel(CHANNEL)
    BotRecord(own_parts.store).link(team, channel.id, "I-1", "slack:T1/U1", own_parts.clock())
    (said,) = own_slack.command("vera", CHANNEL, "/tier history")
    assert lines(said)[0].startswith("The history of Initech has ")


def test_without_an_account_it_asks_for_one(slack: LocalSlack) -> None:
    (said,) = slack.command("vera", CHANNEL, "/tier history")
    assert lines(said)[0] == "Which account is it about?"
