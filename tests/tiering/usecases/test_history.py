from __future__ import annotations

from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.conftest import OLGA, TODAY, account, an_import
from tiering.domain.account import Status
from tiering.domain.money import Money
from tiering.usecases.ask import Inquiry, ask, show
from tiering.usecases.deciding import decide_all
from tiering.usecases.history import AccountUnknown, Choice, History, Leaf, history
from tiering.usecases.merge import merge, undo
from tiering.usecases.policy import in_force
from tiering.usecases.record import Store

ZONE = ZoneInfo("Europe/Paris")


def grow(store: Store, amount: int, days: int, status: Status = Status.CUSTOMER) -> None:
    """Let Acme pay so much, so many days from today."""
    day = TODAY + timedelta(days=days)
    with store.begin() as work:
        acme = account("A-1", "Acme", arr=Money.of(amount, "USD"), status=status)
        work.accounts.save([acme], an_import(work))
        decide_all(work, in_force(work), day)


def told(store: Store, asked: str) -> History:
    found = history(store, asked, OLGA, ZONE)
    assert isinstance(found, History)
    return found


def test_decisions_are_told_with_the_reason_and_the_newest_first(ruled: Store) -> None:
    grow(ruled, 20_000, 0)
    grow(ruled, 150_000, 3)
    grow(ruled, 160_000, 4)
    events = told(ruled, "acme").events
    sentences = [event.sentence for event in events]
    assert [sentence.split(" (policy version 1). ")[0] for sentence in sentences] == [
        "Stayed in tier 1 (Strategic) for other reasons",
        "Moved up from tier 2 (Growth) to tier 1 (Strategic)",
        "First sorted into tier 2 (Growth)",
    ]
    assert "ARR is $160,000" in sentences[0]
    assert [(event.tier, event.policy) for event in events] == [
        (1, 1),
        (1, 1),
        (2, 1),
    ]


def test_questions_are_told_with_who_and_when_where_the_company_is(ruled: Store, inquiry: Inquiry) -> None:
    grow(ruled, 20_000, 0)
    ask(ruled, "can acme have training?", inquiry)
    show(ruled, "acme", inquiry)
    shown, asked, decision = told(ruled, "acme").events
    assert (shown.who, shown.sentence) == ("slack:T1/anna", "Asked for its tier.")
    assert asked.sentence == "Asked whether it may have the service training."
    assert asked.at is not None
    assert asked.at.isoformat() == "2026-11-22T13:00:00+01:00"
    assert (decision.kind, decision.who, decision.at) == ("decision", "the policy", None)


def test_reading_a_history_is_part_of_it(ruled: Store) -> None:
    grow(ruled, 20_000, 0)
    told(ruled, "acme")
    assert told(ruled, "acme").events[0].sentence == "Read its history."


def test_a_merged_account_has_its_history_told_within_the_other(ruled: Store, inquiry: Inquiry) -> None:
    grow(ruled, 20_000, 0)
    with ruled.begin() as work:
        work.accounts.save([account("A-2", "Ajax")], an_import(work))
        decide_all(work, in_force(work), TODAY)
    show(ruled, "A-2", inquiry)
    merge(ruled, "A-2", "A-1", OLGA, TODAY)
    found = told(ruled, "Ajax")
    assert (found.account_id, found.parts) == ("A-1", ("A-2",))
    assert found.events[0].sentence == "Merged Ajax (A-2) into it (merge 1)."
    assert {(event.account, event.kind) for event in found.events} == {
        ("A-1", "merge"),
        ("A-1", "decision"),
        ("A-2", "decision"),
        ("A-2", "show"),
    }
    undo(ruled, 1, OLGA, TODAY)
    assert told(ruled, "Acme").events[0].sentence == "Took merge 1 back: Ajax (A-2) stands for itself again."
    apart = told(ruled, "Ajax").events
    assert {event.account for event in apart} == {"A-2"}
    assert [
        (event.kind, event.who, event.sentence) for event in apart if event.kind in ("merged", "parted")
    ] == [
        ("merged", OLGA, "Merged it into A-1 (merge 1)."),
        ("parted", OLGA, "Took merge 1 back: it stands for itself again."),
    ]


def test_an_account_that_left_keeps_its_history(ruled: Store) -> None:
    grow(ruled, 20_000, 0)
    grow(ruled, 20_000, 9, Status.CHURNED)
    assert told(ruled, "A-1").status == "churned"
    assert told(ruled, "A-1").events[-1].kind == "decision"


def test_a_deed_that_has_no_words_of_its_own_is_still_told(ruled: Store) -> None:
    grow(ruled, 20_000, 0)
    with ruled.begin() as work:
        work.audit.add(
            work.at, "cli:eve", "odd_deed", "A-1", {"hours": None, "who_knows": ["a", True, {"b": 1}]}
        )
    event = history(ruled, "A-1", OLGA, ZoneInfo("UTC"))
    assert isinstance(event, History)
    assert event.events[0].sentence == "Odd deed (hours: none, who knows: a, yes, b 1)."
    assert event.events[0].at is not None
    assert event.events[0].at.tzinfo is not UTC


@pytest.mark.parametrize("asked", ["", "xyzzy", "'; DROP TABLE audit"])
def test_who_is_unknown_has_no_history(ruled: Store, asked: str) -> None:
    assert isinstance(history(ruled, asked, OLGA, ZONE), AccountUnknown)


def test_two_of_one_name_are_to_choose_from(ruled: Store) -> None:
    with ruled.begin() as work:
        work.accounts.save([account("A-1", "Twin"), account("A-2", "Twin")], an_import(work))
        decide_all(work, in_force(work), TODAY)
    assert isinstance(history(ruled, "Twin", OLGA, ZONE), Choice)


def test_a_history_is_read_page_by_page_and_the_pages_together_are_all_of_it(
    ruled: Store, inquiry: Inquiry
) -> None:
    grow(ruled, 20_000, 0)
    grow(ruled, 150_000, 3)
    for _ in range(5):
        show(ruled, "acme", inquiry)
    whole = told(ruled, "acme")
    assert whole.total == len(whole.events) == 7
    for number in (1, 2, 3, 4):
        newest, *others = (event.sentence for event in told(ruled, "acme").events)
        told_now = [newest, "Read its history.", *others]  # which that reading has added
        found = history(ruled, "acme", OLGA, ZONE, Leaf(number, 4))
        assert isinstance(found, History)
        assert [event.sentence for event in found.events] == told_now[(number - 1) * 4 : number * 4]
        assert found.total == len(told_now)
