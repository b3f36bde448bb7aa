from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest

from bot.absence import Absence
from bot.storage import BotRecord, ChannelLink, Installation
from tests.conftest import NOON, TODAY, noon
from tiering.usecases.record import RecordUnavailable, Store, open_store

BOBS_HOLIDAY = Absence("slack:T1/bob", "Bob", date(2026, 11, 24), "slack:T1/anna", "Anna")


@pytest.fixture
def record(store: Store) -> BotRecord:
    return BotRecord(store)


def test_what_slack_sends_three_times_is_new_once(record: BotRecord) -> None:
    assert [record.first_time("Ev1", NOON) for _ in range(3)] == [True, False, False]
    assert record.first_time("Ev2", NOON)


def test_of_many_who_receive_the_same_at_once_one_is_the_first(record: BotRecord) -> None:
    together = Barrier(6)

    def receive(_: int) -> bool:
        together.wait()
        return record.first_time("Ev1", NOON)

    with ThreadPoolExecutor(6) as threads:
        assert sorted(threads.map(receive, range(6))) == [False] * 5 + [True]


def test_only_what_came_before_the_moment_is_forgotten(record: BotRecord) -> None:
    record.first_time("old", NOON - timedelta(days=1))
    record.first_time("new", NOON)
    record.forget_before(NOON)
    assert record.first_time("old", NOON)
    assert not record.first_time("new", NOON)


def test_a_channel_speaks_of_the_account_it_was_linked_to_last(record: BotRecord) -> None:
    assert record.linked("T1", "C1") is None
    record.link("T1", "C1", "A-1", "slack:T1/anna", NOON)
    record.link("T1", "C1", "B-1", "slack:T1/anna", NOON)
    record.link("T2", "C1", "C-1", "slack:T2/bob", NOON)
    assert (record.linked("T1", "C1"), record.linked("T2", "C1")) == ("B-1", "C-1")
    assert record.unlink("T1", "C1")
    assert not record.unlink("T1", "C1")
    assert (record.linked("T1", "C1"), record.linked("T2", "C1")) == (None, "C-1")


def test_a_link_tells_who_made_it_and_when(record: BotRecord) -> None:
    record.link("T1", "C2", "A-1", "slack:T1/anna", NOON)
    assert record.link_of("T1", "C2") == ChannelLink("A-1", "slack:T1/anna", NOON)
    assert record.link_of("T2", "C2") is None


def test_somebody_is_away_until_the_last_day_of_it(record: BotRecord) -> None:
    record.go_away(BOBS_HOLIDAY, NOON)
    assert record.absences(TODAY) == record.absences(BOBS_HOLIDAY.until) == (BOBS_HOLIDAY,)
    assert record.absences(BOBS_HOLIDAY.until + timedelta(days=1)) == ()


def test_whoever_says_again_that_they_are_away_is_away_once(record: BotRecord) -> None:
    longer = Absence("slack:T1/bob", "Bob", date(2026, 12, 24), "slack:T1/clara", "Clara <!channel> 'x'; --")
    record.go_away(BOBS_HOLIDAY, NOON)
    record.go_away(longer, NOON)
    assert record.absences(TODAY) == (longer,)
    assert record.come_back("slack:T1/bob")
    assert not record.come_back("slack:T1/bob")
    assert record.absences(TODAY) == ()


def test_a_workspace_has_the_bot_installed_once(record: BotRecord) -> None:
    first = Installation("T1", "Wrenfield", "sealed", "slack:T1/olivia", NOON)
    again = Installation("T1", "Wrenfield Ltd", "sealed anew", "slack:T1/marco", NOON + timedelta(days=1))
    other = Installation("T2", "Wrenfield Labs", "sealed too", "slack:T2/vera", NOON)
    for one in (first, other, again):
        record.install(one)
    assert record.installations() == (again, other)
    assert "sealed" not in repr(again)


def test_uninstalling_twice_is_uninstalling_once(record: BotRecord) -> None:
    record.install(Installation("T1", "Wrenfield", "sealed", "slack:T1/olivia", NOON))
    record.install(other := Installation("T2", "Wrenfield Labs", "sealed", "slack:T2/vera", NOON))
    assert [record.uninstall("T1", NOON) for _ in range(2)] == [True, False]
    assert record.installations() == (other,)


def test_late_word_of_an_uninstallation_does_not_undo_what_was_installed_since(record: BotRecord) -> None:
    record.install(now := Installation("T1", "Wrenfield", "sealed", "slack:T1/olivia", NOON))
    assert not record.uninstall("T1", NOON - timedelta(seconds=1))
    assert record.installations() == (now,)


def test_a_record_that_is_away_is_said_to_be() -> None:
    store = open_store("postgresql://anna:s3cret@127.0.0.1:9/none", noon)
    with pytest.raises(RecordUnavailable):
        BotRecord(store).first_time("Ev1", NOON)
